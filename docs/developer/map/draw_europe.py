"""Draw the land of Europe as an SVG that serves as a CSS mask: land is opaque, sea and borders are not.

Usage: PYTHONPATH=src python docs/developer/map/draw_europe.py countries-50m.json [europe.svg]

The input is Natural Earth (public domain) as TopoJSON, object `countries`, as in the npm package world-atlas.
Countries without regions in our reference data are fainter. Borders follow the data but for two lines that the
European Union does not recognise: Crimea belongs to Ukraine and the north of Cyprus to Cyprus.

TopoJSON format 1.0: github.com/topojson/topojson-specification. Simplification by the area of triangles:
M. Visvalingam and J. D. Whyatt, Line generalisation by repeated elimination of points, 1993,
doi:10.1179/000870493786962263. Clipping: I. E. Sutherland and G. W. Hodgman, Reentrant polygon clipping, 1974,
doi:10.1145/360767.360802.
"""

import gzip
import heapq
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from modus.web.ui.map import HEIGHT, WIDTH, plane, project

Point = tuple[float, float]
Ring = list[Point]

PACKAGE = Path(__file__).resolve().parents[3] / "src" / "modus"
# Points that take away less than this area, and islands smaller than the other one, in square units (33 km² each).
POINT_AREA, ISLAND_AREA = 4.5, 4.0
# Land is cut a little outside the frame, so that the cut itself is never stroked.
MARGIN = 4.0
BORDER_WIDTH = 0.9
FAINT = "#777"
PER_UNIT = 10

CRIMEA = (45.2, 34.2)
# ISO 3166-1 numeric codes of the countries with regions or towns in the reference data.
EUROPE = set(
    """008 020 040 051 056 070 100 191 196 203 208 233 234 246 248 250 268 276 300 348 352 372 380 428 438 440 442
    470 492 498 499 528 578 616 620 642 674 688 703 705 724 752 756 792 804 807 826 831 832 833""".split()  # noqa: SIM905
)


class Topology:
    """The decoded file: arcs on the picture, simplified, and the countries made of them."""

    def __init__(self, path: Path) -> None:
        """Read, decode, project and simplify."""
        data = json.loads(path.read_text(encoding="utf-8"))
        self.countries = data["objects"]["countries"]["geometries"]
        arcs = [decoded(arc, data["transform"]) for arc in data["arcs"]]
        self.arcs = [simplified(arc) for arc in arcs]

    def arc(self, number: int) -> Ring:
        """Give an arc; the complement of a number means the arc backwards."""
        return self.arcs[number] if number >= 0 else self.arcs[~number][::-1]

    def points(self, numbers: list[int]) -> Ring:
        """Join arcs to a ring without its closing point."""
        return [point for number in numbers for point in self.arc(number)[:-1]]


def decoded(arc: list[list[int]], transform: dict[str, list[float]]) -> Ring:
    """Undo the delta encoding and the quantisation, and project."""
    (kx, ky), (dx, dy) = transform["scale"], transform["translate"]
    x = y = 0
    points = []
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        points.append(plane(max(-89.99, y * ky + dy), x * kx + dx))
    return points


