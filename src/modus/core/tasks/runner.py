"""One attempt at one task: checked, carried out, and ended in one of the ways in which a task can end."""

import logging
import os
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django_tasks.base import Task
from django_tasks.utils import normalize_json

from modus.core import logs, readiness
from modus.core.errors import NotAllowed, RuleBroken
from modus.core.tasks import message, queue
from modus.core.tasks.context import Context, HandedBack, TookTooLong
from modus.core.tasks.models import QueuedTask, State
from modus.core.tasks.trace import scrubbed_trace
from modus.core.time import database_now

log = logging.getLogger("modus.tasks")


def worker_name() -> str:
    """A name that no other worker has: machine, process, and a random end for when process numbers come again."""
    return f"{socket.gethostname()[:40]}-{os.getpid()}-{uuid4().hex[:8]}"


def run_due(*, at: datetime | None = None, most: int = 10_000) -> int:
    """Carry out what is due, here and now, one after the other; how many attempts that took."""
    worker = worker_name()
    for count in range(most):
        moment = at or database_now()
        queue.reap(at=moment)
        row = queue.claim(worker, at=moment)
        if row is None:
            return count
        attempt(row)
    return most


def attempt(row: QueuedTask, begin: Callable[[Task, Context], None] | None = None) -> None:
    """Make one attempt; `begin` is told the task and its context before the work starts."""
    mark = logs.request_id.set(row.pk.hex)
    try:
        _attempt(row, begin)
    except queue.LeaseLost:
        log.warning("Task %s (%s) was taken over by another worker; this attempt left nothing.", row.pk, row.path)
    finally:
        logs.request_id.reset(mark)


def _attempt(row: QueuedTask, begin: Callable[[Task, Context], None] | None) -> None:
    context = Context(row)
    try:
        task, arguments = message.unpack(row)
        if begin:
            begin(task, context)
        if task.takes_context:
            _by_steps(task, context, arguments)
        else:
            _as_a_whole(task, row, arguments)
    except message.BrokenMessage as error:
        log.error("Task %s (%s) is not what was queued (%s); it is dropped.", row.pk, row.path, error)
        queue.finish(row, State.DROPPED, at=database_now(), error="BrokenMessage", trace=str(error))
    except queue.TooManyWaiting as error:
        queue.end_attempt(row, error="TooManyWaiting", trace=error.message, at=database_now())
    except NotAllowed:
        queue.finish(row, State.REFUSED, at=database_now(), error="NotAllowed")
    except RuleBroken as error:
        told = {**context.tally, "message": error.message}
        queue.finish(row, State.REFUSED, at=database_now(), error="RuleBroken", result=told)
    except HandedBack:
        queue.hand_back(row, at=database_now())
    except queue.LeaseLost:
        raise
    except (Exception, TookTooLong) as error:  # noqa: BLE001  whatever it was: the trace is kept and the queue flows
        if lack := readiness.lack_of(error):
            # The task is not at fault: it waits for the database, however long that takes, and is never parked for it.
            log.warning("Task %s (%s) waits: the database lacks %s.", row.pk, row.path, lack.value)
            queue.hand_back(row, at=database_now() + timedelta(seconds=settings.TASK_FIRST_PAUSE_SECONDS))
            return
        name = type(error).__name__
        queue.end_attempt(row, error=name, trace=scrubbed_trace(error), at=database_now())


def _as_a_whole(task: Task, row: QueuedTask, arguments: dict[str, Any]) -> None:
    """Effects and end in one transaction: however often it is begun, it happens once."""
    with transaction.atomic():
        result = normalize_json(task.func(**arguments))
        queue.finish(row, State.DONE, at=database_now(), result=result, error="", trace="")


def _by_steps(task: Task, context: Context, arguments: dict[str, Any]) -> None:
    given = task.func(context, **arguments)
    result = context.tally if given is None else normalize_json(given)
    state = State.CANCELLED if context.is_cancelled else State.DONE
    queue.finish(context.row, state, at=database_now(), result=result, error="", trace="")
