"""Work in the background: the API of Django tasks on a queue in the database, with leases, attempts and quotas.

A room decorates a function with `@task()` (`from django_tasks import task`), or with `@tasks.in_steps()` when it takes
long, and puts it into the queue with `tasks.enqueue(function, key=…, by=…, scope=…, argument=…)` inside its action.
"""

from modus.core.tasks.context import Context, in_steps
from modus.core.tasks.queue import TooManyWaiting, ask_to_cancel, enqueue, park, retry, task_begun_by
from modus.core.tasks.runner import run_due

__all__ = [
    "Context",
    "TooManyWaiting",
    "ask_to_cancel",
    "enqueue",
    "in_steps",
    "park",
    "retry",
    "run_due",
    "task_begun_by",
]
