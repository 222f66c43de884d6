"""Writes problems and timetables as text: CSV, JSON, and a page with the grid of everybody's meetings."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from enum import Enum
from html import escape
from typing import Any

from modus.algorithms.timetable.problem import Goal, Interest, Problem, Timetable
from modus.algorithms.timetable.reading import INTERESTS

# A cell that begins with one of these would be calculated by a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def problem_to_json(problem: Problem) -> str:
    """The problem as JSON that `read_json` reads."""
    return json.dumps(_plain(asdict(problem)), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def timetable_to_json(timetable: Timetable) -> str:
    """The timetable as JSON that `read_timetable` reads."""
    return json.dumps(_plain(asdict(timetable)), ensure_ascii=False, indent=1) + "\n"


def timetable_to_csv(problem: Problem, timetable: Timetable) -> str:
    """A row for each request: slot, day and table where it is held, else the reason and what would let it in."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("request", "people", "day", "slot", "table", "reason", "displaces", "relaxation"))
    left = {one.request: one for one in timetable.left_out}
    for request in problem.requests:
        row = [request.id, " ".join(request.people)]
        if (held := timetable.by_request.get(request.id)) is not None:
            day = problem.slots[problem.position[held.slot]].day
            row += [day, held.slot, held.table or "", "", "", ""]
        elif (out_of := left.get(request.id)) is not None:
            displaces = "" if out_of.displaces is None else str(out_of.displaces)
            row += ["", "", "", out_of.reason, displaces, out_of.relaxation]
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in row])
    return out.getvalue()


def timetable_to_html(problem: Problem, timetable: Timetable) -> str:
    """A page with a row for each participant and a column for each slot, and the requests that are left out."""
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
            "<title>Timetable</title><style>",
            # The colours of whoever reads it, light or dark; on paper nothing is hidden behind a scroll bar.
            ":root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}body{margin:1.5rem}",
            "table{border-collapse:collapse}caption{text-align:left;font-weight:bold;padding:.75rem 0 .25rem}",
            "th,td{border:1px solid #8886;padding:.3rem .5rem;text-align:left;vertical-align:top}",
            ".wide{overflow-x:auto}.wide th[scope=row]{position:sticky;left:0;background:Canvas}",
            ".away,.table{opacity:.75}.table{display:block;font-size:.85em}",
            "@media print{.wide{overflow:visible}body{margin:0}}",
            "</style></head><body><main><h1>Timetable</h1>",
            f"<p>{escape(summary(timetable))}</p>",
            _grid(problem, timetable),
            _left_out(problem, timetable),
            "</main></body></html>",
            "",
        ]
    )


def summary(timetable: Timetable) -> str:
    """What the timetable is worth and what is known of it, in a sentence."""
    score, gap = timetable.score, timetable.gap
    proved = f" in {', then '.join(timetable.proved)}" if timetable.proved else ""
    # With a price for breaks the best has fewer points than there can be.
    is_best = Goal.INTEREST in timetable.proved
    within = f", at most {gap:.3%} below the best there can be" if gap and not is_best else ""
    return (
        f"{len(timetable.appointments)} meetings held, {len(timetable.left_out)} requests left out; "
        f"{score.interest} points{within}; {score.breaks} breaks; "
        f"nobody has fewer than {score.least_meetings} meetings; {timetable.status}{proved}."
    )


def _grid(problem: Problem, timetable: Timetable) -> str:
    at = {(person, one.slot): one for one in timetable.appointments for person in problem.request[one.request].people}
    heads = "".join(f'<th scope="col">{escape(" ".join((slot.day, slot.id)).strip())}</th>' for slot in problem.slots)
    rows = []
    for person in problem.participants:
        cells = []
        for slot in problem.slots:
            held = at.get((person.id, slot.id))
            if held is not None:
                others = ", ".join(one for one in problem.request[held.request].people if one != person.id)
                cells.append(f'<td>{escape(others)}<span class="table">{escape(held.table or "online")}</span></td>')
            else:
                away = '<span class="away">away</span>' if slot.id in person.unavailable else ""
                cells.append(f"<td>{away}</td>")
        rows.append(f'<tr><th scope="row">{escape(person.id)}</th>{"".join(cells)}</tr>')
    table = f'<table><caption>Meetings</caption><tr><th scope="col">Participant</th>{heads}</tr>{"".join(rows)}</table>'
    return f'<div class="wide" role="region" aria-label="Meetings" tabindex="0">{table}</div>'


def _left_out(problem: Problem, timetable: Timetable) -> str:
    rows = [
        f"<tr><td>{escape(', '.join(problem.request[one.request].people))}</td>"
        f"<td>{escape(one.reason)}</td><td>{escape(one.relaxation)}</td></tr>"
        for one in timetable.left_out
    ]
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("People", "Why", "What would let it in"))
    return f"<table><caption>Left out</caption><tr>{heads}</tr>{''.join(rows)}</table>" if rows else ""


def _plain(value: Any) -> Any:
    """Data of JSON alone: sets become sorted lists, interests their names."""
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, frozenset):
        return sorted((_plain(one) for one in value), key=str)
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, Interest):
        return next(name for name, interest in INTERESTS.items() if interest is value)
    if is_dataclass(value) or not isinstance(value, Enum):
        return value
    return value.value
