"""What a running task knows of itself: for whom it runs, how far it is, and whether it shall stop."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from django.db import transaction
from django.db.models import F

from modus.core.tasks.models import QueuedTask
from modus.core.tasks.queue import LeaseLost, held

T = TypeVar("T")


class HandedBack(BaseException):
    """The worker stops: the task goes back into the queue. No `except Exception` of a task may swallow it."""


class TookTooLong(BaseException):
    """The task ran past its limit and is ended. No `except Exception` of a task may swallow it."""


class Context:
    """Given to a task with `@task(takes_context=True)` as its first argument."""

    def __init__(self, row: QueuedTask) -> None:
        self.row = row
        self.is_cancelled = False
        self.is_stopping = False

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
            yield item

    @contextmanager
    def step(self) -> Iterator[None]:
        """One item: its effects and the count are one transaction, so that each is done once however often we die.

        Raises: LeaseLost when another worker has the task; what the step did is taken back.
        """
        with transaction.atomic():
            yield
            if held(self.row).update(done=F("done") + 1) != 1:
                raise LeaseLost(str(self.row.pk))
        self.row.done += 1

    def _look_for_cancel(self) -> None:
        asked = held(self.row).values_list("cancel_asked_at", flat=True).first()
        self.is_cancelled = asked is not None
