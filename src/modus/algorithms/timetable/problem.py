"""What a meeting timetable is asked to do, and what an answer looks like: plain data, tested when it is made."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import cached_property
from itertools import pairwise

LARGEST_GROUP = 6


class FaultyProblem(ValueError):
    """The problem contradicts itself; `faults` holds one sentence for each contradiction."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class Interest(IntEnum):
    """How much one side wants a meeting. A single NO and the meeting is never scheduled."""

    NO = 0
    WOULD = 1
    WANT = 2
    MUST = 4


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of time in which one meeting takes place; the order of slots is their order in the problem."""

    id: str
    day: str = ""
    session: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A place for one meeting at a time; quiet ones are for meetings of people on site with people online.

    `slots` are the ids of the slots in which it is there, None for all.
    """

    id: str
    quiet: bool = False
    site: str = ""
    slots: frozenset[str] | None = None

    def is_open_in(self, slot: str) -> bool:
        """Whether the table is there in this slot."""
        return self.slots is None or slot in self.slots


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who meets others: when not (`unavailable`, slot ids), how often at most, on which days online.

    `kind` is for the rule who may meet whom, as buyer and seller.
    """

    id: str
    unavailable: frozenset[str] = frozenset()
    most_meetings: int | None = None
    online_days: frozenset[str] = frozenset()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """Two to six people who may meet, with the interest of each in the same order.

    `slots`: ids of the only slots in which it may be held, None for any (a fixed slot is a set of one);
    `session`: the only session, empty for any; `given_worth`: points in place of what the interests say.
    """

    id: str
    people: tuple[str, ...]
    interests: tuple[Interest, ...] = ()
    session: str = ""
    slots: frozenset[str] | None = None
    given_worth: int | None = None

    @property
    def is_refused(self) -> bool:
        """Whether somebody said no."""
        return Interest.NO in self.interests

    @property
    def worth(self) -> int:
        """Points for holding it, 0 or more: ten for the least interest and one for each step of all, so that
        a wish of both sides is always worth more than a wish of one."""
        if self.given_worth is not None:
            return self.given_worth
        interests = self.interests or (Interest.WANT,) * len(self.people)
        return 0 if Interest.NO in interests else 10 * min(interests) + sum(interests)


@dataclass(frozen=True, slots=True)
class Lock:
    """A request that is to be held in this slot, and at this table where one is named: it never moves."""

    request: str
    slot: str
    table: str | None = None


class Goal(StrEnum):
    """What is sought, always in this order; each can be left away.

    CHANGES counts where an earlier timetable is given. Without INTEREST points decide between equals only.
    """

    INTEREST = "interest"
    BREAKS = "breaks"
    EVEN_BREAKS = "even breaks"
    CHANGES = "changes"


@dataclass(frozen=True, slots=True)
class Objective:
    """The goals, and the prices between them.

    `first_meetings`: points that a person's first, second, third … meeting adds; they may not grow.
    `break_cost`: points of interest that may be given for one break less; 0: interest is never given for breaks.
    """

    goals: frozenset[Goal] = frozenset(Goal)
    first_meetings: tuple[int, ...] = (40, 20, 10)
    break_cost: int = 0

    @property
    def price_of_a_break(self) -> int:
        """The points that may be given for a break less, 0 where points or breaks are no goal."""
        return self.break_cost if {Goal.INTEREST, Goal.BREAKS} <= self.goals else 0

    def __post_init__(self) -> None:
        worths = (*self.first_meetings, 0)
        if any(earlier < later for earlier, later in pairwise(worths)):
            raise FaultyProblem(["Points for the first meetings are 0 or more and never grow."])
        if self.break_cost < 0:
            raise FaultyProblem(["The cost of a break is 0 or more."])


@dataclass(frozen=True)
class Problem:
    """Everything that a timetable has to heed.

    `precedences`: pairs of request ids, the first strictly earlier than the second when both are held.
    `buffer_slots`: how many slots lie at least between two meetings of a person at different sites on one day.
    `kinds_that_meet`: pairs of kinds in either order, None when everybody may meet everybody;
    `barred_pairs`: pairs of participant ids in either order who may not meet.
    `hold_all`: every request has to be held; `fairness`: the largest difference in breaks between two people.
    Raises FaultyProblem, with every contradiction that was found.
    """

    participants: tuple[Participant, ...]
    slots: tuple[Slot, ...]
    tables: tuple[Table, ...]
    requests: tuple[Request, ...]
    locks: tuple[Lock, ...] = ()
    precedences: tuple[tuple[str, str], ...] = ()
    buffer_slots: int = 0
    kinds_that_meet: frozenset[tuple[str, str]] | None = None
    barred_pairs: frozenset[tuple[str, str]] = frozenset()
    hold_all: bool = False
    fairness: int | None = None
    objective: Objective = field(default_factory=Objective)

    def __post_init__(self) -> None:
        if faults := list(_faults_of(self)):
            raise FaultyProblem(faults)

    @cached_property
    def participant(self) -> Mapping[str, Participant]:
        """Participants by id."""
        return {one.id: one for one in self.participants}

    @cached_property
    def request(self) -> Mapping[str, Request]:
        """Requests by id."""
        return {one.id: one for one in self.requests}

    @cached_property
    def table(self) -> Mapping[str, Table]:
        """Tables by id."""
        return {one.id: one for one in self.tables}

    @cached_property
    def position(self) -> Mapping[str, int]:
        """The place of each slot in the order of time, from 0."""
        return {slot.id: place for place, slot in enumerate(self.slots)}

    @cached_property
    def worth(self) -> Mapping[str, int]:
        """The points of each request by id."""
        return {one.id: one.worth for one in self.requests}

    @cached_property
    def has_online(self) -> bool:
        """Whether anybody is online on any day."""
        return any(one.online_days for one in self.participants)

    def may_meet(self, people: Sequence[str]) -> bool:
        """Whether the rules on kinds and pairs let all of these people meet."""
        if self.kinds_that_meet is None and not self.barred_pairs:
            return True
        pairs = ((one, other) for place, one in enumerate(people) for other in people[place + 1 :])
        return all(self._pair_may_meet(one, other) for one, other in pairs)

    def _pair_may_meet(self, one: str, other: str) -> bool:
        if {(one, other), (other, one)} & self.barred_pairs:
            return False
        kinds = self.participant[one].kind, self.participant[other].kind
        return self.kinds_that_meet is None or bool({kinds, kinds[::-1]} & self.kinds_that_meet)

    def may_be_held(self, request: Request) -> bool:
        """Whether nobody said no and the rules let these people meet."""
        return not request.is_refused and self.may_meet(request.people)

    def allows(self, request: Request, slot: Slot) -> bool:
        """Whether the request may be held in the slot by its own wishes and its people's time, tables aside."""
        return (
            (request.slots is None or slot.id in request.slots)
            and (not request.session or request.session == slot.session)
            and True not in [slot.id in self.participant[person].unavailable for person in request.people]
        )

    def online_among(self, request: Request, slot: Slot) -> int:
        """How many of its people are online on the day of the slot."""
        if not self.has_online:
            return 0
        return sum(slot.day in self.participant[person].online_days for person in request.people)

    def suits(self, table: Table, request: Request, slot: Slot) -> bool:
        """Whether the request can be held at the table in the slot: it is there, and quiet when it has to be."""
        if not table.is_open_in(slot.id):
            return False
        online = self.online_among(request, slot) if self.has_online else 0
        return online < len(request.people) and (table.quiet or not online)


