"""The published problem: the fewest breaks with which every meeting is held, proved, beside the best published times.

    python -m benchmarks.timetable.published FOLDER [--only forum-14] [--repeat 3]

FOLDER holds the published .dzn files and `published.json`, which are no part of modus: nobody said that they may be
passed on. Each file is solved in a process of its own on one thread; its CPU seconds include the start of Python.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.table import table, verdict

TARGET_SHARE = 0.5
SOLVE = """
import sys
from modus.algorithms.timetable.dzn import read_dzn
from modus.algorithms.timetable.prove import prove_least_breaks
problem = read_dzn(open(sys.argv[1], encoding="utf-8").read(), fairness=int(sys.argv[2]))
found = prove_least_breaks(problem)
print(found.status, found.score.breaks, sep="|")
"""


@dataclass(frozen=True)
class Run:
    """One file at one fairness: what was published (None: infeasible), what came out, CPU seconds of both."""

    file: str
    fairness: int
    published: int | None
    published_seconds: float
    outcome: str
    seconds: float

    @property
    def agrees(self) -> bool:
        """Whether the published optimum, or that there is none, was proved."""
        return self.outcome == outcome_of(self.published)

    @property
    def share(self) -> float:
        """CPU seconds by published seconds."""
        return self.seconds / self.published_seconds


def outcome_of(breaks: int | None) -> str:
    """As it stands in the table."""
    return "infeasible" if breaks is None else f"{breaks} proved"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked and print the table; 1 when an optimum differs or the total is over the target."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="files whose names have this in them")
    parser.add_argument("--repeat", type=int, default=1, help="take the median of so many runs")
    asked = parser.parse_args(arguments)
    if not (asked.folder / "published.json").is_file():
        parser.error(f"{asked.folder} has no published.json: the published instances are not part of modus.")
    runs = []
    for run in _runs(asked.folder, asked.only, asked.repeat):
        runs.append(run)
        print(f"{run.file}, d = {run.fairness}: {run.outcome} in {run.seconds:.2f} s", file=sys.stderr, flush=True)
    print(table(["file", "d", "outcome", "agrees", "CPU s", "published s", "ratio"], [*map(_row, runs), _total(runs)]))
    return 0 if verdict(_met(runs)) == "yes" and all(run.agrees for run in runs) else 1


def _runs(folder: Path, only: str, repeat: int) -> Iterator[Run]:
    published = json.loads((folder / "published.json").read_text(encoding="utf-8"))
    for name, (seconds, breaks) in published.items():
        file, fairness = name.split("|")
        if only in file:
            tries = [_solved(folder / f"{file}.dzn", fairness) for _ in range(repeat)]
            taken = statistics.median(one for _, one in tries)
            yield Run(file, int(fairness), breaks if breaks != "-" else None, seconds, tries[0][0], taken)


def _solved(path: Path, fairness: str) -> tuple[str, float]:
    """The outcome, and the CPU seconds of the whole process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-c", SOLVE, path, fairness], capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    status, breaks = done.stdout.strip().split("|")
    outcome = {"proved best": outcome_of(int(breaks)), "proved impossible": outcome_of(None)}.get(status, status)
    return outcome, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def _row(run: Run) -> list[str]:
    agrees = "yes" if run.agrees else f"NO: {outcome_of(run.published)}"
    times = f"{run.seconds:.2f}", f"{run.published_seconds:.1f}", f"{run.share:.2f}"
    return [run.file, str(run.fairness), run.outcome, agrees, *times]


def _total(runs: Sequence[Run]) -> list[str]:
    ours, theirs = sum(run.seconds for run in runs), sum(run.published_seconds for run in runs)
    agreeing = f"{sum(run.agrees for run in runs)} of {len(runs)}"
    met = verdict(_met(runs))
    return [
        "sum",
        "",
        f"target {TARGET_SHARE}: {met}",
        agreeing,
        f"{ours:.1f}",
        f"{theirs:.1f}",
        f"{ours / theirs:.2f}",
    ]


def _met(runs: Sequence[Run]) -> tuple[float, float]:
    return sum(run.seconds for run in runs), TARGET_SHARE * sum(run.published_seconds for run in runs)


if __name__ == "__main__":
    sys.exit(main())
