"""What waits, works and is parked in the background."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from modus.core import tasks
from modus.core.errors import RuleBroken
from modus.core.tasks import queue
from modus.core.time import database_now, say_moment
from modus.directory import queries

STATES = ("waiting", "running", "done", "cancelled", "refused", "dropped", "parked")
SHOWN = ("running", "waiting", "parked")


class Command(BaseCommand):
    help = "List the work in the background; let parked work try again, or park what waits."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--state", action="append", choices=STATES, help="which to list; may be given several times"
        )
        parser.add_argument("--most", type=int, default=50, help="how many at most")
        parser.add_argument("--trace", action="store_true", help="with the trace of the last failure")
        parser.add_argument("--retry", type=UUID, metavar="ID", help="let a parked task try again")
        parser.add_argument("--park", type=UUID, metavar="ID", help="put a waiting task aside")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["retry"] or options["park"]:
            self._act(options["retry"] or options["park"], tasks.retry if options["retry"] else tasks.park)
            return
        rows = queue.tasks_in(options["state"] or SHOWN)
        for row in rows[: options["most"]]:
            self._tell(row, has_trace=options["trace"])
        load = queue.workload(at=database_now())
        self.stdout.write(
            f"{load.waiting} waiting (the oldest for {load.oldest.total_seconds():.0f} s), "
            f"{load.running} at work, {load.parked} parked"
        )

    def _act(self, task_id: UUID, act: Any) -> None:
        row = queue.task_by_id(task_id)
        if row is None:
            raise CommandError(f"There is no task {task_id}.")
        try:
            changed = act(row, by=queries.clock())
        except RuleBroken as broken:
            raise CommandError(broken.message) from broken
        self._tell(changed, has_trace=False)

    def _tell(self, row: Any, *, has_trace: bool) -> None:
        steps = f", {row.done} of {row.total}" if row.total else ""
        failed = f", {row.error}" if row.error else ""
        queued = say_moment(row.enqueued_at, "UTC")
        self.stdout.write(f"{row.pk}  {row.state:<9} attempt {row.attempts}  {row.path}  {queued}{steps}{failed}")
        if has_trace and row.trace:
            self.stdout.write(row.trace)
