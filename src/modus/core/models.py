"""The tables of the ground, gathered where Django looks for them."""

from modus.core.journal import JournalLine
from modus.core.tasks.models import Lane, QueuedTask, ScheduledJob
from modus.core.users import User

__all__ = ["JournalLine", "Lane", "QueuedTask", "ScheduledJob", "User"]
