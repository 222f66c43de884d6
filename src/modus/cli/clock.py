"""The clock's jobs: what runs by itself, and when. `modus worker` and `modus serve` carry them out."""

from datetime import time

from django.core.management import call_command

from modus.core.tasks import queue, schedule
from modus.core.tasks.schedule import daily
from modus.core.time import database_now, today
from modus.directory import actions, queries


def tick() -> None:
    """Put what is due into the queue."""
    schedule.tick(at=database_now(), by=queries.clock)


@daily(at=time(3, 10))
def clear_old_sessions() -> None:
    """Remove the sessions that have ended."""
    call_command("clearsessions")


@daily(at=time(3, 20))
def purge_finished_tasks() -> int:
    """Forget work that ended long ago."""
    return queue.purge_finished(at=database_now())


@daily(at=time(4, 0))
def check_rules() -> int:
    """Hold every listed profile and candidate against its rule sets, each network as work of its own."""
    return actions.begin_daily_checks(on=today(), by=queries.clock())
