"""The tables of the ground, gathered where Django looks for them."""

from modus.core.files.stored import StoredFile
from modus.core.journal import JournalLine
from modus.core.users import User

__all__ = ["JournalLine", "StoredFile", "User"]
