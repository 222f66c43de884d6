"""The tables of the ground, gathered where Django looks for them."""

from modus.core.journal import JournalLine
from modus.core.outbox.models import Mail, MailHabit, MailWish
from modus.core.users import User

__all__ = ["JournalLine", "Mail", "MailHabit", "MailWish", "User"]
