"""The tables of the ground, gathered where Django looks for them."""

from modus.core.drafts import Draft
from modus.core.idempotency import UsedKey
from modus.core.journal import JournalLine
from modus.core.users import User
from modus.core.webhooks import Delivery, Webhook

__all__ = ["Delivery", "Draft", "JournalLine", "UsedKey", "User", "Webhook"]
