"""A quadrant: two ratings against each other, each point a numbered thing with its interval on hover and focus."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from modus.web.ui.charts.figure import (
    COLOURS,
    INK,
    PAPER,
    Headline,
    at,
    drawing,
    figure,
    join,
    number,
    percent,
    rule,
    table,
    text,
)

HEIGHT, BELOW = 360, 26


@dataclass(frozen=True)
class Point:
    """One thing: its label, where it lies, how many rated it, and half the width of its intervals."""

    label: str
    x: float
    y: float
    n: int = 0
    x_margin: float = 0
    y_margin: float = 0


@dataclass(frozen=True)
class _Scale:
    low: float
    high: float

    def x(self, value: float) -> float:
        """Give the place in per cent of the width."""
        return 4 + 92 * (value - self.low) / (self.high - self.low)

    def y(self, value: float) -> float:
        """Give the place in pixels from the top."""
        return 16 + (HEIGHT - 32) * (self.high - value) / (self.high - self.low)


def quadrant(
    headline: Headline,
    points: Sequence[Point],
    *,
    axes: tuple[str, str],
    corners: tuple[str, str, str, str] = ("", "", "", ""),
    span: tuple[float, float] = (1, 5),
    middle: float | None = None,
) -> SafeString:
    """Draw points on two equal scales; corners are named from top left clockwise."""
    scale = _Scale(*span)
    parts = [*_ground(scale, axes, corners, sum(span) / 2 if middle is None else middle)]
    parts += [_point(place, point, scale) for place, point in enumerate(points, 1)]
    picture = drawing(headline, "100%", HEIGHT + BELOW, parts)
    # The points take the focus, so the picture is a group of small pictures and not one.
    picture = SafeString(picture.replace('role="img"', 'role="group"', 1))  # safe: the picture was escaped
    names = format_html_join("", "<li>{}</li>", ((point.label,) for point in points))
    rows = [(f"{place}  {p.label}", p.x, p.y, p.n or None) for place, p in enumerate(points, 1)]
    return figure(
        headline,
        picture,
        table(["", axes[0], axes[1], gettext("n")], rows),
        format_html('<ol class="legend legend-numbered">{}</ol>', names),
    )


def _ground(
    scale: _Scale, axes: tuple[str, str], corners: tuple[str, str, str, str], middle: float
) -> Iterator[SafeString]:
    yield format_html('<rect class="plate" width="100%" height="{}" rx="8" fill="#fff"/>', HEIGHT)
    yield rule(percent(scale.x(middle)), 0, percent(scale.x(middle)), HEIGHT, strong=True)
    yield rule("0", scale.y(middle), "100%", scale.y(middle), strong=True)
    places = (
        ("1.5%", 22, "start"),
        ("98.5%", 22, "end"),
        ("98.5%", HEIGHT - 12, "end"),
        ("1.5%", HEIGHT - 12, "start"),
    )
    for words, (x, y, anchor) in zip(corners, places, strict=True):
        if words:
            yield text(x, y, words, anchor=anchor, size=12, quiet=True)
    yield text("100%", HEIGHT + 20, f"{axes[0]} →", anchor="end", size=12, quiet=True)
    yield text("0", HEIGHT + 20, f"↑ {axes[1]}", size=12, quiet=True)


def _point(place: int, point: Point, scale: _Scale) -> SafeString:
    x, y = scale.x(point.x), scale.y(point.y)
    said = _said(point)
    return format_html(
        '<g class="point" tabindex="0" role="img" aria-label="{}"><title>{}</title>{}'
        '<circle class="dot f1 halo" cx="{}" cy="{}" r="12" fill="{}" stroke="{}" stroke-width="1.5"/>'
        '<text class="t-on" x="{}" y="{}" text-anchor="middle" font-size="12" font-weight="600" fill="{}">'
        "{}</text></g>",
        said,
        said,
        _intervals(point, scale),
        percent(x),
        at(y),
        COLOURS[0],
        PAPER,
        percent(x),
        at(y + 4.2),
        PAPER,
        place,
    )


def _intervals(point: Point, scale: _Scale) -> SafeString:
    x, y = scale.x(point.x), scale.y(point.y)
    across = (scale.x(point.x - point.x_margin), y, scale.x(point.x + point.x_margin), y)
    along = (x, scale.y(point.y - point.y_margin), x, scale.y(point.y + point.y_margin))
    return join(
        format_html(
            '<line class="interval ink-line" x1="{}" y1="{}" x2="{}" y2="{}"'
            ' stroke="{}" stroke-width="2" opacity="0"/>',
            percent(x1),
            at(y1),
            percent(x2),
            at(y2),
            INK,
        )
        for (x1, y1, x2, y2), margin in ((across, point.x_margin), (along, point.y_margin))
        if margin
    )


def _said(point: Point) -> str:
    x = f"{number(point.x)} ± {number(point.x_margin)}" if point.x_margin else number(point.x)
    y = f"{number(point.y)} ± {number(point.y_margin)}" if point.y_margin else number(point.y)
    return f"{point.label}: {x}; {y}" + (f"; n = {point.n}" if point.n else "")
