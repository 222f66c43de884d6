"""Where the listed organisations lie: one spot for each cell of a grid, counted by the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Avg, Count, F, Min
from django.db.models.fields.json import KT
from django.db.models.functions import Floor

from modus.directory.queries.listing import (
    HAS_PUBLIC_PLACE,
    Area,
    FacetCount,
    Search,
    facets_of,
    known_search,
    matching,
    term_labels,
)

# Up to how many organisations are shown on a grid of how many eighths of a degree; above, on that of three degrees.
EIGHTHS_BY_COUNT = ((60, 1), (400, 8))
COARSEST = 24


@dataclass(frozen=True)
class Spot:
    """The organisations of one cell; name and short name are those of the first one, by short name."""

    latitude: float
    longitude: float
    count: int
    places: int
    slug: str
    name: str
    city: str
    area: Area


@dataclass(frozen=True)
class Spots:
    """The result of a search on the map, with its count in all, the counts by facet and the names of codes."""

    search: Search
    total: int
    spots: list[Spot]
    facets: dict[str, list[FacetCount]]
    labels: Mapping[tuple[str, str], str]


def directory_spots(search: Search, *, on: date) -> Spots:
    """The result of a search as spots on the map; at most five queries."""
    labels = term_labels()
    search = known_search(search, labels)
    rows = matching(search, on=on).order_by()
    total, facets = facets_of(search, labels, on=on)
    eighths = next((eighths for most, eighths in EIGHTHS_BY_COUNT if total <= most), COARSEST)
    per_degree = 8 / eighths
    cells = list(
        rows.filter(HAS_PUBLIC_PLACE)
        .values_list(Floor(F("latitude") * per_degree), Floor(F("longitude") * per_degree))
        .annotate(
            n=Count("*"),
            places=Count("latitude", distinct=True),
            latitude=Avg("latitude"),
            longitude=Avg("longitude"),
            first=Min("slug"),
        )
    )
    named = _named([cell[-1] for cell in cells], on=on)
    spots = [
        Spot(latitude, longitude, n, places, slug, *named.get(slug, ("", "")), Area(int(north), int(east), eighths))
        for north, east, n, places, latitude, longitude, slug in cells
    ]
    spots.sort(key=lambda spot: (-spot.count, spot.city, spot.slug))
    return Spots(search, total, spots, facets, labels)


def _named(slugs: list[str], *, on: date) -> dict[str, tuple[str, str]]:
    """Names are always public, and a profile has coordinates only while its place is."""
    rows = matching(Search(), on=on).filter(slug__in=slugs)
    named = rows.values_list("slug", KT("published__name"), KT("published__city"))
    return {slug: (name or slug, city or "") for slug, name, city in named}
