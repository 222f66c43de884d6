"""The way from a problem to a verified timetable: bound, first timetable, improvement, proof, fewer breaks, reasons."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from modus.algorithms.timetable.answer import answer, appointments_of, no_answer
from modus.algorithms.timetable.board import Board
from modus.algorithms.timetable.bound import FEW_REQUESTS, Selection, select, whole, whole_selections
from modus.algorithms.timetable.construct import construct
from modus.algorithms.timetable.exact import is_small, prove_interest
from modus.algorithms.timetable.exchange import exchange
from modus.algorithms.timetable.explain import explained
from modus.algorithms.timetable.improve import Effort, Stop, improve
from modus.algorithms.timetable.model import LocksClash, Model, model_of
from modus.algorithms.timetable.problem import FaultyProblem, Goal, Problem, Status, Timetable
from modus.algorithms.timetable.rematch import rematch
from modus.algorithms.timetable.tidy import even_out, tidy

# So many best choices are asked whether they fit, in events of few requests.
CHOICES = 6
# A timetable that lacks at most this share of the bound lacks little.
LITTLE = 0.005
# Steps in the small: enough for sixty people, over in a blink.
SMALL_STEPS = 2_000


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
    Returns: the timetable; INFEASIBLE or UNKNOWN without appointments where everything has to be held and cannot be, or
    was not found. Equal input and seed give an equal answer unless `stop` said yes.
    Raises: FaultyProblem when locks cannot be kept.
    Cost: 60 people about 0.5 s, 1,000 people with 20,000 requests about 1 s, 5,000 with 100,000 about 5 s; where breaks
    are a goal, tidying takes some 10 ms for each of its steps with 1,000 people on top.
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

    def choose(self) -> Timetable:
        """Choose and schedule."""
        selection = select(self.model)
        self.bound = float(whole(selection.bound))
        board = construct(self.model, selection)
        self._say("first timetable", board)
        if Goal.INTEREST in self.model.problem.objective.goals:
            self._improve(board, selection)
        self._tidy(board, selection)
        return self._finished(board)

    def hold_all(self) -> Timetable:
        """Hold every request with the fewest breaks; with buffers between sites just hold it, or say that it failed."""
        # The solver of clauses takes a tenth of a second to load, which large events need not spend.
        from modus.algorithms.timetable.fit import fit
        from modus.algorithms.timetable.prove import prove_least_breaks

        if not self.model.has_sites:
            return prove_least_breaks(self.model.problem, stop=self.stop, seed=self.seed)
        everything = range(len(self.model.members))
        is_possible = len(everything) == len(self.model.problem.requests)
        at = fit(self.model, everything) if is_possible else None
        if at is None:
            return no_answer(Status.UNKNOWN if is_possible else Status.INFEASIBLE)
        board = Board(self.model)
        board.become(at)
        return self._timetable(board)

    def _improve(self, board: Board, selection: Selection) -> None:
        """Exchanges mend what lacks little; what lacks much is annealed, and it does not matter from where."""
        effort, is_little = self.effort, len(self.model.members) <= FEW_REQUESTS
        if is_little:
            effort = Effort(min(effort.steps, SMALL_STEPS), enough=0.0)
        goal = self.bound * (1 - effort.enough)
        if self.bound * (1 - LITTLE) <= board.interest < goal:
            exchange(board, selection, passes=1, stop=self.stop)
            self._say("exchanged", board)
        improve(
            board,
            selection,
            effort=effort,
            seed=self.seed,
            stop=self.stop,
            tell=lambda _points: self._say("better", board),
        )
        if board.interest < goal:
            rematch(board, selection, seed=self.seed, stop=self.stop)
            self._say("slots chosen anew", board)
        if is_little and not self._is_proved(board):
            self._fit_a_best_choice(board, selection)
        if is_small(self.model) and is_little and not self._is_proved(board) and not self.stop():
            proof = prove_interest(board, seed=self.seed, stop=self.stop)
            board.become(proof.at)
            self.bound = min(self.bound, float(whole(proof.bound)))

    def _is_proved(self, board: Board) -> bool:
        return board.interest >= whole(self.bound)

    def _fit_a_best_choice(self, board: Board, selection: Selection) -> None:
        """Try choices that are worth as much as any: if one can be scheduled, nothing is better."""
        from modus.algorithms.timetable.fit import fit

        for choice in whole_selections(self.model, selection, number=CHOICES, seed=self.seed):
            self.bound = min(self.bound, float(whole(choice.bound)))
            at = fit(self.model, np.flatnonzero(choice.shares > 0.5).tolist())
            if at is not None:
                board.become(at)
                self._say("a best choice fits", board)
            if at is not None or self._is_proved(board) or self.stop():
                return

    def _tidy(self, board: Board, selection: Selection) -> None:
        objective, fairness = self.model.problem.objective, self.model.problem.fairness
        steps = self.effort.tidy_steps
        if {Goal.BREAKS, Goal.EVEN_BREAKS} & objective.goals or fairness is not None:
            even = fairness is not None or Goal.BREAKS not in objective.goals
            tidy(board, selection, even=even, steps=steps, seed=self.seed, stop=self.stop)
            self._say("fewer breaks", board)
        if fairness is not None:
            even_out(board, fairness)

    def _finished(self, board: Board) -> Timetable:
        status = Status.PROVED if self._is_proved(board) else Status.FOUND
        return explained(self.model.problem, self._timetable(board, status))

    def _timetable(self, board: Board, status: Status = Status.FOUND) -> Timetable:
        held = appointments_of(self.model, board.at, _tables_of(self.earlier))
        return answer(self.model.problem, held, earlier=self.earlier, status=status, interest_bound=self._bound())

    def _bound(self) -> float | None:
        return self.bound if self.bound < float("inf") else None

    def _say(self, stage: str, board: Board) -> None:
        if self.tell is not None:
            self.tell(Progress(stage, board.interest, self.bound, lambda: self._timetable(board)))


def _tables_of(earlier: Timetable | None) -> Mapping[str, str]:
    return {one.request: one.table for one in earlier.appointments if one.table} if earlier else {}
