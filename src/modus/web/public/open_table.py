"""The open data as a table: which columns it has, and how a record fills them."""

from typing import Any

from modus.directory.queries.open_data import FIELDS, OpenRecord
from modus.web.public.addresses import open_values, profile_address
from modus.web.public.described import licence_of
from modus.web.ui.tables import Cell

BEFORE = ("id", "address", "type", "confirmed_on", "is_invented", "is_from_public_sources", "licence")
COLUMNS = (*BEFORE, *FIELDS, "sources")


def row_of(record: OpenRecord) -> list[Cell]:
    """A record in the order of the columns; lists are separated by semicolons, as are sources (field=address)."""
    values = open_values(record.values)
    return [
        record.urn,
        profile_address(record.slug),
        record.type,
        record.confirmed_on,
        record.is_invented,
        record.is_from_public_sources,
        licence_of(record),
        *(_cell(values.get(name)) for name in FIELDS),
        "; ".join(f"{name}={address}" for name, address in sorted(record.sources.items())),
    ]


def _cell(value: Any) -> Cell:
    if isinstance(value, list):
        return "; ".join(" ".join(map(str, part)) if isinstance(part, list) else str(part) for part in value)
    return value
