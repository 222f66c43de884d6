"""The tables of the queue: a task with its lease and progress, the lane of a cluster, and a job of the clock."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

HOUSE = uuid.UUID(int=0)
"""The lane of work that belongs to no cluster: the clock's jobs. It has no quota."""


class State(models.TextChoices):
    """Where a task stands; the last five are ends."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("At work")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Stopped")
    REFUSED = "refused", _("Refused")
    DROPPED = "dropped", _("Dropped")
    PARKED = "parked", _("Parked")


UNFINISHED = (State.WAITING, State.RUNNING)


class Lane(models.Model):
    """The queue of one cluster or network: who was served longest ago comes first."""

    id = models.UUIDField(primary_key=True)
    served_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_house(self) -> bool:
        return self.id == HOUSE


class QueuedTask(models.Model):
    """One piece of work: what, for whom, its lease while somebody is at it, and how it ended."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lane = models.ForeignKey(Lane, on_delete=models.PROTECT, related_name="tasks")
    path = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    by_id = models.UUIDField()
    arguments = models.JSONField(default=dict)
    signature = models.CharField(max_length=64)
    title = models.CharField(max_length=200, blank=True)
    priority = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    enqueued_at = models.DateTimeField()
    run_after = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)
    cancel_asked_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    done_before = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(null=True)
    error = models.CharField(max_length=200, blank=True)
    trace = models.TextField(blank=True)

    objects: ClassVar[models.Manager["QueuedTask"]] = models.Manager()

    class Meta:
        ordering = ["-enqueued_at"]
        constraints = [
            models.UniqueConstraint(fields=["path", "key"], name="task_once_by_key"),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(lease_until__isnull=False), name="task_at_work_has_a_lease"
            ),
        ]
        indexes = [
            models.Index(
                fields=["lane", "-priority", "run_after"], name="task_waiting", condition=Q(state=State.WAITING)
            ),
            models.Index(fields=["lease_until"], name="task_running", condition=Q(state=State.RUNNING)),
            models.Index(fields=["state", "finished_at"], name="task_finished"),
            models.Index(fields=["by_id", "-enqueued_at"], name="task_of_somebody"),
        ]

    def __str__(self) -> str:
        return self.title or self.path

    @property
    def scope_id(self) -> uuid.UUID | None:
        """The cluster or network that the work is for."""
        return None if self.lane_id == HOUSE else self.lane_id

    @property
    def is_finished(self) -> bool:
        return self.state not in UNFINISHED

    def time_left(self, at: datetime) -> timedelta | None:
        """How long the rest takes at the pace of this attempt; unknown before the first step."""
        steps = self.done - self.done_before
        if self.state != State.RUNNING or self.started_at is None or steps < 1:
            return None
        return (at - self.started_at) / steps * max(self.total - self.done, 0)


class ScheduledJob(models.Model):
    """A job of the clock and the due time that was claimed last: each due time is claimed once, by whoever is first."""

    name = models.CharField(max_length=80, primary_key=True)
    due_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