def area_of(ring: Ring) -> float:
    """Give the signed area of a ring by the shoelace formula."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True)) / 2


def simplified(line: Ring) -> Ring:
    """Take away the point with the least triangle until every triangle is large enough; the ends stay."""
    before, after = list(range(-1, len(line) - 1)), list(range(1, len(line) + 1))
    heap = [(triangle(line, i - 1, i, i + 1), i) for i in range(1, len(line) - 1)]
    area = {i: a for a, i in heap}
    heapq.heapify(heap)
    while heap:
        least, i = heapq.heappop(heap)
        if area.get(i) != least:
            continue
        if least >= POINT_AREA:
            break
        del area[i]
        after[before[i]], before[after[i]] = after[i], before[i]
        for k in (before[i], after[i]):
            if k in area:
                area[k] = max(least, triangle(line, before[k], k, after[k]))
                heapq.heappush(heap, (area[k], k))
    return [point for i, point in enumerate(line) if i in area or i in (0, len(line) - 1)]


def triangle(line: Ring, i: int, j: int, k: int) -> float:
    """Give the area of the triangle of three points."""
    return abs(area_of([line[i], line[j], line[k]]))


def rings_of(geometry: dict) -> list[list[int]]:
    """Give all rings of a country, outer and inner, as lists of arc numbers."""
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    return [ring for polygon in polygons for ring in polygon]


def contains(ring: Ring, point: Point) -> bool:
    """Say whether a point lies in a ring: count the edges to its right."""
    x, y = point
    crossings = 0
    for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
            crossings += 1
    return crossings % 2 == 1


def dissolved(rings: list[list[int]]) -> list[list[int]]:
    """Drop the arcs that two of the rings share and tie what is left into rings again, by the ends of the arcs."""
    used = {number for ring in rings for number in ring}
    shared = {number for number in used if ~number in used}
    return [ring for ring in rings if not shared & set(ring)] + tied([r for r in rings if shared & set(r)], shared)


def tied(rings: list[list[int]], shared: set[int]) -> list[list[int]]:
    """Walk along the touching rings; where a shared arc begins, change over to the ring on its other side."""
    follower = {a: b for ring in rings for a, b in zip(ring, ring[1:] + ring[:1], strict=True)}
    left = [number for number in follower if number not in shared]
    result = []
    while left:
        ring, number = [], left[0]
        while number not in ring:
            ring.append(number)
            left.remove(number)
            number = follower[number]
            while number in shared:
                number = follower[~number]
        result.append(ring)
    return result


def countries(topology: Topology) -> Iterator[tuple[bool, list[Ring]]]:
    """Give each country as rings, and whether it is one of ours, after the two corrections of the borders."""
    rings = {shape["properties"]["name"]: rings_of(shape) for shape in topology.countries}
    spot = project(*CRIMEA)
    crimea = [ring for ring in rings["Russia"] if spot and contains(topology.points(ring), spot)]
    rings["Russia"] = [ring for ring in rings["Russia"] if ring not in crimea]
    rings["Ukraine"] = dissolved(rings["Ukraine"] + crimea)
    rings["Cyprus"] = dissolved(rings["Cyprus"] + rings.pop("N. Cyprus"))
    # Its edge would be a splinter in the corner.
    del rings["Greenland"]
    codes = {shape["properties"]["name"]: shape.get("id") for shape in topology.countries}
    for name, numbers in rings.items():
        yield codes[name] in EUROPE or name == "Kosovo", [topology.points(ring) for ring in numbers]


def clipped(ring: Ring) -> Ring:
    """Cut a ring at the four sides of the frame, one after the other."""
    for axis, limit, sign in ((0, -MARGIN, 1), (0, WIDTH + MARGIN, -1), (1, -MARGIN, 1), (1, HEIGHT + MARGIN, -1)):
        ring = clipped_at(ring, lambda p, a=axis, m=limit, s=sign: s * (p[a] - m))
    return ring


def clipped_at(ring: Ring, inside: Callable[[Point], float]) -> Ring:
    """Keep what has a distance of at least 0 from one side."""
    kept: Ring = []
    for a, b in zip(ring[-1:] + ring[:-1], ring, strict=True):
        da, db = inside(a), inside(b)
        if (da >= 0) != (db >= 0):
            part = da / (da - db)
            kept.append((a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])))
        if db >= 0:
            kept.append(b)
    return kept


def path_of(ring: Ring) -> str:
    """Write a ring as a path with relative steps in tenths of a unit."""
    rounded = [(round(x * PER_UNIT), round(y * PER_UNIT)) for x, y in ring]
    (x, y), *rest = rounded
    text = f"M{x} {y}l"
    for next_x, next_y in rest:
        if (next_x, next_y) != (x, y):
            step = f"{next_x - x} {next_y - y}".replace(" -", "-")
            text += step if text[-1] == "l" or step[0] == "-" else f" {step}"
            x, y = next_x, next_y
    return text + "z"


def svg_of(topology: Topology) -> str:
    """Draw the faint countries, then ours; a black stroke in the mask cuts the borders."""
    paths: dict[bool, list[str]] = defaultdict(list)
    for is_ours, rings in countries(topology):
        cut = [ring for ring in map(clipped, rings) if len(ring) > 2 and abs(area_of(ring)) >= ISLAND_AREA]
        if cut:
            paths[is_ours].append(f'<path d="{"".join(map(path_of, cut))}"/>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        '<mask id="m" maskUnits="userSpaceOnUse" x="0" y="0" width="100%" height="100%">'
        f'<g transform="scale({1 / PER_UNIT})" fill="{FAINT}" stroke="#000" stroke-width="{BORDER_WIDTH * PER_UNIT}" '
        f'stroke-linejoin="round">{"".join(paths[False])}<g fill="#fff">{"".join(paths[True])}</g></g></mask>'
        f'<path mask="url(#m)" d="M0 0h{WIDTH}v{HEIGHT}H0z"/></svg>\n'
    )


def main(source: Path, target: Path) -> None:
    """Draw and say how large the file is."""
    svg = svg_of(Topology(source))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(svg, encoding="utf-8")
    print(f"{target.name}: {len(svg.encode())} bytes, {len(gzip.compress(svg.encode(), 9))} gzipped")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else PACKAGE / "web/static/map/europe.svg")
