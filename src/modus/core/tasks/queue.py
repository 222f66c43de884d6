"""The queue: tasks are put in, claimed with a lease, kept alive, handed back, ended, reaped, parked and purged.

All moments are the database's (`core.time.database_now`), so that workers whose clocks differ agree on a lease.
"""

import logging
import random
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, OuterRef, Subquery
from django.utils.translation import gettext as _
from django_tasks.base import Task

from modus.core import journal
from modus.core.errors import NotAllowed, RuleBroken
from modus.core.journal import Actor, action
from modus.core.tasks import message
from modus.core.tasks.models import HOUSE, Lane, QueuedTask, State
from modus.core.time import database_now

log = logging.getLogger("modus.tasks")

MOST_ATTEMPTS = 5
GROWTH = 4
ORDER = ("-priority", "run_after", "enqueued_at")


class LeaseLost(Exception):
    """Somebody else has the task by now: whatever was not committed is taken back."""


class TooManyWaiting(RuleBroken):
    """The cluster has as much work waiting as it may have."""


def enqueue(
    task: Task,
    *,
    key: str,
    by: Actor,
    scope: models.Model | None = None,
    title: str = "",
    run_after: datetime | None = None,
    **arguments: Any,
) -> QueuedTask:
    """Put a task into the queue in the running transaction; a key that is known already gives the task that has it.

    Raises: TooManyWaiting; TypeError for arguments that the task does not declare.
    """
    packed = message.pack(task, arguments)
    with transaction.atomic():
        known = QueuedTask.objects.filter(path=task.module_path, key=key).first()
        if known:
            return known
        lane = _lane_with_room(scope)
        at = database_now()
        row = QueuedTask(
            lane=lane,
            path=task.module_path,
            key=key,
            by_id=by.id,
            arguments=packed,
            title=title[:200],
            priority=task.priority,
            enqueued_at=at,
            run_after=run_after or task.run_after or at,
        )
        row.signature = message.seal(row)
        return _saved_once(row)


def _lane_with_room(scope: models.Model | None) -> Lane:
    lane, _is_new = Lane.objects.get_or_create(pk=scope.pk if scope else HOUSE)
    if not lane.is_house:
        Lane.objects.select_for_update().get(pk=lane.pk)
        if QueuedTask.objects.filter(lane=lane, state=State.WAITING).count() >= settings.TASKS_WAITING_PER_CLUSTER:
            raise TooManyWaiting(_("Too much work is waiting already. Let some of it end, then try again."))
    return lane


def _saved_once(row: QueuedTask) -> QueuedTask:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        # Somebody put the same key in at the same moment.
        return QueuedTask.objects.get(path=row.path, key=row.key)
    return row


def claim(worker: str, *, at: datetime, is_house_only: bool = False) -> QueuedTask | None:
    """Take the task whose turn it is under a lease: the lane that was served longest ago comes first."""
    # Looked at before a transaction begins: on SQLite each of them takes the lock of writers.
    if not _due(at).exists():
        return None
    with transaction.atomic():
        for lane in _lanes_in_turn(at, is_house_only=is_house_only):
            row = _next_of(lane, at)
            if row:
                Lane.objects.filter(pk=lane.pk).update(served_at=at)
                return _lease(row, worker, at)
    return None


def _due(at: datetime) -> models.QuerySet[QueuedTask]:
    return QueuedTask.objects.filter(state=State.WAITING, run_after__lte=at)


def _lanes_in_turn(at: datetime, *, is_house_only: bool) -> Iterable[Lane]:
    first = _due(at).filter(lane=OuterRef("pk")).order_by(*ORDER).values("priority")[:1]
    lanes = Lane.objects.annotate(priority=Subquery(first)).filter(priority__isnull=False)
    if is_house_only:
        lanes = lanes.filter(pk=HOUSE)
    return lanes.order_by("-priority", F("served_at").asc(nulls_first=True), "pk")


