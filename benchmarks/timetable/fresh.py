"""Further problems of the published kind, made with a seed: small ones proved twice, large ones timed.

    python -m benchmarks.timetable.fresh [--seed 1] [--small 20] [--large 10]

Small ones are also solved by integer programming (HiGHS), written from the definition and not from the clauses.
A timetable is drawn first and then forgotten, so that all meetings of a problem fit; how many breaks it takes is open.
"""

import argparse
import random
import resource
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from benchmarks.table import table
from modus.algorithms.timetable.problem import Participant, Problem, Request, Slot, Status, Table
from modus.algorithms.timetable.prove import prove_least_breaks


@dataclass(frozen=True)
class Kind:
    """People, slots, slots of the morning, tables; shares of seats taken, of meetings tied to a session, of idle slots
    closed, of meetings that have to follow another."""

    people: int
    slots: int
    morning: int
    tables: int
    load: float
    tied: float = 0.0
    closed: float = 0.0
    ordered: float = 0.0


SMALL = (
    Kind(9, 6, 6, 4, 0.85, closed=0.05),
    Kind(10, 7, 4, 3, 0.8, tied=0.5, closed=0.05),
    Kind(8, 6, 6, 3, 0.9, ordered=0.2),
    Kind(13, 7, 7, 6, 0.85, closed=0.05),
    Kind(12, 9, 5, 4, 0.7, tied=0.5, ordered=0.1),
)
LARGE = (
    Kind(46, 10, 10, 21, 0.9),
    Kind(60, 10, 10, 26, 0.92, closed=0.02, ordered=0.15),
    Kind(42, 8, 8, 19, 0.85, closed=0.01),
    Kind(70, 21, 13, 13, 0.56, tied=0.6, closed=0.01),
    Kind(76, 22, 12, 14, 0.63, tied=0.5, closed=0.01, ordered=0.1),
    Kind(78, 22, 12, 22, 0.62, tied=0.25, closed=0.03),
)


def made(kind: Kind, seed: int, fairness: int = 2) -> Problem:
    """A problem of the kind; the same seed gives the same one."""
    lots = random.Random(seed)
    drawn = _drawn(kind, lots)
    busy = {(person, slot) for pair, slot in drawn.items() for person in pair}
    closed = [
        [slot for slot in range(kind.slots) if (person, slot) not in busy and lots.random() < kind.closed]
        for person in range(kind.people)
    ]
    pairs = sorted(drawn)
    return Problem(
        # The onlooker never waits, as somebody in each published file: nobody has more breaks than the fairness.
        participants=(
            *(Participant(f"p{n}", frozenset(f"s{slot}" for slot in slots)) for n, slots in enumerate(closed)),
            Participant("onlooker"),
        ),
        slots=tuple(Slot(f"s{n}", session="am" if n < kind.morning else "pm") for n in range(kind.slots)),
        tables=tuple(Table(f"t{n}") for n in range(kind.tables)),
        requests=tuple(
            Request(_name(pair), (f"p{pair[0]}", f"p{pair[1]}"), session=_session(kind, drawn[pair], lots))
            for pair in pairs
        ),
        precedences=tuple(_orders(kind, drawn, lots)),
        hold_all=True,
        fairness=fairness,
    )


def _name(pair: tuple[int, int]) -> str:
    return f"m{pair[0]}-{pair[1]}"


def _session(kind: Kind, slot: int, lots: random.Random) -> str:
    tied = lots.random() < kind.tied
    return ("am" if slot < kind.morning else "pm") if tied else ""


def _drawn(kind: Kind, lots: random.Random) -> dict[tuple[int, int], int]:
    """Pairs and the slots in which they meet, some people being sought far more than others."""
    sought = [lots.paretovariate(1.2) for _ in range(kind.people)]
    drawn: dict[tuple[int, int], int] = {}
    for slot in range(kind.slots):
        idle = sorted(range(kind.people), key=lambda one: -(sought[one] ** 0.5) * lots.random())
        wanted = round(kind.tables * kind.load)
        while len(idle) > 1 and wanted:
            one = idle.pop(0)
            partners = [other for other in idle if (min(one, other), max(one, other)) not in drawn]
            if partners:
                other = partners[min(len(partners) - 1, int(lots.expovariate(0.3)))]
                idle.remove(other)
                drawn[min(one, other), max(one, other)] = slot
                wanted -= 1
    return drawn


def _orders(kind: Kind, drawn: dict[tuple[int, int], int], lots: random.Random) -> list[tuple[str, str]]:
    orders = []
    for second, slot in sorted(drawn.items()):
        earlier = [first for first, at in sorted(drawn.items()) if at < slot and set(first) & set(second)]
        if earlier and lots.random() < kind.ordered:
            orders.append((_name(lots.choice(earlier)), _name(second)))
    return orders


