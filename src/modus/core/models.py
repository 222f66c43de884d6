"""The tables of the ground, gathered where Django looks for them."""

from modus.core.drafts import Draft
from modus.core.files.stored import StoredFile
from modus.core.idempotency import UsedKey
from modus.core.journal import JournalLine
from modus.core.limits import Counter
from modus.core.links import MailedLink
from modus.core.outbox.models import Mail, MailHabit, MailWish
from modus.core.seals import JournalSeal
from modus.core.tasks.models import Lane, QueuedTask, ScheduledJob
from modus.core.tokens import Token
from modus.core.users import User
from modus.core.webhooks import Delivery, Webhook

__all__ = [
    "Counter",
    "Delivery",
    "Draft",
    "JournalLine",
    "JournalSeal",
    "Lane",
    "Mail",
    "MailHabit",
    "MailWish",
    "MailedLink",
    "QueuedTask",
    "ScheduledJob",
    "StoredFile",
    "Token",
    "UsedKey",
    "User",
    "Webhook",
]
