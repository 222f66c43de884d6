"""Kill workers at random moments while they work, and count: every effect once, nothing stuck."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from argparse import ArgumentParser
from collections import Counter
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from modus.cli.drills import work
from modus.cli.drills.ground import Choices, Surroundings, add_database, ground, migrated
from modus.cli.drills.processes import children_of
from modus.core import tasks
from modus.core.journal import JournalLine
from modus.core.tasks.models import Lane, QueuedTask

HELP = "Kill and stop workers while they work: does each effect come once, and is nothing stuck?"
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


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--tasks", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--pauses", type=int, default=5, help="how often workers are stopped for longer than a lease")
    parser.add_argument("--milliseconds", type=int, default=40, help="how long a task takes")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    add_database(parser, default="both")


def place(choices: Choices) -> AbstractContextManager[Surroundings]:
    """A queue with a short lease and room for all the work."""
    return ground(
        choices["database"],
        choices["server"],
        MODUS_TASK_LEASE_SECONDS=str(LEASE_SECONDS),
        MODUS_TASK_FIRST_PAUSE_SECONDS="0",
        MODUS_TASKS_RUNNING="2",
        MODUS_TASKS_WAITING="100000",
        MODUS_LOG_LEVEL="CRITICAL",
    )


class Workers:
    """Workers as an administrator starts them, and what is done to them."""

    def __init__(self, count: int, chance: random.Random) -> None:
        self.chance = chance
        self.running = [self._start() for _ in range(count)]

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "modus.cli", "worker", "--concurrency", "3"]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def kill_one(self) -> None:
        """Kill -9 one process that works; one time in ten the parent of them, which is then started again."""
        number = self.chance.randrange(len(self.running))
        parent = self.running[number]
        children = children_of(parent.pid)
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
        everybody = [*children_of(parent.pid), parent.pid]
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


def put_in(plan: Plan, chance: random.Random) -> set[str]:
    """Put the tasks in, each key one to three times; the effects that they owe."""
    clusters = [Lane(pk=uuid.UUID(int=number + 100)) for number in range(CLUSTERS)]
    owed: set[str] = set()
    for number in range(plan.tasks):
        cluster, key = clusters[number % CLUSTERS], f"t{number}"
        facts: dict[str, Any] = {"key": key, "by": work.Drill(), "scope": cluster, "milliseconds": plan.milliseconds}
        for _ in range(chance.randint(1, 3)):
            if number % 5:
                tasks.enqueue(work.one_effect, word=key, **facts)
            else:
                tasks.enqueue(work.many_effects, words=[f"{key}.{step}" for step in range(STEPS)], **facts)
        owed |= {key} if number % 5 else {f"{key}.{step}" for step in range(STEPS)}
    return owed


def run(choices: Choices) -> bool:
    """The drill; prints its figures."""
    plan = Plan(**{name: choices[name] for name in Plan.__annotations__})
    chance = random.Random(plan.seed)
    migrated()
    owed = put_in(plan, chance)
    began = time.monotonic()
    workers = Workers(plan.workers, chance)
    try:
        killed = disturb(plan, workers, chance)
        wait_for_the_end(plan)
    finally:
        stopped = workers.stop()
    print(f"{choices['database']}: ", end="")
    return tell(plan, owed, killed=killed, seconds=time.monotonic() - began, stopped=stopped)


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
    return QueuedTask.objects.filter(path__startswith=f"{work.__name__}.")


def wait_for_the_end(plan: Plan) -> None:
    until = time.monotonic() + 60 + plan.tasks * 0.2
    while _ours().filter(state__in=["waiting", "running"]).exists() and time.monotonic() < until:
        time.sleep(0.1)


def tell(plan: Plan, owed: set[str], *, killed: int, seconds: float, stopped: float) -> bool:
    """Count the effects and print the figures; whether all is as promised."""
    lines = JournalLine.objects.filter(event=work.EVENT).values_list("changes", flat=True)
    left = Counter(changes["word"] for changes in lines)
    missing, double = len(owed - set(left)), sum(count > 1 for count in left.values())
    states = Counter(_ours().values_list("state", flat=True))
    stuck, parked = states["waiting"] + states["running"], states["parked"]
    again = _ours().filter(attempts__gt=1).count()
    print(
        f"{plan.tasks} tasks, {killed} kills, {plan.pauses} pauses longer than the lease, {seconds:.0f} s, "
        f"{plan.tasks / seconds:.0f} tasks/s; effects owed {len(owed)}, missing {missing}, double {double}; "
        f"done {states['done']}, begun again {again}, parked {parked}, stuck {stuck}; stopped in {stopped:.1f} s"
    )
    return not (missing or double or stuck or parked) and states["done"] == plan.tasks
