"""The tables of the ground, gathered where Django looks for them."""

from modus.core.idempotency import UsedKey
from modus.core.journal import JournalLine
__all__ = ["JournalLine", "JournalSeal", "Lane", "QueuedTask", "ScheduledJob", "UsedKey", "User"]
