"""Puts meetings at tables and makes a verified timetable of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from modus.algorithms.timetable.explain import left_out
from modus.algorithms.timetable.problem import (
    Appointment,
    Goal,
    Problem,
    Score,
    Slot,
    Status,
    Table,
    Timetable,
)
from modus.algorithms.timetable.reasons import Situation
from modus.algorithms.timetable.score import breaks_in, score_of
from modus.algorithms.timetable.verify import verified

if TYPE_CHECKING:
    # It brings numpy, which takes longer to load than an easy proof takes altogether.
    from modus.algorithms.timetable.model import Model


class NoTable(ValueError):
    """More meetings in a slot than tables that suit them."""


def seated(
    problem: Problem,
    slots: Mapping[str, str],
    *,
    tables: Mapping[str, str] | None = None,
    sites: Mapping[str, str] | None = None,
) -> tuple[Appointment, ...]:
    """Give each meeting a table.

    Parameters: `slots`, the slot id by request id; `tables`, tables to keep where they are still to be had (those of
    locks are kept in any case); `sites`, the only site for a request, where buffers between sites have to be kept.
    Returns: appointments in the order of slots, then of requests. Meetings that need a quiet table choose first,
    the others take a quiet one last; where everybody is online there is no table.
    Raises: NoTable when the tables of a slot do not suffice.
    Cost: grows with meetings and open tables; 10,000 meetings in about 20 ms.
    """
    kept = dict(tables or {}) | {lock.request: lock.table for lock in problem.locks if lock.table}
    by_slot: defaultdict[str, list[str]] = defaultdict(list)
    for request, slot_id in slots.items():
        by_slot[slot_id].append(request)
    order = {one.id: place for place, one in enumerate(problem.requests)}
    found: list[Appointment] = []
    for slot in problem.slots:
        requests = sorted(by_slot.get(slot.id, ()), key=order.__getitem__)
        found += _seated_in(problem, slot, requests, kept, sites or {})
    return tuple(found)


def _seated_in(
    problem: Problem, slot: Slot, requests: Sequence[str], kept: Mapping[str, str], sites: Mapping[str, str]
) -> Iterator[Appointment]:
    """One slot: those whose table is locked sit down first, then those who need a quiet one, then the others; among
    those alike whoever has a table keeps it, and a table that is kept is taken by others last."""
    locked = {lock.request for lock in problem.locks if lock.table}
    wanted = {kept[request] for request in requests if request in kept}
    online = {request: problem.online_among(problem.request[request], slot) for request in requests}
    is_open = (table for table in problem.tables if table.is_open_in(slot.id))
    # Sorted once from plain to quiet: plain meetings take from the front, quiet ones from the end, where those are that
    # nobody keeps; whoever keeps a plain one sits before other plain meetings do.
    spare = {one.id: one for one in sorted(is_open, key=lambda table: (table.quiet, table.id not in wanted))}

    def turn(request: str) -> tuple[bool, bool, bool]:
        return request not in locked, not online[request], request not in kept

    at: dict[str, str | None] = {}
    for request in sorted(requests, key=turn):
        if online[request] and online[request] == len(problem.request[request].people):
            at[request] = None
        else:
            at[request] = _taken(spare, kept.get(request), sites.get(request), needs_quiet=online[request] > 0)
            if at[request] is None:
                raise NoTable(f"There are too few tables in {slot.id} for {request}.")
    return (Appointment(request, slot.id, at[request]) for request in requests)


def _taken(spare: dict[str, Table], kept: str | None, site: str | None, *, needs_quiet: bool) -> str | None:
    """The table that a meeting takes out of the spare ones, the kept one before all; None when none suits."""
    tables = reversed(spare.values()) if needs_quiet else iter(spare.values())
    for table in chain([spare[kept]], tables) if kept in spare else tables:
        if (table.quiet or not needs_quiet) and site in (None, table.site):
            return spare.pop(table.id).id
    return None


def appointments_of(
    model: "Model", at: Sequence[int], tables: Mapping[str, str] | None = None
) -> tuple[Appointment, ...]:
    """The appointments of requests that are held `at` places (-1: not held), at `tables` where they can be kept."""
    held = {name: model.places[place] for name, place in zip(model.names, at, strict=True) if place >= 0}
    slots = {name: model.problem.slots[place.slot].id for name, place in held.items()}
    sites = {name: place.site for name, place in held.items() if place.site is not None}
    return seated(model.problem, slots, tables=tables, sites=sites)


def answer(
    problem: Problem,
    held: Iterable[Appointment],
    *,
    earlier: Timetable | None = None,
    status: Status = Status.FOUND,
    interest_bound: float | None = None,
    breaks_bound: int | None = None,
    proved: tuple[Goal, ...] = (),
) -> Timetable:
    """The verified timetable of these appointments, with what it is worth and why each request is left out.

    Parameters: appointments; the earlier timetable to count changes from; what is known: see `Timetable`.
    Returns: the timetable. Raises: WrongTimetable when the appointments break a rule.
    Cost: as the verifier.
    """
    held = tuple(held)
    situation = Situation.of(problem, held)
    timetable = Timetable(
        appointments=held,
        score=score_of(problem, held, earlier, situation.taken),
        status=status,
        left_out=tuple(left_out(situation)),
        interest_bound=interest_bound,
        breaks_bound=breaks_bound,
        breaks_by_person=breaks_in(problem, situation.taken),
        proved=proved,
    )
    return verified(problem, timetable, earlier)


def no_answer(status: Status) -> Timetable:
    """The answer without appointments: INFEASIBLE when that is proved, UNKNOWN when the search was stopped."""
    return Timetable((), Score(0, 0, 0, 0, 0), status)
