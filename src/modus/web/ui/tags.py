"""Template tags that every page may use without loading them: icons, forms, dates, addresses."""

import re
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import lucide
from django import template
from django.forms import BaseForm, BoundField
from django.http import QueryDict
from django.template.defaulttags import CsrfTokenNode
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from modus.web.ui.once import key_field
from modus.web.ui.pieces import FormPicture, form_picture, initials_of

register = template.Library()


class FormTokensNode(CsrfTokenNode):
    """What every form carries: the proof that it comes from here, and the key by which it is carried out once."""

    def render(self, context: template.Context) -> SafeString:
        return format_html("{}{}", super().render(context), key_field(context.get("request")))


@register.tag(name="csrf_token")
def form_tokens(parser: template.base.Parser, token: template.base.Token) -> FormTokensNode:
    """Django's tag of this name with the key beside it, so that no form can forget either."""
    return FormTokensNode()


@register.simple_tag
def icon(name: str, size: int = 20) -> SafeString:
    """Draw an icon beside words; it says nothing to a screen reader."""
    return _drawing(str(name), size) if name else SafeString("")


@lru_cache(maxsize=512)
def _drawing(name: str, size: int) -> SafeString:
    drawing = lucide._render_icon(name, size, **{"class": "icon", "aria_hidden": "true"})
    return mark_safe(re.sub(r">\s+<", "><", drawing))  # noqa: S308  the drawing comes from the icon package


@register.simple_tag(takes_context=True)
def querystring_with(context: template.Context, **changes: object) -> str:
    """Give the address's query with some names replaced; an empty value removes the name."""
    query: QueryDict = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.inclusion_tag("ui/_form_fields.html")
def form_fields(form: BaseForm) -> dict[str, FormPicture]:
    """Show every field of a form with its label, help and errors, and a summary of the errors above."""
    return {"picture": form_picture(form)}


@register.inclusion_tag("ui/_field.html")
def form_field(field: BoundField) -> dict[str, object]:
    """Show one field with its label, help and errors."""
    return {"field": field}


@register.filter
def initials(name: str) -> str:
    """Give the first letters of the first and the last word of a name."""
    return initials_of(str(name))


@register.filter
def day(value: date | datetime | None) -> str:
    """Write a date as "Tue 12 Mar 2024"."""
    return formats.date_format(_local(value), "D j M Y") if value else ""


@register.filter
def moment(value: datetime | None, zone: str = "") -> str:
    """Write a moment as "Tue 12 Mar 2024, 14:00 (Sofia)", in the given zone or the current one."""
    if not value:
        return ""
    here = ZoneInfo(zone) if zone else timezone.get_current_timezone()
    local = timezone.localtime(value, here)
    return f"{formats.date_format(local, 'D j M Y, H:i')} ({_city(str(here))})"


@register.filter
def share(value: float | None) -> str:
    """Write a share between 0 and 1 as per cent with a thin space."""
    return "" if value is None else gettext("%(number)s %%") % {"number": round(value * 100)}


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


def _city(zone: str) -> str:
    return zone.rsplit("/", 1)[-1].replace("_", " ")
