"""How courses and actions are shown."""

from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from courses.models import ActionState

register = template.Library()


@register.simple_tag
@cache
def state_badge(state: ActionState) -> SafeString:
    """Return the badge of `state`, icon and word; each of the five is drawn once."""
    return render_to_string("courses/parts/action_state.html", {"state": state})