@dataclass(frozen=True, slots=True)
class Appointment:
    """A request that is held: when and at which table; no table when everybody is online."""

    request: str
    slot: str
    table: str | None = None


class Reason(StrEnum):
    """Why a request is left out: the first of these that is true of the finished timetable."""

    REFUSED = "somebody said no"
    MAY_NOT_MEET = "these people may not meet"
    NO_COMMON_SLOT = "no common free slot"
    CAP_REACHED = "somebody has as many meetings as they want"
    PEOPLE_TAKEN = "in every common slot other meetings of these people would have to go"
    TABLES_TAKEN = "all tables are taken in every slot in which the people are free"
    RULES = "it would break an order, a buffer between sites or a fair share of breaks"
    WOULD_FIT = "there is room, but it would add nothing, or the search was stopped before"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A request that is not held, and why.

    `displaces`: the least points of other meetings that one would lose by holding it, None where that was not asked or
    cannot be; `relaxation`: the cheapest change that would let it in, in words, empty where there is none.
    """

    request: str
    reason: Reason
    displaces: int | None = None
    relaxation: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """What a timetable is worth: points, breaks of all, the largest difference in breaks, changes, fewest meetings.

    `changes` counts the earlier appointments that are no longer held in the same slot.
    """

    interest: int
    breaks: int
    break_spread: int
    changes: int
    least_meetings: int


class Status(StrEnum):
    """What is known of a timetable. PROVED: none is better in the first goal; `Timetable.proved` has all of which that
    is known. Where everything is held, points are the same for all, and it means the fewest breaks."""

    PROVED = "proved best"
    FOUND = "found"
    INFEASIBLE = "proved impossible"
    UNKNOWN = "nothing found, nothing proved"


@dataclass(frozen=True)
class Timetable:
    """An answer: what is held, what is left out and why, what it is worth and what could at most be had.

    `interest_bound`: no timetable has more points; `breaks_bound`: no timetable that holds as much has fewer breaks.
    Neither is more than known: None when nothing is. INFEASIBLE and UNKNOWN have no appointments.
    `breaks_by_person`: waiting gaps of each participant; `proved`: goals in their order: among the timetables that are
    as good in those before, none is better in it.
    """

    appointments: tuple[Appointment, ...]
    score: Score
    status: Status = Status.FOUND
    left_out: tuple[LeftOut, ...] = ()
    interest_bound: float | None = None
    breaks_bound: int | None = None
    breaks_by_person: Mapping[str, int] = field(default_factory=dict)
    proved: tuple[Goal, ...] = ()

    @cached_property
    def by_request(self) -> Mapping[str, Appointment]:
        """Appointments by the request that they hold."""
        return {one.request: one for one in self.appointments}

    @property
    def gap(self) -> float | None:
        """The share of the bound that the timetable may lack, 0 to 1; None when no bound is known."""
        if self.interest_bound is None:
            return None
        return max(0.0, 1 - self.score.interest / self.interest_bound) if self.interest_bound > 0 else 0.0


def _faults_of(problem: Problem) -> Iterator[str]:
    for what, things in _named(problem):
        yield from (f"{what} {one}: there are two of that name." for one in _doubles(thing.id for thing in things))
    slots, people = {slot.id for slot in problem.slots}, {one.id for one in problem.participants}
    yield from _faults_of_participants(problem, slots)
    yield from _faults_of_requests(problem, slots, people)
    yield from _faults_of_locks(problem, slots)
    if problem.buffer_slots < 0 or (problem.fairness is not None and problem.fairness < 0):
        yield "Buffer and fairness are 0 or more."
    requests = {one.id for one in problem.requests}
    for pair in problem.precedences:
        if not requests.issuperset(pair) or pair[0] == pair[1]:
            yield f"Order of {pair[0]} before {pair[1]}: both are requests, and not the same."
    for pair in problem.barred_pairs:
        if not people.issuperset(pair):
            yield f"Barred pair {pair[0]}, {pair[1]}: both are participants."


def _named(problem: Problem) -> Iterator[tuple[str, Sequence[Participant | Slot | Table | Request]]]:
    yield "Participant", problem.participants
    yield "Slot", problem.slots
    yield "Table", problem.tables
    yield "Request", problem.requests


def _doubles(ids: Iterable[str]) -> list[str]:
    return [one for one, times in Counter(ids).items() if times > 1]


def _faults_of_participants(problem: Problem, slots: set[str]) -> Iterator[str]:
    for one in problem.participants:
        if not slots.issuperset(one.unavailable):
            yield f"Participant {one.id}: there is no slot {min(one.unavailable - slots)}."
        if one.most_meetings is not None and one.most_meetings < 0:
            yield f"Participant {one.id}: the most meetings are 0 or more."
    for table in problem.tables:
        if table.slots is not None and not slots.issuperset(table.slots):
            yield f"Table {table.id}: there is no slot {min(table.slots - slots)}."


def _faults_of_requests(problem: Problem, slots: set[str], people: set[str]) -> Iterator[str]:
    for one in problem.requests:
        size = len(one.people)
        if not 2 <= size <= LARGEST_GROUP or len(set(one.people)) != size:
            yield f"Request {one.id}: it has two to {LARGEST_GROUP} different people."
        if not people.issuperset(one.people):
            yield f"Request {one.id}: there is no participant {min(set(one.people) - people)}."
        if one.interests and len(one.interests) != size:
            yield f"Request {one.id}: it has an interest for each of its people."
        if one.slots is not None and not slots.issuperset(one.slots):
            yield f"Request {one.id}: there is no slot {min(one.slots - slots)}."
        if one.given_worth is not None and one.given_worth < 0:
            yield f"Request {one.id}: its worth is 0 or more."


def _faults_of_locks(problem: Problem, slots: set[str]) -> Iterator[str]:
    requests, tables = {one.id: one for one in problem.requests}, {one.id: one for one in problem.tables}
    for request in _doubles(lock.request for lock in problem.locks):
        yield f"Lock of {request}: it is locked twice."
    for lock in problem.locks:
        if lock.request not in requests or lock.slot not in slots or (lock.table and lock.table not in tables):
            yield f"Lock of {lock.request}: request, slot {lock.slot} and table are those of the problem."
