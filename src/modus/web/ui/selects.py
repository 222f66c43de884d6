"""Long choices: countries and time zones, drawn at once instead of option by option."""

from functools import cache, lru_cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_countries import countries


class LongSelect(forms.Select):
    """A choice with hundreds of options: no template for each, and the same options are drawn only once."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """Draw the element."""
        chosen = "" if value is None else str(value)
        said = {"name": name, **self.build_attrs(self.attrs, attrs)}
        told = format_html_join(
            "", ' {}="{}"', ((key, text) for key, text in said.items() if text not in (False, None))
        )
        start = format_html('<option value="{}"', chosen)
        options = _drawn(tuple(self.choices)).replace(f"{start}>", f"{start} selected>", 1)
        return format_html("<select{}>{}</select>", told, SafeString(options))  # safe: each is escaped


@lru_cache(maxsize=16)
def _drawn(choices: tuple[tuple[str, str], ...]) -> str:
    return format_html_join("", '<option value="{}">{}</option>', choices)


def country_name(code: str) -> str:
    """What a country is called in the language of the page; the code itself when no country has it."""
    return _names(get_language() or "").get(code, code)


def country_choices() -> list[tuple[str, str]]:
    """Every country by name, in the language of the page."""
    return [("", str(_("Choose a country"))), *_names(get_language() or "").items()]


@cache
def _names(language: str) -> dict[str, str]:
    return {str(code): str(name) for code, name in countries}


@cache
def zone_choices() -> tuple[tuple[str, str], ...]:
    """Every zone with a place name, Europe first."""
    zones = sorted(
        (zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "US/"))),
        key=lambda zone: (not zone.startswith("Europe/"), zone),
    )
    return tuple((zone, zone.replace("_", " ")) for zone in (*zones, "UTC"))
