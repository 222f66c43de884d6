"""A public profile in the words of machines: schema.org, and the record of the open data."""

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from modus.directory.queries.open_data import OpenRecord
from modus.directory.queries.profiles import country_name
from modus.web.public.addresses import open_values, picture_address, profile_address

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
# JSON inside a script element: nothing may end the element or the line early.
ESCAPED = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def script_json(data: dict[str, Any]) -> SafeString:
    """Data that can stand inside a script element."""
    text = json.dumps(data, ensure_ascii=False).translate(ESCAPED)
    return mark_safe(text)  # noqa: S308  every character that could end the element is escaped


def schema_of(record: OpenRecord) -> dict[str, Any]:
    """What schema.org says of an organisation, from the public values alone."""
    values = record.values
    place = {
        "@type": "PostalAddress",
        "addressLocality": values.get("city"),
        "addressCountry": values.get("country"),
    }
    data = {
        "@context": "https://schema.org",
        "@type": "Organization",
        "@id": record.urn,
        "mainEntityOfPage": profile_address(record.slug),
        "name": values.get("name"),
        "alternateName": values.get("name_english") or values.get("short_name"),
        "description": values.get("description") or values.get("topic"),
        "url": values.get("website"),
        "logo": picture_address(values.get("logo")),
        "foundingDate": str(values["founded"]) if values.get("founded") else None,
        "email": values.get("mailbox"),
        "telephone": values.get("phone"),
        "address": {name: value for name, value in place.items() if value},
    }
    return {name: value for name, value in data.items() if value}


def open_graph(record: OpenRecord) -> dict[str, str]:
    """Title, address and description for those who share the page."""
    values = record.values
    where = ", ".join(part for part in (values.get("city"), country_name(values.get("country", ""))) if part)
    description = str(values.get("topic") or values.get("description") or where)
    return {
        "title": str(values.get("name", "")),
        "url": profile_address(record.slug),
        "picture": picture_address(values.get("logo")),
        "description": description if len(description) <= 200 else f"{description[:199]}…",
    }


def as_data(record: OpenRecord) -> dict[str, Any]:
    """One record of the open data."""
    return {
        "id": record.urn,
        "address": profile_address(record.slug),
        "type": record.type,
        "confirmed_on": record.confirmed_on.isoformat() if record.confirmed_on else None,
        "is_invented": record.is_invented,
        "is_from_public_sources": record.is_from_public_sources,
        "licence": licence_of(record),
        "fields": open_values(record.values),
        "sources": record.sources,
    }


def licence_of(record: OpenRecord) -> str:
    """What clusters publish is open; facts from elsewhere are named with their sources."""
    return _("facts from the public sources named") if record.is_from_public_sources else LICENCE
