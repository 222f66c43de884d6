"""A radar: several profiles over the same questions."""

from collections.abc import Iterator, Sequence
from math import cos, pi, sin

from django.utils.html import format_html
from django.utils.safestring import SafeString

from modus.web.ui.charts.figure import (
    COLOURS,
    DASHES,
    LINE,
    Headline,
    at,
    drawing,
    figure,
    legend,
    shape,
    table,
    text,
)
from modus.web.ui.charts.lines import Series

WIDTH, HEIGHT, RADIUS = 420, 310, 112
CENTRE = (WIDTH / 2, HEIGHT / 2)


def radar(headline: Headline, axes: Sequence[str], profiles: Sequence[Series], *, maximum: float = 5) -> SafeString:
    """Draw profiles from zero in the middle to the maximum at the rim; needs three axes or more."""
    parts = [*_web(axes)]
    for place, profile in enumerate(profiles):
        parts += _profile(place, profile, maximum)
    picture = drawing(headline, str(WIDTH), HEIGHT, parts, view=f"0 0 {WIDTH} {HEIGHT}")
    rows = [[axis, *(profile.values[i] for profile in profiles)] for i, axis in enumerate(axes)]
    numbers = table(["", *(profile.label for profile in profiles)], rows)
    return figure(headline, picture, numbers, legend([profile.label for profile in profiles], with_dash=True))


def _web(axes: Sequence[str]) -> Iterator[SafeString]:
    for ring in (1, 2, 3, 4):
        points = [_place(i, len(axes), ring / 4) for i in range(len(axes))]
        yield format_html('<polygon class="grid-line" points="{}" fill="none" stroke="{}"/>', _points(points), LINE)
    for i, axis in enumerate(axes):
        x, y = _place(i, len(axes), 1)
        yield format_html(
            '<line class="grid-line" x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}"/>', *map(at, (*CENTRE, x, y)), LINE
        )
        x, y = _place(i, len(axes), 1.12)
        side = "middle" if abs(x - CENTRE[0]) < 12 else "start" if x > CENTRE[0] else "end"
        yield text(at(x), y + 4 + (6 if y > CENTRE[1] + 60 else 0), axis, anchor=side, size=13)


def _profile(place: int, profile: Series, maximum: float) -> Iterator[SafeString]:
    count = len(profile.values)
    points = [_place(i, count, (value or 0) / maximum) for i, value in enumerate(profile.values)]
    yield format_html(
        '<polygon class="f{0} l{0}" points="{1}" fill="{2}" fill-opacity=".1"'
        ' stroke="{2}" stroke-width="2" stroke-dasharray="{3}"/>',
        place % 6 + 1,
        _points(points),
        COLOURS[place % 6],
        DASHES[place % 6],
    )
    for x, y in points:
        yield shape(place, at(x), at(y))


def _place(i: int, count: int, share: float) -> tuple[float, float]:
    angle = 2 * pi * i / count - pi / 2
    return CENTRE[0] + RADIUS * share * cos(angle), CENTRE[1] + RADIUS * share * sin(angle)


def _points(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{at(x)},{at(y)}" for x, y in places)
