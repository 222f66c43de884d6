"""The tables of the ground, gathered where Django looks for them."""

from modus.core.idempotency import UsedKey
from modus.core.journal import JournalLine
__all__ = [
    "Counter",
    "JournalLine",
    "JournalSeal",
    "Lane",
    "MailedLink",
    "QueuedTask",
    "ScheduledJob",
    "UsedKey",
    "User",
]
