"""What a running task knows of itself: for whom it runs, how far it is, and whether it shall stop."""

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django_tasks import task
from django_tasks.base import Task

from modus.core.tasks.models import QueuedTask
from modus.core.tasks.queue import LeaseLost, held
from modus.core.time import database_now

T = TypeVar("T")
LONGEST_REST_SECONDS = 0.05


def in_steps(**options: Any) -> Callable[[Callable[..., Any]], Task]:
    """Decorate a task that goes on step by step: `@task(takes_context=True)`, whose context is ours."""
    return task(takes_context=True, **options)


class HandedBack(BaseException):
    """The worker stops: the task goes back into the queue. No `except Exception` of a task may swallow it."""


class TookTooLong(BaseException):
    """The task ran past its limit and is ended. No `except Exception` of a task may swallow it."""


class Context:
    """Given to a task in steps as its first argument, which is called `context`."""

    def __init__(self, row: QueuedTask) -> None:
        self.row = row
        self.is_cancelled = False
        self.tally: dict[str, int] = dict(row.result or {})
        self.is_stopping = False
        self.prolonged = time.monotonic()

    @property
    def by_id(self) -> uuid.UUID:
        """Who began it: rights are asked for anew when it runs."""
        return self.row.by_id

    @property
    def attempt(self) -> int:
        return self.row.attempts

    def remaining(self, items: Sequence[T]) -> Iterator[T]:
        """The items that no attempt has done yet; ends early when somebody cancelled.

        Raises: HandedBack when the worker stops; LeaseLost.
        """
        if held(self.row).update(total=len(items)) != 1:
            raise LeaseLost(str(self.row.pk))
        for item in items[self.row.done :]:
            self._look_for_cancel()
            if self.is_cancelled:
                return
            if self.is_stopping:
                raise HandedBack
            began = time.monotonic()
            yield item
            self._let_others_write(time.monotonic() - began)

    @contextmanager
    def step(self) -> Iterator[None]:
        """One item: its effects and the count are one transaction, so that each is done once however often we die.

        Raises: LeaseLost when another worker has the task; what the step did is taken back.
        """
        with transaction.atomic():
            yield
            facts = {"done": F("done") + 1, "result": self.tally, **self._lease()}
            if held(self.row).update(**facts) != 1:
                raise LeaseLost(str(self.row.pk))
        self.row.done += 1

    def count(self, what: str, number: int = 1) -> None:
        """Count what came of a step; the counts of all attempts together are the result, if the task gives no other."""
        self.tally[what] = self.tally.get(what, 0) + number

    def _lease(self) -> dict[str, Any]:
        """A lease that is prolonged with the step: on SQLite the heart may wait long for its turn to write."""
        seconds = settings.TASK_LEASE_SECONDS
        if time.monotonic() - self.prolonged < seconds / 4:
            return {}
        self.prolonged = time.monotonic()
        return {"lease_until": database_now() + timedelta(seconds=seconds)}

    def _let_others_write(self, took_seconds: float) -> None:
        """SQLite has one writer at a time, and no queue: leave the pages as much time as the step took."""
        if connection.vendor == "sqlite":
            time.sleep(min(took_seconds, LONGEST_REST_SECONDS))

    def _look_for_cancel(self) -> None:
        asked = held(self.row).values_list("cancel_asked_at", flat=True).first()
        self.is_cancelled = asked is not None
