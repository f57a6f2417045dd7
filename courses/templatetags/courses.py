"""How courses and actions are shown."""

from dataclasses import asdict
from functools import cache

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from courses.models import ActionState, TrainingAction
from courses.outlook import CERTIFICATE

register = template.Library()


@register.inclusion_tag("components/badge.html")
def outlook_badge(action: TrainingAction) -> dict[str, str]:
    """Show where the certificate of `action` stands (courses.outlook)."""
    return asdict(CERTIFICATE.outlook.badge_of(action)) | {
        "text": CERTIFICATE.outlook.badge_of(action).label
    }


@register.simple_tag
def outlook_url(action: TrainingAction) -> str:
    """Return the page of the certificate of `action`."""
    return reverse(CERTIFICATE.outlook.page, args=[action.public_id])


@register.simple_tag
@cache
def state_badge(state: ActionState) -> SafeString:
    """Return the badge of `state`, icon and word; each of the five is drawn once."""
    return render_to_string("courses/parts/action_state.html", {"state": state})
