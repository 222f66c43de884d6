"""How many points can at most be had, and which requests would give them: a linear programme without slots.

Left away is *when* on a day a meeting takes place. What is left: nobody has more meetings than open slots or than they
want, and all together no more than the tables of all slots carry. No timetable has more points than this programme, and
the requests that it chooses are the ones to schedule first.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import highspy
import numpy as np
import numpy.typing as npt

from modus.algorithms.timetable.board import bits
from modus.algorithms.timetable.model import ANY_TABLE, QUIET_TABLE, Floats, LocksClash, Model, Whole, as_rows

INFINITE = highspy.kHighsInf
# Differences below this are the solver's rounding.
TOLERANCE = 1e-6
# From this share on a request counts as chosen.
HALF = 0.5
# In events up to this many requests each person's slots are looked at one by one; in larger ones it changes little.
FEW_REQUESTS = 1_500
# Nodes after which no whole choice is looked for any more; pairs hardly need one, groups some dozens.
MOST_NODES = 30


@dataclass(frozen=True)
class Selection:
    """The answer of the linear programme.

    `bound`: no timetable has more points; `shares`: how much of each request is held, 0 to 1; `beyond`: by request what
    it is worth beyond the prices of its people's time and of a table; `days`: by request all places of the day on which
    most of it is held, for its people may need a table on one day and none on another; `table_prices`: by place the
    points that one more table there would add.
    """

    bound: float
    shares: Floats
    beyond: Floats
    days: Sequence[int]
    table_prices: Floats


def select(model: Model) -> Selection:
    """Choose requests for the most points, slots aside.

    Parameters: the model.
    Returns: the bound, shares and what they cost. The bound is at least the points of any timetable; where all shares
    are whole and the chosen requests can be scheduled it is reached.
    Raises: LocksClash when locks cannot be kept; RuntimeError when the solver fails.
    Cost: 20,000 requests of 1,000 people about 0.15 s, 100,000 of 5,000 about 0.7 s.
    Source: the degree-constrained subgraph (b-matching) relaxation: Schrijver, Combinatorial Optimization (2003),
    chapter 31; solved by HiGHS: Huangfu and Hall (2018), doi:10.1007/s12532-017-0130-5.
    """
    if not model.members:
        return Selection(0.0, np.zeros(0), np.zeros(0), (), np.zeros(len(model.places)))
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
    if not model.members:
        return
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
        yield replace(selection, bound=bound, shares=np.round(programme.shares()), days=programme.chosen_days())


def end_when(solver: highspy.Highs, stop: Callable[[], bool] | None) -> None:
    """Let the solver of integer programmes end early when `stop` says yes."""
    if stop is not None:
        solver.cbMipInterrupt.subscribe(lambda event: setattr(event.data_in, "user_interrupt", stop()))


class _Programme:
    """The linear programme in the solver.

    A column is a request on a day: whoever is online on one day and not on another needs a table on the other only.
    Where nobody is online all days are one, and a column is a request.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.people = len(model.avail)
        self.days = _days(model)
        self.allowed, self.of_day = (as_rows(sets, len(model.places)) for sets in (model.allowed, self.days))
        self.request, self.day = np.nonzero(np.column_stack([(self.allowed & day).any(axis=1) for day in self.of_day]))
        # The first row of those that hold a request once only, where there are several days.
        self.once = self.people + len(self.days) * (3 + self.people)
        self.counted: set[int] = set()
        self.constant = self.people * model.earned[-1]
        self.solver = highspy.Highs()
        self.solver.silent()
        # Without whole numbers presolving takes longer than it saves.
        for option, value in (("threads", 1), ("random_seed", 0), ("presolve", "off")):
            self.solver.setOptionValue(option, value)
        self.solver.passModel(self._first_model())

    def _first_model(self) -> highspy.HighsLp:
        model, most = self.model, self._most()
        rows, used = self._uses()
        linear = highspy.HighsLp()
        linear.num_col_, linear.num_row_ = len(self.request), len(most)
        linear.sense_ = highspy.ObjSense.kMaximize
        linear.col_cost_ = np.array(model.worth, dtype=float)[self.request]
        linear.col_lower_ = np.array(model.locked, dtype=float)[self.request]
        linear.col_upper_ = np.ones(len(self.request))
        linear.row_lower_ = np.full(len(most), -INFINITE)
        linear.row_upper_ = np.array(most, dtype=float)
        linear.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        linear.a_matrix_.start_ = np.concatenate([[0], np.cumsum(used.sum(axis=1))])
        linear.a_matrix_.index_ = rows[used]
        linear.a_matrix_.value_ = np.ones(int(used.sum()))
        return linear

    def _most(self) -> list[int]:
        """The most of each row: by person; meetings, tables, quiet tables by day; by day and person; by request."""
        model = self.model
        open_slots = [[_slots_in(model, places & day) for places in model.avail] for day in self.days]
        degrees = [min(cap, sum(slots)) for cap, slots in zip(model.caps, zip(*open_slots, strict=True), strict=True)]
        by_day = zip(*(_room_in(model, day) for day in self.days), strict=True)
        most = [*degrees, *chain.from_iterable(by_day)]
        if len(self.days) > 1:
            most += [*chain.from_iterable(open_slots), *[1] * len(model.members)]
        return most

    def _uses(self) -> tuple[Whole, npt.NDArray[np.bool_]]:
        """The rows that each column may use, and whether it does."""
        model, days, seats = self.model, len(self.days), self.model.seats[self.request]
        here = self.allowed[self.request] & self.of_day[self.day]
        # What needs a table, or a quiet one, in some slots only is not counted, so that the bound holds.
        least = model.least_needs(self.request, here)
        always = np.ones(len(self.request), bool)
        of_day = self.people + self.day
        rows = [*seats.T, of_day, of_day + days, of_day + 2 * days]
        is_there = seats < self.people
        used = [*is_there.T, always, least >= ANY_TABLE, least >= QUIET_TABLE]
        if days > 1:
            first = self.people + 3 * days
            rows += [*(first + self.day[:, None] * self.people + seats).T, self.once + self.request]
            used += [*is_there.T, always]
        return np.column_stack(rows), np.column_stack(used)

    def shares(self) -> Floats:
        """How much of each request is held, on all days together."""
        shares: Floats = np.bincount(self.request, self.values[: len(self.request)]).astype(float)
        return shares

    def chosen_days(self) -> list[int]:
        """By request the day on which most of it is held, of equal ones the first."""
        columns = np.lexsort((-self.values[: len(self.request)], self.request))
        first = columns[np.searchsorted(self.request[columns], np.arange(len(self.model.members)))]
        return [self.days[day] for day in self.day[first].tolist()]

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
        seats, shares, found = self.model.seats, self.shares(), False
        for person in range(self.people):
            mine = np.flatnonzero((seats == person).any(axis=1))
            chosen = [self.model.allowed[request] for request in mine.tolist() if shares[request] > HALF]
            places = crowded_places(chosen)
            inside = mine[[not self.model.allowed[request] & ~places for request in mine.tolist()]]
            # Of groups also parts may be chosen, which together are no more than the slots.
            if places and shares[inside].sum() > places.bit_count() + TOLERANCE:
                self._add_row(float(places.bit_count()), self._columns_of(inside))
                found = True
        return found

    def _columns_of(self, requests: Whole) -> Whole:
        return np.flatnonzero(np.isin(self.request, requests))

    def _add_row(self, most: float, columns: Whole, values: Floats | None = None) -> None:
        values = np.ones(len(columns)) if values is None else values
        self.solver.addRow(-INFINITE, most, len(columns), columns.astype(np.int32), values)

    def choose_whole(self, worth: Floats) -> bool:
        """Solve again in whole requests, with another worth for each; whether the best ones were found."""
        number = len(self.request)
        columns = np.arange(number, dtype=np.int32)
        kinds = np.full(number, int(highspy.HighsVarType.kInteger), dtype=np.uint8)
        self.solver.changeColsIntegrality(number, columns, kinds)
        self.solver.changeColsCost(number, columns, worth[self.request])
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
        degree = np.bincount(seats.ravel(), np.repeat(self.shares(), seats.shape[1]), self.people + 1)
        few = np.flatnonzero(degree[: self.people] < first - TOLERANCE) if self.model.earned[-1] else ()
        new = [int(person) for person in few if int(person) not in self.counted]
        for person in new:
            self._count_first_meetings_of(person, np.flatnonzero((seats == person).any(axis=1)))
        return bool(new)

    def _count_first_meetings_of(self, person: int, requests: Whole) -> None:
        """One column for each first meeting, together at most as many as the person has meetings."""
        self.counted.add(person)
        first = self.solver.getNumCol()
        number = len(self.model.extra)
        self.constant -= self.model.earned[-1]
        for points in self.model.extra:
            self.solver.addCol(float(points), 0.0, 1.0, 0, np.zeros(0, np.int32), np.zeros(0))
        mine = self._columns_of(requests)
        columns = np.concatenate([np.arange(first, first + number), mine])
        self._add_row(0.0, columns, np.concatenate([np.ones(number), -np.ones(len(mine))]))

    def selection(self) -> Selection:
        """The shares, with a bound that is made of prices alone and holds however exact the solver was.

        By duality any prices give a bound: what all rows cost at these prices, and what each column is worth beyond
        the rows that it uses, as often as it may be taken.
        """
        linear = self.solver.getLp()
        duals = np.maximum(0.0, np.array(self.solver.getSolution().row_dual))
        starts, uses = np.array(linear.a_matrix_.start_), np.array(linear.a_matrix_.index_)
        paid = np.add.reduceat(duals[uses] * np.array(linear.a_matrix_.value_), starts[:-1])
        beyond = np.array(linear.col_cost_) - paid
        columns = np.where(beyond > 0, np.array(linear.col_upper_), np.array(linear.col_lower_)) @ beyond
        return Selection(
            bound=float(duals @ np.array(linear.row_upper_) + columns) + self.constant,
            shares=self.shares(),
            beyond=self._beyond(beyond, duals),
            days=self.chosen_days(),
            table_prices=self._table_prices(duals),
        )

    def _beyond(self, beyond: Floats, duals: Floats) -> Floats:
        """By request, on its best day; the price of being held once only is no price of anybody's time."""
        best = np.full(len(self.model.members), -np.inf)
        np.maximum.at(best, self.request, beyond[: len(self.request)])
        return best + duals[self.once :][: len(best)] if len(self.days) > 1 else best

    def _table_prices(self, duals: Floats) -> Floats:
        days = len(self.days)
        by_day = duals[self.people :][:days] + duals[self.people + days :][:days]
        of_place = [next(d for d, day in enumerate(self.days) if day >> n & 1) for n in range(len(self.model.places))]
        return by_day[of_place]


def _days(model: Model) -> list[int]:
    """The places of each day, in one set where it makes no difference to anybody on which day they meet."""
    if model.needs_any:
        return [(1 << len(model.places)) - 1]
    by_day: defaultdict[str, int] = defaultdict(int)
    for number, place in enumerate(model.places):
        by_day[place.day] |= 1 << number
    return list(by_day.values())


def _slots_in(model: Model, places: int) -> int:
    """How many slots there are among these places, of which a slot at several sites has more than one."""
    return len({model.places[place].slot for place in bits(places)}) if model.has_sites else places.bit_count()


def _room_in(model: Model, day: int) -> tuple[int, int, int]:
    """The most meetings of these places together: all of them, those at tables, and those at quiet tables.

    At a slot with n people who are free at most n/2 meetings take place, however many tables there are.
    """
    meetings, at_tables, at_quiet = 0, 0, 0
    for slot in range(len(model.problem.slots)):
        places = model.places_of_slot(slot) & day
        most = sum(1 for open_places in model.avail if open_places & places) // 2
        meetings += most
        at_tables += min(most, sum(model.tables[place] for place in bits(places)))
        at_quiet += min(most, sum(model.quiet_tables[place] for place in bits(places)))
    return meetings, at_tables, at_quiet


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
