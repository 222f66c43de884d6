"""The clock's jobs: what runs by itself, and when. `modus worker` and `modus serve` carry them out."""

from datetime import time

from django.core.management import call_command

from modus.cli.management.commands.send_mail import send_round
from modus.core import drafts, files, idempotency, limits, links, outbox, seals, sessions, webhooks
from modus.core.tasks import Context, queue, schedule
from modus.core.tasks.schedule import daily, every
from modus.core.time import database_now, today
from modus.directory import actions, queries

HURRY = 50


def tick() -> None:
    """Put what is due into the queue."""
    schedule.tick(at=database_now(), by=queries.clock)


@every(seconds=5, priority=HURRY, limit_seconds=300, takes_context=True)
def send_mail(context: Context) -> int:
    """Send the mails that are due; it takes a context, so that no transaction is open while a mail server answers."""
    return send_round(print)


@every(seconds=10, priority=HURRY, limit_seconds=300, takes_context=True)
def deliver_webhooks(context: Context) -> int:
    """Tell webhooks what has happened; no transaction is open while a receiver answers."""
    return actions.deliver_webhooks()


@every(minutes=1)
def seal_journal() -> int:
    """Put the new lines of the journal under a seal."""
    return seals.seal_lines()


@daily(at=time(3, 10))
def forget_what_is_over() -> None:
    """Remove what nobody needs any more: sessions, links, keys, counters, drafts, deliveries and mails of long ago."""
    call_command("clearsessions")
    links.purge()
    limits.purge()
    sessions.purge()
    idempotency.purge_old()
    drafts.purge_old()
    webhooks.purge_old()
    outbox.forget_old()
    queue.purge_finished(at=database_now())


@daily(at=time(3, 30), takes_context=True)
def sweep_files(context: Context) -> int:
    """Remove uploads that belong to nothing; no transaction is open while the storage answers."""
    return files.sweep_orphans()


@daily(at=time(4, 0))
def check_rules() -> int:
    """Hold every listed profile and candidate against its rule sets, each network as work of its own."""
    return actions.begin_daily_checks(on=today(), by=queries.clock())


@daily(at=time(8, 30))
def remind_of_profiles() -> int:
    """Remind of profiles that nobody confirmed for a year."""
    return len(actions.remind_of_profiles(on=today(), by=queries.clock()))
