"""A mutation run: is every small fault in what guards people's data noticed by a test?

One warm process loads Django, makes the test database and learns which test runs which line. For each fault it forks,
puts the changed code into the living functions and runs the tests that meet it, the quickest first, until one fails.
SQLite leaves out the locks of rows, so they are tried on PostgreSQL; the answers of both runs are added up.
"""

import argparse
import ast
import gc
import os
import pickle
import signal
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import coverage
import pytest
from _pytest.runner import runtestprotocol
from django.db import connections

from benchmarks.mutation.mutants import Mutant, chosen_from, mutants_of
from benchmarks.mutation.planting import SOURCE, living_functions, plant
from benchmarks.mutation.targets import ONLY_FUNCTIONS

SURVIVED, KILLED, NO_MUTANT, BROKEN = 0, 1, 3, 4
ANSWERS = {SURVIVED: "alive", KILLED: "killed", NO_MUTANT: "no mutant", -signal.SIGALRM: "too slow"}
# How long the tests of one fault may last, as they last without it; what only a later one notices counts as alive.
SECONDS_PER_MUTANT = 8.0
Meetings = dict[tuple[str, int], set[str]]


class Warm:
    """The process from which every try is forked; a plugin of pytest, which hands it the tests."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.heard: Callable[[pytest.TestReport], None] = lambda _report: None
        self.answers: dict[str, str] = {}
        self.chosen: set[str] = set()
        self.first: dict[str, list[str]] = defaultdict(list)

    def pytest_configure(self) -> None:
        """A property that is slower than usual has noticed nothing."""
        # Imported here, because pytest wants to read it first.
        from hypothesis import settings

        settings.register_profile("patient", deadline=None)
        settings.load_profile("patient")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.heard(report)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = {item.nodeid: item for item in session.items if not (self.options.only_locks and _is_kept(item))}
        _make_database(session.items)
        self.meetings, self.seconds = _learned(self)
        self.functions = living_functions()
        gc.freeze()
        for group, file in self.options.files:
            tree = ast.parse((SOURCE / file).read_text())
            for mutant in self._wanted(file, tree):
                name = f"{group} {file} {mutant.name}"
                self.chosen.add(name)
                if name not in self.options.settled:
                    self._try(name, file, tree, mutant)
        return True

    def _wanted(self, file: str, tree: ast.Module) -> list[Mutant]:
        """The faults of a file that this database can show, in a sample that is always the same."""
        only = ONLY_FUNCTIONS.get(file)
        found = [mutant for mutant in mutants_of(tree) if not only or mutant.function in only]
        chosen = chosen_from(found, file, self.options.most)
        return [mutant for mutant in chosen if mutant.is_lock == self.options.only_locks]

    def _try(self, name: str, file: str, tree: ast.Module, mutant: Mutant) -> None:
        order, spent = [], 0.0
        met = set().union(*(self.meetings.get((file, line), set()) for line in mutant.read_at(tree)))
        for test in sorted(met, key=lambda test: (test not in self.first[mutant.function], self.seconds[test])):
            order.append(self.items[test])
            spent += self.seconds[test]
            if spent > SECONDS_PER_MUTANT:
                break

        def run(say: Callable[[str], None]) -> int:
            try:
                plant(file, tree, mutant, self.functions)
            except (NameError, TypeError, ValueError, SyntaxError):
                return NO_MUTANT  # a constant that cannot even be made: the site would not start
            self.heard = lambda report: _end_if_failed(report, say)
            _run(order, lambda item: signal.setitimer(signal.ITIMER_REAL, 10 + 5 * self.seconds[item.nodeid]))
            return SURVIVED

        status, killer = _in_child(run)
        answer = ANSWERS[status]
        if killer:
            self.first[mutant.function].append(killer)
        self.answers[name] = answer
        print(f"{answer:9} {len(order):4} of {len(met):4}  {name}", flush=True)


def _make_database(items: list[pytest.Item]) -> None:
    """Run one test of the database: the database stays for all that come, as the session has not ended."""
    first = next(item for item in items if "django_db_setup" in getattr(item, "fixturenames", ()))
    # Beside it one of another folder, or at least of another file, so that nothing of its own is kept open for it.
    others = [item for item in items if item.nodeid.partition("::")[0] != first.nodeid.partition("::")[0]]
    folder = first.nodeid.partition("::")[0].rpartition("/")[0]
    apart = next((item for item in others if not item.nodeid.startswith(f"{folder}/")), others[0])
    runtestprotocol(first, nextitem=apart, log=False)


def _is_kept(item: pytest.Item) -> bool:
    """Whether a test writes for good: in memory each fork has its own database, on PostgreSQL they share one."""
    marker = item.get_closest_marker("django_db")
    return "transactional_db" in getattr(item, "fixturenames", ()) or bool(marker and marker.kwargs.get("transaction"))


def _run(items: list[pytest.Item], before: Callable[[pytest.Item], Any]) -> None:
    # The last one has itself behind it, so that nothing of the session is torn down.
    for item, following in zip(items, [*items[1:], *items[-1:]], strict=True):
        before(item)
        runtestprotocol(item, nextitem=following)


def _learned(warm: Warm) -> tuple[Meetings, dict[str, float]]:
    """Which tests run which lines, and how long each test lasts; from a run of all of them in a child."""
    files = [file for _group, file in warm.options.files]

    def run(say: Callable[[str], None]) -> int:
        seconds, failed = Counter[str](), set()

        def heard(report: pytest.TestReport) -> None:
            seconds[report.nodeid] += report.duration
            if not report.passed:
                failed.add(report.nodeid)

        warm.heard = heard
        watch = coverage.Coverage(data_file=None, include=[str(SOURCE / file) for file in files], config_file=False)
        watch.start()
        _run(list(warm.items.values()), lambda item: watch.switch_context(item.nodeid))
        watch.stop()
        meetings: dict[tuple[str, int], set[str]] = {}
        for file in files:
            for line, tests in watch.get_data().contexts_by_lineno(str(SOURCE / file)).items():
                meetings[file, line] = set(tests) - failed - {""}
        passed = {test: lasted for test, lasted in seconds.items() if test not in failed}
        say(pickle.dumps((meetings, passed, sorted(failed))).hex())
        return SURVIVED

    meetings, passed, failed = pickle.loads(bytes.fromhex(_in_child(run)[1]))  # noqa: S301  our own child
    print(f"{len(passed)} tests are used; skipped or failing without any fault:", *failed, sep="\n  ", flush=True)
    return meetings, passed


def _in_child(run: Callable[[Callable[[str], None]], int]) -> tuple[int, str]:
    """Run something in a fork; its exit code (negative for a signal) and what it said."""
    inward, outward = os.pipe()
    connections.close_all()
    child = os.fork()
    if not child:
        out, nothing = os.fdopen(outward, "w"), os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 1), os.dup2(nothing, 2)
        code = BROKEN
        try:
            code = run(lambda words: print(words, file=out, flush=True))
        except BaseException:
            print(traceback.format_exc(), file=out, flush=True)
            raise
        finally:
            os._exit(code)
    os.close(outward)
    with os.fdopen(inward) as told:
        said = told.read().strip()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code == BROKEN:
        raise RuntimeError(said)
    return code, said


def _end_if_failed(report: pytest.TestReport, say: Callable[[str], None]) -> None:
    if report.failed:
        say(report.nodeid)
        os._exit(KILLED)
