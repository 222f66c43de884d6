"""What a mutation run found: a table of files, and every fault that no test notices."""

import csv
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path

from benchmarks.table import table

EQUIVALENT = Path("docs/developer/mutants.csv")
PROMISED = 0.95
HEADS = ["what", "mutants", "killed", "of these too slow", "equivalent", "alive", "of all", "of the rest"]


def report(answers: Mapping[str, str]) -> int:
    """Print the figures and the survivors; 0 when each group keeps the promise."""
    equal = _equivalents()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    alive = []
    for name, answer in answers.items():
        group, file, _mutant = name.split(" ", 2)
        said = "equivalent" if answer == "alive" and name in equal else answer
        if said == "alive":
            alive.append(name)
        for key in (group, f"{group} {file}"):
            counts[key][said] += 1
    print(table(HEADS, _rows(counts)))
    print(*(f"alive: {name}" for name in alive), sep="\n")
    stale = [name for name in equal if answers.get(name, "alive") != "alive"]
    print(*(f"noticed, so not equivalent: {name}" for name in stale), sep="\n")
    return 1 if stale or any(_share(count) < PROMISED for key, count in counts.items() if " " not in key) else 0


def _rows(counts: Mapping[str, Counter[str]]) -> list[list[str]]:
    rows = []
    for key in sorted(counts):
        count = counts[key]
        killed = count["killed"] + count["too slow"]
        all_of = killed + count["equivalent"] + count["alive"]
        figures = [all_of, killed, count["too slow"], count["equivalent"], count["alive"]]
        rows.append([key, *map(str, figures), f"{killed / max(all_of, 1):.1%}", f"{_share(count):.1%}"])
    return rows


def _share(count: Counter[str]) -> float:
    killed = count["killed"] + count["too slow"]
    return killed / max(killed + count["alive"], 1)


def _equivalents() -> dict[str, str]:
    if not EQUIVALENT.exists():
        return {}
    with EQUIVALENT.open(newline="", encoding="utf-8") as file:
        return {f"{row['group']} {row['file']} {row['mutant']}": row["why"] for row in csv.DictReader(file)}
