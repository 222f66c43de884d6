"""Real workers: they end what hangs, hand back what they cannot finish, die and come back; and serve does it all."""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from modus.cli.drills import tasks
from tests.cli.places import MODUS, on_the_database_under_test, server
from tests.cli.test_web import free_port

ROOT = Path(__file__).parents[2]
PATIENCE = 60
pytestmark = pytest.mark.row("P5")


@pytest.fixture(scope="module")
def place() -> Iterator[dict[str, str]]:
    """The settings of an installation of its own, on the database under test."""
    with tasks.place({"database": connection.vendor, "server": server()}) as surroundings:
        surroundings |= {"MODUS_LOG_LEVEL": "ERROR", "MODUS_TASK_FIRST_PAUSE_SECONDS": "3600"}
        surroundings["PYTHONPATH"] = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
        modus("migrate", "--verbosity", "0", place=surroundings)
        yield surroundings


def modus(*words: str, place: dict[str, str]) -> str:
    done = subprocess.run([*MODUS, *words], env=place, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def put(code: str, *, place: dict[str, str]) -> None:
    """Put tasks in, as a room does."""
    begin = (
        "from modus.core.tasks import enqueue; from tests.cli.process_tasks import *; from tests.core.actor import ANNA"
    )
    modus("shell", "--no-imports", "-c", f"{begin}\n{code}", place=place)


def rows(statement: str, *, place: dict[str, str]) -> list[tuple[object, ...]]:
    """What stands in the database, looked at from outside."""
    if connection.vendor == "postgresql":
        with psycopg.connect(place["MODUS_DATABASE"]) as there:
            return there.execute(statement).fetchall()
    with contextlib.closing(sqlite3.connect(Path(place["MODUS_DATA_FOLDER"], "modus.sqlite3"), timeout=20)) as there:
        return there.execute(statement).fetchall()


def states(place: dict[str, str]) -> dict[str, tuple[str, str]]:
    """How each task stands: its state and its last error, by its name."""
    found = rows(
        "SELECT path, state, error FROM core_queuedtask WHERE path LIKE 'tests.%' ORDER BY enqueued_at", place=place
    )
    return {str(path).rpartition(".")[2]: (str(state), str(error)) for path, state, error in found}


def effects(place: dict[str, str]) -> Counter[str]:
    found = rows("SELECT changes FROM core_journalline WHERE event = 'test.effect.left'", place=place)
    return Counter((json.loads(c) if isinstance(c, str) else c)["word"] for (c,) in found)


def steps(place: dict[str, str]) -> tuple[object, ...]:
    """How far the work in steps is: state, steps done, attempts that count."""
    return rows("SELECT state, done, attempts FROM core_queuedtask WHERE path LIKE '%slow_steps'", place=place)[0]


@contextlib.contextmanager
def running(*words: str, place: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("w") as file:
        process = subprocess.Popen([*MODUS, *words], env=place, cwd=ROOT, stdout=file, stderr=file)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=40)


def until(condition: Callable[[], object], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            if condition():
                return
        time.sleep(0.2)
    pytest.fail(f"It did not come to pass within {PATIENCE} seconds.\n{log.read_text()}")


def children(process: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.attack("A-103")
@pytest.mark.fault("F-34")
def test_what_hangs_is_ended_and_the_queue_flows(place: dict[str, str], tmp_path: Path) -> None:
    """One sleeps for ever, one burns for ever without hearing anybody; the good one behind them is done."""
    bad = "for task in (hang, burn): enqueue(task, key='1', by=ANNA)"
    put(f"{bad}\nenqueue(good, key='1', by=ANNA, word='good')", place=place)
    with running("worker", "--concurrency", "1", place=place, log=tmp_path / "log"):
        until(lambda: states(place)["good"][0] == "done" and states(place)["burn"][1], tmp_path / "log")
    assert states(place) == {
        "good": ("done", ""),
        "hang": ("waiting", "TookTooLong"),
        "burn": ("waiting", "LeaseExpired"),
    }
    listed = modus("tasks", "--trace", place=place)
    assert "time.sleep(600)" in listed
    assert "2 waiting" in listed


def test_a_worker_that_is_told_to_stop_hands_its_work_back(place: dict[str, str], tmp_path: Path) -> None:
    put(
        "enqueue(slow_steps, key='1', by=ANNA, words=[f'step-{number}' for number in range(30)])",
        place=place,
    )
    log = tmp_path / "log"
    with running("worker", "--concurrency", "1", place=place, log=log) as worker:
        until(lambda: int(str(steps(place)[1])) > 0, log)
        worker.terminate()
        assert worker.wait(timeout=40) == 0
    state, done, attempts = steps(place)
    assert (state, attempts, 0 < int(str(done)) < 30) == ("waiting", 0, True)
    modus("worker", "--once", place=place)
    assert steps(place) == ("done", 30, 1)
    assert {word: n for word, n in effects(place).items() if word.startswith("step-")} == {
        f"step-{number}": 1 for number in range(30)
    }


def test_serve_keeps_web_and_worker_together(place: dict[str, str], tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    command = ("serve", "--bind", f"127.0.0.1:{port}", "--workers", "1", "--concurrency", "1")
    with running(*command, place=place, log=log) as serve:
        until(lambda: urllib.request.urlopen(f"http://localhost:{port}/directory/", timeout=5).status == 200, log)
        family = children(serve.pid)
        web, worker = family
        os.kill(worker, signal.SIGKILL)
        put("enqueue(good, key='2', by=ANNA, word='served')", place=place)
        until(lambda: effects(place)["served"] == 1, log)
        assert children(serve.pid)[0] == web
        everybody = [*children(serve.pid), *children(web)]
        serve.send_signal(signal.SIGINT)
        assert serve.wait(timeout=40) == 0
    until(lambda: not any(is_alive(process) for process in everybody), log)


def test_a_supervisor_that_is_killed_leaves_nobody_behind(place: dict[str, str], tmp_path: Path) -> None:
    log = tmp_path / "log"
    with running("worker", "--concurrency", "2", place=place, log=log) as worker:
        until(lambda: len(children(worker.pid)) == 2, log)
        time.sleep(1)
        left = children(worker.pid)
        worker.kill()
    until(lambda: not any(is_alive(process) for process in left), log)


@pytest.mark.fault("F-09")
def test_effects_come_once_although_workers_are_killed() -> None:
    """Kill -9 at random moments, pauses longer than the lease, each key put in up to three times."""
    words = ["--tasks", "40", "--kills", "5", "--pauses", "1", "--milliseconds", "30"]
    command = [*MODUS, "drill", "tasks", *on_the_database_under_test(), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "missing 0, double 0" in done.stdout
