"""What waits and what is stuck: the figures by which an operator sees that work is not done."""

from dataclasses import dataclass

from django.contrib.sessions.models import Session
from django.utils import timezone

from modus.core import readiness
from modus.core.journal import newest_number
from modus.core.outbox import Mail, State
from modus.core.tasks import queue
from modus.core.time import database_now
from modus.core.users import User


@dataclass(frozen=True)
class Figure:
    """A number with its name and what it counts."""

    name: str
    description: str
    value: float


def figures() -> list[Figure]:
    """All of them; those of the database are one counting query each."""
    tasks = queue.workload(at=database_now())
    return [
        Figure("accounts", "Accounts that may sign in", User.objects.filter(is_active=True).count()),
        Figure("sessions", "Sessions that are open", Session.objects.filter(expire_date__gt=timezone.now()).count()),
        Figure("tasks_waiting", "Work in the background that waits", tasks.waiting),
        Figure("tasks_running", "Work in the background that goes on", tasks.running),
        Figure("tasks_parked", "Work in the background that failed and was put aside", tasks.parked),
        Figure("tasks_oldest_seconds", "How long the work that is due longest waits", tasks.oldest.total_seconds()),
        Figure("mails_waiting", "Mails that wait to be sent", _mails(State.WAITING)),
        Figure("mails_parked", "Mails that failed and were put aside", _mails(State.PARKED)),
        Figure("data_free_bytes", "Free bytes where the data folder lies", readiness.free_bytes()),
        Figure("journal_number", "Number of the newest line of the journal", newest_number()),
    ]


def _mails(state: State) -> int:
    return Mail.objects.across("the outboxes of everybody, as a number").filter(state=state).count()
