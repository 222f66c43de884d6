"""How many points can at most be had, and which requests would give them: a linear programme without slots.

Left away is *when* a meeting takes place. What is left: nobody has more meetings than open slots or than they want,
and all together no more than the tables of all slots carry. No timetable has more points than this programme, and the
requests that it chooses are the ones to schedule first.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

import highspy
import numpy as np
import numpy.typing as npt

from modus.algorithms.timetable.board import bits
from modus.algorithms.timetable.model import Floats, LocksClash, Model, Whole

INFINITE = highspy.kHighsInf
# Differences below this are the solver's rounding.
TOLERANCE = 1e-6
# In events up to this many requests each person's slots are looked at one by one; in larger ones it changes little.
FEW_REQUESTS = 1_500
# Nodes after which no whole choice is looked for any more; pairs hardly need one, groups some dozens.
MOST_NODES = 100


@dataclass(frozen=True)
class Selection:
    """The answer of the linear programme.

    `bound`: no timetable has more points; `shares`: how much of each request is held, 0 to 1; `prices`: by person the
    points that one more meeting would be worth; `table_price`: the points that one more table for one slot would add.
    """

    bound: float
    shares: Floats
    prices: Floats
    table_price: float

    def beyond(self, model: Model) -> Floats:
        """By request what it is worth beyond the prices of its people's time and of a table."""
        prices: Floats = np.append(self.prices, 0.0)[model.seats].sum(axis=1)
        return np.array(model.worth) - prices - self.table_price


def select(model: Model) -> Selection:
    """Choose requests for the most points, slots aside.

    Parameters: the model.
    Returns: the bound, shares and prices. The bound is at least the points of any timetable; where all shares are whole
    and the chosen requests can be scheduled it is reached.
    Raises: LocksClash when locks cannot be kept; RuntimeError when the solver fails.
    Cost: 20,000 requests of 1,000 people about 0.15 s, 100,000 of 5,000 about 0.7 s.
    Source: the degree-constrained subgraph (b-matching) relaxation: Schrijver, Combinatorial Optimization (2003),
    chapter 31; solved by HiGHS: Huangfu and Hall (2018), doi:10.1007/s12532-017-0130-5.
    """
    if not model.members:
        return Selection(0.0, np.zeros(0), np.zeros(len(model.avail)), 0.0)
    programme = _Programme(model)
    programme.solve()
    while len(model.members) <= FEW_REQUESTS and programme.count_crowded_slots():
        programme.solve()
    # At first everybody is taken to have their first meetings; only who has too few gets rows that count them.
    while programme.count_first_meetings():
        programme.solve()
    return programme.selection()


def whole_selections(
    model: Model,
    selection: Selection,
    *,
    number: int,
    seed: int,
    wished: Collection[int] = (),
    stop: Callable[[], bool] | None = None,
) -> Iterator[Selection]:
    """Other choices of whole requests that are worth as much as any, one by one.

    Parameters: the model and the answer of its linear programme; how many choices; a seed; requests of which the first
    choice takes as many as it can; `stop` ends the search for them.
    Returns: selections with shares of 0 and 1, fewer or none where they are hard to find; their bound is that of whole
    requests, never above the given one. They differ in which of equally good requests are taken: a trifle of less than
    one point in all is added to each that is wished, and in later choices to others as luck has it.
    Raises: RuntimeError when the solver fails.
    Cost: 400 requests about 10 ms each; where most are groups up to some seconds.
    """
    programme = _Programme(model)
    programme.solve()
    while programme.count_crowded_slots() or programme.count_first_meetings():
        programme.solve()
    end_when(programme.solver, stop)
    lots, bound = np.random.default_rng(seed), selection.bound
    trifles = np.zeros(len(model.members))
    trifles[list(wished)] = 0.5 / max(1, len(wished))
    for turn in range(number):
        if turn:
            trifles = lots.random(len(model.members)) * (0.5 / max(1, len(model.members)))
        if not programme.choose_whole(np.array(model.worth) + trifles):
            return
        if not turn:
            bound = min(bound, programme.whole_bound())
        yield replace(selection, bound=bound, shares=np.round(programme.values[: len(model.members)]))


def end_when(solver: highspy.Highs, stop: Callable[[], bool] | None) -> None:
    """Let the solver of integer programmes end early when `stop` says yes."""
    if stop is not None:
        solver.cbMipInterrupt.subscribe(lambda event: setattr(event.data_in, "user_interrupt", stop()))


