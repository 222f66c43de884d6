"""Carry out what waits in the background, and let the clock tick."""

import gc
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand

from modus.cli import clock
from modus.cli.supervisor import Child, Supervisor
from modus.config import environment
from modus.core.tasks.worker import Worker


def worker_children(concurrency: int) -> list[Child]:
    """The processes of one worker; of several, the first takes only work of the house, so that mail never queues up."""
    return [
        Child(f"worker {number}", _work(is_house_only=number == 1 and concurrency > 1))
        for number in range(1, concurrency + 1)
    ]


def _work(*, is_house_only: bool) -> Callable[[Callable[[], None]], None]:
    return lambda beat: Worker(is_house_only=is_house_only, tick=clock.tick, beat=beat).run()


class Command(BaseCommand):
    help = "Carry out what waits in the background, and let the clock tick; as many as wanted may run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        slots = environment.integer("MODUS_WORKER_PROCESSES", 2, least=1)
        parser.add_argument(
            "--concurrency", type=int, default=slots, help="how many tasks at a time, each in a process"
        )
        parser.add_argument("--once", action="store_true", help="carry out what is due now, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            Worker(tick=clock.tick).run(is_once=True)
            return
        self.stdout.write(f"Working with {options['concurrency']} processes. Stop with Ctrl-C.")
        gc.freeze()
        Supervisor(worker_children(options["concurrency"])).run()
