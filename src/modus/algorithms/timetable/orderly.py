"""The best of a small event in all goals, one after the other: each is proved before the next is asked.

The programme of all timetables gets columns that count: for each person and slot whether a stretch of meetings begins
there, for each person and day whether there is a meeting; what is more of the first than of the second are breaks. A
goal that is proved is held by a row, and the next one is asked. Nothing that was reached before is given away.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from modus.algorithms.timetable.board import OUT, Board
from modus.algorithms.timetable.bound import TOLERANCE
from modus.algorithms.timetable.breaks import Breaks, difference
from modus.algorithms.timetable.model import Model
from modus.algorithms.timetable.problem import Appointment, Goal
from modus.algorithms.timetable.programme import Outcome, Programme, Sum, programme_of, requests_by_person, run, size_of

# Beyond so many columns for requests the fewest breaks are not proved before somebody loses patience (measured: see
# docs/developer/timetable.md); what is proved is mostly proved in fewer nodes.
MOST_COLUMNS = 400
MOST_NODES = 100


@dataclass(frozen=True)
class Aim:
    """Something to make as large as can be: as a sum of columns, what it is on a board, and what it is at most.

    `goal`: the goal that it is, None for what only decides between equals; `is_points`: whether its bound is one on the
    points of any timetable.
    """

    goal: Goal | None
    columns: Callable[["Counts"], Sum]
    of: Callable[[Board], int]
    most: float
    is_points: bool = False

    def is_reached(self, board: Board) -> bool:
        """Whether nothing can be better than the board."""
        return self.of(board) >= self.most


@dataclass
class Settled:
    """What is proved: goals in their order, a bound on points, and whether there is no timetable at all; `is_valid`:
    whether what the board holds keeps to all rules."""

    is_valid: bool
    proved: tuple[Goal, ...] = ()
    bound: float = float("inf")
    is_impossible: bool = False


def is_orderly(model: Model) -> bool:
    """Whether the event is small enough to ask for all goals one after the other."""
    return size_of(model) <= MOST_COLUMNS


def reached(board: Board, aims: Iterable[Aim]) -> tuple[Goal, ...]:
    """The goals that cannot be better, up to the first one that could be."""
    best = takewhile(lambda aim: aim.is_reached(board), aims)
    return tuple(aim.goal for aim in best if aim.goal is not None)


def settle(
    board: Board,
    aims: Sequence[Aim],
    *,
    is_valid: bool = True,
    stop: Callable[[], bool] | None = None,
    seed: int = 0,
) -> Settled:
    """The best timetable in the order of the aims, on the board.

    Parameters: a board (it is changed); the aims; `is_valid`: whether what the board holds keeps to all rules, or is
    not to be looked at; `stop` ends it early; a seed.
    Returns: what is proved. The board holds the best timetable known, never a worse one in the order of the aims. Aims
    after the first one that was not proved in MOST_NODES nodes are not asked. Where a board that was not valid is
    replaced by nothing, nothing is proved.
    Raises: RuntimeError when the solver fails.
    Cost: see docs/developer/timetable.md.
    Source: one goal after the other: lexicographic programming, folklore; the rows for breaks are ours.
    """
    settled = Settled(is_valid)
    if board.model.problem.hold_all and len(board.model.members) < len(board.model.problem.requests):
        settled.is_impossible = True
        return settled
    if is_valid and all(aim.is_reached(board) for aim in aims):
        settled.proved = reached(board, aims)
        return settled
    counts = Counts(programme_of(board.model))
    for aim in aims:
        columns = aim.columns(counts)
        if not settled.is_valid or not aim.is_reached(board):
            start = board.at if settled.is_valid else None
            outcome = run(counts.programme, columns, start, most_nodes=MOST_NODES, stop=stop, seed=seed)
            _take(settled, board, aim, outcome)
            if not settled.is_valid or aim.of(board) + 1 <= outcome.bound + TOLERANCE:
                break
        if aim.goal is not None:
            settled.proved += (aim.goal,)
        counts.programme.at_least(columns, aim.of(board))
    return settled


def _take(settled: Settled, board: Board, aim: Aim, outcome: Outcome) -> None:
    """Hold what the solver found where that is better, and remember what it says."""
    settled.is_impossible = outcome.is_impossible
    if aim.is_points:
        settled.bound = outcome.bound
    if outcome.at is None:
        return
    if not settled.is_valid or aim.of(_holding(board.model, outcome.at)) > aim.of(board):
        board.become(outcome.at)
    settled.is_valid = True


def _holding(model: Model, at: Sequence[int]) -> Board:
    board = Board(model)
    board.become(at)
    return board


class Counts:
    """Columns of a programme that count breaks, and how they are spread.

    `breaks`: the sum that is the breaks of all; `spread`: the largest difference in breaks between two people.
    """

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        problem = programme.model.problem
        self.mine = requests_by_person(programme.model)
        self.days = [slot.day for slot in problem.slots]
        self.by_slot = [programme.model.places_of_slot(slot) for slot in range(len(problem.slots))]
        self.people = [self._breaks_of(person) for person in range(len(programme.model.avail))]
        self.breaks: Sum = {column: value for one in self.people for column, value in one.items()}
        is_even = problem.fairness is not None or Goal.EVEN_BREAKS in problem.objective.goals
        self.spread: Sum = self._spread() if is_even else {}
        if problem.fairness is not None:
            programme.at_most(self.spread, problem.fairness)

    def _breaks_of(self, person: int) -> dict[int, float]:
        """The sum that is the breaks of a person."""
        busy = [self._busy(person, slot) for slot in range(len(self.by_slot))]
        found: dict[int, float] = {}
        for day in dict.fromkeys(self.days):
            slots = [slot for slot, name in enumerate(self.days) if name == day and busy[slot]]
            # Two slots side by side leave no gap.
            if slots and slots[-1] - slots[0] > 1:
                found |= self._breaks_of_day(busy, slots)
        return found

    def _busy(self, person: int, slot: int) -> dict[int, float]:
        """The sum that is 1 when the person has a meeting in the slot."""
        columns = (self.programme.columns_of(request, self.by_slot[slot]) for request in self.mine[person])
        return {column: 1.0 for some in columns for column in some}

    def _breaks_of_day(self, busy: Sequence[Sum], slots: Sequence[int]) -> dict[int, float]:
        """Stretches less one: a column for each slot in which one begins, and one for the day if there is any."""
        starts = {slot: self.programme.add_column() for slot in slots}
        day = self.programme.add_column()
        for slot, start in starts.items():
            before = busy[slot - 1] if slot - 1 in starts else {}
            begun = {start: -1.0, **busy[slot], **_less(before)}
            self.programme.at_most(begun, 0.0)
            # Where only the sum counts, the fewest would be right without these; but they save half of the time.
            self.programme.at_most({start: 1.0, **_less(busy[slot])}, 0.0)
            self.programme.at_most({start: 1.0, **before}, 1.0)
            self.programme.at_most({day: -1.0, **busy[slot]}, 0.0)
        self.programme.at_most({day: 1.0} | dict.fromkeys(starts.values(), -1.0), 0.0)
        return dict.fromkeys(starts.values(), 1.0) | {day: -1.0}

    def _spread(self) -> Sum:
        """The most breaks of anybody less the fewest."""
        most = float(len(self.days))
        high, low = self.programme.add_column(most=most), self.programme.add_column(most=most)
        for breaks in self.people:
            self.programme.at_most({high: -1.0, **breaks}, 0.0)
            self.programme.at_most({low: 1.0, **_less(breaks)}, 0.0)
        return {high: 1.0, low: -1.0}


def _less(columns: Sum) -> Sum:
    return {column: -value for column, value in columns.items()}


def aims_of(model: Model, bound: float, earlier: Iterable[Appointment] = (), *, least_breaks: int = 0) -> Iterator[Aim]:
    """The goals of the objective in their order.

    Parameters: the model; a bound on points; the appointments from which changes are counted; a number of breaks that
    no timetable goes below. Points come last where they are no goal, or holding nothing would be best. A price for
    breaks is taken from the points where both are goals.
    """
    objective = model.problem.objective
    goals, price = objective.goals, objective.price_of_a_break
    interest = Aim(
        Goal.INTEREST,
        lambda counts: counts.programme.points | {c: -price * v for c, v in counts.breaks.items() if price},
        lambda board: board.interest - price * total_breaks(board),
        bound - price * least_breaks,
        is_points=not price,
    )
    if Goal.INTEREST in goals:
        yield interest
    if Goal.BREAKS in goals:
        yield Aim(Goal.BREAKS, lambda counts: _less(counts.breaks), lambda board: -total_breaks(board), -least_breaks)
    if Goal.EVEN_BREAKS in goals:
        yield Aim(Goal.EVEN_BREAKS, lambda counts: _less(counts.spread), lambda board: -spread_of(board), 0)
    if Goal.CHANGES in goals:
        yield keeping(model, earlier)
    if Goal.INTEREST not in goals:
        yield replace(interest, goal=None, is_points=False)


def keeping(model: Model, earlier: Iterable[Appointment]) -> Aim:
    """As many of the earlier appointments as can be in the slots that they had."""
    places = kept_places(model, earlier)
    return Aim(
        Goal.CHANGES,
        lambda counts: {c: 1.0 for request, at in places.items() for c in counts.programme.columns_of(request, at)},
        lambda board: kept_on(board, places),
        len(places),
    )


def kept_on(board: Board, places: Mapping[int, int]) -> int:
    """How many requests are held at one of their places."""
    return sum(board.at[request] != OUT and at >> board.at[request] & 1 for request, at in places.items())


def kept_places(model: Model, earlier: Iterable[Appointment]) -> dict[int, int]:
    """The places of the slot that each request had, by request; those that cannot be held there are left away."""
    position = model.problem.position
    slots = {model.index[one.request]: one.slot for one in earlier if one.request in model.index}
    places = {r: model.places_of_slot(position[slot]) for r, slot in slots.items() if slot in position}
    return {request: at for request, at in places.items() if at & model.allowed[request]}


def breaks_on(board: Board) -> list[int]:
    """The breaks of each person."""
    return Breaks(board, weight=1.0, even=False).number


def total_breaks(board: Board) -> int:
    """The breaks of all."""
    return sum(breaks_on(board))


def spread_of(board: Board) -> int:
    """The largest difference in breaks between two people."""
    return difference(breaks_on(board))


def keeps_rules(board: Board) -> bool:
    """Whether the board shares breaks fairly and holds everything, where that is asked: a board cannot see to it."""
    problem = board.model.problem
    is_fair = problem.fairness is None or spread_of(board) <= problem.fairness
    return is_fair and not (problem.hold_all and sum(1 for _one in board.held()) < len(problem.requests))
