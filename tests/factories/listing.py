"""Listed profiles for tests: indexed as publishing does it, so that facets and search tell the truth."""

from datetime import date
from typing import Any

from modus.core.time import today
from modus.directory.actions.profile import index_profile
from modus.directory.models import Profile, Taxonomy, Term
from tests.factories import directory as make

TERMS = {
    "ecosystem": {"health": "Health", "electronics": "Electronics", "textiles": "Textiles"},
    "technology": {"photonics": "Photonics", "sensors": "Sensors"},
}


def code_lists() -> None:
    """The two short lists of codes."""
    for code, labels in TERMS.items():
        taxonomy, _ = Taxonomy.objects.get_or_create(code=code, version="", defaults={"name": code})
        for term, label in labels.items():
            Term.objects.get_or_create(taxonomy=taxonomy, code=term, defaults={"label": label})


def listed(name: str, *, confirmed_on: date | None = None, **said: Any) -> Profile:
    """A listed profile; what is not a column of it is a published value."""
    columns = {"type", "visibility", "sources", "network", "slug", "is_from_public_sources", "is_listed", "status"}
    values = {"name": name, "country": "CZ"} | {key: said.pop(key) for key in set(said) - columns - {"organisation"}}
    organisation = said.pop("organisation", None) or make.OrganisationFactory(
        name=name, country=values["country"], website=values.get("website", "")
    )
    settled = {"is_listed": True, "status": "published"} | said
    if "network" not in settled:
        settled["network"] = make.NetworkFactory()
    profile = make.ProfileFactory(
        organisation=organisation,
        values=values,
        published=values,
        confirmed_on=confirmed_on or today(),
        **settled,
    )
    return index_profile(profile)
