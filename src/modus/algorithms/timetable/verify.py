"""Tests any timetable against the problem, from the definition alone; every path that makes one ends here.

Nothing of the search is used: only the problem and the answer, what counts (`score`) and why something is left out
(`reasons`), each written from its definition.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from modus.algorithms.timetable.problem import Appointment, Goal, Problem, Status, Timetable
from modus.algorithms.timetable.reasons import Situation, reason_of
from modus.algorithms.timetable.score import breaks_in, score_of


class Kind(StrEnum):
    """What can be wrong with a timetable."""

    GHOST = "names something that is not in the problem"
    TWICE = "holds a request twice"
    REFUSED = "holds what somebody refused or may not be held"
    DOUBLE_PERSON = "has a person in two meetings at once"
    DOUBLE_TABLE = "has two meetings at one table"
    CLOSED_SLOT = "holds a meeting in a slot that is closed to it"
    WRONG_TABLE = "holds a meeting at a table that does not suit it"
    CAP = "gives somebody more meetings than they want"
    LOCK = "loses or moves a lock"
    ORDER = "holds two meetings in the wrong order"
    BUFFER = "leaves too little time between two sites"
    NOT_HELD = "leaves a request out that has to be held"
    FAIRNESS = "spreads breaks more unevenly than allowed"
    COUNT = "counts wrongly"
    REASON = "gives a wrong reason for a request that is left out"
    BOUND = "claims a bound that is too small, or a proof without one"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, in words."""

    kind: Kind
    what: str

    def __str__(self) -> str:
        return f"{self.what}: {self.kind}."


