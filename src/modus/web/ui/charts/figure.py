"""What all charts share: the figure with its finding, the colours with their shapes, and the table of numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

# Attributes for mail and paper; in a page the classes of css/charts.css stand above them and follow the theme.
COLOURS = ("#0b5563", "#c2767b", "#742a9b", "#469e38", "#6c432a", "#7889b5")
DASHES = ("", "7 4", "2 4", "9 3 2 3", "5 2", "1 5")
INK, QUIET, LINE, AXIS, PAPER = "#1a2428", "#58646a", "#e2e0d8", "#838c8d", "#faf9f6"
# Paths around the origin: disc, square, triangle, diamond, cross, and a triangle on its head.
SHAPES = (
    "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0",
    "M-4.5-4.5h9v9h-9z",
    "M0-5.5 5.5 4.5h-11z",
    "M0-6 6 0 0 6-6 0z",
    "M-2-5.5h4v3.5h3.5v4h-3.5v3.5h-4v-3.5h-3.5v-4h3.5z",
    "M0 5.5-5.5-4.5h11z",
)


NOTHING = SafeString("")


@dataclass(frozen=True)
class Headline:
    """What a chart says: the finding in a sentence, the unit with the period, and how many stand behind it."""

    finding: str
    unit: str
    n: str = ""


def figure(headline: Headline, drawing: SafeString, table: SafeString, legend: SafeString = NOTHING) -> SafeString:
    """Put a drawing under its finding and its numbers one click away."""
    return format_html(
        '<figure class="chart"><figcaption><strong>{}</strong><span>{}</span></figcaption>{}{}'
        '<details><summary>{}</summary><div class="scroll" tabindex="0" role="region" aria-label="{}">{}</div>'
        "</details></figure>",
        headline.finding,
        _unit_and_n(headline),
        drawing,
        legend,
        gettext("Show the numbers"),
        gettext("Numbers: %(finding)s") % {"finding": headline.finding},
        table,
    )


def drawing(headline: Headline, width: str, height: int, parts: Iterable[SafeString], view: str = "") -> SafeString:
    """Open a picture that a screen reader reads as one sentence; `view` is a viewBox if it shall scale."""
    said = ". ".join(part for part in (headline.finding, _unit_and_n(headline)) if part)
    box = format_html(' viewBox="{}"', view) if view else ""
    return format_html(
        '<svg role="img" aria-label="{}" width="{}" height="{}"{} xmlns="http://www.w3.org/2000/svg">'
        "<title>{}</title>{}</svg>",
        said,
        width,
        height,
        box,
        said,
        join(parts),
    )


def scrolled(headline: Headline, picture: SafeString) -> SafeString:
    """Keep a picture at its natural size and let a narrow window scroll it."""
    return format_html(
        '<div class="chart-scroll" tabindex="0" role="region" aria-label="{}">{}</div>', headline.finding, picture
    )


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> SafeString:
    """Write the numbers of a chart as a table; the first column names the row."""
    head = join(_heading(place, words) for place, words in enumerate(headings))
    body = join(
        format_html(
            '<tr><th scope="row">{}</th>{}</tr>',
            row[0],
            format_html_join("", '<td class="num">{}</td>', ((number(cell),) for cell in row[1:])),
        )
        for row in rows
    )
    return format_html(
        '<table class="table table-plain"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>', head, body
    )


def legend(labels: Sequence[str], with_dash: bool = False) -> SafeString:
    """Name the colours, each with its shape (and its dash)."""
    if len(labels) < 2:
        return NOTHING
    items = format_html_join(
        "", "<li>{}{}</li>", ((_key(place, with_dash), label) for place, label in enumerate(labels))
    )
    return format_html('<ul class="legend">{}</ul>', items)


def shape(place: int, x: str = "0", y: str = "0") -> SafeString:
    """Draw the shape of a series at a place given in any unit."""
    return format_html(
        '<svg x="{}" y="{}" overflow="visible">'
        '<path class="f{} halo" d="{}" fill="{}" stroke="{}" stroke-width="1.5"/></svg>',
        x,
        y,
        place % 6 + 1,
        SHAPES[place % 6],
        COLOURS[place % 6],
        PAPER,
    )


def text(x: str, y: float, words: object, *, anchor: str = "start", size: int = 13, quiet: bool = False) -> SafeString:
    """Write words into a picture."""
    return format_html(
        '<text class="{}" x="{}" y="{}" text-anchor="{}" font-size="{}" fill="{}">{}</text>',
        "t-quiet" if quiet else "t-ink",
        x,
        at(y),
        anchor,
        size,
        QUIET if quiet else INK,
        words,
    )


def rule(x1: str, y1: float, x2: str, y2: float, strong: bool = False) -> SafeString:
    """Draw a line of the grid or an axis."""
    return format_html(
        '<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}"/>',
        "axis" if strong else "grid-line",
        x1,
        at(y1),
        x2,
        at(y2),
        AXIS if strong else LINE,
    )


def at(value: float) -> str:
    """Write a coordinate with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def percent(value: float) -> str:
    """Write a coordinate in per cent of the picture's width."""
    return f"{at(value)}%"


def number(value: object) -> str:
    """Write a number for people, whole if it is whole; a missing one as a dash; words as they are."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return number_format(round(value, 2) if value % 1 else int(value), use_l10n=True)
    return number_format(value, use_l10n=True) if isinstance(value, int) else str(value)


def join(parts: Iterable[SafeString]) -> SafeString:
    """Put safe parts together."""
    return mark_safe("".join(parts))  # noqa: S308  every part was escaped when it was made


def round_top(highest: float) -> float:
    """Give the next round number above, so that an axis ends on a figure one can say."""
    if highest <= 0:
        return 1
    magnitude = 10 ** (len(str(int(highest))) - 1) if highest >= 1 else 0.1
    return next(step * magnitude for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 20) if step * magnitude >= highest)


def _unit_and_n(headline: Headline) -> str:
    return " · ".join(part for part in (headline.unit, headline.n) if part)


def _heading(place: int, words: str) -> SafeString:
    if not words:
        return SafeString("<td></td>")
    return format_html('<th scope="col" class="{}">{}</th>', "num" if place else "", words)


def _key(place: int, with_dash: bool) -> SafeString:
    dash = format_html(
        '<line class="l{}" x1="0" y1="7" x2="28" y2="7" stroke="{}" stroke-width="2" stroke-dasharray="{}"/>',
        place % 6 + 1,
        COLOURS[place % 6],
        DASHES[place % 6],
    )
    return format_html(
        '<svg width="28" height="14" aria-hidden="true">{}{}</svg>', dash if with_dash else "", shape(place, "14", "7")
    )
