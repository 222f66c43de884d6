"""What happens after a timetable is out: somebody cancels or arrives late, a slot or table is gone, a lock is set.

In all of them what stands keeps standing: no meeting moves unless a lock pushes it, and none is left as a ghost.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

from modus.algorithms.timetable.answer import answer, appointments_of
from modus.algorithms.timetable.board import OUT, Board, bits
from modus.algorithms.timetable.bound import select, whole
from modus.algorithms.timetable.construct import place_locks, place_one
from modus.algorithms.timetable.improve import Stop, never
from modus.algorithms.timetable.mend import hold_everything, share_fairly
from modus.algorithms.timetable.model import LocksClash, Model, model_of
from modus.algorithms.timetable.orderly import Aim, is_orderly, keeping, keeps_rules, kept_places, settle
from modus.algorithms.timetable.problem import FaultyProblem, Goal, Problem, Timetable
from modus.algorithms.timetable.programme import size_of

# Few changes are proved far sooner than few breaks: 60 people with 400 requests in half a second.
MOST_COLUMNS = 4_000


@dataclass(frozen=True)
class Change:
    """What a situation did: requests that are no longer held, and that are held anew or elsewhere, by name."""

    dropped: tuple[str, ...]
    placed: tuple[str, ...]


class Standing:
    """A timetable that stands, kept on a board so that a change costs only what it touches.

    Parameters: the problem as it is now, and the earlier timetable, which may belong to an earlier problem. What can no
    longer be held where it was is dropped; locks of the problem come first and push others aside.
    Raises: FaultyProblem and LocksClash when locks cannot be kept.
    Cost: as making the model, 20,000 requests about 0.1 s; afterwards a cancellation takes milliseconds.
    """

    def __init__(self, problem: Problem, earlier: Timetable) -> None:
        self.problem, self.earlier = problem, earlier
        self.board = Board(model_of(problem))
        self.away: frozenset[str] = frozenset()
        place_locks(self.board)
        self._keep_sites_of_locks()
        self.dropped = tuple(sorted(self._put_back()))
        self._keep_quiet_tables()

    def _keep_sites_of_locks(self) -> None:
        """A lock that names no table stays at the site where it was."""
        board, position = self.board, self.problem.position
        for one in self.earlier.appointments if board.model.has_sites else ():
            request = board.model.index.get(one.request)
            if request is not None and board.at[request] != OUT and one.slot in position:
                now = board.at[request]
                board.take(request)
                at = next((place for place in self._places(one.slot, one.table) if board.fits(request, place)), now)
                board.put(request, at)

    def _put_back(self) -> set[str]:
        """Hold what was held, where it was; the names of what could not be."""
        board, model, lost = self.board, self.board.model, set()
        position = self.problem.position
        for one in self.earlier.appointments:
            request = model.index.get(one.request)
            if request is None or one.slot not in position:
                lost.add(one.request)
            elif board.at[request] == OUT:
                places = [place for place in self._places(one.slot, one.table) if board.fits(request, place)]
                if places:
                    board.put(request, places[0])
                else:
                    lost.add(one.request)
        return lost

    def _keep_quiet_tables(self) -> None:
        """Whoever sits at a quiet table without need keeps it: no meeting changes its table to let another one in."""
        board, model = self.board, self.board.model
        tables = {one.request: one.table for one in self.earlier.appointments}
        for request in board.held():
            place, table = board.at[request], self.problem.table.get(tables.get(model.names[request]) or "")
            is_counted = bool((model.quiet[request] | model.tableless[request]) >> place & 1)
            has_room = board.quiet_load[place] < model.quiet_tables[place]
            if table is not None and table.quiet and has_room and not is_counted:
                model.quiet[request] |= 1 << place
                board.quiet_load[place] += 1

    def _places(self, slot: str, table: str | None) -> list[int]:
        """The places of a slot, those at the site of its table where sites matter."""
        model = self.board.model
        known = self.problem.table.get(table) if table else None
        places = bits(model.places_of_slot(self.problem.position[slot]))
        return [
            n for n in places if model.places[n].site is None or known is None or model.places[n].site == known.site
        ]

    def cancel(self, people: Iterable[str]) -> Change:
        """Somebody cancels: their meetings go, other requests fill the freed places, nobody else's meeting moves.

        Afterwards no request that is left out could be held in a slot in which a meeting went, or by somebody who lost
        one; no other request is touched. That everything is held, or breaks shared fairly, binds no longer.
        Cost: 1,000 people with 20,000 requests: see docs/developer/timetable.md.
        """
        board, model = self.board, self.board.model
        gone = {number for number, one in enumerate(self.problem.participants) if one.id in set(people)}
        self.away |= {self.problem.participants[number].id for number in gone}
        freed: dict[int, set[int]] = {}
        dropped = []
        for person in sorted(gone):
            for place in list(bits(board.used[person])):
                request = board.held_by[person * board.width + place]
                freed.setdefault(place, set()).update(model.members[request])
                dropped.append(model.names[request])
                board.take(request)
            board.free[person] = model.avail[person] = 0
        return Change(tuple(dropped), self.fill(freed))

    def fill(self, freed: Mapping[int, set[int]] | None = None) -> tuple[str, ...]:
        """Hold left-out requests in places that are free, most points first, without moving anything.

        Parameters: by place the people who have become free there: their own requests may go anywhere, others into
        slots of these places; None looks at all.
        Returns: the names of requests that are held anew.
        """
        board, model = self.board, self.board.model
        waiting = [request for request, place in enumerate(board.at) if place == OUT]
        slots, people = -1, set[int]()
        if freed is not None:
            slots = reduce(or_, (model.places_of_slot(model.places[place].slot) for place in freed), 0)
            people = people.union(*freed.values())
        placed = []
        for request in sorted(waiting, key=lambda one: (-board.gain(one), one)):
            place = board.emptiest(request, slots if people.isdisjoint(model.members[request]) else -1)
            if place != OUT:
                board.put(request, place)
                placed.append(model.names[request])
        return tuple(placed)

    def place_again(self, names: Iterable[str]) -> tuple[str, ...]:
        """Hold these requests somewhere else, moving as few others as a chain needs; the names of those that are."""
        index = self.board.model.index
        known = [index[name] for name in names if name in index and self.board.at[index[name]] == OUT]
        placed = [request for request in known if place_one(self.board, request)]
        return tuple(self.board.model.names[request] for request in placed)

    def settle(self, stop: Stop) -> tuple[Goal, ...]:
        """In the small, the fewest changes, then most earlier meetings, then most points; what of it is proved.

        Raises: FaultyProblem when nothing keeps to the rules.
        """
        model = model_of(self.problem)
        board, bound = Board(model), whole(select(model).bound)
        board.become(self.board.at)
        aims = [keeping(model, self.earlier.appointments), *_afterwards(model, self.earlier, bound)]
        settled = settle(board, aims, is_valid=keeps_rules(board), stop=stop)
        if settled.is_impossible:
            raise FaultyProblem(["No timetable keeps to the locks and holds everything or shares breaks as asked."])
        self.board = board
        return settled.proved

    def mend(self, stop: Stop) -> None:
        """In the large, what the rules ask of all meetings together; what is free is filled as far as they allow.

        Raises: FaultyProblem when no way is found.
        """
        places = kept_places(self.board.model, self.earlier.appointments)
        if self.problem.hold_all:
            hold_everything(self.board, places, stop=stop)
        elif self.problem.fairness is not None:
            share_fairly(self.board, places, stop=stop)
        else:
            self.fill()

    def timetable(self, proved: tuple[Goal, ...] = ()) -> Timetable:
        """The verified timetable as it stands, with changes counted from the earlier one; tables are kept."""
        problem = without_people(self.problem, self.away) if self.away else self.problem
        tables = {one.request: one.table for one in self.earlier.appointments if one.table}
        held = appointments_of(replace(self.board.model, problem=problem), self.board.at, tables)
        return answer(problem, held, earlier=self.earlier, proved=proved)


def resolve(problem: Problem, earlier: Timetable, *, stop: Stop = never) -> Timetable:
    """The timetable after any change of the problem, with as few changes as possible.

    Parameters: the problem as it is now (locks, people, requests, slots, tables may have come or gone); the timetable
    so far; `stop` ends the search for fewer changes with what is known.
    Returns: a verified timetable: what can stay stays, what a lock or a closed slot pushed out is held elsewhere where
    that is possible, and left-out requests fill what is free. Events with no more than MOST_COLUMNS pairs of a request
    and a slot where it may be held (no more than `orderly.MOST_COLUMNS` where breaks are shared fairly) get the fewest
    changes of all timetables, among those the most earlier meetings, among those the most points; `Timetable.proved`
    holds CHANGES when that is proved. Larger ones get every meeting that still fits where it was, tried in the order of
    the timetable, and chains for the others: sometimes fewer could have moved. Where everything has to be held, pushes
    and clauses look for a way (`mend.hold_everything`); where breaks have to be shared fairly, chains help those who
    wait too often, else they give up meetings, and only what keeps breaks fair fills what is free
    (`mend.share_fairly`).
    Raises: FaultyProblem when locks cannot be kept, everything cannot be held or breaks cannot be shared fairly; in the
    large also when no way was found to hold everything.
    Cost: as solving without improvement; in the small see docs/developer/timetable.md.
    """
    try:
        standing = Standing(problem, earlier)
        standing.place_again(standing.dropped)
        model = standing.board.model
        is_small = is_orderly(model) or (problem.fairness is None and size_of(model) <= MOST_COLUMNS)
        if is_small and not stop():
            standing.fill()
            return standing.timetable(standing.settle(stop))
        standing.mend(stop)
        return standing.timetable()
    except LocksClash as clash:
        raise FaultyProblem([str(clash)]) from clash


def _afterwards(model: Model, earlier: Timetable, bound: float) -> list[Aim]:
    """After the fewest changes: as many earlier meetings as can be, wherever; then points."""
    again = {model.index[one.request] for one in earlier.appointments if one.request in model.index}
    return [
        Aim(
            None,
            lambda counts: counts.programme.each(sorted(again)),
            lambda board: sum(board.at[one] != OUT for one in again),
            len(again),
        ),
        Aim(None, lambda counts: counts.programme.points, lambda board: board.interest, bound),
    ]


def without_people(problem: Problem, people: Iterable[str]) -> Problem:
    """The problem when these people are away for good; locks of their meetings are gone with them.

    Their requests cannot be held, and others may wait longer: that everything is held, and that breaks are shared
    fairly, are rules for making a timetable, and no longer bind.
    """
    gone, everything = frozenset(people), frozenset(slot.id for slot in problem.slots)
    return replace(
        problem,
        participants=tuple(
            replace(one, unavailable=everything) if one.id in gone else one for one in problem.participants
        ),
        locks=tuple(lock for lock in problem.locks if gone.isdisjoint(problem.request[lock.request].people)),
        hold_all=False,
        fairness=None,
    )


def without_slot(problem: Problem, slot: str) -> Problem:
    """The problem when a slot is no more; locks in it are gone with it."""
    gone = frozenset({slot})
    return replace(
        problem,
        slots=tuple(one for one in problem.slots if one.id != slot),
        participants=tuple(replace(one, unavailable=one.unavailable - gone) for one in problem.participants),
        tables=tuple(replace(one, slots=_less(one.slots, gone)) for one in problem.tables),
        requests=tuple(replace(one, slots=_less(one.slots, gone)) for one in problem.requests),
        locks=tuple(lock for lock in problem.locks if lock.slot != slot),
    )


def without_table(problem: Problem, table: str) -> Problem:
    """The problem when a table is no more; a lock at it becomes one of the slot alone."""
    return replace(
        problem,
        tables=tuple(one for one in problem.tables if one.id != table),
        locks=tuple(replace(lock, table=None) if lock.table == table else lock for lock in problem.locks),
    )


def _less(slots: frozenset[str] | None, gone: frozenset[str]) -> frozenset[str] | None:
    return None if slots is None else slots - gone
