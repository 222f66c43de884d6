"""The journal: one line for every act, written in the same transaction as the act."""

import inspect
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, ClassVar, ParamSpec, Protocol, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from modus.core.logs import request_id

P = ParamSpec("P")
R = TypeVar("R")

_lines_written: ContextVar[int] = ContextVar("lines_written", default=0)


class Actor(Protocol):
    """Who acts: a person, or the named person *clock*."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def name(self) -> str: ...


class WrittenForGood(RuntimeError):
    """Somebody tried to change or to remove a line of the journal."""


class LineQuerySet(models.QuerySet["JournalLine"]):
    """Lines can be read and written, never changed or removed."""

    def update(self, **kwargs: Any) -> int:
        raise WrittenForGood("update")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise WrittenForGood("delete")


class JournalLine(models.Model):
    """One act: who did what to which thing, when, and what it changed."""

    at = models.DateTimeField(auto_now_add=True)
    event = models.CharField(max_length=80)
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=200)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    scope_id = models.UUIDField(null=True)
    changes = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    request_id = models.CharField(max_length=32, blank=True)

    objects: ClassVar[models.Manager["JournalLine"]] = LineQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject_id", "-id"], name="journal_by_subject"),
            models.Index(fields=["scope_id", "-id"], name="journal_by_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.event} by {self.by_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise WrittenForGood("save")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise WrittenForGood("delete")


# Put together once, never read itself: public pages ask it at every visit.
NEWEST = JournalLine.objects.order_by("-id").values_list("id", flat=True)[:1]


def record(
    event: str,
    subject: models.Model,
    *,
    by: Actor,
    scope: models.Model | None = None,
    changes: dict[str, Any] | None = None,
) -> JournalLine:
    """Write one line; `event` is room.noun.past, `scope` the cluster or network that the act belongs to."""
    _lines_written.set(_lines_written.get() + 1)
    return JournalLine.objects.create(
        event=event,
        by_id=by.id,
        by_name=by.name,
        subject_kind=subject._meta.model_name or "",
        subject_id=subject.pk,
        scope_id=scope.pk if scope else None,
        changes=changes or {},
        request_id=request_id.get(),
    )


def lines_of_subject(subject_id: uuid.UUID, *, newest: int = 20) -> models.QuerySet[JournalLine]:
    """The newest acts upon one thing."""
    return JournalLine.objects.filter(subject_id=subject_id)[:newest]


def lines_of_scope(scope_id: uuid.UUID, *, newest: int = 20, before: int | None = None) -> models.QuerySet[JournalLine]:
    """The newest acts inside one cluster or network, or those before the line of a number."""
    rows = JournalLine.objects.filter(scope_id=scope_id)
    return (rows if before is None else rows.filter(id__lt=before))[:newest]


def newest_number() -> int:
    """The number of the newest line: as long as it stays, nothing has happened."""
    return next(iter(NEWEST.all()), 0)


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Guard an action: it is atomic, names who acts, and fails as a whole when it leaves no line in the journal."""
    parameter = inspect.signature(function).parameters.get("by")
    if parameter is None or parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
        raise TypeError(f"The action {function.__qualname__} needs the keyword-only parameter 'by'.")

    @wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        before = _lines_written.get()
        with transaction.atomic():
            result = function(*args, **kwargs)
            if _lines_written.get() == before:
                raise RuntimeError(f"The action {function.__qualname__} left no line in the journal.")
        return result

    guarded.is_action = True  # type: ignore[attr-defined]
    return guarded


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The entries that differ, each as [before, after]."""
    return {key: [before.get(key), value] for key, value in after.items() if before.get(key) != value}
