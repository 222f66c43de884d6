"""The map of Europe: where a place lies on the picture, and one dot for each group of places."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from math import cos, hypot, radians, sin, sqrt
from operator import attrgetter

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT = 800, 720

EARTH_RADIUS_KM = 6371.0
CENTRE_LAT, CENTRE_LON = 52.0, 10.0
UNITS_PER_KM = 0.175
# Where the centre of the projection lies in the frame, from its left and upper edges.
CENTRE_X_KM, CENTRE_Y_KM = 1950.0, 2254.0

RADIUS_OF_ONE, RADIUS_MAX = 6.0, 24.0
# The circle that takes the pointer: 24 pixels wide when the map is drawn 690 pixels wide.
REACH_MIN = 14.0
LABELS_SHOWN = 4


def plane(lat: float, lon: float) -> tuple[float, float]:
    """Project a point of the sphere onto the picture, without regard to the frame.

    Lambert azimuthal equal-area projection in its oblique spherical form, centred on 52 N 10 E as ETRS89-LAEA
    (EPSG:3035) is. The sphere instead of the ellipsoid moves a place by at most 10 km in the frame: 1.6 units.

    Parameters:
        lat: latitude in degrees, -90 to 90, north positive.
        lon: longitude in degrees, -180 to 180, east positive.
    Returns:
        x and y in units of the picture: x from the left edge, y from the upper edge, 0.175 units to the kilometre.
    Raises:
        ZeroDivisionError: at the antipode of the centre (52 S 170 W), which has no image.
    Cost: below 1 microsecond.
    Source: J. P. Snyder, Map Projections - A Working Manual, USGS Professional Paper 1395, 1987,
        equations 22-4, 22-5 and 24-2, pages 182-185, doi:10.3133/pp1395.
    """
    phi, phi1, east = radians(lat), radians(CENTRE_LAT), radians(lon - CENTRE_LON)
    cos_distance = sin(phi1) * sin(phi) + cos(phi1) * cos(phi) * cos(east)
    scale = EARTH_RADIUS_KM * sqrt(2 / (1 + cos_distance))
    x_km = scale * cos(phi) * sin(east)
    y_km = scale * (cos(phi1) * sin(phi) - sin(phi1) * cos(phi) * cos(east))
    return (CENTRE_X_KM + x_km) * UNITS_PER_KM, (CENTRE_Y_KM - y_km) * UNITS_PER_KM


def project(lat: float, lon: float) -> tuple[float, float] | None:
    """Project a place into the frame of Europe, Iceland to Cyprus and the west of Turkey.

    Parameters:
        lat: latitude in degrees, -90 to 90, north positive.
        lon: longitude in degrees, -180 to 180, east positive.
    Returns:
        x from 0 to 800 and y from 0 to 720, y downwards; None when the place lies outside the frame.
    Cost: below 1 microsecond.
    Source: as `plane`.
    """
    try:
        x, y = plane(lat, lon)
    except ZeroDivisionError:
        return None
    return (x, y) if 0 <= x <= WIDTH and 0 <= y <= HEIGHT else None


@dataclass(frozen=True)
class Item:
    """One thing that lies somewhere; things of the same group (a town, a region) share a dot."""

    lat: float
    lon: float
    label: str
    url: str
    group: str
    is_hollow: bool = False
    count: int = 1


@dataclass(frozen=True)
class Dot:
    """A circle on the map, in units of the picture; hollow when nothing in it is full."""

    x: float
    y: float
    radius: float
    label: str
    url: str
    count: int = 1
    is_hollow: bool = False

    @property
    def reach(self) -> float:
        """The radius in which a pointer hits the dot."""
        return max(self.radius, REACH_MIN)


@dataclass(frozen=True)
class Map:
    """What the template `ui/_map.html` draws; the title says what the dots are."""

    title: str
    dots: list[Dot]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def drawing(self) -> SafeString:
        """Draw the dots in one pass: two hundred of them in a template's loop would take 20 ms."""
        return format_html_join("\n", "{}", ((_circle(dot),) for dot in self.dots))

    @property
    def numbers(self) -> SafeString:
        """Draw the counts of the dots that stand for several."""
        lines = (
            ("map-count is-hollow" if dot.is_hollow else "map-count", str(dot.x), str(dot.y), dot.count)
            for dot in self.dots
            if dot.count > 1
        )
        return format_html_join("", '<text class="{}" x="{}" y="{}">{}</text>', lines)


CIRCLE = (
    '<title>{label}</title><circle cx="{x}" cy="{y}" r="{reach}"/>'
    '<circle class="{css}" cx="{x}" cy="{y}" r="{radius}"/>'
)


def _circle(dot: Dot) -> SafeString:
    words = {
        "label": f"{dot.label} ({dot.count})" if dot.count > 1 else dot.label,
        "x": str(dot.x),
        "y": str(dot.y),
        "reach": str(dot.reach),
        "radius": str(dot.radius),
        "css": "map-dot is-hollow" if dot.is_hollow else "map-dot",
    }
    if dot.url:
        return format_html('<a href="{url}">' + CIRCLE + "</a>", url=dot.url, **words)
    return format_html('<g role="img">' + CIRCLE + "</g>", **words)


