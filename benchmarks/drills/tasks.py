"""Kill workers at random moments while they work, and count: every effect once, nothing stuck.

    python -m benchmarks.drills.tasks --database sqlite --tasks 2000 --kills 100

Prints one line of figures for each database and ends with 1 when an effect is missing or double, or a task is stuck.
"""

import argparse
import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SERVER = "postgresql://postgres@127.0.0.1:5432"
LEASE_SECONDS = 5
CLUSTERS = 10
STEPS = 3


@dataclass(frozen=True)
class Plan:
    """How large the drill is."""

    tasks: int
    kills: int
    pauses: int
    milliseconds: int
    workers: int
    seed: int


@contextlib.contextmanager
def ground(database: str) -> Iterator[dict[str, str]]:
    """A database of its own and the settings that lead to it."""
    with tempfile.TemporaryDirectory(prefix="modus-drill-") as folder:
        surroundings = {name: value for name, value in os.environ.items() if not name.startswith(("MODUS_", "DJANGO"))}
        surroundings |= {
            "MODUS_DATA_FOLDER": folder,
            "DJANGO_SETTINGS_MODULE": "modus.config.settings",
            "MODUS_TASK_LEASE_SECONDS": str(LEASE_SECONDS),
            "MODUS_TASK_FIRST_PAUSE_SECONDS": "0",
            "MODUS_TASKS_RUNNING": "2",
            "MODUS_TASKS_WAITING": "100000",
            "MODUS_LOG_LEVEL": "CRITICAL",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }
        name = f"modus_drill_{uuid.uuid4().hex[:8]}"
        if database == "postgresql":
            _on_server(f"CREATE DATABASE {name}")
            surroundings["MODUS_DATABASE"] = f"{SERVER}/{name}"
        try:
            yield surroundings
        finally:
            if database == "postgresql":
                _on_server(f"DROP DATABASE {name} WITH (FORCE)")


def _on_server(statement: str) -> None:
    import psycopg

    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as connection:
        connection.execute(statement)


class Workers:
    """Workers as an administrator starts them, and what is done to them."""

    def __init__(self, count: int, surroundings: dict[str, str], chance: random.Random) -> None:
        self.surroundings, self.chance = surroundings, chance
        self.running = [self._start() for _ in range(count)]

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "modus.cli", "worker", "--concurrency", "3"]
        return subprocess.Popen(command, env=self.surroundings, cwd=ROOT, stdout=subprocess.DEVNULL)

    def kill_one(self) -> None:
        """Kill -9 one process that works; one time in ten the parent of them, which is then started again."""
        number = self.chance.randrange(len(self.running))
        parent = self.running[number]
        children = _children(parent.pid)
        if self.chance.random() < 0.1 or not children:
            parent.kill()
            parent.wait()
            self.running[number] = self._start()
        else:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.chance.choice(children), signal.SIGKILL)

    def pause_one(self) -> None:
        """Stop a parent and its children for longer than a lease, then let the children come back late."""
        parent = self.chance.choice(self.running)
        everybody = [*_children(parent.pid), parent.pid]
        for number in (signal.SIGSTOP, signal.SIGCONT):
            for process in everybody:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, number)
            time.sleep(LEASE_SECONDS * 1.5 if number == signal.SIGSTOP else 0)

    def stop(self) -> float:
        """Stop them as a service manager does; how many seconds the slowest took."""
        began = time.monotonic()
        for worker in self.running:
            worker.terminate()
        for worker in self.running:
            worker.wait(timeout=60)
        return time.monotonic() - began


