"""Horizontal bars: the words above the bar, the value at its end, perhaps an interval and a mark to compare with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from modus.web.ui.charts.figure import (
    COLOURS,
    INK,
    LINE,
    PAPER,
    Headline,
    drawing,
    figure,
    number,
    percent,
    round_top,
    table,
    text,
)

ROW = 44


@dataclass(frozen=True)
class Bar:
    """One bar: label, value, a note beside the value (its n), an interval, and a colour from 1 to 6."""

    label: str
    value: float
    note: str = ""
    low: float | None = None
    high: float | None = None
    colour: int = 1


def bars(
    headline: Headline, items: Sequence[Bar], *, maximum: float | None = None, mark: float | None = None
) -> SafeString:
    """Draw bars in the given order; `mark` is a value that all are compared with."""
    top = maximum or round_top(max([bar.high or bar.value for bar in items], default=1))
    parts = [part for row, bar in enumerate(items) for part in _bar(bar, row * ROW, top)]
    if mark is not None:
        parts.append(_upright(mark / top * 100, len(items) * ROW))
    picture = drawing(headline, "100%", max(1, len(items)) * ROW, parts)
    return figure(headline, picture, _numbers(items))


def _bar(bar: Bar, y: float, top: float) -> Iterator[SafeString]:
    colour = (bar.colour - 1) % 6
    yield text("0", y + 16, bar.label, size=14)
    said = f"{number(bar.value)} · {bar.note}" if bar.note else number(bar.value)
    yield text("100%", y + 16, said, anchor="end", size=14)
    yield format_html('<rect class="soft" x="0" y="{}" width="100%" height="10" rx="3" fill="{}"/>', y + 24, LINE)
    yield format_html(
        '<rect class="f{}" x="0" y="{}" width="{}" height="10" rx="3" fill="{}"/>',
        colour + 1,
        y + 24,
        percent(max(0, bar.value) / top * 100),
        COLOURS[colour],
    )
    if bar.low is not None and bar.high is not None:
        # A casing in the colour of the paper keeps the interval visible on the bar.
        yield _interval(bar, y + 29, top, "halo", PAPER, 5)
        yield _interval(bar, y + 29, top, "ink-line", INK, 2)


def _interval(bar: Bar, y: float, top: float, name: str, colour: str, width: int) -> SafeString:
    ends = percent((bar.low or 0) / top * 100), percent((bar.high or 0) / top * 100)
    return format_html(
        '<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}" stroke="{}" stroke-width="{}"/>',
        *(name, *ends, y, y, colour, width),
    )


def _upright(place: float, height: float) -> SafeString:
    return format_html(
        '<line class="ink-line" x1="{0}" x2="{0}" y1="18" y2="{1}" stroke="{2}" stroke-dasharray="3 3"/>',
        percent(place),
        height,
        INK,
    )


def _numbers(items: Sequence[Bar]) -> SafeString:
    if any(bar.low is not None for bar in items):
        headings = ["", gettext("Value"), gettext("From"), gettext("To"), gettext("Note")]
        return table(headings, [(bar.label, bar.value, bar.low, bar.high, bar.note) for bar in items])
    return table(["", gettext("Value"), gettext("Note")], [(bar.label, bar.value, bar.note) for bar in items])
