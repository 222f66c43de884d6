"""Choose and schedule: how near to a valid bound, in how much processor time, beside what organisers do today.

    python -m benchmarks.timetable.choose [--seeds 10] [--only light]

Each run is a process of its own on one thread; its CPU seconds hold the start of Python, the invention of the event,
the search, the tables, the reasons and the verifier. Memory is the most that the process ever held.
"""

import argparse
import gc
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from benchmarks.table import table, verdict
from benchmarks.timetable.crowd import Size, crowd

ROOT = Path(__file__).resolve().parents[2]
LIGHT, HARD = Size(1000, 30, 400, 20_000), Size(1000, 30, 400, 20_000, 0.20, 0.40)
BOOKED = Size(1000, 30, 400, 10_000, cap=12)
RIVALRY = (
    ("10,000 requests, at most 12 each", BOOKED),
    ("light", LIGHT),
    ("light, a quarter mutual", replace(LIGHT, mutual=0.25)),
    ("30,000 requests", replace(LIGHT, requests=30_000)),
    ("hard", HARD),
)
COMPARED = ("points", "wishes", "both", "breaks")
# Points that the organiser of one row gives for a break less.
PRICE = 25
PRICED = f"ours, a break costs {PRICE}"


@dataclass(frozen=True)
class Case:
    """An event, what is promised (gap in percent, CPU seconds), and for how long is searched."""

    name: str
    size: Size
    gap: float | None = None
    seconds: float | None = None
    steps: int = 40_000
    tidy_steps: int = 0