class WrongTimetable(ValueError):
    """A timetable that the verifier rejects; `faults` says why."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


def faults_of(problem: Problem, timetable: Timetable, earlier: Timetable | None = None) -> list[Fault]:
    """Everything that is wrong with a timetable; nothing for a right one.

    Parameters: the problem, the answer, and the earlier timetable from which changes were counted.
    Returns: faults in the order of their kinds. Ghosts end the search: nothing else can be said of them.
    Cost: grows with appointments and requests; 20,000 requests of 1,000 people in about 0.1 s.
    """
    if timetable.status in (Status.INFEASIBLE, Status.UNKNOWN):
        return [Fault(Kind.COUNT, one.request) for one in timetable.appointments]
    if ghosts := list(_ghosts(problem, timetable)):
        return ghosts
    held, situation = timetable.appointments, Situation.of(problem, timetable.appointments)
    return [
        *_twice(held),
        *_wrong_places(problem, held),
        *_double_people(situation),
        *_double_tables(held),
        *_over_caps(problem, held),
        *_lost_locks(problem, timetable),
        *_wrong_orders(problem, timetable),
        *_short_buffers(problem, held),
        *_not_held(problem, timetable),
        *_uneven(situation),
        *_wrong_counts(situation, timetable, earlier),
        *_wrong_reasons(situation, timetable),
        *_wrong_bounds(timetable),
    ]


def verified(problem: Problem, timetable: Timetable, earlier: Timetable | None = None) -> Timetable:
    """The timetable itself when it is right. Raises WrongTimetable when it is not."""
    if faults := faults_of(problem, timetable, earlier):
        raise WrongTimetable(faults)
    return timetable


def _ghosts(problem: Problem, timetable: Timetable) -> Iterator[Fault]:
    for one in timetable.appointments:
        known = one.request in problem.request and one.slot in problem.position
        if not known or (one.table is not None and one.table not in problem.table):
            yield Fault(Kind.GHOST, f"{one.request} in {one.slot} at {one.table}")
    for left in timetable.left_out:
        if left.request not in problem.request:
            yield Fault(Kind.GHOST, f"{left.request}, left out")


def _twice(held: Sequence[Appointment]) -> Iterator[Fault]:
    for request, number in Counter(one.request for one in held).items():
        if number > 1:
            yield Fault(Kind.TWICE, request)


def _wrong_places(problem: Problem, held: Sequence[Appointment]) -> Iterator[Fault]:
    slots = {slot.id: slot for slot in problem.slots}
    for one in held:
        request, slot = problem.request[one.request], slots[one.slot]
        if not problem.may_be_held(request):
            yield Fault(Kind.REFUSED, one.request)
        if not problem.allows(request, slot):
            yield Fault(Kind.CLOSED_SLOT, f"{one.request} in {one.slot}")
        if one.table is None:
            suits = problem.online_among(request, slot) == len(request.people)
        else:
            suits = problem.suits(problem.table[one.table], request, slot)
        if not suits:
            yield Fault(Kind.WRONG_TABLE, f"{one.request} in {one.slot} at {one.table or 'no table'}")


def _double_people(situation: Situation) -> Iterator[Fault]:
    request = situation.problem.request
    # Who has as many meetings as busy slots has never two in one.
    meetings = Counter(chain.from_iterable([request[one.request].people for one in situation.held]))
    doubled = {person for person, number in meetings.items() if number > situation.taken[person].bit_count()}
    if doubled:
        seats = Counter((p, one.slot) for one in situation.held for p in request[one.request].people if p in doubled)
        yield from (Fault(Kind.DOUBLE_PERSON, f"{p} in {slot}") for (p, slot), number in seats.items() if number > 1)


def _double_tables(held: Sequence[Appointment]) -> Iterator[Fault]:
    for (table, slot), number in Counter((one.table, one.slot) for one in held if one.table is not None).items():
        if number > 1:
            yield Fault(Kind.DOUBLE_TABLE, f"{table} in {slot}")


def _over_caps(problem: Problem, held: Sequence[Appointment]) -> Iterator[Fault]:
    if all(one.most_meetings is None for one in problem.participants):
        return
    meetings = Counter(person for one in held for person in problem.request[one.request].people)
    for one in problem.participants:
        if one.most_meetings is not None and meetings[one.id] > one.most_meetings:
            yield Fault(Kind.CAP, one.id)


def _lost_locks(problem: Problem, timetable: Timetable) -> Iterator[Fault]:
    for lock in problem.locks:
        held = timetable.by_request.get(lock.request)
        if held is None or held.slot != lock.slot or (lock.table is not None and held.table != lock.table):
            yield Fault(Kind.LOCK, f"{lock.request} in {lock.slot}")


def _wrong_orders(problem: Problem, timetable: Timetable) -> Iterator[Fault]:
    held, position = timetable.by_request, problem.position
    for first, second in problem.precedences:
        if first in held and second in held and position[held[first].slot] >= position[held[second].slot]:
            yield Fault(Kind.ORDER, f"{first} before {second}")


def _short_buffers(problem: Problem, held: Sequence[Appointment]) -> Iterator[Fault]:
    if not problem.buffer_slots:
        return
    day = {slot.id: slot.day for slot in problem.slots}
    visits: defaultdict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for one in held:
        if one.table is not None:
            for person in problem.request[one.request].people:
                visit = problem.position[one.slot], problem.table[one.table].site
                visits[person, day[one.slot]].append(visit)
    for (person, _day), places in visits.items():
        for place, (at, site) in enumerate(places):
            for other_at, other_site in places[place + 1 :]:
                if site != other_site and 0 < abs(at - other_at) <= problem.buffer_slots:
                    yield Fault(Kind.BUFFER, f"{person} between {site} and {other_site}")


def _not_held(problem: Problem, timetable: Timetable) -> Iterator[Fault]:
    if problem.hold_all:
        missing = (one.id for one in problem.requests if one.id not in timetable.by_request)
        yield from (Fault(Kind.NOT_HELD, one) for one in missing)


def _uneven(situation: Situation) -> Iterator[Fault]:
    fairness = situation.problem.fairness
    if fairness is None:
        return
    breaks = breaks_in(situation.problem, situation.taken).values()
    if breaks and max(breaks) - min(breaks) > fairness:
        yield Fault(Kind.FAIRNESS, f"{min(breaks)} to {max(breaks)} breaks")


def _wrong_counts(situation: Situation, timetable: Timetable, earlier: Timetable | None) -> Iterator[Fault]:
    problem, busy = situation.problem, situation.taken
    right = score_of(problem, timetable.appointments, earlier, busy)
    if timetable.score != right:
        yield Fault(Kind.COUNT, f"{timetable.score} in place of {right}")
    if timetable.breaks_by_person != breaks_in(problem, busy):
        yield Fault(Kind.COUNT, "breaks by person")
    accounted = Counter([*timetable.by_request, *(left.request for left in timetable.left_out)])
    for one in problem.requests:
        if accounted[one.id] != 1:
            yield Fault(Kind.COUNT, f"{one.id}, held and left out {accounted[one.id]} times")


def _wrong_reasons(situation: Situation, timetable: Timetable) -> Iterator[Fault]:
    problem = situation.problem
    for left in timetable.left_out:
        if left.reason != (right := reason_of(situation, problem.request[left.request])):
            yield Fault(Kind.REASON, f"{left.request}, {left.reason} in place of {right}")


def _wrong_bounds(timetable: Timetable) -> Iterator[Fault]:
    interest, breaks = timetable.interest_bound, timetable.breaks_bound
    if interest is not None and timetable.score.interest > interest:
        yield Fault(Kind.BOUND, f"{timetable.score.interest} points over a bound of {interest}")
    if breaks is not None and timetable.score.breaks < breaks:
        yield Fault(Kind.BOUND, f"{timetable.score.breaks} breaks under a bound of {breaks}")
    if Goal.BREAKS in timetable.proved and timetable.score.breaks != breaks:
        yield Fault(Kind.BOUND, f"{timetable.score.breaks} breaks as the fewest without a bound")
    if timetable.status is Status.PROVED and interest is None and breaks is None:
        yield Fault(Kind.BOUND, "proved")