def _next_of(lane: Lane, at: datetime) -> QueuedTask | None:
    """The lane's next task, if its quota leaves room; a lane at which another worker is claiming is left to it."""
    if not lane.is_house:
        if not Lane.objects.select_for_update(skip_locked=True).filter(pk=lane.pk).first():
            return None
        if QueuedTask.objects.filter(lane=lane, state=State.RUNNING).count() >= settings.TASKS_RUNNING_PER_CLUSTER:
            return None
    return _due(at).select_for_update(skip_locked=True).filter(lane=lane).order_by(*ORDER).first()


def _lease(row: QueuedTask, worker: str, at: datetime) -> QueuedTask:
    row.state = State.RUNNING
    row.worker, row.attempts = worker, row.attempts + 1
    row.started_at, row.done_before = at, row.done
    row.lease_until = at + timedelta(seconds=settings.TASK_LEASE_SECONDS)
    row.save(update_fields=["state", "worker", "attempts", "started_at", "done_before", "lease_until"])
    return row


def held(row: QueuedTask) -> models.QuerySet[QueuedTask]:
    """The row as long as this attempt holds it: whoever writes through it cannot write after losing the lease."""
    return QueuedTask.objects.filter(pk=row.pk, state=State.RUNNING, worker=row.worker, attempts=row.attempts)


def prolong(row: QueuedTask) -> bool:
    """Prolong the lease; no when it is lost."""
    until = database_now() + timedelta(seconds=settings.TASK_LEASE_SECONDS)
    return held(row).update(lease_until=until) == 1


def finish(row: QueuedTask, state: State, *, at: datetime, **facts: Any) -> None:
    """End the task.

    Raises: LeaseLost, so that the transaction of a task that ran too long takes its effects back.
    """
    ended = held(row).update(state=state, finished_at=at, lease_until=None, **facts)
    if ended != 1:
        raise LeaseLost(str(row.pk))


def hand_back(row: QueuedTask, *, at: datetime) -> bool:
    """Give a task back unfinished because the worker stops; the attempt does not count."""
    facts = {"state": State.WAITING, "lease_until": None, "run_after": at, "attempts": F("attempts") - 1}
    return held(row).update(**facts) == 1


def end_attempt(row: QueuedTask, *, error: str, trace: str, at: datetime) -> bool:
    """Count an attempt as failed: try again later, each time later, or park the task after the fifth."""
    facts: dict[str, Any] = {"error": error[:200], "trace": trace, "lease_until": None}
    if row.attempts >= MOST_ATTEMPTS:
        facts |= {"state": State.PARKED, "finished_at": at}
    else:
        facts |= {"state": State.WAITING, "run_after": at + _pause(row.attempts)}
    is_ours = held(row).update(**facts) == 1
    if is_ours:
        words = "is parked" if facts["state"] == State.PARKED else "is tried again later"
        log.error("Task %s (%s) failed %s times and %s: %s", row.pk, row.path, row.attempts, words, error)
    return is_ours


def _pause(attempts: int) -> timedelta:
    """Four times as long after each failure, and never for two tasks alike, so that they do not come back together."""
    jitter = random.uniform(0.5, 1.5)  # noqa: S311  nothing secret
    return timedelta(seconds=settings.TASK_FIRST_PAUSE_SECONDS * GROWTH ** (attempts - 1) * jitter)


def reap(*, at: datetime) -> int:
    """Take tasks whose lease ran out from workers that are dead or stuck."""
    expired = QueuedTask.objects.filter(state=State.RUNNING, lease_until__lt=at)
    if not expired.exists():
        return 0
    with transaction.atomic():
        rows = list(expired.select_for_update(skip_locked=True)[:100])
        for row in rows:
            end_attempt(row, error="LeaseExpired", trace=f"The worker {row.worker} died or was stuck.", at=at)
    return len(rows)


def purge_finished(*, at: datetime, keep_days: int = 30, keep_parked_days: int = 180) -> int:
    """Forget tasks that ended long ago, and with them their keys; the clock's own are forgotten after a day."""
    parked = models.Q(state=State.PARKED, finished_at__lt=at - timedelta(days=keep_parked_days))
    ended = models.Q(finished_at__lt=at - timedelta(days=keep_days)) & ~models.Q(state=State.PARKED)
    of_clock = models.Q(lane_id=HOUSE, state=State.DONE, finished_at__lt=at - timedelta(days=1))
    return QueuedTask.objects.filter(parked | ended | of_clock).delete()[0]


