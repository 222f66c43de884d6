"""The clock's jobs: what runs by itself, and when. `modus worker` and `modus serve` carry them out."""

from datetime import time
from importlib import import_module
from importlib.util import find_spec

from django.core.management import call_command

from modus.core import limits, links, sessions
from modus.core.tasks import Context, queue, schedule
from modus.core.tasks.schedule import daily, every
from modus.core.time import database_now, today
from modus.directory import actions, queries

HURRY = 50


def tick() -> None:
    """Put what is due into the queue."""
    schedule.tick(at=database_now(), by=queries.clock)


if find_spec("modus.core.outbox"):

    @every(seconds=5, priority=HURRY, limit_seconds=300, takes_context=True)
    def deliver_mail(context: Context) -> int:
        """Send the mails that are due; it takes a context, so that no transaction is open while a server answers."""
        return import_module("modus.core.outbox").deliver_due()


if find_spec("modus.core.idempotency"):

    @daily(at=time(3, 15))
    def purge_used_keys() -> int:
        """Forget the keys of forms that were sent more than a day ago."""
        return import_module("modus.core.idempotency").purge_old()


@daily(at=time(3, 10))
def clear_old_sessions() -> None:
    """Remove the sessions that have ended."""
    call_command("clearsessions")


@daily(at=time(3, 25))
def purge_tries_and_links() -> int:
    """Forget counters of tries, mailed links and listed sessions that are over."""
    return limits.purge() + links.purge() + sessions.purge()


@daily(at=time(3, 20))
def purge_finished_tasks() -> int:
    """Forget work that ended long ago."""
    return queue.purge_finished(at=database_now())


@daily(at=time(4, 0))
def check_rules() -> int:
    """Hold every listed profile and candidate against its rule sets, each network as work of its own."""
    return actions.begin_daily_checks(on=today(), by=queries.clock())


@daily(at=time(8, 30))
def ask_to_confirm_profiles() -> int:
    """Ask for the yearly confirmation of profiles."""
    profiles = list(queries.profiles_to_confirm(on=today()))
    for profile in profiles:
        actions.ask_to_confirm(profile, on=today(), by=queries.clock())
    return len(profiles)