def _children(process: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    return []


def put_in(plan: Plan, chance: random.Random) -> set[str]:
    """Put the tasks in, each key one to three times; the effects that they owe."""
    from benchmarks.drills import work
    from modus.core import tasks
    from modus.core.tasks.models import Lane

    clusters = [Lane(pk=uuid.UUID(int=number + 100)) for number in range(CLUSTERS)]
    owed: set[str] = set()
    for number in range(plan.tasks):
        cluster, key = clusters[number % CLUSTERS], f"t{number}"
        facts = {"key": key, "by": work.Drill(), "scope": cluster, "milliseconds": plan.milliseconds}
        for _ in range(chance.randint(1, 3)):
            if number % 5:
                tasks.enqueue(work.one_effect, word=key, **facts)
            else:
                tasks.enqueue(work.many_effects, words=[f"{key}.{step}" for step in range(STEPS)], **facts)
        owed |= {key} if number % 5 else {f"{key}.{step}" for step in range(STEPS)}
    return owed


def run(database: str, plan: Plan) -> bool:
    """One drill; prints its figures."""
    import django
    from django.core.management import call_command
    from django.db import connection

    chance = random.Random(plan.seed)
    with ground(database) as surroundings:
        os.environ.update(surroundings)
        django.setup()
        call_command("migrate", verbosity=0)
        owed = put_in(plan, chance)
        began = time.monotonic()
        workers = Workers(plan.workers, surroundings, chance)
        try:
            killed = disturb(plan, workers, chance)
            wait_for_the_end(plan)
        finally:
            stopped = workers.stop()
        fine = tell(database, plan, owed, killed=killed, seconds=time.monotonic() - began, stopped=stopped)
        connection.close()
    return fine


def disturb(plan: Plan, workers: Workers, chance: random.Random) -> int:
    """Kill and pause, spread over the whole of the work; how many kills there were."""
    killed, acts = 0, ["kill"] * plan.kills + ["pause"] * plan.pauses
    chance.shuffle(acts)
    for number, act in enumerate(acts):
        threshold = plan.tasks * number // (len(acts) + 1)
        until = time.monotonic() + 120
        while _ours().filter(state="done").count() < threshold and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(chance.random() * 0.2)
        if act == "kill":
            workers.kill_one()
            killed += 1
        else:
            workers.pause_one()
    return killed


def _ours() -> Any:
    """The tasks of the drill; the clock has put its own beside them."""
    from modus.core.tasks.models import QueuedTask

    return QueuedTask.objects.filter(path__startswith="benchmarks.")


def wait_for_the_end(plan: Plan) -> None:
    until = time.monotonic() + 60 + plan.tasks * 0.2
    while _ours().filter(state__in=["waiting", "running"]).exists() and time.monotonic() < until:
        time.sleep(0.1)


def tell(database: str, plan: Plan, owed: set[str], *, killed: int, seconds: float, stopped: float) -> bool:
    """Count the effects and print the figures; whether all is as promised."""
    from benchmarks.drills import work
    from modus.core.journal import JournalLine

    lines = JournalLine.objects.filter(event=work.EVENT).values_list("changes", flat=True)
    left = Counter(changes["word"] for changes in lines)
    missing, double = len(owed - set(left)), sum(count > 1 for count in left.values())
    states = Counter(_ours().values_list("state", flat=True))
    stuck, parked = states["waiting"] + states["running"], states["parked"]
    again = _ours().filter(attempts__gt=1).count()
    print(
        f"{database}: {plan.tasks} tasks, {killed} kills, {plan.pauses} pauses longer than the lease, {seconds:.0f} s, "
        f"{plan.tasks / seconds:.0f} tasks/s; effects owed {len(owed)}, missing {missing}, double {double}; "
        f"done {states['done']}, begun again {again}, parked {parked}, stuck {stuck}; stopped in {stopped:.1f} s"
    )
    return not (missing or double or stuck or parked) and states["done"] == plan.tasks


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--tasks", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--pauses", type=int, default=5)
    parser.add_argument("--milliseconds", type=int, default=40)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    if chosen.database == "both":
        # Settings are read once in a process.
        rest = [word for word in sys.argv[1:] if word not in {"--database", "both"}]
        runs = [
            [sys.executable, "-m", "benchmarks.drills.tasks", "--database", name, *rest]
            for name in ("sqlite", "postgresql")
        ]
        return max(subprocess.run(command, cwd=ROOT).returncode for command in runs)
    plan = Plan(chosen.tasks, chosen.kills, chosen.pauses, chosen.milliseconds, chosen.workers, chosen.seed)
    return 0 if run(chosen.database, plan) else 1


if __name__ == "__main__":
    sys.exit(main())