class _Programme:
    """Rows of an integer programme: each says that a weighted sum of columns lies between two numbers."""

    def __init__(self) -> None:
        self.columns = 0
        self.entries: list[tuple[int, int, float]] = []
        self.lows: list[float] = []
        self.highs: list[float] = []

    def column(self) -> int:
        self.columns += 1
        return self.columns - 1

    def row(self, low: float, high: float, weights: dict[int, float]) -> None:
        self.entries += [(len(self.lows), column, weight) for column, weight in weights.items()]
        self.lows.append(low)
        self.highs.append(high)

    def least(self, costs: Sequence[int]) -> int | None:
        """The least sum of these columns, all of them 0 or 1; None when no row can be kept."""
        rows, columns, weights = zip(*self.entries, strict=True)
        matrix = csr_array((weights, (rows, columns)), shape=(len(self.lows), self.columns))
        cost = np.zeros(self.columns)
        cost[list(costs)] = 1
        found = milp(
            cost,
            integrality=np.ones(self.columns),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(matrix, self.lows, self.highs),
        )
        if found.status not in (0, 2):
            raise RuntimeError(found.message)
        return round(found.fun) if found.status == 0 else None


def second_opinion(problem: Problem, fairness: int) -> int | None:
    """The fewest breaks by integer programming, None when not everything can be held."""
    programme, slots = _Programme(), range(len(problem.slots))
    held = {
        one.id: {t: programme.column() for t in slots if problem.allows(one, problem.slots[t])}
        for one in problem.requests
    }
    for columns in held.values():
        programme.row(1, 1, dict.fromkeys(columns.values(), 1.0))
    for t in slots:
        here = [columns[t] for columns in held.values() if t in columns]
        programme.row(0, len(problem.tables), dict.fromkeys(here, 1.0))
    for first, second in problem.precedences:
        late = {column: float(t) for t, column in held[second].items()}
        early = {column: -float(t) for t, column in held[first].items()}
        programme.row(1, np.inf, late | early)
    costs = []
    for one in problem.participants:
        own = [held[request.id] for request in problem.requests if one.id in request.people]
        breaks = _breaks(programme, own, len(problem.slots))
        programme.row(0, fairness, dict.fromkeys(breaks, 1.0))
        costs += breaks
    return programme.least(costs)


def _breaks(programme: _Programme, own: Sequence[dict[int, int]], slots: int) -> list[int]:
    """Columns that count where somebody is busy, was idle just before and had begun earlier."""
    begun, breaks = [programme.column() for _ in range(slots)], []
    for t in range(slots):
        now = {columns[t]: 1.0 for columns in own if t in columns}
        before = {columns[t - 1]: -1.0 for columns in own if t - 1 in columns}
        programme.row(0, 1, now)
        programme.row(0, np.inf, {begun[t]: 1.0} | dict.fromkeys(now, -1.0))
        if t:
            programme.row(0, np.inf, {begun[t]: 1.0, begun[t - 1]: -1.0})
            breaks.append(programme.column())
            programme.row(
                -1, np.inf, {breaks[-1]: 1.0, begun[t - 1]: -1.0} | {c: -w for c, w in (now | before).items()}
            )
    return breaks


def main(arguments: Sequence[str] | None = None) -> int:
    """Print both tables; 1 when the two methods differ anywhere."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--small", type=int, default=20)
    parser.add_argument("--large", type=int, default=10)
    asked = parser.parse_args(arguments)
    rows, differing = [], 0
    for number in range(asked.small + asked.large):
        kinds = SMALL if number < asked.small else LARGE
        problem = made(kinds[number % len(kinds)], asked.seed * 1000 + number, fairness=(2, 1, 0)[number % 7 % 3])
        row, agrees = _compared(problem, twice=number < asked.small)
        rows.append(row)
        differing += not agrees
    heads = ["people", "meetings", "slots", "tables", "orders", "d", "proved", "CPU s", "second method", "its CPU s"]
    print(table(heads, rows))
    return 1 if differing else 0


def _compared(problem: Problem, *, twice: bool) -> tuple[list[str], bool]:
    fairness = problem.fairness or 0
    started = _cpu()
    proved = prove_least_breaks(problem)
    taken = _cpu() - started
    breaks = None if proved.status is Status.INFEASIBLE else proved.score.breaks
    second = second_opinion(problem, fairness) if twice else None
    counts = len(problem.participants), len(problem.requests), len(problem.slots), len(problem.tables)
    row = [*map(str, (*counts, len(problem.precedences), fairness)), str(breaks), f"{taken:.3f}"]
    row += [str(second), f"{_cpu() - started - taken:.2f}"] if twice else ["", ""]
    print(row, file=sys.stderr, flush=True)
    return row, not twice or second == breaks


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    sys.exit(main())