def capacity_of(model: Model) -> tuple[int, int]:
    """The most meetings of all slots together: those at tables, and all of them.

    At a slot with n people who are free at most n/2 meetings take place, however many tables there are.
    """
    tables, meetings = 0, 0
    for slot in range(len(model.problem.slots)):
        places = model.places_of_slot(slot)
        people = sum(1 for open_places in model.avail if open_places & places)
        at_tables = sum(model.tables[n] for n, place in enumerate(model.places) if place.slot == slot)
        tables += min(at_tables, people // 2)
        meetings += people // 2
    return tables, meetings


class _Programme:
    """The linear programme in the solver."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.people = len(model.avail)
        self.requests = len(model.members)
        # In the order of their rows.
        self.counted: list[int] = []
        self.first_rows: list[int] = []
        # Rows for slots that too many requests of a person want: row, requests, number of slots.
        self.crowded: list[tuple[int, Whole, int]] = []
        self.most = self._most()
        self.at_table = self._at_table()
        self.constant = self.people * model.earned[-1]
        self.solver = highspy.Highs()
        self.solver.silent()
        # Without whole numbers presolving takes longer than it saves.
        for option, value in (("threads", 1), ("random_seed", 0), ("presolve", "off")):
            self.solver.setOptionValue(option, value)
        self.solver.passModel(self._first_model())

    def _first_model(self) -> highspy.HighsLp:
        model, seats = self.model, self.model.seats
        in_person = seats < self.people
        rows = np.column_stack([seats, np.full(self.requests, self.people), np.full(self.requests, self.people + 1)])
        used = np.column_stack([in_person, np.ones(self.requests, bool), self.at_table])
        linear = highspy.HighsLp()
        linear.num_col_, linear.num_row_ = self.requests, self.people + 2
        linear.sense_ = highspy.ObjSense.kMaximize
        linear.col_cost_ = np.array(model.worth, dtype=float)
        linear.col_lower_ = np.array(model.locked, dtype=float)
        linear.col_upper_ = np.ones(self.requests)
        linear.row_lower_ = np.full(linear.num_row_, -INFINITE)
        linear.row_upper_ = np.array(self.most, dtype=float)
        linear.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        linear.a_matrix_.start_ = np.concatenate([[0], np.cumsum(used.sum(axis=1))])
        linear.a_matrix_.index_ = rows[used]
        linear.a_matrix_.value_ = np.ones(int(used.sum()))
        return linear

    def _at_table(self) -> npt.NDArray[np.bool_]:
        """Whether a request takes a table wherever it is held; others are not counted, so that the bound holds."""
        pairs = zip(self.model.allowed, self.model.tableless, strict=True)
        return np.array([not allowed & tableless for allowed, tableless in pairs])

    def _most(self) -> list[int]:
        slots = [self.model.places_of_slot(slot) for slot in range(len(self.model.problem.slots))]
        sites = self.model.has_sites
        open_slots = [sum(1 for s in slots if o & s) if sites else o.bit_count() for o in self.model.avail]
        degrees = [min(cap, number) for cap, number in zip(self.model.caps, open_slots, strict=True)]
        at_tables, meetings = capacity_of(self.model)
        return [*degrees, meetings, at_tables]

    def solve(self) -> None:
        self.solver.run()
        if self.solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            # Without locks, holding nothing would do.
            raise LocksClash("A lock contradicts another one, a cap or the tables.")
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"The linear programme ended with {self.solver.getModelStatus()}.")
        self.values = np.array(self.solver.getSolution().col_value)

    def count_crowded_slots(self) -> bool:
        """Add a row for each person whose chosen requests have fewer slots between them than they are; whether any.

        Source: Hall (1935), doi:10.1112/jlms/s1-10.37.26: such a set of requests is all that can prevent one person
        from having a slot for each.
        """
        seats, found = self.model.seats, False
        for person in range(self.people):
            mine = np.flatnonzero((seats == person).any(axis=1))
            chosen = [self.model.allowed[request] for request in mine.tolist() if self.values[request] > 0.5]
            places = crowded_places(chosen)
            inside = mine[[not self.model.allowed[request] & ~places for request in mine.tolist()]]
            # Of groups also parts may be chosen, which together are no more than the slots.
            if places and self.values[inside].sum() > places.bit_count() + TOLERANCE:
                self._count_crowded(inside, places.bit_count())
                found = True
        return found

    def _count_crowded(self, requests: Whole, most: int) -> None:
        self.crowded.append((self.solver.getNumRow(), requests, most))
        columns = requests.astype(np.int32)
        self.solver.addRow(-INFINITE, float(most), len(columns), columns, np.ones(len(columns)))

    def choose_whole(self, worth: Floats) -> bool:
        """Solve again in whole requests, with another worth for each; whether the best ones were found."""
        columns = np.arange(self.requests, dtype=np.int32)
        kinds = np.full(self.requests, int(highspy.HighsVarType.kInteger), dtype=np.uint8)
        self.solver.changeColsIntegrality(self.requests, columns, kinds)
        self.solver.changeColsCost(self.requests, columns, worth)
        for option, value in (("mip_rel_gap", 0.0), ("mip_max_nodes", MOST_NODES), ("presolve", "choose")):
            self.solver.setOptionValue(option, value)
        self.solver.run()
        self.values = np.array(self.solver.getSolution().col_value)
        return bool(self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def whole_bound(self) -> float:
        """The bound of the whole programme; first meetings that are not counted are taken for granted."""
        return float(self.solver.getInfo().mip_dual_bound) + self.constant + TOLERANCE

    def count_first_meetings(self) -> bool:
        """Add rows for the people who have fewer meetings than first ones are counted; whether there were any."""
        first = len(self.model.extra)
        seats = self.model.seats
        degree = np.bincount(seats.ravel(), np.repeat(self.values[: self.requests], seats.shape[1]), self.people + 1)
        few = np.flatnonzero(degree[: self.people] < first - TOLERANCE) if self.model.earned[-1] else ()
        new = [int(person) for person in few if int(person) not in self.counted]
        for person in new:
            self._count_first_meetings_of(person, np.flatnonzero((seats == person).any(axis=1)))
        return bool(new)

    def _count_first_meetings_of(self, person: int, requests: Whole) -> None:
        """One column for each first meeting, together at most as many as the person has meetings."""
        self.counted.append(person)
        self.first_rows.append(self.solver.getNumRow())
        first = self.solver.getNumCol()
        number = len(self.model.extra)
        self.constant -= self.model.earned[-1]
        for points in self.model.extra:
            self.solver.addCol(float(points), 0.0, 1.0, 0, np.zeros(0, np.int32), np.zeros(0))
        columns = np.concatenate([np.arange(first, first + number), requests]).astype(np.int32)
        values = np.concatenate([np.ones(number), -np.ones(len(requests))])
        self.solver.addRow(-INFINITE, 0.0, len(columns), columns, values)

    def selection(self) -> Selection:
        """The shares, with a bound that is made of prices alone and holds however exact the solver was.

        By duality any prices give a bound: what all rows cost at these prices, and what each column is worth beyond
        the rows that it uses, as often as it may be taken.
        """
        duals = np.maximum(0.0, np.array(self.solver.getSolution().row_dual))
        people, meetings, tables = duals[: self.people], duals[self.people], duals[self.people + 1]
        first = np.zeros(self.people + 1)
        first[self.counted] = duals[self.first_rows]
        price = np.append(people, 0.0) - first
        worth = np.array(self.model.worth) - price[self.model.seats].sum(axis=1) - meetings - tables * self.at_table
        for row, requests, _most in self.crowded:
            worth[requests] -= duals[row]
        beyond = np.where(np.array(self.model.locked), worth, np.maximum(0.0, worth))
        rows = float(duals[: self.people + 2] @ np.array(self.most)) + sum(
            duals[row] * most for row, _r, most in self.crowded
        )
        extra = sum(max(0.0, points - first[person]) for person in self.counted for points in self.model.extra)
        return Selection(
            bound=rows + float(beyond.sum()) + extra + self.constant,
            shares=self.values[: self.requests],
            prices=people - first[:-1],
            table_price=float(meetings + tables),
        )


def crowded_places(allowed: list[int]) -> int:
    """The places of a set of requests that have fewer places between them than they are; 0 when each can have its own.

    Parameters: the allowed places of each request of one person, as bits.
    Source: augmenting paths: Kuhn (1955), doi:10.1002/nav.3800020109.
    """
    owner: dict[int, int] = {}
    for request in range(len(allowed)):
        seen = _give_place(allowed, owner, request)
        if seen:
            return seen
    return 0


def _give_place(allowed: list[int], owner: dict[int, int], request: int) -> int:
    """Give the request a place, moving others along a path; 0 when that was done, else all places that were tried."""
    came: dict[int, int] = {}
    waiting = [request]
    while waiting:
        one = waiting.pop()
        for place in bits(allowed[one]):
            if place in came:
                continue
            came[place] = one
            if place not in owner:
                _move_along(owner, came, place, request)
                return 0
            waiting.append(owner[place])
    return sum(1 << place for place in came)


def _move_along(owner: dict[int, int], came: dict[int, int], place: int, request: int) -> None:
    """Everybody on the path takes the place that they reached, from the free one back to the request."""
    while True:
        one = came[place]
        before = next((other for other, who in owner.items() if who == one), None)
        owner[place] = one
        if one == request or before is None:
            return
        place = before


def whole(bound: float) -> int:
    """The bound as whole points, for points are whole."""
    return int(np.floor(bound + TOLERANCE))
