"""The backend that the API of Django tasks asks for: tasks of ours in the queue of ours.

Why not the worker of django-tasks-db: docs/decisions/0007-tasks.md.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import InvalidTaskError, TaskResultDoesNotExist


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitedTask(Task):
    """A task that is ended when it takes longer than its limit."""

    limit_seconds: int | None = None

    @property
    def longest(self) -> int:
        return self.limit_seconds or settings.TASK_LIMIT_SECONDS


class Backend(BaseTaskBackend):
    """Tasks in the database; they are put there by `modus.core.tasks.enqueue`."""

    task_class = LimitedTask
    supports_get_result = True
    supports_defer = True
    supports_priority = True

    def enqueue(self, task: Task, args: Any, kwargs: Any) -> TaskResult:
        raise InvalidTaskError("Call modus.core.tasks.enqueue: a task has a key and somebody for whom it runs.")

    def get_result(self, result_id: str) -> TaskResult:
        from modus.core.tasks.models import QueuedTask  # the backend is made before tables are known

        row = QueuedTask.objects.filter(pk=result_id).first()
        if row is None:
            raise TaskResultDoesNotExist(result_id)
        return _result(row, self.alias)


def _result(row: Any, backend: str) -> TaskResult:
    from modus.core.tasks import message

    states = {"waiting": TaskResultStatus.READY, "running": TaskResultStatus.RUNNING, "done": "SUCCESSFUL"}
    status = TaskResultStatus(states.get(row.state, TaskResultStatus.FAILED))
    result: TaskResult = TaskResult(
        task=message.task_at(row.path),
        id=str(row.pk),
        status=status,
        enqueued_at=row.enqueued_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        last_attempted_at=row.started_at,
        args=[],
        kwargs=row.arguments,
        backend=backend,
        errors=[TaskError(exception_class_path=row.error, traceback=row.trace)] if row.error else [],
        worker_ids=[row.worker] * row.attempts,
    )
    object.__setattr__(result, "_return_value", row.result)
    return result
