"""Puts meetings at tables and makes a verified timetable of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from modus.algorithms.timetable.problem import (
    Appointment,
    Goal,
    LeftOut,
    Problem,
    Score,
    Slot,
    Status,
    Table,
    Timetable,
)
from modus.algorithms.timetable.reasons import Situation, reason_of
from modus.algorithms.timetable.score import breaks_of, score_of
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
    is_open = (table for table in problem.tables if table.is_open_in(slot.id))
    # Sorted once from plain to quiet: plain meetings take from the front, quiet ones from the end, where those are that
    # nobody keeps; whoever keeps a plain one sits before other plain meetings do.
    spare = {one.id: one for one in sorted(is_open, key=lambda table: (table.quiet, table.id not in wanted))}
    at: dict[str, str | None] = {}

    def turn(request: str) -> tuple[bool, bool, bool]:
        return request not in locked, not _online(problem, request, slot), request not in kept

    for request in sorted(requests, key=turn):
        table = spare.get(kept.get(request, ""))
        if table is not None and _suits(problem, table, request, slot, sites):
            at[request] = spare.pop(table.id).id
        else:
            at[request] = _taken(problem, spare, request, slot, sites)
    return (Appointment(request, slot.id, at[request]) for request in requests)


def _online(problem: Problem, request: str, slot: Slot) -> int:
    return problem.online_among(problem.request[request], slot)


def _suits(problem: Problem, table: Table, request: str, slot: Slot, sites: Mapping[str, str]) -> bool:
    return sites.get(request, table.site) == table.site and problem.suits(table, problem.request[request], slot)


def _taken(problem: Problem, spare: dict[str, Table], request: str, slot: Slot, sites: Mapping[str, str]) -> str | None:
    """The table that the meeting takes out of the spare ones; nothing when everybody is online."""
    online = _online(problem, request, slot)
    if online == len(problem.request[request].people):
        return None
    for table in reversed(spare.values()) if online else spare.values():
        if _suits(problem, table, request, slot, sites):
            return spare.pop(table.id).id
    raise NoTable(f"There are too few tables in {slot.id} for {request}.")


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
    """The verified timetable of these appointments, with what it is worth and the reason for each request left out.

    Parameters: appointments; the earlier timetable to count changes from; what is known: see `Timetable`.
    Returns: the timetable. Raises: WrongTimetable when the appointments break a rule.
    Cost: as the verifier.
    """
    held = tuple(held)
    breaks = breaks_of(problem, held)
    timetable = Timetable(
        appointments=held,
        score=score_of(problem, held, earlier, breaks),
        status=status,
        left_out=_left_out(problem, held),
        interest_bound=interest_bound,
        breaks_bound=breaks_bound,
        breaks_by_person=breaks,
        proved=proved,
    )
    return verified(problem, timetable, earlier)


def no_answer(status: Status) -> Timetable:
    """The answer without appointments: INFEASIBLE when that is proved, UNKNOWN when the search was stopped."""
    return Timetable((), Score(0, 0, 0, 0, 0), status)


def _left_out(problem: Problem, held: Sequence[Appointment]) -> tuple[LeftOut, ...]:
    names, situation = {one.request for one in held}, Situation.of(problem, held)
    out = (request for request in problem.requests if request.id not in names)
    return tuple(LeftOut(request.id, reason_of(situation, request)) for request in out)
