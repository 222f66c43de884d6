"""The open data: every listed profile with its public fields, and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from modus.directory.models import PROFILE_TYPES, Profile, Visibility
from modus.directory.queries.profiles import listed_profiles, seen_values

# Each field once, in the order of the types and their forms.
FIELDS = tuple(dict.fromkeys(field.name for kind in PROFILE_TYPES.values() for field in kind.fields))
READ = (
    "id",
    "slug",
    "type",
    "published",
    "visibility",
    "sources",
    "confirmed_on",
    "is_from_public_sources",
    "organisation",
    "organisation__is_invented",
)


@dataclass(frozen=True)
class OpenRecord:
    """One listed profile as everybody may take it along; `urn` stays for ever."""

    urn: str
    slug: str
    type: str
    values: dict[str, Any]
    sources: dict[str, str]
    confirmed_on: date | None
    is_from_public_sources: bool
    is_invented: bool


def open_records(*, on: date) -> Iterator[OpenRecord]:
    """All listed profiles by name, read while they are sent; one query."""
    rows = listed_profiles(on=on).select_related("organisation").order_by("sort_name", "id").only(*READ)
    for profile in rows.iterator(chunk_size=200):
        yield open_record(profile)


def field_labels() -> list[tuple[str, str]]:
    """Every field that a record may have, with its name in words."""
    labels = {field.name: str(field.label) for kind in PROFILE_TYPES.values() for field in kind.fields}
    return [(name, labels[name]) for name in FIELDS]


def open_record(profile: Profile) -> OpenRecord:
    """What everybody may take along of one profile, with its organisation at hand."""
    values = seen_values(profile, Visibility.PUBLIC)
    return OpenRecord(
        urn=profile.pk.urn,
        slug=profile.slug,
        type=profile.type,
        values=values,
        sources={name: address for name, address in profile.sources.items() if name in values},
        confirmed_on=profile.confirmed_on,
        is_from_public_sources=profile.is_from_public_sources,
        is_invented=profile.organisation.is_invented,
    )
