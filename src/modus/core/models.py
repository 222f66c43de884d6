"""The tables of the ground, gathered where Django looks for them."""

from modus.core.drafts import Draft
from modus.core.idempotency import UsedKey
from modus.core.journal import JournalLine
from modus.core.users import User

__all__ = ["Draft", "JournalLine", "UsedKey", "User"]
