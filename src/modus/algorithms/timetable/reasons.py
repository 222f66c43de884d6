"""Why a request is left out of a finished timetable: the first reason that is true, from its definition.

Sets of slots are whole numbers with one bit for each slot, so that a question on all slots is one operation.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

from modus.algorithms.timetable.problem import Appointment, Problem, Reason, Request, Slot, Table
from modus.algorithms.timetable.score import breaks_of, busy_slots


@dataclass(frozen=True)
class Situation:
    """A finished timetable, ready for questions: by person the open, online and taken slots, who has as many meetings
    as they want, and the slots that have a table (a quiet table) to spare."""

    problem: Problem
    held: Sequence[Appointment]
    open_slots: Mapping[str, int]
    online_slots: Mapping[str, int]
    taken: Mapping[str, int]
    full: frozenset[str]
    sessions: Mapping[str, int]
    spare: int
    spare_quiet: int

    @classmethod
    def of(cls, problem: Problem, held: Sequence[Appointment]) -> "Situation":
        """The situation after these appointments."""
        all_slots, taken = (1 << len(problem.slots)) - 1, busy_slots(problem, held)
        most = {one.id: one.most_meetings for one in problem.participants if one.most_meetings is not None}
        return cls(
            problem=problem,
            held=held,
            open_slots={p.id: all_slots & ~bits_of(problem, p.unavailable) for p in problem.participants},
            online_slots={p.id: _online(problem, p.online_days) for p in problem.participants},
            taken=taken,
            full=frozenset(person for person, number in most.items() if taken[person].bit_count() >= number),
            sessions={name: _session(problem, name) for name in {slot.session for slot in problem.slots}},
            spare=_spare(problem, held, problem.tables),
            spare_quiet=_spare(problem, held, [table for table in problem.tables if table.quiet]),
        )

    def common_slots(self, request: Request) -> int:
        """The slots in which the request may be held and its people have time, meetings and tables aside."""
        common = -1
        for person in request.people:
            common &= self.open_slots[person]
        if request.session:
            common &= self.sessions.get(request.session, 0)
        return common if request.slots is None else common & bits_of(self.problem, request.slots)

    def free_slots(self, request: Request) -> int:
        """Its common slots in which none of its people has another meeting."""
        return self.common_slots(request) & ~self.taken_by(request.people)

    def taken_by(self, people: Sequence[str]) -> int:
        """The slots in which one of these people has a meeting."""
        taken = 0
        for person in people:
            taken |= self.taken[person]
        return taken

    def slots_with_table(self, request: Request) -> int:
        """All slots that have a table to spare that suits it; where everybody is online none is needed."""
        online = [self.online_slots[person] for person in request.people]
        somebody, everybody = reduce(or_, online), reduce(and_, online)
        return everybody | (somebody & self.spare_quiet) | (~somebody & self.spare)


def reason_of(situation: Situation, request: Request) -> Reason:
    """The first reason, in the order of `Reason`, that is true of a request that is left out.

    Parameters: the situation of the finished timetable; a request of its problem that is not held.
    Returns: the reason; WOULD_FIT when nothing stands in its way.
    Cost: constant for each request, but for RULES, which tries every free slot and table.
    """
    problem, people = situation.problem, request.people
    if request.is_refused:
        return Reason.REFUSED
    if not problem.may_meet(people):
        return Reason.MAY_NOT_MEET
    common = situation.common_slots(request)
    if not common:
        return Reason.NO_COMMON_SLOT
    if not situation.full.isdisjoint(people):
        return Reason.CAP_REACHED
    free = common & ~situation.taken_by(people)
    if not free:
        return Reason.PEOPLE_TAKEN
    with_table = free & situation.slots_with_table(request)
    if not with_table:
        return Reason.TABLES_TAKEN
    is_possible = any(_obeys(situation, request, place) for place in places_in(with_table))
    return Reason.WOULD_FIT if is_possible else Reason.RULES


def bits_of(problem: Problem, slots: Iterable[str]) -> int:
    """A set of slot ids as bits."""
    return sum(1 << problem.position[slot] for slot in slots)


def places_in(bits: int) -> Iterator[int]:
    """The places of the bits that are set, from the lowest."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _online(problem: Problem, days: frozenset[str]) -> int:
    return sum(1 << place for place, slot in enumerate(problem.slots) if slot.day in days) if days else 0


def _session(problem: Problem, name: str) -> int:
    return sum(1 << place for place, slot in enumerate(problem.slots) if slot.session == name)


def _spare(problem: Problem, held: Sequence[Appointment], tables: Sequence[Table]) -> int:
    """The slots in which one of the tables is there and not taken."""
    names = {table.id for table in tables}
    used = Counter(one.slot for one in held if one.table in names)
    always = sum(table.slots is None for table in tables)
    sometimes = Counter(slot for table in tables for slot in table.slots or ())
    return bits_of(problem, (s.id for s in problem.slots if always + sometimes[s.id] > used[s.id]))


def _obeys(situation: Situation, request: Request, place: int) -> bool:
    """Whether it could be held in the slot without breaking an order, a buffer or the fair share of breaks."""
    problem, slot = situation.problem, situation.problem.slots[place]
    return (
        _in_order(situation, request, place)
        and (problem.fairness is None or _is_fair(situation, request, slot))
        and (not problem.buffer_slots or _keeps_buffer(situation, request, slot))
    )


def _in_order(situation: Situation, request: Request, place: int) -> bool:
    problem = situation.problem
    if not problem.precedences:
        return True
    at = {one.request: problem.position[one.slot] for one in situation.held} | {request.id: place}
    return all(at[a] < at[b] for a, b in problem.precedences if request.id in (a, b) and a in at and b in at)


def _is_fair(situation: Situation, request: Request, slot: Slot) -> bool:
    breaks = breaks_of(situation.problem, [*situation.held, Appointment(request.id, slot.id)]).values()
    return max(breaks) - min(breaks) <= (situation.problem.fairness or 0)


def _keeps_buffer(situation: Situation, request: Request, slot: Slot) -> bool:
    problem = situation.problem
    if problem.online_among(request, slot) == len(request.people):
        return True
    used = {one.table for one in situation.held if one.slot == slot.id}
    near = set(_sites_near(situation, request, slot))
    free = (t for t in problem.tables if t.id not in used and problem.suits(t, request, slot))
    return any(near <= {table.site} for table in free)


def _sites_near(situation: Situation, request: Request, slot: Slot) -> Iterator[str]:
    """The sites at which its people are within the buffer before and after the slot, on its day."""
    problem, people = situation.problem, set(request.people)
    for one in situation.held:
        place = problem.position[one.slot]
        is_near = abs(place - problem.position[slot.id]) <= problem.buffer_slots and one.slot != slot.id
        shares = not people.isdisjoint(problem.request[one.request].people)
        if is_near and shares and one.table and problem.slots[place].day == slot.day:
            yield problem.table[one.table].site
