"""Codes as somebody typed them, held against the lists in use; what is not on a list is refused with the reason."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from modus.core.errors import RuleBroken
from modus.core.time import today
from modus.directory import rules
from modus.directory.models import Field, Organisation
from modus.directory.models.profile_types import CODES, REGION
from modus.directory.queries.terms import is_code_of_another_version, successors_of_region, terms_named

CODED = (Field("nuts", "", REGION, taxonomy="nuts"), Field("activities", "", CODES, taxonomy="nace"))


def known_facts(facts: Mapping[str, Any], organisation: Organisation) -> dict[str, Any]:
    """Facts of an organisation with region and activities read and checked, where they change; at most one query.

    Raises: RuleBroken naming the field.
    """
    read = {f.name: _read(f, facts[f.name], organisation) for f in CODED if f.name in facts}
    changed = [f for f in CODED if f.name in read and read[f.name] != getattr(organisation, f.name)]
    known = terms_named({f.taxonomy: codes_of(f, read[f.name]) for f in changed})
    for field in changed:
        unknown = [code for code in codes_of(field, read[field.name]) if (field.taxonomy, code) not in known]
        if unknown:
            raise RuleBroken(why_unknown(field, unknown[0]), field=field.name)
    country = facts.get("country", organisation.country)
    if read.get("nuts") and country:
        require_region_in_country(read["nuts"], country)
    return {**facts, **read}


def codes_of(field: Field, value: Any) -> list[str]:
    """The codes in the value of a field, without their version."""
    if field.kind == CODES:
        return [code for _version, code in value]
    return ([value] if value else []) if isinstance(value, str) else list(value)


def why_unknown(field: Field, code: str) -> str:
    """Why a code was refused, and where it went if it was one once."""
    if field.kind == REGION:
        return _what_became_of(code)
    if field.kind != CODES:
        return _("Choose from the list.")
    if is_code_of_another_version("nace", code):
        return _(
            "%(code)s is a code of NACE Rev. 2 that ended there. Look up what it is called in NACE Rev. 2.1; "
            "section letters and some numbers have moved."
        ) % {"code": code}
    return _("%(code)s is not a code of NACE Rev. 2.1.") % {"code": code}


def require_region_in_country(region: str, country: str) -> None:
    """Refuse a region that lies elsewhere.

    Raises: RuleBroken naming the field.
    """
    if not rules.nuts_fits_country(region, country):
        message = _("The region %(region)s does not lie in the country that you chose.") % {"region": region}
        raise RuleBroken(message, field="nuts")


def _read(field: Field, raw: Any, organisation: Organisation) -> Any:
    if raw == getattr(organisation, field.name):
        return raw
    empty: Any = [] if field.kind == CODES else ""
    return rules.clean_value(field, raw, on=today()) or empty


def _what_became_of(code: str) -> str:
    successors = successors_of_region(code)
    if successors is None:
        return _("%(code)s is not a region of NUTS 2024.") % {"code": code}
    if not successors:
        return _("%(code)s ended with NUTS 2024. Choose the region into which it was merged.") % {"code": code}
    now = ", ".join(f"{row.new_code} {row.name}" for row in successors)
    return _("%(code)s ended with NUTS 2024; now %(now)s.") % {"code": code, "now": now}
