"""Proves the fewest breaks with which everything can be held, or that it cannot be held."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from pysat.solvers import Cadical195

from modus.algorithms.timetable.answer import answer, no_answer, seated
from modus.algorithms.timetable.encoding import Encoding, encode
from modus.algorithms.timetable.problem import Problem, Status, Timetable
from modus.algorithms.timetable.windows import is_over_a_cap, windows_of

Stop = Callable[[], bool]
CONFLICTS_BETWEEN_LOOKS = 2000
FIRST_COUNT = 8


def prove_least_breaks(
    problem: Problem, *, fairness: int | None = None, stop: Stop | None = None, seed: int = 0
) -> Timetable:
    """Hold every request with the fewest breaks, and prove that there are no fewer.

    Parameters: the problem, of which every request is held whether or not it says so; `fairness`, the largest
    difference in breaks between two people, 0 or more, that of the problem when it is None; `stop`, asked every 2,000
    conflicts of the search (about 0.2 s); `seed`, 0 or more, for the order of the search.
    Returns: a verified timetable, PROVED with `breaks_bound` equal to its breaks; FOUND when it was stopped, with the
    bound reached so far; INFEASIBLE when it is proved that not everything can be held; UNKNOWN when it was stopped
    before either. Equal input and seed give an equal answer unless `stop` ended the search.
    Raises: ValueError when meetings at different sites need buffers, which are not encoded.
    Cost: see benchmarks/timetable/published.py; 302 meetings of 78 people in 22 slots take 0.6 to 6 s. It grows
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
        # Most meetings are not in most slots: guessing no first halves the time (figures in the developer guide).
        self.solver.configure({"phase": 0, "seed": seed})
        self.least = 0
        self.places: list[int] | None = None
        self.status = Status.UNKNOWN

    def run(self) -> None:
        """Search until something is proved or until it is stopped."""
        self._add_new_clauses()
        most = 0
        totals: list[int] = []
        while self.status is Status.UNKNOWN:
            if self.least >= most and most < len(self.encoding.breaks):
                most = max(FIRST_COUNT, 2 * most)
                totals = self.encoding.clauses.counts(self.encoding.breaks, most)
                self._add_new_clauses()
            found = self._solved([-literal for literal in totals[self.least : self.least + 1]])
            if found is None:
                return
            self._learn(found)

    def _learn(self, found: bool) -> None:
        if found:
            self.places, self.status = self.encoding.places(self.solver.get_model()), Status.PROVED
        elif not self.solver.get_core():
            self.status = Status.INFEASIBLE
        else:
            self.least += 1

    def _add_new_clauses(self) -> None:
        self.solver.append_formula(self.encoding.clauses.formula)
        self.encoding.clauses.formula.clear()

    def _solved(self, assumptions: Iterable[int]) -> bool | None:
        """Whether there is a model in which the assumptions are true; None when it was stopped before that is known."""
        found = None
        while found is None and not self.stop():
            self.solver.conf_budget(CONFLICTS_BETWEEN_LOOKS)
            found = self.solver.solve_limited(assumptions=list(assumptions))
        return found

    def answer(self, problem: Problem) -> Timetable:
        """What is known."""
        if self.places is None:
            return no_answer(self.status)
        slots = {
            request.id: problem.slots[place].id for request, place in zip(problem.requests, self.places, strict=True)
        }
        return answer(problem, seated(problem, slots), status=self.status, breaks_bound=self.least)