@dataclass(frozen=True)
class _Pile:
    """What will be one dot: a place with its weight, and the names and addresses of what lies there."""

    x: float
    y: float
    count: int
    links: tuple[tuple[str, str], ...]
    is_hollow: bool

    @property
    def radius(self) -> float:
        return min(RADIUS_MAX, RADIUS_OF_ONE * sqrt(self.count))


def dots_of(
    items: Iterable[Item],
    *,
    groups: Mapping[str, tuple[str, str]] | None = None,
    url_of_several: str = "",
    dots_max: int = 250,
) -> list[Dot]:
    """Make one dot for each group of items; the area of a dot grows with its count, up to 16 items.

    Parameters:
        items: things with a place; those outside the frame are left out.
        groups: label and address for a group of several; a group without them names its items.
        url_of_several: address of a dot that joins different addresses, such as the list; empty for no link.
        dots_max: above this number, dots that lie near each other are joined until it holds; at least 1.
    Returns:
        dots wholly inside the frame, the greatest first, so that small ones lie on top. A dot whose centre would
        lie on a greater one is joined to it.
    Cost: 70 ms for 10,000 items in 2,000 groups.
    """
    ordered = sorted(items, key=attrgetter("group"))
    piles = [_pile_of(key, list(members), groups or {}) for key, members in groupby(ordered, key=attrgetter("group"))]
    kept = _untangled(_thinned([pile for pile in piles if pile], max(1, dots_max)))
    return [_dot_of(pile, url_of_several) for pile in sorted(kept, key=_greatest_first)]


def _greatest_first(pile: _Pile) -> tuple[object, ...]:
    return -pile.count, pile.x, pile.y, pile.links, pile.is_hollow


def _pile_of(key: str, members: list[Item], groups: Mapping[str, tuple[str, str]]) -> _Pile | None:
    """Pile up the members of a group that lie in the frame, at their mean place."""
    spots = [(item, spot) for item in members if (spot := project(item.lat, item.lon))]
    if not spots:
        return None
    pile = _joined([_Pile(x, y, item.count, ((item.label, item.url),), item.is_hollow) for item, (x, y) in spots])
    return replace(pile, links=(groups[key],)) if len(spots) > 1 and key in groups else pile


def _joined(piles: list[_Pile]) -> _Pile:
    """Put several piles into one at the mean of their places, weighted by their counts."""
    if len(piles) == 1:
        return piles[0]
    count = sum(pile.count for pile in piles)
    return _Pile(
        x=sum(pile.x * pile.count for pile in piles) / count,
        y=sum(pile.y * pile.count for pile in piles) / count,
        count=count,
        links=tuple(dict.fromkeys(link for pile in piles for link in pile.links)),
        is_hollow=all(pile.is_hollow for pile in piles),
    )


def _thinned(piles: list[_Pile], dots_max: int) -> list[_Pile]:
    """Join the piles in each cell of a grid; the cells grow until few enough piles are left."""
    size, thinned = 4.0, piles
    while len(thinned) > dots_max:
        size *= 1.5
        cells: dict[tuple[int, int], list[_Pile]] = {}
        for pile in piles:
            cells.setdefault((int(pile.x // size), int(pile.y // size)), []).append(pile)
        thinned = [_joined(cell) for cell in cells.values()]
    return thinned


def _untangled(piles: list[_Pile]) -> list[_Pile]:
    """Join a pile to a greater one that would cover its middle, until none is left."""
    kept: list[_Pile] = []
    reached: list[tuple[float, float, float]] = []
    for pile in sorted(piles, key=_greatest_first):
        x, y = pile.x, pile.y
        i = next((i for i, (left, top, far) in enumerate(reached) if hypot(x - left, y - top) < far), None)
        if i is None:
            kept.append(pile)
            reached.append((x, y, pile.radius))
        else:
            kept[i] = joined = _joined([kept[i], pile])
            reached[i] = (joined.x, joined.y, joined.radius)
    return kept if len(kept) == len(piles) else _untangled(kept)


def _dot_of(pile: _Pile, url_of_several: str) -> Dot:
    """Name a pile and move it, if need be, so that no part of its circle is cut off by the frame."""
    labels = list(dict.fromkeys(label for label, _ in pile.links))
    urls = {url for _, url in pile.links}
    x = min(max(pile.x, pile.radius), WIDTH - pile.radius)
    y = min(max(pile.y, pile.radius), HEIGHT - pile.radius)
    return Dot(
        x=round(x, 1),
        y=round(y, 1),
        radius=round(pile.radius, 1),
        label=", ".join(labels[:LABELS_SHOWN]) + (", …" if len(labels) > LABELS_SHOWN else ""),
        url=urls.pop() if len(urls) == 1 else url_of_several,
        count=pile.count,
        is_hollow=pile.is_hollow,
    )
