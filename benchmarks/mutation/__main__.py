"""The command: mutate, try, add up, report."""

import argparse
import json
import os
import sys
from pathlib import Path

import pytest

from benchmarks.mutation.report import report
from benchmarks.mutation.targets import MOST_PER_FILE, ROWS_ARE_LOCKED_IN, TARGETS, TESTS, TESTS_OF_LOCKS
from benchmarks.mutation.warm import Warm


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--group", action="append", choices=TARGETS, help="only these groups")
    parser.add_argument("--file", action="append", help="only files whose path contains this")
    parser.add_argument("--tests", nargs="+", help="only these tests")
    parser.add_argument("--most", type=int, default=MOST_PER_FILE, help="so many faults of each file; 0 for all")
    parser.add_argument("--answers", type=Path, default=Path("var/mutation.json"), help="where answers are added up")
    parser.add_argument("--alive", action="store_true", help="only what was alive or never tried")
    parser.add_argument("--report", action="store_true", help="only show what is known")
    options = parser.parse_args()
    options.only_locks = os.environ.get("MODUS_DATABASE", "").startswith("postgresql")
    options.tests = options.tests or (TESTS_OF_LOCKS if options.only_locks else TESTS)
    pairs = [(group, file) for group, files in TARGETS.items() for file in files]
    if options.only_locks:
        pairs = [("locks", file) for file in dict.fromkeys([*(file for _group, file in pairs), *ROWS_ARE_LOCKED_IN])]
    options.files = [
        (group, file)
        for group, file in pairs
        if (not options.group or group in options.group)
        and (not options.file or any(part in file for part in options.file))
    ]
    known = _known(options.answers).get(_database(options), {})
    options.settled = {name for name, answer in known.items() if options.alive and answer != "alive"}
    if not options.report:
        warm = Warm(options)
        plain = ["-q", "-s", "-p", "no:xdist", "--hypothesis-seed=0"]
        if pytest.main([*plain, *options.tests], plugins=[warm]) == pytest.ExitCode.INTERNAL_ERROR:
            sys.exit(pytest.ExitCode.INTERNAL_ERROR)
        _add_up(options, warm)
    sys.exit(report({name: answer for part in _known(options.answers).values() for name, answer in part.items()}))


def _add_up(options: argparse.Namespace, warm: Warm) -> None:
    """Keep the answers beside those about other files and of the other database; what is no longer chosen goes."""
    known, tried = _known(options.answers), tuple(f"{group} {file} " for group, file in options.files)
    before = known.get(_database(options), {}).items()
    kept = {name: answer for name, answer in before if name in warm.chosen or not name.startswith(tried)}
    options.answers.parent.mkdir(exist_ok=True)
    options.answers.write_text(json.dumps({**known, _database(options): kept | warm.answers}, indent=1))


def _database(options: argparse.Namespace) -> str:
    return "postgresql" if options.only_locks else "sqlite"


def _known(answers: Path) -> dict[str, dict[str, str]]:
    return json.loads(answers.read_text()) if answers.exists() else {}


if __name__ == "__main__":
    main()
