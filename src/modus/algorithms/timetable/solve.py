"""The way from a problem to a verified timetable: bound, first timetable, improvement, proof, fewer breaks, reasons."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain

import numpy as np

from modus.algorithms.timetable.answer import answer, appointments_of, no_answer
from modus.algorithms.timetable.board import OUT, Board
from modus.algorithms.timetable.bound import FEW_REQUESTS, Selection, select, whole, whole_selections
from modus.algorithms.timetable.construct import by_worth, construct, place_each
from modus.algorithms.timetable.exact import is_small, prove_interest
from modus.algorithms.timetable.exchange import exchange
from modus.algorithms.timetable.improve import Effort, Stop, improve
from modus.algorithms.timetable.keep import hold_near, keep
from modus.algorithms.timetable.mend import fill_fairly
from modus.algorithms.timetable.model import LocksClash, Model, model_of
from modus.algorithms.timetable.orderly import (
    Aim,
    aims_of,
    is_orderly,
    keeps_rules,
    kept_on,
    kept_places,
    reached,
    settle,
    total_breaks,
)
from modus.algorithms.timetable.problem import FaultyProblem, Goal, Problem, Status, Timetable
from modus.algorithms.timetable.push import MANY_REQUESTS
from modus.algorithms.timetable.rematch import rematch
from modus.algorithms.timetable.tidy import even_out, tidy

# So many best choices are tried.
CHOICES = 6
# A timetable that lacks at most this share of the bound lacks little.
LITTLE = 0.005
# Steps up to FEW_REQUESTS, over in a blink.
FEW_STEPS = 2_000


@dataclass(frozen=True)
class Progress:
    """What is known while the search goes on; `best` makes a verified timetable of the best state so far."""

    stage: str
    interest: int
    bound: float
    best: Callable[[], Timetable]

    @property
    def gap(self) -> float:
        """The share of the bound that may be missing."""
        return max(0.0, 1 - self.interest / self.bound) if self.bound > 0 else 0.0


Tell = Callable[[Progress], None]


def solve(
    problem: Problem,
    *,
    effort: Effort | None = None,
    seed: int = 0,
    earlier: Timetable | None = None,
    stop: Stop | None = None,
    tell: Tell | None = None,
) -> Timetable:
    """The best timetable that the effort finds, with a bound, the reason for each request left out, and verified.

    Parameters: the problem; how long to search; a seed of 0 or more; an earlier timetable whose slots and tables are
    kept where that costs nothing; `stop`, asked now and then, ends the search with the best so far; `tell` hears how
    far it is.
    Returns: the timetable. Events with no more than `orderly.MOST_COLUMNS` pairs of a request and a slot where it may
    be held get the best in all goals, one after the other, as far as `Timetable.proved` says; larger ones what the
    search finds. INFEASIBLE or UNKNOWN without appointments where everything has to be held, or breaks have to be
    shared fairly around locks, and that cannot be, or was not found. Equal input and seed give an equal answer unless
    `stop` said yes.
    Raises: FaultyProblem when locks cannot be kept.
    Cost: 60 people about 0.3 s, 1,000 people with 20,000 requests about 1 s, 5,000 with 100,000 about 4 s; where breaks
    are a goal, tidying takes some 50 ms for each of its steps with 1,000 people on top.
    Source: see the parts, and docs/developer/timetable.md.
    """
    search = _Search(model_of(problem), effort or Effort(), seed, earlier, stop or (lambda: False), tell)
    try:
        return search.hold_all() if problem.hold_all else search.choose()
    except LocksClash as clash:
        raise FaultyProblem([str(clash)]) from clash


@dataclass
class _Search:
    """One search: what it was given, and what is known so far."""

    model: Model
    effort: Effort
    seed: int
    earlier: Timetable | None
    stop: Stop
    tell: Tell | None
    bound: float = field(default=float("inf"))
    proved: tuple[Goal, ...] = ()

    def choose(self) -> Timetable:
        """Choose and schedule."""
        selection = select(self.model)
        self.bound = float(whole(selection.bound))
        board = self._first(selection)
        self._say("first timetable", board)
        if Goal.INTEREST in self.model.problem.objective.goals:
            self._improve(board, selection)
            self._go_near(board, selection)
        self._tidy(board, selection)
        self._keep(board)
        return self._finished(board) if self._settle(board, self._aims()) else no_answer(Status.INFEASIBLE)

    def hold_all(self) -> Timetable:
        """Hold every request with the fewest breaks, then as the other goals say."""
        # The solver of clauses takes a tenth of a second to load, which large events need not spend.
        from modus.algorithms.timetable.prove import prove_least_breaks
        from modus.algorithms.timetable.windows import is_over_a_cap

        problem = self.model.problem
        if len(self.model.members) < len(problem.requests) or is_over_a_cap(problem):
            return no_answer(Status.INFEASIBLE)
        if self.model.has_sites:
            return self._hold_all_at_sites()
        found = prove_least_breaks(problem, stop=self.stop, seed=self.seed)
        if found.status in (Status.INFEASIBLE, Status.UNKNOWN):
            return found
        board = Board(self.model)
        board.become([problem.position[found.by_request[name].slot] for name in self.model.names])
        return self._hold_all_in_order(board, found)

    def _hold_all_in_order(self, board: Board, found: Timetable) -> Timetable:
        """What has the fewest breaks, made better in the goals after them."""
        least = found.breaks_bound or 0
        self.bound = float(board.interest)
        if found.status is Status.PROVED:
            self._settle(board, self._aims(least))
        held = appointments_of(self.model, board.at, _tables_of(self.earlier))
        return answer(
            self.model.problem,
            held,
            earlier=self.earlier,
            status=found.status,
            breaks_bound=least,
            proved=self.proved,
        )

    def _hold_all_at_sites(self) -> Timetable:
        """Clauses say whether everything can be held; in the small the programme says so too, and finds the best."""
        from modus.algorithms.timetable.fit import Undecided, fit

        board = Board(self.model)
        try:
            at = fit(self.model, range(len(self.model.members)))
        except Undecided:
            at = None
        if at is not None:
            board.become(at)
            self.bound = float(board.interest)
        is_valid = keeps_rules(board)
        if is_orderly(self.model):
            settled = settle(board, self._aims(), is_valid=is_valid, stop=self.stop, seed=self.seed)
            if settled.is_impossible:
                return no_answer(Status.INFEASIBLE)
            self.proved, is_valid = settled.proved, settled.is_valid
        return self._finished(board) if is_valid else no_answer(Status.UNKNOWN)

    def _first(self, selection: Selection) -> Board:
        """A first timetable; where few changes are a goal one near the earlier one, if it is as good or enough."""
        places = self._earlier_places()
        near = self._best_choice(selection, places)
        if not places or self._is_proved(near):
            return near
        board, goal = construct(self.model, selection), self.bound * (1 - self.effort.enough)
        if near.interest < goal:
            exchange(near, selection, passes=1, stop=self.stop)
        return near if near.interest >= min(board.interest, goal) else board

    def _best_choice(self, selection: Selection, places: Mapping[int, int]) -> Board:
        """Of some best choices the first that can be held, else most of one, filled up, near the earlier timetable."""
        boards = []
        for choice in self._choices(selection, places):
            self.bound = min(self.bound, float(whole(choice.bound)))
            boards.append(hold_near(self.model, choice, places, seed=self.seed, stop=self.stop))
            place_each(boards[-1], by_worth(selection))
            # Up to FEW_REQUESTS a proof is worth more than a second.
            enough = 0.0 if len(self.model.members) <= FEW_REQUESTS else self.effort.enough
            if boards[-1].interest >= self.bound * (1 - enough) or self.stop():
                break
        return max(boards, key=lambda board: board.interest)

    def _choices(self, selection: Selection, places: Mapping[int, int]) -> Iterable[Selection]:
        """Whole choices that are worth as much as any, the first one with most earlier requests, and the one that is
        known, perhaps in parts; in large events that one is near enough."""
        if Goal.INTEREST not in self.model.problem.objective.goals or len(self.model.members) > MANY_REQUESTS:
            return (selection,)
        few = whole_selections(self.model, selection, number=CHOICES, seed=self.seed, wished=places, stop=self.stop)
        return chain(few, (selection,))

    def _earlier_places(self) -> dict[int, int]:
        """By request the places of the slot that it had, where few changes are a goal."""
        if self.earlier is None or Goal.CHANGES not in self.model.problem.objective.goals:
            return {}
        return kept_places(self.model, self.earlier.appointments)

    def _improve(self, board: Board, selection: Selection) -> None:
        """Exchanges mend what lacks little; what lacks much is annealed, and it does not matter from where."""
        if self._is_proved(board):
            return
        if len(self.model.members) > FEW_REQUESTS:
            self._better(board, selection, self.effort)
            return
        self._better(board, selection, Effort(min(self.effort.steps, FEW_STEPS), enough=0.0))
        if is_small(self.model) and not self._is_proved(board) and not self.stop():
            proof = prove_interest(board, seed=self.seed, stop=self.stop)
            board.become(proof.at)
            self._lower(proof.bound)

    def _better(self, board: Board, selection: Selection, effort: Effort) -> None:
        goal = self.bound * (1 - effort.enough)
        if self.bound * (1 - LITTLE) <= board.interest < goal:
            exchange(board, selection, passes=1, stop=self.stop)
            self._say("exchanged", board)
        seed, stop = self.seed, self.stop
        improve(board, selection, effort=effort, seed=seed, stop=stop, tell=lambda _points: self._say("better", board))
        if board.interest < goal:
            rematch(board, selection, seed=seed, stop=stop)
            self._say("slots chosen anew", board)

    def _is_proved(self, board: Board) -> bool:
        return board.interest >= whole(self.bound)

    def _go_near(self, board: Board, selection: Selection) -> None:
        """Hold the same requests nearer to the earlier timetable, where that can be done."""
        places = self._earlier_places()
        if places and len(self.model.members) <= FEW_REQUESTS:
            choice = replace(selection, shares=np.array(board.at) != OUT)
            near = hold_near(self.model, choice, places, seed=self.seed, stop=self.stop)
            if near.interest >= board.interest and kept_on(near, places) > kept_on(board, places):
                board.become(near.at)

    def _tidy(self, board: Board, selection: Selection) -> None:
        objective, fairness = self.model.problem.objective, self.model.problem.fairness
        steps = self.effort.tidy_steps
        if {Goal.BREAKS, Goal.EVEN_BREAKS} & objective.goals or fairness is not None:
            even = fairness is not None or Goal.BREAKS not in objective.goals
            tidy(board, selection, even=even, steps=steps, seed=self.seed, stop=self.stop)
            self._say("fewer breaks", board)
        if fairness is not None:
            even_out(board, fairness)
            if Goal.INTEREST in objective.goals:
                fill_fairly(board, self._earlier_places(), fairness)

    def _keep(self, board: Board) -> None:
        """Bring meetings back to where they were; the small is left to the programme."""
        if places := self._earlier_places():
            keep(board, places, stop=self.stop)

    def _aims(self, least_breaks: int = 0) -> list[Aim]:
        earlier = self.earlier.appointments if self.earlier else ()
        return list(aims_of(self.model, self.bound, earlier, least_breaks=least_breaks))

    def _settle(self, board: Board, aims: list[Aim]) -> bool:
        """In the small, the best in all goals one after the other; whether there is a timetable."""
        if not is_orderly(self.model) or self.stop():
            self.proved = reached(board, aims)
            return True
        settled = settle(board, aims, is_valid=keeps_rules(board), stop=self.stop, seed=self.seed)
        self.proved = settled.proved
        self._lower(settled.bound)
        return not settled.is_impossible

    def _lower(self, bound: float) -> None:
        """A bound that the solver found, where it found one."""
        if bound < self.bound:
            self.bound = float(whole(bound))

    def _finished(self, board: Board) -> Timetable:
        return self._timetable(board, self.proved)

    def _timetable(self, board: Board, proved: tuple[Goal, ...] = ()) -> Timetable:
        problem = self.model.problem
        held = appointments_of(self.model, board.at, _tables_of(self.earlier))
        return answer(
            problem,
            held,
            earlier=self.earlier,
            status=Status.PROVED if proved else Status.FOUND,
            interest_bound=self._bound(),
            breaks_bound=total_breaks(board) if Goal.BREAKS in proved else None,
            proved=proved,
        )

    def _bound(self) -> float | None:
        return self.bound if self.bound < float("inf") else None

    def _say(self, stage: str, board: Board) -> None:
        if self.tell is not None:
            self.tell(Progress(stage, board.interest, self.bound, lambda: self._timetable(board)))


def _tables_of(earlier: Timetable | None) -> Mapping[str, str]:
    return {one.request: one.table for one in earlier.appointments if one.table} if earlier else {}
