"""What every form that is posted carries. A builtin of all templates (settings)."""

from django import template
from django.http import HttpRequest
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

from otec_portal.core import acting_as

register = template.Library()


class OfThisMembership(CsrfTokenNode):
    """Django's token against forms of other sites, and whose form of ours it is."""

    def render(self, context: Context) -> SafeString:
        written = super().render(context)
        request: HttpRequest | None = getattr(context, "request", None)
        whose = acting_as.field(request) if request and written else ""
        return format_html("{}{}", written, whose)


@register.tag
def csrf_token(parser: Parser, token: Token) -> OfThisMembership:
    """Stand in for Django's tag of this name: no form can forget it."""
    return OfThisMembership()
