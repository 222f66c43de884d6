"""Lines over time, each perhaps with a band of uncertainty, and the small line beside a figure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from modus.web.ui.charts.figure import (
    COLOURS,
    DASHES,
    Headline,
    at,
    drawing,
    figure,
    join,
    legend,
    number,
    percent,
    round_top,
    rule,
    shape,
    table,
    text,
)

HEIGHT, ABOVE, BELOW = 220, 16, 28
LEFT, WIDTH = 9.0, 88.0  # per cent of the picture


@dataclass(frozen=True)
class Series:
    """A line: its label, one value per place on the axis (None where nothing was measured), perhaps a band."""

    label: str
    values: Sequence[float | None]
    low: Sequence[float] = ()
    high: Sequence[float] = ()


def lines(headline: Headline, labels: Sequence[str], series: Sequence[Series]) -> SafeString:
    """Draw lines from zero over equally spaced places."""
    highest = [value for line in series for value in (*line.values, *line.high) if value is not None]
    top = round_top(max(highest, default=1))
    parts = [*_grid(labels, top)]
    for place, line in enumerate(series):
        parts += _line(place, line, top)
    picture = drawing(headline, "100%", HEIGHT + ABOVE + BELOW, parts)
    return figure(headline, picture, _numbers(labels, series), legend([line.label for line in series], with_dash=True))


def sparkline(values: Sequence[float], label: str) -> SafeString:
    """Draw the course of a figure in one small line that ends in a dot."""
    low, high = min(values, default=0), max(values, default=0)
    span = (high - low) or 1
    places = [(2 + 94 * i / max(1, len(values) - 1), 28 - 24 * (value - low) / span) for i, value in enumerate(values)]
    if not places:
        return SafeString("")
    return format_html(
        '<svg class="spark" role="img" aria-label="{}" width="100%" height="32"><title>{}</title>'
        '<svg width="100%" height="32" viewBox="0 0 100 32" preserveAspectRatio="none"><polyline class="l1" points="{}"'
        ' fill="none" stroke="{}" stroke-width="1.75" vector-effect="non-scaling-stroke"/></svg>'
        '<circle class="f1" cx="{}" cy="{}" r="3" fill="{}"/></svg>',
        label,
        label,
        _points(places),
        COLOURS[0],
        percent(places[-1][0]),
        at(places[-1][1]),
        COLOURS[0],
    )


def _grid(labels: Sequence[str], top: float) -> Iterator[SafeString]:
    for quarter in range(5):
        y = ABOVE + HEIGHT - HEIGHT * quarter / 4
        yield rule("0", y, "100%", y, strong=quarter == 0)
        yield text("0", y - 4, number(top * quarter / 4), size=12, quiet=True)
    every = max(1, -(-len(labels) // 6))
    last = len(labels) - 1
    for place in range(0, len(labels), every):
        x, anchor = ("100%", "end") if place == last else (percent(_x(place, len(labels))), "middle")
        yield text(x, ABOVE + HEIGHT + 20, labels[place], anchor=anchor, size=12, quiet=True)


def _line(place: int, line: Series, top: float) -> Iterator[SafeString]:
    count = len(line.values)
    if line.low and line.high:
        edge = [(100 * i / max(1, count - 1), _y(value, top)) for i, value in enumerate(line.high)]
        back = [(100 * i / max(1, count - 1), _y(value, top)) for i, value in enumerate(line.low)]
        band = format_html(
            '<polygon class="f{}" points="{}" fill="{}" fill-opacity=".16"/>',
            place % 6 + 1,
            _points([*edge, *reversed(back)]),
            COLOURS[place % 6],
        )
        yield _stretched(band)
    yield _stretched(join(_strokes(place, line, top)))
    for i, value in enumerate(line.values):
        if value is not None:
            yield shape(place, percent(_x(i, count)), at(ABOVE + _y(value, top)))


def _strokes(place: int, line: Series, top: float) -> Iterator[SafeString]:
    """Draw one stroke for each run of measured values: a gap stays a gap."""
    run: list[tuple[float, float]] = []
    for i, value in enumerate([*line.values, None]):
        if value is not None:
            run.append((100 * i / max(1, len(line.values) - 1), _y(value, top)))
        elif run:
            yield format_html(
                '<polyline class="l{}" points="{}" fill="none" stroke="{}" stroke-width="2" stroke-dasharray="{}"'
                ' vector-effect="non-scaling-stroke"/>',
                place % 6 + 1,
                _points(run),
                COLOURS[place % 6],
                DASHES[place % 6],
            )
            run = []


def _stretched(inside: SafeString) -> SafeString:
    return format_html(
        '<svg x="{}" y="{}" width="{}" height="{}" viewBox="0 0 100 {}" preserveAspectRatio="none" overflow="visible">'
        "{}</svg>",
        percent(LEFT),
        ABOVE,
        percent(WIDTH),
        HEIGHT,
        HEIGHT,
        inside,
    )


def _x(place: int, count: int) -> float:
    return LEFT + WIDTH * place / max(1, count - 1)


def _y(value: float, top: float) -> float:
    return HEIGHT - HEIGHT * value / top


def _points(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{at(x)},{at(y)}" for x, y in places)


def _numbers(labels: Sequence[str], series: Sequence[Series]) -> SafeString:
    headings = [""]
    for line in series:
        headings += [line.label, gettext("From"), gettext("To")] if line.low else [line.label]
    return table(headings, [_row(label, i, series) for i, label in enumerate(labels)])


def _row(label: str, place: int, series: Sequence[Series]) -> list[object]:
    row: list[object] = [label]
    for line in series:
        row.append(line.values[place])
        if line.low:
            row += [line.low[place], line.high[place]]
    return row
