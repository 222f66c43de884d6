"""A network: who is tied to whom; the size of a mark is the number of its ties."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, pi, sin, sqrt

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from modus.web.ui.charts.figure import (
    AXIS,
    COLOURS,
    PAPER,
    SHAPES,
    Headline,
    at,
    drawing,
    figure,
    legend,
    scrolled,
    table,
    text,
)

WIDTH, HEIGHT, MARGIN = 640, 400, 44
NAMED = 10


@dataclass(frozen=True)
class Node:
    """One member: key, label, the place of its group in the legend, and where it lies (0 to 1), if that is known."""

    key: str
    label: str
    group: int = 0
    x: float | None = None
    y: float | None = None


@dataclass(frozen=True)
class Edge:
    """A tie between two nodes, by their keys, with its strength."""

    first: str
    second: str
    strength: float = 1


def network(headline: Headline, nodes: Sequence[Node], edges: Sequence[Edge], groups: Sequence[str] = ()) -> SafeString:
    """Draw nodes where they lie, or on a ring; the best tied ones carry their names."""
    ties = Counter(key for edge in edges for key in (edge.first, edge.second))
    places = {node.key: _place(node, i, len(nodes)) for i, node in enumerate(nodes)}
    named = {key for key, _ in ties.most_common(NAMED)}
    parts = [_edge(edge, places) for edge in edges if edge.first in places and edge.second in places]
    for node in nodes:
        parts += _node(node, places[node.key], ties[node.key], node.key in named)
    picture = drawing(headline, str(WIDTH), HEIGHT, parts, view=f"0 0 {WIDTH} {HEIGHT}")
    rows = sorted(((node.label, ties[node.key]) for node in nodes), key=lambda row: -row[1])
    return figure(headline, scrolled(headline, picture), table(["", gettext("Ties")], rows), legend(groups))


def _place(node: Node, i: int, count: int) -> tuple[float, float]:
    if node.x is not None and node.y is not None:
        return MARGIN + node.x * (WIDTH - 2 * MARGIN), MARGIN + node.y * (HEIGHT - 2 * MARGIN)
    angle = 2 * pi * i / max(1, count) - pi / 2
    return WIDTH / 2 + (WIDTH / 2 - 90) * cos(angle), HEIGHT / 2 + (HEIGHT / 2 - MARGIN) * sin(angle)


def _edge(edge: Edge, places: dict[str, tuple[float, float]]) -> SafeString:
    (x1, y1), (x2, y2) = places[edge.first], places[edge.second]
    return format_html(
        '<line class="axis" x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="{}" stroke-opacity=".45"/>',
        *map(at, (x1, y1, x2, y2)),
        AXIS,
        at(min(5, 0.8 + edge.strength / 2)),
    )


def _node(node: Node, place: tuple[float, float], ties: int, is_named: bool) -> Iterator[SafeString]:
    x, y = place
    group = node.group % 6
    yield format_html(
        '<g transform="translate({} {}) scale({})"><title>{}</title>'
        '<path class="f{} halo" d="{}" fill="{}" stroke="{}"/></g>',
        at(x),
        at(y),
        at(0.9 + sqrt(ties) / 3),
        f"{node.label}: {ties}",
        group + 1,
        SHAPES[group],
        COLOURS[group],
        PAPER,
    )
    if is_named:
        right = x > WIDTH - 130
        offset = 9 + 2 * sqrt(ties)
        yield text(
            at(x - offset if right else x + offset), y + 4, node.label, anchor="end" if right else "start", size=12
        )
