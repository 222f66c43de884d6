"""The whole question as one integer programme, for events small enough: best points, with proof.

One column for each request at each place where it may be held; the solver starts from the timetable that the search
found, so it mostly only proves that there is none better.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np

from modus.algorithms.timetable.board import OUT, Board, bits
from modus.algorithms.timetable.bound import INFINITE
from modus.algorithms.timetable.model import Model

# Integer programmes with more columns than this take too long for somebody who waits.
MOST_COLUMNS = 2_500
MOST_NODES = 1_000


@dataclass
class _Programme:
    """Columns (request, place) and rows: sums of columns that are at most a number."""

    model: Model
    column: dict[tuple[int, int], int] = field(default_factory=dict)
    worth: list[float] = field(default_factory=list)
    least: list[float] = field(default_factory=list)
    rows: list[tuple[list[int], list[float], float]] = field(default_factory=list)

    def add_column(self, worth: float, least: float = 0.0) -> int:
        self.worth.append(worth)
        self.least.append(least)
        return len(self.worth) - 1

    def at_most(self, columns: Sequence[int], most: float, values: Sequence[float] | None = None) -> None:
        """A row; those that can never be broken are left away."""
        if values is not None or len(columns) > most:
            self.rows.append((list(columns), list(values or [1.0] * len(columns)), most))


@dataclass(frozen=True)
class Proof:
    """What the integer programme says: the places of requests (OUT: not held), and a bound on the points."""

    at: list[int]
    bound: float


def is_small(model: Model) -> bool:
    """Whether the integer programme is worth starting."""
    return sum(places.bit_count() for places in model.allowed) <= MOST_COLUMNS


def prove_interest(board: Board, *, stop: Callable[[], bool] | None = None, seed: int = 0) -> Proof:
    """The timetable with the most points and a bound that proves it, or what is known after MOST_NODES nodes.

    Parameters: a board, where the solver starts; `stop` ends it early; a seed.
    Returns: places of the best timetable known, and a bound that no timetable exceeds.
    Raises: RuntimeError when the solver fails.
    Cost: 60 people, 12 slots, 400 requests: 0.1 to a few seconds.
    Source: the slot-indexed programme is folklore; Bofill et al. (2022), doi:10.1613/jair.1.12812, section 5, use it
    for the case in which everything is held. HiGHS: Huangfu and Hall (2018), doi:10.1007/s12532-017-0130-5.
    """
    programme = _programme(board.model)
    solver = _solver(seed)
    solver.passModel(_linear(programme))
    _start(solver, programme, board)
    if stop is not None:
        solver.cbMipInterrupt.subscribe(lambda event: setattr(event.data_in, "user_interrupt", stop()))
    solver.run()
    status = solver.getModelStatus()
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kSolveError):
        raise RuntimeError(f"The integer programme ended with {status}.")
    values = solver.getSolution().col_value
    at = [OUT] * len(board.model.members)
    for (request, place), column in programme.column.items():
        if values[column] > 0.5:
            at[request] = place
    return Proof(at, float(solver.getInfo().mip_dual_bound))


def _solver(seed: int) -> highspy.Highs:
    solver = highspy.Highs()
    solver.silent()
    options = (("threads", 1), ("random_seed", seed), ("mip_rel_gap", 0.0), ("mip_max_nodes", MOST_NODES))
    for option, value in options:
        solver.setOptionValue(option, value)
    return solver


def _programme(model: Model) -> _Programme:
    programme = _Programme(model)
    for request, places in enumerate(model.allowed):
        for place in bits(places):
            programme.column[request, place] = programme.add_column(float(model.worth[request]))
    _hold_once(programme)
    _meet_once(programme)
    _seat(programme)
    _cap_and_reward(programme)
    _keep_orders(programme)
    return programme


def _columns(programme: _Programme, request: int, places: int) -> list[int]:
    return [programme.column[request, place] for place in bits(places & programme.model.allowed[request])]


def _hold_once(programme: _Programme) -> None:
    """Each request at one place at most; a locked one exactly."""
    for request, locked in enumerate(programme.model.locked):
        columns = _columns(programme, request, -1 & ((1 << len(programme.model.places)) - 1))
        programme.at_most(columns, 1.0)
        if locked:
            programme.at_most(columns, -1.0, [-1.0] * len(columns))


def _requests_of(model: Model) -> list[list[int]]:
    mine: list[list[int]] = [[] for _person in model.avail]
    for request, members in enumerate(model.members):
        for person in members:
            mine[person].append(request)
    return mine


def _meet_once(programme: _Programme) -> None:
    """A person is in one meeting at a time, and between two sites there is the buffer."""
    model = programme.model
    for requests in _requests_of(model):
        for clash in _clashes(model):
            programme.at_most([c for request in requests for c in _columns(programme, request, clash)], 1.0)


def _clashes(model: Model) -> Iterator[int]:
    """Sets of places of which a person can have one: those of each slot, and pairs too near at different sites."""
    for slot in range(len(model.problem.slots)):
        yield model.places_of_slot(slot)
    for number, place in enumerate(model.places):
        for other in bits(model.blocks[number]):
            if other > number and model.places[other].slot != place.slot:
                yield (1 << number) | (1 << other)


def _seat(programme: _Programme) -> None:
    """No more meetings at a place than tables, and than quiet tables for those that need one."""
    model = programme.model
    for place in range(len(model.places)):
        bit = 1 << place
        here = [r for r, allowed in enumerate(model.allowed) if allowed & bit and not model.tableless[r] & bit]
        quiet = [request for request in here if model.quiet[request] & bit]
        programme.at_most([programme.column[request, place] for request in here], model.tables[place])
        programme.at_most([programme.column[request, place] for request in quiet], model.quiet_tables[place])


def _cap_and_reward(programme: _Programme) -> None:
    """Nobody has more meetings than they want; a column for each first meeting, no more than there are meetings."""
    model = programme.model
    for person, requests in enumerate(_requests_of(model)):
        mine = [column for request in requests for column in _columns(programme, request, model.allowed[request])]
        programme.at_most(mine, model.caps[person])
        first = [programme.add_column(float(points)) for points in model.extra if points and mine]
        if first:
            programme.at_most([*first, *mine], 0.0, [1.0] * len(first) + [-1.0] * len(mine))


def _keep_orders(programme: _Programme) -> None:
    """If both are held, never the later one at or before a slot and the earlier one at or after it."""
    model = programme.model
    by_slot = [model.places_of_slot(slot) for slot in range(len(model.problem.slots))]
    for first, others in model.orders.items():
        for second in (other for other, sign in others if sign > 0):
            for slot in range(len(by_slot)):
                until, since = sum(by_slot[: slot + 1]), sum(by_slot[slot:])
                columns = [*_columns(programme, second, until), *_columns(programme, first, since)]
                programme.at_most(columns, 1.0)


def _linear(programme: _Programme) -> highspy.HighsLp:
    linear = highspy.HighsLp()
    linear.num_col_, linear.num_row_ = len(programme.worth), len(programme.rows)
    linear.sense_ = highspy.ObjSense.kMaximize
    linear.col_cost_ = np.array(programme.worth)
    linear.col_lower_, linear.col_upper_ = np.array(programme.least), np.ones(len(programme.worth))
    linear.row_lower_ = np.full(len(programme.rows), -INFINITE)
    linear.row_upper_ = np.array([most for _columns, _values, most in programme.rows])
    linear.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    linear.a_matrix_.start_ = np.cumsum([0, *(len(columns) for columns, _values, _most in programme.rows)])
    linear.a_matrix_.index_ = np.array([c for columns, _values, _most in programme.rows for c in columns])
    linear.a_matrix_.value_ = np.array([v for _columns, values, _most in programme.rows for v in values])
    linear.integrality_ = [highspy.HighsVarType.kInteger] * len(programme.worth)
    return linear


def _start(solver: highspy.Highs, programme: _Programme, board: Board) -> None:
    """Begin with the timetable of the board."""
    columns = [programme.column[request, board.at[request]] for request in board.held()]
    if columns:
        solver.setSolution(len(columns), np.array(columns, dtype=np.int32), np.ones(len(columns)))
