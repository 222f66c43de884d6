"""The clock: jobs with an interval or a time of day; each due time is claimed once, however many clocks tick.

A door registers the jobs (`modus.cli.clock`), since it may name the actions of every room. What is due goes into the
queue, where it has a lease and attempts like any other task.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django_tasks import task
from django_tasks.base import Task

from modus.core.journal import Actor
from modus.core.tasks import queue
from modus.core.tasks.models import UNFINISHED, QueuedTask, ScheduledJob

log = logging.getLogger("modus.tasks")

LATE = timedelta(minutes=15)
"""What comes later than this was missed."""


class IfMissed(StrEnum):
    """What happens when nobody was there at the due time; several missed times count as one."""

    RUN_ONCE = "run once"
    SKIP = "skip"


@dataclass(frozen=True)
class Job:
    """One job: its task and when it is due."""

    name: str
    task: Task
    interval: timedelta | None = None
    at: time | None = None
    if_missed: IfMissed = IfMissed.RUN_ONCE

    def last_due(self, now: datetime) -> datetime:
        """The latest moment up to now at which the job is due.

        A time of day that a change to summer time leaves out is due an hour later by the wall; one that comes twice
        is due the first time.
        """
        if self.interval:
            seconds = int(self.interval.total_seconds())
            return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)
        zone = ZoneInfo(settings.TIME_ZONE)
        day = now.astimezone(zone).date()
        due = [datetime.combine(day - timedelta(days=n), self.at or time(), zone).astimezone(UTC) for n in (0, 1, 2)]
        return next(moment for moment in due if moment <= now)


JOBS: dict[str, Job] = {}


def every(
    *, seconds: int = 0, minutes: int = 0, if_missed: IfMissed = IfMissed.RUN_ONCE, **options: Any
) -> Callable[[Callable[..., Any]], Task]:
    """Register a function that is due again and again."""
    interval = timedelta(seconds=seconds, minutes=minutes)
    return lambda function: _registered(function, options, interval=interval, if_missed=if_missed)


def daily(*, at: time, if_missed: IfMissed = IfMissed.RUN_ONCE, **options: Any) -> Callable[[Callable[..., Any]], Task]:
    """Register a function that is due once a day, at a time of the installation's zone."""
    return lambda function: _registered(function, options, at=at, if_missed=if_missed)


def _registered(function: Callable[..., Any], options: dict[str, Any], **due: Any) -> Task:
    made: Task = task(**options)(function)
    if made.name in JOBS:
        raise ValueError(f"There is a job {made.name} already.")
    JOBS[made.name] = Job(made.name, made, **due)
    return made


def tick(*, at: datetime, by: Callable[[], Actor]) -> list[QueuedTask]:
    """Put what is due into the queue; a due time that another clock has claimed is left to it. `by` finds the clock."""
    claimed = dict(ScheduledJob.objects.values_list("name", "due_at"))
    found = []
    for job in JOBS.values():
        due = job.last_due(at)
        before = claimed.get(job.name)
        # After a clock was put back the same times come again: they were claimed.
        if before is None or before < due:
            found += _claim(job, before, due, at=at, by=by)
    return found


def _claim(
    job: Job, before: datetime | None, due: datetime, *, at: datetime, by: Callable[[], Actor]
) -> list[QueuedTask]:
    with transaction.atomic():
        if before is None:
            # Nothing was missed by an installation that has just begun.
            ScheduledJob.objects.get_or_create(name=job.name, defaults={"due_at": due})
            return []
        if not ScheduledJob.objects.filter(name=job.name, due_at__lt=due).update(due_at=due):
            return []
        if job.if_missed == IfMissed.SKIP and at - due > LATE:
            log.warning("The job %s of %s was missed and is skipped.", job.name, due)
            return []
        if QueuedTask.objects.filter(path=job.task.module_path, state__in=UNFINISHED).exists():
            return []  # the last one is still at it, and does what this one would
        return [queue.enqueue(job.task, key=due.isoformat(), by=by(), title=job.name)]
