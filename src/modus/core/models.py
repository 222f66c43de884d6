"""The tables of the ground, gathered where Django looks for them."""

__all__ = [
    "Counter",
    "JournalLine",
    "JournalSeal",
    "Lane",
    "MailedLink",
    "QueuedTask",
    "ScheduledJob",
    "StoredFile",
    "UsedKey",
    "User",
]
