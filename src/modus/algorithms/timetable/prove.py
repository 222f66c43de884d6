"""Proves the fewest breaks with which everything can be held, or that it cannot be held."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from pysat.solvers import Cadical195

from modus.algorithms.timetable.answer import answer, no_answer, seated
from modus.algorithms.timetable.encoding import Encoding, encode
from modus.algorithms.timetable.problem import Problem, Status, Timetable
from modus.algorithms.timetable.relaxation import breaks_at_least
from modus.algorithms.timetable.windows import is_over_a_cap, windows_of

Stop = Callable[[], bool]
EASY_CONFLICTS = 2000
CONFLICTS_BETWEEN_LOOKS = 10_000
LOOKS_BETWEEN_TRIES = 10
FIRST_COUNT = 8


def prove_least_breaks(
    problem: Problem, *, fairness: int | None = None, stop: Stop | None = None, seed: int = 0
) -> Timetable:
    """Hold every request with the fewest breaks, and prove that there are no fewer.

    Parameters: the problem, of which every request is held whether or not it says so; `fairness`, the largest
    difference in breaks between two people, 0 or more, that of the problem when it is None; `stop`, asked every
    10,000 conflicts of the search (about a second); `seed`, 0 or more, for the order of the search.
    Returns: a verified timetable, PROVED with `breaks_bound` equal to its breaks; FOUND when it was stopped, with the
    bound reached so far; INFEASIBLE when it is proved that not everything can be held; UNKNOWN when it was stopped
    before either. Equal input and seed give an equal answer unless `stop` ended the search.
    Raises: ValueError when meetings at different sites need buffers, which are not encoded.
    Cost: see benchmarks/timetable/published.py; 302 meetings of 78 people in 22 slots take 0.4 to 9 s. It grows
    exponentially in the worst case: the problem is NP-hard.
    Source: bounds from below as in Bofill et al., JAIR 74 (2022), doi:10.1613/jair.1.12812; the encoding is ours.
    """
    if problem.buffer_slots and len({table.site for table in problem.tables}) > 1:
        raise ValueError("Buffers between sites are not encoded.")
    fairness = problem.fairness if fairness is None else fairness
    asked = replace(problem, hold_all=True, fairness=fairness)
    windows = windows_of(asked)
    if is_over_a_cap(asked) or not all(windows):
        return no_answer(Status.INFEASIBLE)
    search = _Search(encode(asked, windows, fairness), stop or _never, seed)
    try:
        search.run()
    finally:
        search.solver.delete()
    return search.answer(asked)


def _never() -> bool:
    return False


class _Search:
    """Asks for a timetable with no more breaks than the bound, and raises the bound each time there is none."""

    def __init__(self, encoding: Encoding, stop: Stop, seed: int) -> None:
        self.encoding = encoding
        self.stop = stop
        self.solver = Cadical195()
        # Few restarts take a fifth off the time, and runs that never end become rare (figures in the developer guide).
        self.solver.configure({"stabilizeonly": 1, "seed": seed})
        self.totals: list[int] = []
        self.least = 0
        self.most: int | None = None
        self.tried = 0
        self.conflicts = EASY_CONFLICTS
        self.places: list[int] | None = None
        self.status = Status.UNKNOWN
        self._add_new_clauses()

    def run(self) -> None:
        """Search until something is proved or until it is stopped."""
        undecided = 0
        while self.status in (Status.UNKNOWN, Status.FOUND) and not self.stop():
            if undecided % LOOKS_BETWEEN_TRIES == 1:
                self._seek_fewer()
                undecided += 1
            elif self._settle(self.least) is None:
                undecided += 1
                if undecided == 1:
                    self._settle_down()

    def _settle_down(self) -> None:
        """It is not as easy as it seemed: a better bound is worth its time, and looks become longer."""
        self.conflicts = CONFLICTS_BETWEEN_LOOKS
        if self.encoding.times:
            self.least = max(self.least, breaks_at_least(self.encoding.times, self.encoding.seats))

    def _seek_fewer(self) -> None:
        """One look for any timetable, or for one with breaks half way to the bound, to have something if it stops."""
        aim = None if self.most is None else (max(self.tried, self.least) + self.most) // 2
        found = self._settle(aim)
        self.tried = aim if found is None and aim is not None else 0

    def _settle(self, breaks: int | None) -> bool | None:
        """Whether there is a timetable with no more breaks than this (None: with any), and what follows from it."""
        found = self._looked([] if breaks is None else self._no_more_than(breaks))
        if found:
            model = self.solver.get_model()
            self.places = self.encoding.places(model)
            self.most = len(set(model).intersection(self.encoding.breaks))
        elif found is False and (breaks is None or not self.solver.get_core()):
            self.status = Status.INFEASIBLE
        elif found is False and breaks is not None:
            self.least = breaks + 1
        if self.most is not None:
            self.status = Status.PROVED if self.most <= self.least else Status.FOUND
        return found

    def _no_more_than(self, breaks: int) -> list[int]:
        """The assumption that there are no more breaks; counts are made for twice as many when they are needed."""
        if breaks >= len(self.totals) and len(self.totals) < len(self.encoding.breaks):
            self.totals = self.encoding.clauses.counts(self.encoding.breaks, max(FIRST_COUNT, 2 * breaks))
            self._add_new_clauses()
        return [-literal for literal in self.totals[breaks : breaks + 1]]

    def _looked(self, assumptions: Sequence[int]) -> bool | None:
        """Whether there is a model in which the assumptions are true; None when the next look at `stop` is due."""
        self.solver.conf_budget(self.conflicts)
        return self.solver.solve_limited(assumptions=assumptions)

    def _add_new_clauses(self) -> None:
        self.solver.append_formula(self.encoding.clauses.formula)
        self.encoding.clauses.formula.clear()

    def answer(self, problem: Problem) -> Timetable:
        """What is known."""
        if self.places is None:
            return no_answer(self.status)
        slots = {
            request.id: problem.slots[place].id for request, place in zip(problem.requests, self.places, strict=True)
        }
        return answer(problem, seated(problem, slots), status=self.status, breaks_bound=self.least)
