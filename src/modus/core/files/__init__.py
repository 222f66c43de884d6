"""The one file door: what is uploaded is looked at, cleaned, stored under a generated name, and read by permission."""

from modus.core.files.checking import Checked, Upload, check
from modus.core.files.kinds import Kind
from modus.core.files.names import cleaned_name
from modus.core.files.stored import StoredFile
from modus.core.files.storing import (
    NoRoom,
    file_at,
    files_of_subject,
    files_stored_by,
    keep,
    opened,
    remove,
    store,
    sweep_orphans,
)

__all__ = [
    "Checked",
    "Kind",
    "NoRoom",
    "StoredFile",
    "Upload",
    "check",
    "cleaned_name",
    "file_at",
    "files_of_subject",
    "files_stored_by",
    "keep",
    "opened",
    "remove",
    "store",
    "sweep_orphans",
]
