"""Bytes first, then the row in the running transaction: a row never lacks its bytes, bytes without a row are swept."""

import errno
import logging
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, default_storage
from django.db import models, transaction
from django.utils.translation import gettext as _

from modus.core.errors import RuleBroken
from modus.core.files.checking import Checked, Upload, check
from modus.core.files.kinds import Kind
from modus.core.files.stored import SMALL, FileState, StoredFile, small_key
from modus.core.journal import Actor
from modus.core.time import now

log = logging.getLogger("modus.files")
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# Longer than any request: a younger file without a row may belong to a transaction that is still running.
ORPHAN_AFTER = timedelta(minutes=30)
# An upload that was never given to anything.
FORGOTTEN_AFTER = timedelta(hours=24)


class NoRoom(RuleBroken):
    """The storage is full or does not answer; nothing was changed. Doors answer 507."""


def store(
    upload: Upload | Checked,
    *,
    kind: Kind,
    by: Actor,
    scope_id: uuid.UUID | None,
    subject_id: uuid.UUID | None = None,
    field: str | None = None,
) -> StoredFile:
    """Store an upload within the running transaction; without a subject nobody reads it until `keep` names one.

    Raises: RuleBroken naming the field; NoRoom when the bytes cannot be written.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A file is stored inside a transaction, so that its row and what refers to it agree.")
    checked = upload if isinstance(upload, Checked) else check(upload, kind=kind, field=field)
    if checked.kind.code != kind.code:
        raise RuntimeError(f"An upload checked as {checked.kind.code} is not stored as {kind.code}.")
    at = now()
    key = f"{at:%Y-%m-%d}/{uuid.uuid4().hex}"
    _write(key, checked, field)
    return StoredFile.objects.create(
        kind=kind.code,
        state=FileState.KEPT if subject_id else FileState.INCOMING,
        subject_id=subject_id,
        scope_id=scope_id,
        name=checked.name,
        media_type=checked.media_type,
        size=len(checked.content),
        sha256=checked.sha256,
        width=checked.width,
        height=checked.height,
        small=checked.small.facts if checked.small else None,
        key=key,
        by_id=by.id,
        stored_at=at,
        kept_at=at if subject_id else None,
    )


def keep(file: StoredFile, *, subject_id: uuid.UUID) -> StoredFile:
    """Give a file to its subject: from the commit on, those who may read the subject read it."""
    file.state, file.subject_id, file.kept_at = FileState.KEPT, subject_id, now()
    file.save(update_fields=["state", "subject_id", "kept_at"])
    return file


def file_at(pk: uuid.UUID) -> StoredFile | None:
    """A file that belongs to something; whoever asks must hold it against the circle of the reader."""
    return StoredFile.objects.within(pk=pk, state=FileState.KEPT).first()


def files_of_subject(subject_id: uuid.UUID, *, kind: Kind) -> models.QuerySet[StoredFile]:
    """The files of one kind that belong to a thing."""
    return StoredFile.objects.within(subject_id=subject_id, kind=kind.code)


def files_stored_by(person_id: uuid.UUID) -> models.QuerySet[StoredFile]:
    """What one person has uploaded, for the copy of her data."""
    return StoredFile.objects.within(by_id=person_id).order_by("stored_at")


def opened(file: StoredFile, form: str) -> File | None:
    """The bytes of a file or of its small copy; nothing, and a line in the log, when the storage lacks them."""
    facts = file.form(form)
    if facts is None:
        return None
    try:
        return default_storage.open(facts["key"])
    except _faults(default_storage) as fault:
        log.error("The bytes of file %s (%s) cannot be read: %s", file.pk, form, fault)
        return None


def remove(files: models.QuerySet[StoredFile]) -> int:
    """Take files away: the rows now, the bytes once this is committed; how many files."""
    found = list(files)
    StoredFile.objects.within(pk__in=[file.pk for file in found]).delete()
    keys = [key for file in found for key in file.keys]
    transaction.on_commit(lambda: _delete(keys))
    return len(found)


def sweep_orphans(*, at: datetime | None = None) -> int:
    """Remove uploads that were given to nothing, and bytes that no row names; how many were removed."""
    at = at or now()
    forgotten = StoredFile.objects.within(state=FileState.INCOMING, stored_at__lt=at - FORGOTTEN_AFTER)
    count = remove(forgotten)
    for day in _listed("", folders=True):
        names = [f"{day}/{name}" for name in _listed(day, folders=False)]
        known = set(StoredFile.objects.within(key__startswith=f"{day}/").values_list("key", flat=True))
        orphans = [name for name in names if name.removesuffix(f"-{SMALL}") not in known and _is_old(name, at)]
        count += _delete(orphans)
    return count


def _write(key: str, checked: Checked, field: str | None) -> None:
    written: list[str] = []
    parts = {key: checked.content} | ({small_key(key): checked.small.content} if checked.small else {})
    try:
        for name, content in parts.items():
            written.append(name)
            default_storage.save(name, ContentFile(content))
    except _faults(default_storage) as fault:
        log.error("A file cannot be stored: %s", fault)
        _delete(written)
        raise NoRoom(_why(fault), field=field) from fault


def _why(fault: Exception) -> str:
    if isinstance(fault, OSError) and fault.errno in FULL:
        return _("There is no room to store files. Nothing was changed; what you typed is kept. Try again later.")
    return _("Files cannot be stored at the moment. Nothing was changed; what you typed is kept. Try again later.")


def _delete(keys: Iterable[str]) -> int:
    """Delete bytes; what cannot be deleted now is an orphan that the next sweep takes."""
    count = 0
    for key in keys:
        try:
            default_storage.delete(key)
        except _faults(default_storage) as fault:
            log.warning("The bytes %s cannot be deleted now: %s", key, fault)
        else:
            count += 1
    return count


def _listed(folder: str, *, folders: bool) -> list[str]:
    try:
        found = default_storage.listdir(folder)
    except FileNotFoundError:
        return []
    return sorted(found[0] if folders else found[1])


def _is_old(name: str, at: datetime) -> bool:
    try:
        return default_storage.get_modified_time(name) < at - ORPHAN_AFTER
    except FileNotFoundError:
        return False


def _faults(storage: Storage) -> tuple[type[Exception], ...]:
    return getattr(storage, "faults", (OSError,))
