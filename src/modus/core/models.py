"""The tables of the ground, gathered where Django looks for them."""

from modus.core.journal import JournalLine
from modus.core.limits import Counter
from modus.core.links import MailedLink
from modus.core.outbox.models import Mail, MailHabit, MailWish
from modus.core.users import User

__all__ = ["Counter", "JournalLine", "Mail", "MailHabit", "MailWish", "MailedLink", "User"]
