"""The problem in numbers: what the search and the bounds read, made once from the words of the problem.

People, requests and places count from 0. A *place* is a slot, or a slot at one of several sites where a buffer between
sites has to be kept; then those who are all online have a place of their own in each slot, at no site, near to all.
Sets of places are whole numbers with one bit for each place.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import accumulate
from operator import and_, or_

import numpy as np
import numpy.typing as npt

from modus.algorithms.timetable.problem import FaultyProblem, Lock, Participant, Problem, Request, Table

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Needs = npt.NDArray[np.int8]
NO_CAP = 1 << 30
# What a meeting needs at a place, the more the larger.
NO_TABLE, ANY_TABLE, QUIET_TABLE = 0, 1, 2


class LocksClash(ValueError):
    """Locks contradict each other, a cap or the tables."""


@dataclass(frozen=True)
class Place:
    """A slot (its position in time), and the site where that matters; None also where everybody is online."""

    slot: int
    day: str
    site: str | None


@dataclass(frozen=True)
class Model:
    """Lists by person (`avail`: open places, `caps`), by request that may be held (`members`, `worth`, `allowed`: its
    places, `quiet`: places where it needs a quiet table, `tableless`: where it needs none, `locked`, `orders`: other
    requests with +1 when they come later and -1 when they come earlier) and by place (`tables`, `quiet_tables`,
    `blocks`: the places that a person who meets there cannot have).
    """

    problem: Problem
    places: tuple[Place, ...]
    names: tuple[str, ...]
    avail: list[int]
    caps: list[int]
    members: list[tuple[int, ...]]
    worth: list[int]
    allowed: list[int]
    quiet: list[int]
    tableless: list[int]
    locked: list[bool]
    orders: dict[int, list[tuple[int, int]]]
    tables: list[int]
    quiet_tables: list[int]
    blocks: list[int]
    extra: tuple[int, ...]

    @cached_property
    def has_sites(self) -> bool:
        """Whether places are slots at sites, so that one meeting blocks more than its own place."""
        return len(self.places) > len(self.problem.slots)

    @cached_property
    def has_caps(self) -> bool:
        """Whether anybody wants no more than so many meetings."""
        return any(cap < NO_CAP for cap in self.caps)

    @cached_property
    def has_quiet(self) -> bool:
        """Whether any request needs a quiet table anywhere."""
        return any(self.quiet)

    @cached_property
    def needs_any(self) -> bool:
        """Whether every request needs any table wherever it is held."""
        return not self.has_quiet and not any(self.tableless)

    @cached_property
    def index(self) -> dict[str, int]:
        """Requests that may be held, by name."""
        return {name: number for number, name in enumerate(self.names)}

    @cached_property
    def earned(self) -> tuple[int, ...]:
        """Points of first meetings for 0, 1, 2 … meetings of a person; more meetings earn the last of them."""
        return tuple(accumulate(self.extra, initial=0))

    @cached_property
    def seats(self) -> Whole:
        """Members as an array, requests x largest group; where a group is smaller, the number after the last person."""
        width = max(map(len, self.members), default=2)
        nobody = (len(self.avail),)
        rows = [people + nobody * (width - len(people)) for people in self.members]
        return np.array(rows, dtype=np.int64).reshape(len(rows), width)

    @cached_property
    def needs(self) -> Needs:
        """By request and place which table it needs there."""
        if self.needs_any:
            return np.full((len(self.members), len(self.places)), ANY_TABLE, np.int8)
        tableless, quiet = (as_rows(sets, len(self.places)) for sets in (self.tableless, self.quiet))
        return np.where(tableless, NO_TABLE, np.where(quiet, QUIET_TABLE, ANY_TABLE)).astype(np.int8)

    def least_needs(self, requests: Whole, places: npt.NDArray[np.bool_]) -> Needs:
        """What each of these requests needs at least, wherever among its row of places it is held."""
        needs: Needs = np.where(places, self.needs[requests], QUIET_TABLE).min(axis=1)
        return needs

    def places_of_slot(self, slot: int) -> int:
        """All places of a slot."""
        return sum(1 << number for number, place in enumerate(self.places) if place.slot == slot)

    def may_precede(self, request: int, place: int, at: Sequence[int]) -> bool:
        """Whether no order is broken by holding the request at the place, when others are held `at` places (or -1)."""
        time = self.places[place].slot
        for other, sign in self.orders.get(request, ()):
            if at[other] >= 0 and (self.places[at[other]].slot - time) * sign <= 0:
                return False
        return True


def model_of(problem: Problem) -> Model:
    """The numbers of a problem.

    Parameters: the problem. Returns: its model, with the requests that may be held somewhere at all.
    Raises: FaultyProblem when a lock cannot be kept.
    Cost: grows with requests; 20,000 in about 0.1 s.
    """
    places = _places(problem)
    wanted = {lock.request: lock for lock in problem.locks}
    rooms = _Rooms(problem, places)
    days = _Days(problem, places, rooms)
    requests, allowed = [], []
    for request in problem.requests:
        places_of_it = days.allowed(request, wanted.get(request.id))
        if places_of_it:
            requests.append(request)
            allowed.append(places_of_it)
    names = tuple(request.id for request in requests)
    _require_locks(problem, set(names))
    person = {one.id: number for number, one in enumerate(problem.participants)}
    return Model(
        problem=problem,
        places=places,
        names=names,
        avail=[days.open[one.id] for one in problem.participants],
        caps=[NO_CAP if one.most_meetings is None else one.most_meetings for one in problem.participants],
        members=[tuple([person[name] for name in request.people]) for request in requests],
        worth=[problem.worth[name] for name in names],
        allowed=allowed,
        quiet=[days.quiet(request) | days.quiet_by_lock(wanted.get(request.id)) for request in requests],
        tableless=[days.tableless(request) for request in requests],
        locked=[name in wanted for name in names],
        orders=_orders(problem, {name: number for number, name in enumerate(names)}),
        tables=rooms.tables,
        quiet_tables=rooms.quiet_tables,
        blocks=_blocks(problem, places),
        extra=problem.objective.first_meetings,
    )


class _Days:
    """The open and the online places of each person."""

    def __init__(self, problem: Problem, places: Sequence[Place], rooms: "_Rooms") -> None:
        self.problem = problem
        self.places = places
        self.full = (1 << len(places)) - 1
        self.by_slot: dict[str, int] = dict.fromkeys((slot.id for slot in problem.slots), 0)
        self.by_session: defaultdict[str, int] = defaultdict(int)
        self.by_day: defaultdict[str, int] = defaultdict(int)
        for number, place in enumerate(places):
            slot = problem.slots[place.slot]
            self.by_slot[slot.id] |= 1 << number
            self.by_session[slot.session] |= 1 << number
            self.by_day[slot.day] |= 1 << number
        self.open = {one.id: self.full & ~self._slots(one.unavailable) for one in problem.participants}
        self.online = {one.id: self._online(one) for one in problem.participants}
        self.has_online = any(self.online.values())
        self.nowhere = _bits(n for n, place in enumerate(places) if place.site is None)
        self.room = _bits(n for n, number in enumerate(rooms.tables) if number)
        self.quiet_room = _bits(n for n, number in enumerate(rooms.quiet_tables) if number)

    def _slots(self, slots: frozenset[str]) -> int:
        return reduce(or_, (self.by_slot[slot] for slot in slots), 0)

    def _online(self, one: Participant) -> int:
        return reduce(or_, (self.by_day[day] for day in one.online_days if day in self.by_day), 0)

    def allowed(self, request: Request, lock: Lock | None) -> int:
        """The places at which the request may be held, 0 when nowhere."""
        if not self.problem.may_be_held(request):
            return 0
        places = self.full
        for person in request.people:
            places &= self.open[person]
        if request.session:
            places &= self.by_session.get(request.session, 0)
        if request.slots is not None:
            places &= self._slots(request.slots)
        if lock is not None:
            places &= self._of_lock(request, lock)
        if not self.has_online:
            return places & self.room
        quiet, tableless = self.quiet(request), self.tableless(request)
        seated = (quiet & self.quiet_room) | (~quiet & self.room)
        return places & ((tableless & self.nowhere) | (~tableless & seated))

    def _of_lock(self, request: Request, lock: Lock) -> int:
        """The places that a lock leaves: those of its slot, at the site of its table, if that table suits."""
        if lock.table is None:
            return self.by_slot[lock.slot]
        table, slot = self.problem.table[lock.table], self.problem.slots[self.problem.position[lock.slot]]
        if not self.problem.suits(table, request, slot):
            return 0
        of_site = _bits(number for number, place in enumerate(self.places) if place.site in (None, table.site))
        return self.by_slot[lock.slot] & of_site

    def quiet(self, request: Request) -> int:
        """The places where some of its people are online and others on site."""
        if not self.has_online:
            return 0
        return reduce(or_, [self.online[person] for person in request.people]) & ~self.tableless(request)

    def quiet_by_lock(self, lock: Lock | None) -> int:
        """The places where a lock takes a quiet table away from those who need one."""
        is_quiet = lock is not None and lock.table is not None and self.problem.table[lock.table].quiet
        return self.by_slot[lock.slot] if lock is not None and is_quiet else 0

    def tableless(self, request: Request) -> int:
        """The places where all of its people are online."""
        return reduce(and_, [self.online[person] for person in request.people]) if self.has_online else 0


def _places(problem: Problem) -> tuple[Place, ...]:
    sites: list[str | None] = [*sorted({table.site for table in problem.tables})]
    if problem.buffer_slots and len(sites) > 1:
        if any(one.online_days for one in problem.participants):
            sites.append(None)
        numbered = enumerate(problem.slots)
        return tuple(Place(number, slot.day, site) for number, slot in numbered for site in sites)
    return tuple(Place(number, slot.day, None) for number, slot in enumerate(problem.slots))


class _Rooms:
    """How many tables, and how many quiet ones, each place has."""

    def __init__(self, problem: Problem, places: Sequence[Place]) -> None:
        self.tables = _counted(problem, places, problem.tables)
        self.quiet_tables = _counted(problem, places, [table for table in problem.tables if table.quiet])


def _counted(problem: Problem, places: Sequence[Place], tables: Sequence[Table]) -> list[int]:
    # Hundreds of tables are mostly alike, so each kind is looked at once.
    kinds = Counter((table.site, table.slots) for table in tables)
    names = [problem.slots[place.slot].id for place in places]
    has_sites = len(places) > len(problem.slots)
    return [
        sum(
            number
            for (site, slots), number in kinds.items()
            if place.site == (site if has_sites else None) and (slots is None or name in slots)
        )
        for place, name in zip(places, names, strict=True)
    ]


def as_rows(places: list[int], width: int) -> npt.NDArray[np.bool_]:
    """Sets of places as rows of truth values."""
    size = (width + 7) // 8
    raw = np.frombuffer(b"".join(one.to_bytes(size, "little") for one in places), dtype=np.uint8)
    return np.unpackbits(raw.reshape(len(places), size), axis=1, bitorder="little")[:, :width].astype(bool)


def _bits(numbers: Iterable[int]) -> int:
    return sum(1 << number for number in numbers)


def _blocks(problem: Problem, places: Sequence[Place]) -> list[int]:
    return [
        sum(1 << number for number, other in enumerate(places) if _excludes(problem, place, other)) for place in places
    ]


def _excludes(problem: Problem, place: Place, other: Place) -> bool:
    """Whether a person who meets at one place cannot meet at the other: the same slot, or too near at another site."""
    near = place.day == other.day and abs(place.slot - other.slot) <= problem.buffer_slots
    is_elsewhere = None not in (place.site, other.site) and place.site != other.site
    return place.slot == other.slot or (near and is_elsewhere)


def _orders(problem: Problem, number: dict[str, int]) -> dict[int, list[tuple[int, int]]]:
    orders: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for first, second in problem.precedences:
        if first in number and second in number:
            orders[number[first]].append((number[second], 1))
            orders[number[second]].append((number[first], -1))
    return dict(orders)


def _require_locks(problem: Problem, names: set[str]) -> None:
    tables = Counter((lock.slot, lock.table) for lock in problem.locks if lock.table)
    if doubles := [
        f"Two locks contradict each other: table {t} in {slot}." for (slot, t), n in tables.items() if n > 1
    ]:
        raise FaultyProblem(doubles)
    lost = [lock.request for lock in problem.locks if lock.request not in names]
    if lost:
        said = "it cannot be held there: somebody is away, said no, or there is no table that suits it."
        raise FaultyProblem([f"Lock of {request}: {said}" for request in lost])
