"""The published problem as clauses: every request is held, and the breaks of each person are counted.

Three families of clauses say more than the definition needs, and each saves most of the time (figures in the developer
guide): counts over time of each person's meetings, counts of the people who are busy at once, and for each person how
many meetings lie before each change of session.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from modus.algorithms.timetable.clauses import FALSE, TRUE, Clauses
from modus.algorithms.timetable.problem import Problem
from modus.algorithms.timetable.relaxation import Times


@dataclass(frozen=True)
class Encoding:
    """The clauses, and what their literals mean.

    `held`: for each request the literal that it is held at a place in time; `breaks`: literals of which as many are
    true as there are breaks; more may be true, so that the fewest that can be true are the fewest breaks.
    `times` and `seats`: what `breaks_at_least` takes, empty where there are several days.
    """

    clauses: Clauses
    held: Sequence[Mapping[int, int]]
    breaks: Sequence[int]
    times: Sequence[Times]
    seats: Sequence[int]

    def places(self, model: Iterable[int]) -> list[int]:
        """For each request the place of its slot in a model of the clauses."""
        true = set(model)
        return [next(place for place, literal in slots.items() if literal in true) for slots in self.held]


def encode(problem: Problem, windows: Sequence[set[int]], fairness: int | None) -> Encoding:
    """The problem as clauses.

    Parameters: `windows` as of `windows_of`, none of them empty; `fairness`, the largest difference in breaks between
    two people, 0 or more, None for any.
    Returns: the encoding; it has a model exactly when all requests can be held. Sites and buffers are not in it.
    Cost: about slots x (requests x people of a request + meetings of each person) clauses; 0.2 s for 302 meetings of 78
    people in 22 slots, 220,000 clauses.
    Source: the model of Bofill et al., JAIR 74 (2022), doi:10.1613/jair.1.12812, with counts in place of its networks.
    """
    encoder = _Encoder(problem, windows)
    encoder.hold_everything()
    people = encoder.people()
    encoder.limit_tables()
    encoder.limit_busy_people(people)
    encoder.keep_orders()
    breaks = _Breaks(encoder.clauses, encoder.days).add(people, fairness)
    seats = [encoder.seats(place, people) for place in range(len(problem.slots))]
    times = [one.times for one in people if one.meetings] if len(encoder.days) == 1 else []
    return Encoding(encoder.clauses, encoder.held, breaks, times, seats)


@dataclass(frozen=True)
class _Person:
    """Somebody's `meetings` (places of requests), `times` that are possible, `busy` by slot, and `before`: the literal
    at [slot][number] says that at least so many of the meetings lie before the slot."""

    meetings: Sequence[int]
    times: Times
    busy: Sequence[int]
    before: Sequence[Sequence[int]]


class _Encoder:
    def __init__(self, problem: Problem, windows: Sequence[set[int]]) -> None:
        self.problem = problem
        self.windows = windows
        self.clauses = Clauses()
        self.held = [{place: self.clauses.new() for place in sorted(window)} for window in windows]
        self.meetings: dict[str, list[int]] = {one.id: [] for one in problem.participants}
        for place, request in enumerate(problem.requests):
            for person in request.people:
                self.meetings[person].append(place)
        self.days = _stretches([slot.day for slot in problem.slots])
        sessions = _stretches([(slot.day, slot.session) for slot in problem.slots])
        self.cuts = [start for start, _end in sessions[1:]]
        self._early: dict[tuple[int, int], int] = {}

    def hold_everything(self) -> None:
        """Each request is held in exactly one slot."""
        for slots in self.held:
            self.clauses.add(*slots.values())
            self.clauses.at_most_one(tuple(slots.values()))

    def people(self) -> list[_Person]:
        """Everybody, in one meeting at a time."""
        return [self._person(meetings) for meetings in self.meetings.values()]

    def _person(self, meetings: Sequence[int]) -> _Person:
        busy = []
        for place in range(len(self.problem.slots)):
            here = [self.held[one][place] for one in meetings if place in self.held[one]]
            self.clauses.at_most_one(here)
            busy.append(self.clauses.any_of(here))
        times = self._times(meetings, [one != FALSE for one in busy])
        before = self._count_over_time(meetings, busy, times) if len(meetings) > 1 else ()
        return _Person(meetings, times, busy, before)

    def _times(self, meetings: Sequence[int], is_open: Sequence[bool]) -> Times:
        """How many meetings lie before the end of each slot, as far as windows and free slots decide it."""
        number, least, most = len(meetings), [], []
        for end in range(1, len(is_open) + 1):
            surely_before = sum(max(self.windows[one]) < end for one in meetings)
            surely_after = sum(min(self.windows[one]) >= end for one in meetings)
            least.append(max(surely_before, number - sum(is_open[end:])))
            most.append(min(number - surely_after, sum(is_open[:end])))
        if any(few > many for few, many in zip(least, most, strict=True)):
            self.clauses.add()
        return Times(tuple(is_open), tuple(least), tuple(most))

    def _count_over_time(self, meetings: Sequence[int], busy: Sequence[int], times: Times) -> list[list[int]]:
        """How many meetings lie before each slot, as a grid of literals that step up where the person is busy."""
        grid = self._grid(len(meetings), times)
        for place, (now, then) in enumerate(pairwise(grid)):
            for number in range(len(meetings) + 1):
                self.clauses.add(-now[number], -busy[place], then[number + 1])
                self.clauses.add(-then[number + 1], now[number + 1], busy[place])
                self.clauses.add(-then[number + 1], now[number])
                self.clauses.add(-now[number], then[number])
                self.clauses.add(-now[number + 1], now[number])
        for cut in self.cuts:
            self._count_before(meetings, cut, grid[cut])
        return grid

    def _grid(self, number: int, times: Times) -> list[list[int]]:
        """Literals [slot][number], constant where there is no choice."""
        grid = [[TRUE, *[FALSE] * (number + 1)]]
        for least, most in zip(times.least, times.most, strict=True):
            fresh = [self.clauses.new() for _ in range(most - least)]
            grid.append([TRUE] * (least + 1) + fresh + [FALSE] * (number + 1 - max(least, most)))
        return grid

    def _count_before(self, meetings: Sequence[int], cut: int, before: Sequence[int]) -> None:
        """As many meetings lie before the change of session as there are busy slots before it: counting slots alone,
        the solver would have to find each time anew that a morning with five meetings has five of the meetings."""
        surely = sum(max(self.windows[one]) < cut for one in meetings)
        either = [one for one in meetings if min(self.windows[one]) < cut <= max(self.windows[one])]
        early = self.clauses.counts([self._is_early(one, cut) for one in either], len(either), exact=True)
        for number, literal in enumerate(early):
            self.clauses.add(-before[surely + number + 1], literal)
            self.clauses.add(before[surely + number + 1], -literal)

    def _is_early(self, meeting: int, cut: int) -> int:
        if (meeting, cut) not in self._early:
            early = self._early[meeting, cut] = self.clauses.new()
            for place, literal in self.held[meeting].items():
                self.clauses.add(-literal, early if place < cut else -early)
        return self._early[meeting, cut]

    def limit_tables(self) -> None:
        """In each slot no more meetings than tables, and no more that need a quiet table than quiet ones.

        A person has one meeting at a time: counted are not meetings but people who cover them, far fewer.
        """
        locked = {lock.request: lock for lock in self.problem.locks if lock.table}
        cover = self._cover([place for place, one in enumerate(self.problem.requests) if one.id not in locked])
        for place, slot in enumerate(self.problem.slots):
            taken = {lock.table for lock in locked.values() if lock.slot == slot.id}
            tables = [one for one in self.problem.tables if one.is_open_in(slot.id) and one.id not in taken]
            self._limit(cover, place, len(tables), least_online=0)
            if any(one.online_days for one in self.problem.participants):
                self._limit(cover, place, sum(one.quiet for one in tables), least_online=1)

    def _limit(self, cover: Sequence[Sequence[int]], place: int, tables: int, *, least_online: int) -> None:
        """Meetings at this place in time that need a table and have so many people online are no more than these."""
        groups = [
            [self.held[one][place] for one in group if place in self.held[one] and self._sits(one, place, least_online)]
            for group in cover
        ]
        self.clauses.at_most((self.clauses.any_of(group) for group in groups if group), tables)

    def _sits(self, meeting: int, place: int, least_online: int) -> bool:
        request = self.problem.requests[meeting]
        return least_online <= self.problem.online_among(request, self.problem.slots[place]) < len(request.people)

    def _cover(self, requests: Iterable[int]) -> list[list[int]]:
        """The requests in groups that share a person, the largest first."""
        left, groups = set(requests), []
        while left:
            group = max((left.intersection(meetings) for meetings in self.meetings.values()), key=len)
            groups.append(sorted(group))
            left -= group
        return groups

    def limit_busy_people(self, people: Sequence[_Person]) -> None:
        """In each slot no more busy people than seats: two a table, and an even number, where all meet in pairs.

        That follows from the tables, but only this says it to the solver in one step: whoever has six meetings in ten
        slots without a break is busy in the fifth, and so are too many.
        """
        ordered = sorted(people, key=lambda one: len(one.meetings))
        for place in range(len(self.problem.slots)):
            self.clauses.at_most((one.busy[place] for one in ordered), self.seats(place, people))

    def seats(self, place: int, people: Sequence[_Person]) -> int:
        """No more people than this can be busy in the slot."""
        slot, sizes = self.problem.slots[place], {len(one.people) for one in self.problem.requests}
        free = sum(one.busy[place] != FALSE for one in people)
        if any(slot.day in one.online_days for one in self.problem.participants):
            return free  # Those online need no seat.
        tables = sum(one.is_open_in(slot.id) for one in self.problem.tables)
        if len(sizes) == 1:
            tables = min(tables, free // max(sizes))
        return max(sizes, default=0) * tables

    def keep_orders(self) -> None:
        """A request is held strictly later than those that come before it."""
        place_of = {one.id: place for place, one in enumerate(self.problem.requests)}
        for first, second in self.problem.precedences:
            self._keep_order(self.held[place_of[first]], self.held[place_of[second]])

    def _keep_order(self, first: Mapping[int, int], second: Mapping[int, int]) -> None:
        is_over = FALSE
        for place in range(len(self.problem.slots)):
            self.clauses.add(-second.get(place, FALSE), is_over)
            if place in first:
                self.clauses.add(-first[place], *(literal for later, literal in second.items() if later > place))
                is_over = self.clauses.any_of((is_over, first[place]))


class _Breaks:
    """Literals for the breaks of each person, over days given as (first slot, slot after the last)."""

    def __init__(self, clauses: Clauses, days: Sequence[tuple[int, int]]) -> None:
        self.clauses = clauses
        self.days = days

    def add(self, people: Sequence[_Person], fairness: int | None) -> list[int]:
        """Count the breaks of everybody, spread them fairly, and return the literals that count them."""
        most = [self._most(person) for person in people]
        if fairness is None:
            return self._counted(people, most)
        if not all(most):  # Somebody never waits, so nobody waits more often than the difference allows.
            return self._counted(people, [min(one, fairness) for one in most])
        levels = [self._levels(person, one, exact=True) for person, one in zip(people, most, strict=True)]
        self._spread(levels, fairness)
        return [literal for level in levels for literal in level]

    def _counted(self, people: Sequence[_Person], limits: Sequence[int]) -> list[int]:
        counted = (self._levels(person, limit) for person, limit in zip(people, limits, strict=True))
        return [literal for levels in counted for literal in levels]

    def _most(self, person: _Person) -> int:
        """No more breaks than this can be: each needs a meeting before it, one after it and an idle slot."""
        number, slots = len(person.meetings), len(person.busy)
        gaps = sum(max(0, end - start - 1) // 2 for start, end in self.days)
        return max(0, min(number - 1, slots - number, gaps))

    def _spread(self, levels: Sequence[Sequence[int]], fairness: int) -> None:
        """Somebody may have more breaks than the difference only when everybody has some."""
        for least in range(1, max(map(len, levels), default=0) - fairness + 1):
            everybody = self.clauses.new()
            for level in levels:
                at_least = [TRUE, *level, *[FALSE] * (least + fairness)]
                self.clauses.add(-everybody, at_least[least])
                self.clauses.add(everybody, -at_least[least + fairness])

    def _levels(self, person: _Person, limit: int, *, exact: bool = False) -> list[int]:
        """The literal at place j is true when the person has more than j breaks, no more than `limit`; `exact` when it
        also has to be false else."""
        if not self._most(person):
            return []
        ends = [end for day in self.days for end in self._ends(person, day, exact=exact)]
        levels = self.clauses.counts_in_order(ends, limit, exact=exact)
        if len(levels) > limit:
            self.clauses.add(-levels[limit])
        levels = levels[:limit]
        if len(self.days) == 1:
            self._keep_together(person, levels[0] if levels else FALSE)
        return levels

    def _ends(self, person: _Person, day: tuple[int, int], *, exact: bool) -> list[int]:
        """For each slot of the day in which a break may end, the literal that one does."""
        started, ends = self._started(person, day), []
        for place in range(day[0] + 2, day[1]):
            parts = person.busy[place], -person.busy[place - 1], started[place - day[0]]
            if FALSE in parts:
                continue
            ends.append(self.clauses.new())
            self.clauses.add(ends[-1], *(-one for one in parts))
            for one in parts if exact else ():
                self.clauses.add(-ends[-1], one)
        return ends

    def _started(self, person: _Person, day: tuple[int, int]) -> list[int]:
        """For each slot of the day, whether the person has met somebody earlier that day."""
        if len(self.days) == 1:
            return [numbers[1] for numbers in person.before]
        started = [FALSE]
        for place in range(*day):
            started.append(self.clauses.any_of((started[-1], person.busy[place])))
        return started

    def _keep_together(self, person: _Person, waits: int) -> None:
        """Who never waits has all meetings in one stretch: begun before a slot, and busy in it unless it is over."""
        number, slots = len(person.meetings), len(person.busy)
        begun = [numbers[1] for numbers in person.before]
        over = [numbers[number] for numbers in person.before]
        for place in range(slots):
            long_ago = begun[place - number + 1] if place >= number else FALSE
            self.clauses.add(waits, -begun[place + 1], over[min(place + number, slots)])
            self.clauses.add(waits, -begun[place + 1], long_ago, person.busy[place])
            self.clauses.add(waits, -person.busy[place], -long_ago)


def _stretches(names: Sequence[object]) -> list[tuple[int, int]]:
    """Where runs of equal names begin and end."""
    starts = [place for place, name in enumerate(names) if not place or names[place - 1] != name]
    return list(pairwise([*starts, len(names)]))
