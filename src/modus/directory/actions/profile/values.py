"""Values of profiles are cleaned: each by its kind, and codes held against the lists in use."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from modus.core.errors import RuleBroken
from modus.directory import rules
from modus.directory.models import Field, ProfileType, Visibility
from modus.directory.queries.codes import codes_of, require_region_in_country, why_unknown
from modus.directory.queries.terms import terms_named

ALWAYS_PUBLIC = frozenset({"name", "country"})


def cleaned_values(kind: ProfileType, values: dict[str, Any], *, known: dict[str, Any], on: date) -> dict[str, Any]:
    """The known values with the given ones laid over them; an empty one takes its field away.

    Raises: RuleBroken naming the first field that is wrong.
    """
    fields = {field.name: field for field in kind.fields}
    for name in values:
        if name not in fields:
            raise RuleBroken(_("There is no such field."), field=name)
    merged = dict(known)
    for field in kind.fields:
        if field.name in values:
            merged[field.name] = rules.clean_value(field, values[field.name], on=on)
    country = merged.get("country") or ""
    kept = {
        name: value
        for name, value in merged.items()
        if value is not None and (name not in fields or rules.is_asked(fields[name], country=country))
    }
    _require_known_codes([fields[name] for name in values if name in kept], kept)
    _require_region_in_country(kept)
    return kept


def cleaned_visibility(kind: ProfileType, visibility: dict[str, str], *, known: dict[str, str]) -> dict[str, str]:
    """The choices of who sees which field, without those that only repeat the field's own.

    Raises: RuleBroken naming the field.
    """
    merged = {**known}
    for name, circle in visibility.items():
        field = kind.field(name)
        if field is None or circle not in Visibility.values:
            raise RuleBroken(_("Choose from the list."), field=name)
        if name in ALWAYS_PUBLIC and circle != Visibility.PUBLIC:
            raise RuleBroken(_("Name and country are seen by everybody."), field=name)
        merged[name] = circle
    own = {field.name: field.visibility for field in kind.fields}
    return {name: circle for name, circle in merged.items() if circle != own.get(name)}


def _require_known_codes(fields: list[Field], values: dict[str, Any]) -> None:
    """Codes that are not on the list are refused in one way, whatever else they may be."""
    wanted = {field.name: codes_of(field, values[field.name]) for field in fields if field.taxonomy}
    lists: dict[str, set[str]] = {}
    for field in fields:
        if field.taxonomy:
            lists.setdefault(field.taxonomy, set()).update(wanted[field.name])
    known = terms_named(lists)
    for field in fields:
        unknown = [code for code in wanted.get(field.name, []) if (field.taxonomy, code) not in known]
        if unknown:
            raise RuleBroken(why_unknown(field, unknown[0]), field=field.name)


def _require_region_in_country(values: dict[str, Any]) -> None:
    if values.get("nuts") and values.get("country"):
        require_region_in_country(values["nuts"], values["country"])
