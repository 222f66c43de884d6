"""The tables of the ground, gathered where Django looks for them."""

from modus.core.idempotency import UsedKey
from modus.core.journal import JournalLine
from modus.core.limits import Counter
from modus.core.links import MailedLink
from modus.core.tokens import Token
from modus.core.users import User

__all__ = ["Counter", "JournalLine", "MailedLink", "Token", "UsedKey", "User"]
