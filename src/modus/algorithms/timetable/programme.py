"""All timetables of a small event as one integer programme: columns for what is held where, rows for what is forbidden.

One column for each request at each place where it may be held, and one for each first meeting that is rewarded.
`exact` asks it for the most points, `orderly` for the best in all goals one after the other.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np

from modus.algorithms.timetable.board import OUT, bits
from modus.algorithms.timetable.bound import HALF, INFINITE, end_when
from modus.algorithms.timetable.model import Model

# What is added up: the value of each column.
Sum = Mapping[int, float]
Kind = highspy.HighsModelStatus


@dataclass
class Programme:
    """Columns of whole numbers, from 0 to `most`, and rows: sums of columns that are at most a number.

    `column`: the column of a request at a place; `points`: the points of every column that has any.
    """

    model: Model
    column: dict[tuple[int, int], int] = field(default_factory=dict)
    points: dict[int, float] = field(default_factory=dict)
    most: list[float] = field(default_factory=list)
    rows: list[tuple[Sum, float]] = field(default_factory=list)

    def add_column(self, points: float = 0.0, most: float = 1.0) -> int:
        """A new column, by its number."""
        self.most.append(most)
        if points:
            self.points[len(self.most) - 1] = points
        return len(self.most) - 1

    def at_most(self, columns: Sum, most: float) -> None:
        """Add a row."""
        self.rows.append((columns, most))

    def at_least(self, columns: Sum, least: float) -> None:
        """Add a row the other way round."""
        self.at_most({column: -value for column, value in columns.items()}, -least)

    def some(self, columns: Sequence[int], most: float) -> None:
        """Let no more than so many of these columns be taken; a row that can never be broken is left away."""
        if len(columns) > most:
            self.at_most(dict.fromkeys(columns, 1.0), most)

    def columns_of(self, request: int, places: int) -> list[int]:
        """The columns of a request at these places."""
        return [self.column[request, place] for place in bits(places & self.model.allowed[request])]

    def each(self, requests: Iterable[int]) -> dict[int, float]:
        """The sum that is the number of these requests that are held."""
        columns = (self.columns_of(request, self.model.allowed[request]) for request in requests)
        return {column: 1.0 for some in columns for column in some}

    def values(self, at: Sequence[int]) -> dict[int, float]:
        """What the columns of requests are when they are held `at` places."""
        return {number: float(at[request] == place) for (request, place), number in self.column.items()}


@dataclass(frozen=True)
class Outcome:
    """What the solver says: places of requests (None: nothing was found), a number that no timetable exceeds (infinite
    where none is known), and whether it is proved that there is no timetable at all."""

    at: list[int] | None
    bound: float
    is_impossible: bool = False


def size_of(model: Model) -> int:
    """The columns for requests."""
    return sum(places.bit_count() for places in model.allowed)


def requests_by_person(model: Model) -> list[list[int]]:
    """The requests of each person."""
    mine: list[list[int]] = [[] for _person in model.avail]
    for request, members in enumerate(model.members):
        for person in members:
            mine[person].append(request)
    return mine


def programme_of(model: Model) -> Programme:
    """The programme whose solutions are all timetables; a fair share of breaks is not in it.

    Cost: grows with columns and people; some 10 ms for a thousand columns.
    Source: one column for each request and slot is folklore; Bofill et al. (2022), doi:10.1613/jair.1.12812,
    section 5, use it for the case in which everything is held.
    """
    programme = Programme(model)
    for request, places in enumerate(model.allowed):
        for place in bits(places):
            programme.column[request, place] = programme.add_column(float(model.worth[request]))
    _hold_once(programme)
    _meet_once(programme)
    _seat(programme)
    _cap_and_reward(programme)
    _keep_orders(programme)
    return programme


def run(
    programme: Programme,
    aim: Sum,
    start: Sequence[int] | None = None,
    *,
    most_nodes: int,
    stop: Callable[[], bool] | None = None,
    seed: int = 0,
) -> Outcome:
    """Make the sum of these columns as large as can be.

    Parameters: the aim; the places of requests where the solver starts, None when no timetable is known; after how many
    nodes it gives up; `stop` ends it early; a seed.
    Returns: the best places and a bound. Equal input and seed give an equal outcome unless `stop` said yes.
    Raises: RuntimeError when the solver fails.
    Source: HiGHS: Huangfu and Hall (2018), doi:10.1007/s12532-017-0130-5.
    """
    solver = _solver(seed, most_nodes)
    solver.passModel(_linear(programme, aim))
    if start is not None and programme.column:
        values = programme.values(start)
        numbers = np.fromiter(values.keys(), np.int32, len(values))
        solver.setSolution(len(values), numbers, np.fromiter(values.values(), float, len(values)))
    end_when(solver, stop)
    solver.run()
    return _outcome(programme, solver)


def _outcome(programme: Programme, solver: highspy.Highs) -> Outcome:
    status, info = solver.getModelStatus(), solver.getInfo()
    if status == Kind.kInfeasible:
        return Outcome(None, -INFINITE, is_impossible=True)
    if status in (Kind.kSolveError, Kind.kPresolveError, Kind.kPostsolveError, Kind.kModelError):
        raise RuntimeError(f"The integer programme ended with {status}.")
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Outcome(None, float(info.mip_dual_bound))
    values = solver.getSolution().col_value
    at = [OUT] * len(programme.model.members)
    for (request, place), column in programme.column.items():
        if values[column] > HALF:
            at[request] = place
    return Outcome(at, float(info.mip_dual_bound))


def _solver(seed: int, most_nodes: int) -> highspy.Highs:
    solver = highspy.Highs()
    solver.silent()
    options = (("threads", 1), ("random_seed", seed), ("mip_rel_gap", 0.0), ("mip_max_nodes", most_nodes))
    for option, value in options:
        solver.setOptionValue(option, value)
    return solver


def _hold_once(programme: Programme) -> None:
    """Each request at one place at most; a locked one exactly, and each where everything has to be held."""
    for request, locked in enumerate(programme.model.locked):
        columns = programme.columns_of(request, programme.model.allowed[request])
        programme.some(columns, 1.0)
        if locked or programme.model.problem.hold_all:
            programme.at_least(dict.fromkeys(columns, 1.0), 1.0)


def _meet_once(programme: Programme) -> None:
    """A person is in one meeting at a time, and between two sites there is the buffer."""
    for requests in requests_by_person(programme.model):
        for clash in _clashes(programme.model):
            programme.some([c for request in requests for c in programme.columns_of(request, clash)], 1.0)


def _clashes(model: Model) -> Iterator[int]:
    """Sets of places of which a person can have one: those of each slot, and pairs too near at different sites."""
    for slot in range(len(model.problem.slots)):
        yield model.places_of_slot(slot)
    for number, place in enumerate(model.places):
        for other in bits(model.blocks[number]):
            if other > number and model.places[other].slot != place.slot:
                yield (1 << number) | (1 << other)


def _seat(programme: Programme) -> None:
    """No more meetings at a place than tables, and than quiet tables for those that need one."""
    model = programme.model
    for place in range(len(model.places)):
        bit = 1 << place
        here = [r for r, allowed in enumerate(model.allowed) if allowed & bit and not model.tableless[r] & bit]
        quiet = [request for request in here if model.quiet[request] & bit]
        programme.some([programme.column[request, place] for request in here], model.tables[place])
        programme.some([programme.column[request, place] for request in quiet], model.quiet_tables[place])


def _cap_and_reward(programme: Programme) -> None:
    """Nobody has more meetings than they want; a column for each first meeting, no more than there are meetings."""
    model = programme.model
    for person, requests in enumerate(requests_by_person(model)):
        mine = [column for request in requests for column in programme.columns_of(request, model.allowed[request])]
        programme.some(mine, model.caps[person])
        first = [programme.add_column(float(points)) for points in model.extra if points and mine]
        if first:
            programme.at_most(dict.fromkeys(first, 1.0) | dict.fromkeys(mine, -1.0), 0.0)


def _keep_orders(programme: Programme) -> None:
    """If both are held, never the later one at or before a slot and the earlier one at or after it."""
    model = programme.model
    by_slot = [model.places_of_slot(slot) for slot in range(len(model.problem.slots))]
    for first, others in model.orders.items():
        for second in (other for other, sign in others if sign > 0):
            for slot in range(len(by_slot)):
                until, since = sum(by_slot[: slot + 1]), sum(by_slot[slot:])
                programme.some([*programme.columns_of(second, until), *programme.columns_of(first, since)], 1.0)


def _linear(programme: Programme, aim: Sum) -> highspy.HighsLp:
    columns, rows = len(programme.most), programme.rows
    linear = highspy.HighsLp()
    linear.num_col_, linear.num_row_ = columns, len(rows)
    linear.sense_ = highspy.ObjSense.kMaximize
    linear.col_cost_ = np.array([aim.get(column, 0.0) for column in range(columns)])
    linear.col_lower_, linear.col_upper_ = np.zeros(columns), np.array(programme.most)
    linear.row_lower_ = np.full(len(rows), -INFINITE)
    linear.row_upper_ = np.array([most for _sum, most in rows])
    linear.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    linear.a_matrix_.start_ = np.cumsum([0, *(len(values) for values, _most in rows)])
    linear.a_matrix_.index_ = np.array([column for values, _most in rows for column in values], dtype=np.int32)
    linear.a_matrix_.value_ = np.array([value for values, _most in rows for value in values.values()], dtype=float)
    linear.integrality_ = [highspy.HighsVarType.kInteger] * columns
    return linear