CASES = (
    Case("light, 1,000 x 30, 20,000 requests", LIGHT, 0.1, 1.0),
    Case("hard, 1,000 x 30, 20,000 requests", HARD, 0.5, 10.0),
    Case("large, 5,000 x 40, 100,000 requests", Size(5000, 40, 2000, 100_000), 0.1, 5.0),
    Case("small, 60 x 12, 400 requests", Size(60, 12, 27, 400), 0.0, 1.0),
)
GROWTH = tuple(
    Case(f"{people:,} people, {requests:,} requests", Size(people, slots, tables, requests), steps=10_000)
    for people, slots, tables, requests in (
        (60, 12, 27, 400),
        (120, 12, 50, 900),
        (250, 20, 100, 4_000),
        (500, 24, 200, 9_000),
        (1000, 30, 400, 20_000),
        (2000, 34, 800, 40_000),
        (5000, 40, 2000, 100_000),
    )
)
HYBRID = tuple(
    Case(f"{size.people:,} people, {size.tables} tables, {size.requests:,} requests", size)
    for size in (
        Size(60, 12, 12, 300, online=0.35, quiet=0.4),
        Size(120, 12, 20, 900, online=0.35, quiet=0.4),
        Size(200, 16, 40, 1_200, online=0.35, quiet=0.4),
        Size(1000, 30, 200, 20_000, online=0.35, quiet=0.4),
    )
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run all cases and print the tables, or one run in this process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--only", default="", help="tables or cases whose names have this in them")
    parser.add_argument("--run", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.run:
        # As the command does.
        gc.disable()
        print(json.dumps(RUNS[json.loads(asked.run)["what"]](json.loads(asked.run))))
        return
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, {time.strftime('%d %B %Y')}\n")
    tables: dict[str, Callable[[], str]] = {
        **{case.name: lambda case=case: _case_table(case, asked.seeds) for case in CASES},  # type: ignore[misc]
        "booked": lambda: _rivals_table(),
        "cancelled": lambda: _cancel_table(),
        "growth": lambda: _growth_table(),
        "online": lambda: _online_table(min(3, asked.seeds)),
    }
    for name, made in tables.items():
        if asked.only in name:
            print(made() + "\n", flush=True)


def _apart(what: str, case: Case, seed: int) -> dict[str, float]:
    """One run in a process of its own, with its whole CPU seconds and its most memory."""
    word = json.dumps({"what": what, "case": asdict(case), "seed": seed})
    one_thread = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.timetable.choose", "--run", word],
        cwd=ROOT,
        env=os.environ | one_thread | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "PYTHONDONTWRITEBYTECODE": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return json.loads(answer.stdout) | {"seconds": seconds}


def _case_table(case: Case, seeds: int) -> str:
    rows = []
    for seed in range(seeds):
        run = _apart("solve", case, seed)
        met = verdict((run["gap"], case.gap or 0.0), (run["seconds"], case.seconds or 0.0))
        rows.append((case.name, str(seed), f"{run['gap']:.4f}", f"{run['seconds']:.2f}", _target(case), met))
    gaps = [float(row[2]) for row in rows]
    worst = max(float(row[3]) for row in rows)
    met = sum(row[-1] == "yes" for row in rows)
    rows.append(
        ("median gap, worst time", "", f"{statistics.median(gaps):.4f}", f"{worst:.2f}", "", f"{met} of {seeds}")
    )
    return table(("event", "seed", "gap %", "CPU s", "target", "met"), rows)


def _target(case: Case) -> str:
    return f"{case.gap} % in {case.seconds} s"


def _rivals_table() -> str:
    rows = []
    for name, size in RIVALRY:
        run = _apart("rivals", Case(name, size, tidy_steps=100), 0)
        for way in ("ours", PRICED, "first come", "by weight"):
            figures = [f"{run[f'{way} {what}']:,.0f}" for what in COMPARED]
            ratios = [f"{run[f'{way} {what}'] / run[f'first come {what}']:.2f}" for what in COMPARED]
            rows.append((name, way, *figures, *ratios))
        most = f"{run['bound'] / run['first come points']:.2f}"
        rows.append((name, "at most", f"{run['bound']:,.0f}", "", "", "", most, "", "", ""))
    heads = ("event", "way", "points", "of them wishes", "both want it", "breaks")
    return table((*heads, "points x", "wishes x", "both want it x", "breaks x"), rows)


def _cancel_table() -> str:
    run = _apart("cancel", Case("cancel", LIGHT), 0)
    row = [f"{run[name]:.1f}" for name in ("freed", "filled", "moved", "change_ms", "worst_ms", "publish_ms")]
    heads = ("meetings lost", "places filled", "moved", "change, ms", "worst, ms", "whole verified timetable, ms")
    return table(heads, [row])


def _growth_table() -> str:
    rows = []
    for case in GROWTH:
        run = _apart("solve", case, 0)
        per = 1e6 * run["seconds"] / case.size.requests
        rows.append((case.name, f"{run['gap']:.4f}", f"{run['seconds']:.2f}", f"{per:.0f}", f"{run['memory']:.0f}"))
    return table(("event", "gap %", "CPU s", "CPU µs a request", "memory MB"), rows)


def _online_table(seeds: int) -> str:
    rows = []
    for case in HYBRID:
        for seed in range(seeds):
            run = _apart("solve", case, seed)
            rows.append((case.name, str(seed), f"{run['gap']:.4f}", f"{run['seconds']:.2f}"))
    return table(("a third online on each day", "seed", "gap %", "CPU s"), rows)


def _read(word: dict) -> tuple[Case, int]:
    case = Case(**word["case"])
    return replace(case, size=Size(**word["case"]["size"])), word["seed"]


def _solve(word: dict) -> dict[str, float]:
    from modus.algorithms.timetable.improve import Effort
    from modus.algorithms.timetable.problem import Goal, Objective
    from modus.algorithms.timetable.solve import solve

    case, seed = _read(word)
    goals = frozenset(Goal) if case.tidy_steps else frozenset({Goal.INTEREST})
    found = solve(crowd(case.size, seed, Objective(goals)), effort=Effort(case.steps, case.tidy_steps))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"gap": 100 * (found.gap or 0.0), "memory": memory}


def _rivals(word: dict) -> dict[str, float]:
    from benchmarks.timetable.rivals import by_weight, first_come
    from modus.algorithms.timetable.answer import answer, appointments_of
    from modus.algorithms.timetable.improve import Effort
    from modus.algorithms.timetable.model import model_of
    from modus.algorithms.timetable.problem import Interest, Objective
    from modus.algorithms.timetable.solve import solve

    case, seed = _read(word)
    problem = crowd(case.size, seed)
    model = model_of(problem)
    effort = Effort(case.steps, case.tidy_steps)
    found = {"ours": solve(problem, effort=effort)}
    found[PRICED] = solve(replace(problem, objective=Objective(break_cost=PRICE)), effort=effort)
    for name, board in (("first come", first_come(model, seed)), ("by weight", by_weight(model))):
        found[name] = answer(problem, appointments_of(model, board.at))
    figures: dict[str, float] = {}
    for name, one in found.items():
        figures[f"{name} points"] = one.score.interest
        figures[f"{name} wishes"] = sum(problem.request[held.request].worth for held in one.appointments)
        figures[f"{name} breaks"] = one.score.breaks
        wanted = [min(problem.request[held.request].interests) >= Interest.WANT for held in one.appointments]
        figures[f"{name} both"] = sum(wanted)
    figures["bound"] = found["ours"].interest_bound or 0
    return figures


def _cancel(word: dict) -> dict[str, float]:
    from modus.algorithms.timetable.improve import Effort
    from modus.algorithms.timetable.problem import Goal, Objective
    from modus.algorithms.timetable.situations import Standing
    from modus.algorithms.timetable.solve import solve

    case, seed = _read(word)
    problem = crowd(case.size, seed, Objective(frozenset({Goal.INTEREST})))
    before = solve(problem, effort=Effort(case.steps, 0))
    times, publishing, freed, filled, moved = [], [], 0, 0, 0
    for person in [one.id for one in problem.participants][:200:10]:
        standing = Standing(problem, before)
        began = time.process_time()
        change = standing.cancel([person])
        times.append(1000 * (time.process_time() - began))
        after = standing.timetable()
        publishing.append(1000 * (time.process_time() - began))
        freed, filled = freed + len(change.dropped), filled + len(change.placed)
        moved += after.score.changes - len(change.dropped)
    number = len(times)
    mean = {"change_ms": statistics.mean(times), "worst_ms": max(times), "publish_ms": statistics.mean(publishing)}
    return mean | {"freed": freed / number, "filled": filled / number, "moved": moved}


RUNS = {"solve": _solve, "rivals": _rivals, "cancel": _cancel}

if __name__ == "__main__":
    main()
