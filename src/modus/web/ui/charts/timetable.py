"""A timetable as a grid: slots down, tables across, who meets whom in the cells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from modus.web.ui.charts.figure import AXIS, COLOURS, LINE, Headline, drawing, figure, scrolled, table, text

CELL_WIDTH, CELL_HEIGHT, LEFT, ABOVE = 132, 60, 64, 28
LONGEST = 16


@dataclass(frozen=True)
class Appointment:
    """Who meets whom: slot and table counted from 0, two names, and a mark such as "locked" or "moved"."""

    slot: int
    table: int
    first: str
    second: str
    mark: str = ""


def timetable(
    headline: Headline, slots: Sequence[str], tables: Sequence[str], appointments: Sequence[Appointment]
) -> SafeString:
    """Draw the grid at its natural size; a narrow window scrolls it."""
    parts = [*_grid(slots, tables)]
    for appointment in appointments:
        parts += _cell(appointment)
    width, height = LEFT + CELL_WIDTH * len(tables), ABOVE + CELL_HEIGHT * len(slots)
    picture = scrolled(headline, drawing(headline, str(width), height, parts, view=f"0 0 {width} {height}"))
    return figure(headline, picture, _numbers(slots, tables, appointments))


def _grid(slots: Sequence[str], tables: Sequence[str]) -> Iterator[SafeString]:
    for place, name in enumerate(tables):
        yield text(str(LEFT + place * CELL_WIDTH + 4), 18, name, size=12, quiet=True)
    for place, name in enumerate(slots):
        y = ABOVE + place * CELL_HEIGHT
        yield text("0", y + 26, name, size=12, quiet=True)
        yield format_html(
            '<line class="grid-line" x1="0" x2="{}" y1="{}" y2="{}" stroke="{}"/>',
            LEFT + CELL_WIDTH * len(tables),
            y,
            y,
            LINE,
        )


def _cell(appointment: Appointment) -> Iterator[SafeString]:
    x, y = LEFT + appointment.table * CELL_WIDTH, ABOVE + appointment.slot * CELL_HEIGHT
    yield format_html(
        '<rect class="plate cell-edge" x="{}" y="{}" width="{}" height="{}" rx="5" fill="#fff" stroke="{}"/>',
        x + 2,
        y + 3,
        CELL_WIDTH - 6,
        CELL_HEIGHT - 6,
        AXIS,
    )
    colour = 1 if appointment.mark else 0
    yield format_html(
        '<rect class="f{}" x="{}" y="{}" width="4" height="{}" fill="{}"/>',
        colour + 1,
        x + 2,
        y + 3,
        CELL_HEIGHT - 6,
        COLOURS[colour],
    )
    yield text(str(x + 12), y + 19, _short(appointment.first), size=12)
    yield text(str(x + 12), y + 34, _short(appointment.second), size=12)
    if appointment.mark:
        yield text(str(x + 12), y + 49, _short(appointment.mark), size=11, quiet=True)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}…"


def _numbers(slots: Sequence[str], tables: Sequence[str], appointments: Sequence[Appointment]) -> SafeString:
    cells = {(one.slot, one.table): " – ".join((one.first, one.second)) for one in appointments}
    rows = [[slot, *(cells.get((i, j), "") for j in range(len(tables)))] for i, slot in enumerate(slots)]
    return table(["", *tables], rows)
