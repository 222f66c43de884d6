"""Solve and verify meeting timetables from files."""

import gc
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from modus.algorithms.timetable.dzn import FaultyFile, read_dzn
from modus.algorithms.timetable.improve import Effort
from modus.algorithms.timetable.problem import FaultyProblem, Problem, Status
from modus.algorithms.timetable.reading import FaultyText, read_csv_pair, read_json, read_timetable, slots_of_days
from modus.algorithms.timetable.solve import Progress, solve
from modus.algorithms.timetable.verify import faults_of
from modus.algorithms.timetable.writing import summary, timetable_to_csv, timetable_to_html, timetable_to_json

NOTHING = "Nothing was written."


class Command(BaseCommand):
    help = "Make a meeting timetable from files, or verify one."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        ways = parser.add_subparsers(dest="way", required=True)
        solving = ways.add_parser("solve", help="make a timetable and write it as CSV, JSON and a page")
        _add_problem(solving)
        solving.add_argument("--output", type=Path, default=Path("timetable"), help="path without ending: timetable")
        solving.add_argument("--seed", type=int, default=0, help="equal seeds give equal timetables")
        solving.add_argument("--steps", type=int, default=Effort.steps, help=f"how long to search: {Effort.steps}")
        solving.add_argument("--seconds", type=float, help="end the search after so many seconds")
        verifying = ways.add_parser("verify", help="test a timetable (JSON) against its problem")
        _add_problem(verifying)
        verifying.add_argument("--timetable", type=Path, required=True, help="the timetable as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        # A search makes millions of things and hardly any that refer to each other in a circle; to look for those
        # takes a sixth of the time.
        gc.disable()
        try:
            problem = _problem(options)
            if options["way"] == "solve":
                self._solve(problem, options)
            else:
                self._verify(problem, options["timetable"])
        except (FaultyText, FaultyProblem) as faulty:
            raise CommandError("\n".join([*faulty.faults, NOTHING]), returncode=2) from faulty
        except (FaultyFile, OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{error}\n{NOTHING}", returncode=2) from error
        finally:
            gc.enable()

    def _solve(self, problem: Problem, options: dict[str, Any]) -> None:
        began = time.monotonic()
        until = float("inf") if options["seconds"] is None else began + options["seconds"]
        said: list[str] = []

        def tell(progress: Progress) -> None:
            if said[-1:] != [progress.stage]:
                said.append(progress.stage)
                took = time.monotonic() - began
                self.stderr.write(
                    f"{took:6.2f} s  {progress.stage}: {progress.interest} points, gap {progress.gap:.3%}"
                )

        effort = Effort(steps=options["steps"])
        found = solve(problem, effort=effort, seed=options["seed"], stop=lambda: time.monotonic() > until, tell=tell)
        if found.status in (Status.INFEASIBLE, Status.UNKNOWN):
            raise CommandError(f"Not everything can be held: {found.status}.\n{NOTHING}", returncode=1)
        texts = {
            ".csv": timetable_to_csv(problem, found),
            ".json": timetable_to_json(found),
            ".html": timetable_to_html(problem, found),
        }
        for ending, text in texts.items():
            path = options["output"].with_name(options["output"].name + ending)
            path.write_text(text, encoding="utf-8")
            self.stdout.write(str(path))
        self.stdout.write(f"{summary(found)} {time.monotonic() - began:.2f} s.")

    def _verify(self, problem: Problem, path: Path) -> None:
        found = read_timetable(path.read_text(encoding="utf-8"))
        if faults := faults_of(problem, found):
            raise CommandError("\n".join(map(str, faults)), returncode=1)
        self.stdout.write(f"The timetable keeps every rule. {summary(found)}")


def _add_problem(parser: ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, help="participants.csv requests.csv, or one .json or .dzn")
    parser.add_argument("--slots", default="8", help="with CSV: slots of each day, as 8,8 for two days")
    parser.add_argument("--tables", type=int, default=10, help="with CSV: the number of tables")
    parser.add_argument("--quiet-tables", type=int, default=0, help="with CSV: quiet tables besides")
    parser.add_argument("--fairness", type=int, default=2, help="with .dzn: the largest difference in breaks")


def _problem(options: dict[str, Any]) -> Problem:
    files: list[Path] = options["files"]
    endings = [path.suffix.lower() for path in files]
    texts = [path.read_text(encoding="utf-8") for path in files]
    if endings == [".csv", ".csv"]:
        slots = slots_of_days(_days(options["slots"]))
        return read_csv_pair(*texts, slots=slots, tables=options["tables"], quiet=options["quiet_tables"])
    if endings == [".json"]:
        return read_json(texts[0])
    if endings == [".dzn"]:
        return read_dzn(texts[0], fairness=options["fairness"])
    raise FaultyText(["Give participants.csv and requests.csv, or one file that ends with .json or .dzn."])


def _days(text: str) -> list[int]:
    parts = text.split(",")
    if not all(part.isascii() and part.isdigit() and 0 < int(part) <= 200 for part in parts):
        raise FaultyText([f"--slots {text}: numbers from 1 to 200, parted by commas, are expected."])
    return [int(part) for part in parts]