def task_begun_by(by: Actor, task_id: uuid.UUID) -> QueuedTask | None:
    """A task, for whoever began it; nothing for anybody else."""
    return QueuedTask.objects.filter(pk=task_id, by_id=by.id).first()


def task_by_id(task_id: uuid.UUID) -> QueuedTask | None:
    """For the operator: a task of anybody."""
    return QueuedTask.objects.filter(pk=task_id).first()


def tasks_of(by: Actor) -> models.QuerySet[QueuedTask]:
    """The work that somebody began, the newest first."""
    return QueuedTask.objects.filter(by_id=by.id).order_by("-enqueued_at")


def tasks_in(states: Iterable[str]) -> models.QuerySet[QueuedTask]:
    """For the operator: the tasks in some states, the newest first."""
    return QueuedTask.objects.filter(state__in=list(states)).order_by("-enqueued_at")


@dataclass(frozen=True)
class Workload:
    """How much there is to do: what an operator watches."""

    waiting: int
    running: int
    parked: int
    oldest: timedelta
    """How long the task that is due longest has waited."""


def workload(*, at: datetime) -> Workload:
    """The figures of the queue; two queries."""
    counts = dict(QueuedTask.objects.values_list("state").annotate(models.Count("pk")).order_by())
    since = _due(at).aggregate(first=models.Min("run_after"))["first"]
    waiting, running, parked = (counts.get(state, 0) for state in (State.WAITING, State.RUNNING, State.PARKED))
    return Workload(waiting, running, parked, at - since if since else timedelta())


@action
def ask_to_cancel(task: QueuedTask, *, by: Actor) -> QueuedTask:
    """Stop a task: one that waits ends at once, one that goes on step by step ends before its next step.

    Raises: NotAllowed for anybody but who began it; RuleBroken when it has ended.
    """
    row = QueuedTask.objects.select_for_update().select_related("lane").get(pk=task.pk)
    if row.by_id != by.id:
        raise NotAllowed
    if row.is_finished:
        raise RuleBroken(_("This work has ended already."))
    row.cancel_asked_at = database_now()
    if row.state == State.WAITING:
        row.state, row.finished_at = State.CANCELLED, row.cancel_asked_at
    row.save(update_fields=["cancel_asked_at", "state", "finished_at"])
    _record("cancelled", row, by=by)
    return row


@action
def park(task: QueuedTask, *, by: Actor) -> QueuedTask:
    """Put a waiting task aside until somebody asks for it again.

    Raises: RuleBroken when it does not wait.
    """
    row = QueuedTask.objects.select_for_update().select_related("lane").get(pk=task.pk)
    if row.state != State.WAITING:
        raise RuleBroken(_("Only a task that waits can be parked."))
    row.state, row.finished_at = State.PARKED, database_now()
    row.save(update_fields=["state", "finished_at"])
    _record("parked", row, by=by)
    return row


@action
def retry(task: QueuedTask, *, by: Actor) -> QueuedTask:
    """Let a parked task try again, with all its attempts.

    Raises: RuleBroken when it is not parked.
    """
    row = QueuedTask.objects.select_for_update().select_related("lane").get(pk=task.pk)
    if row.state != State.PARKED:
        raise RuleBroken(_("Only a parked task can be tried again."))
    row.state, row.finished_at, row.attempts = State.WAITING, None, 0
    row.run_after = database_now()
    row.save(update_fields=["state", "finished_at", "attempts", "run_after"])
    _record("retried", row, by=by)
    return row


def _record(verb: str, row: QueuedTask, *, by: Actor) -> None:
    changes = {"task": row.path, "title": row.title}
    journal.record(f"core.task.{verb}", row, by=by, scope=None if row.lane.is_house else row.lane, changes=changes)
