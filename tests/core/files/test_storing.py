"""Bytes and rows agree, whatever goes wrong between them; and nobody reads what belongs to nothing."""

import resource
import stat
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from modus.core import files
from modus.core.errors import RuleBroken
from modus.core.files import NoRoom, StoredFile
from modus.core.time import now
from tests.core.files.conftest import DOCUMENT, PICTURE, Somebody, files_in
from tests.factories import uploads

CLUSTER, PROFILE = uuid.uuid4(), uuid.uuid4()
pytestmark = pytest.mark.django_db


def rows() -> list[StoredFile]:
    return list(StoredFile.objects.across("a test counts them"))


def stored(by: Somebody, content: bytes = b"", subject: uuid.UUID | None = PROFILE) -> StoredFile:
    upload = uploads.upload(content or uploads.picture(), "Our logo.png")
    with transaction.atomic():
        return files.store(upload, kind=PICTURE, by=by, scope_id=CLUSTER, subject_id=subject)


@contextmanager
def no_room_for(size: int) -> Iterator[None]:
    """The system itself refuses to write more than so many bytes into a file, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_file_is_stored_under_a_name_that_says_nothing(by: Somebody, folder: Path) -> None:
    file = stored(by)
    names = [path.relative_to(folder).as_posix() for path in files_in(folder)]
    assert names == [*file.keys]
    assert "logo" not in "".join(names)
    assert (file.name, file.media_type, file.by_id, file.scope_id) == ("Our logo.png", "image/png", by.id, CLUSTER)
    opened = files.opened(file, "original")
    assert opened is not None
    with opened:
        assert len(opened.read()) == file.size
    assert files.opened(file, "large") is None


def test_folder_and_files_are_for_their_owner_alone(by: Somebody, folder: Path) -> None:
    stored(by)
    assert {stat.S_IMODE(path.stat().st_mode) for path in files_in(folder)} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_same_file_twice_is_two_files(by: Somebody, folder: Path) -> None:
    one, other = stored(by), stored(by)
    assert one.sha256 == other.sha256
    assert not set(one.keys) & set(other.keys)
    assert len(files_in(folder)) == 4


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_file_is_stored_inside_a_transaction_only(by: Somebody, folder: Path) -> None:
    with pytest.raises(RuntimeError, match="inside a transaction"):
        files.store(uploads.upload(uploads.picture()), kind=PICTURE, by=by, scope_id=None)
    assert not files_in(folder)


def test_what_was_checked_as_one_kind_is_not_stored_as_another(by: Somebody) -> None:
    checked = files.check(uploads.upload(uploads.PDF), kind=DOCUMENT)
    with pytest.raises(RuntimeError), transaction.atomic():
        files.store(checked, kind=PICTURE, by=by, scope_id=None)


@pytest.mark.parametrize("what", uploads.HOSTILE)
def test_a_refused_file_leaves_neither_bytes_nor_row(what: str, by: Somebody, folder: Path) -> None:
    with pytest.raises(RuleBroken):
        stored(by, uploads.HOSTILE[what] or b"\0")
    assert not rows()
    assert not files_in(folder)


@pytest.mark.attack("A-44")
def test_nobody_reads_a_file_before_it_belongs_to_something(by: Somebody) -> None:
    file = stored(by, subject=None)
    assert sum(files.file_at(file.pk) is not None for _n in range(1000)) == 0
    files.keep(file, subject_id=PROFILE)
    assert files.file_at(file.pk) == file


def test_a_file_without_a_subject_cannot_be_kept(by: Somebody) -> None:
    file = stored(by, subject=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.within(pk=file.pk).update(state="kept")


def test_a_transaction_that_fails_leaves_bytes_that_are_swept(by: Somebody, folder: Path) -> None:
    kept = stored(by)
    with transaction.atomic():
        stored(by)
        transaction.set_rollback(True)
    assert rows() == [kept]
    assert len(files_in(folder)) == 4
    assert files.sweep_orphans() == 0, "they might belong to a transaction that still runs"
    assert files.sweep_orphans(at=now() + timedelta(minutes=59)) == 2
    assert [path.relative_to(folder).as_posix() for path in files_in(folder)] == [*kept.keys]


def test_what_was_given_to_nothing_is_swept_after_a_day(
    by: Somebody, folder: Path, django_capture_on_commit_callbacks: object
) -> None:
    forgotten, kept = stored(by, subject=None), stored(by)
    assert files.sweep_orphans(at=now() + timedelta(hours=23)) == 0
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert files.sweep_orphans(at=now() + timedelta(hours=25)) >= 1
    assert rows() == [kept]
    assert not {*forgotten.keys} & {path.relative_to(folder).as_posix() for path in files_in(folder)}


def test_what_a_killed_process_was_writing_is_swept(by: Somebody, folder: Path) -> None:
    file = stored(by)
    half = folder / f"{file.key}0.part"
    half.write_bytes(b"half")
    assert files.sweep_orphans(at=now() + timedelta(minutes=59)) == 1
    assert not half.exists()


def test_sweeping_an_empty_installation_does_nothing() -> None:
    assert files.sweep_orphans() == 0


def test_bytes_go_when_the_removal_is_committed_and_not_before(
    by: Somebody, folder: Path, django_capture_on_commit_callbacks: object
) -> None:
    file, other = stored(by), stored(by, subject=uuid.uuid4())
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert files.remove(files.files_of_subject(PROFILE, kind=PICTURE)) == 1
        assert len(files_in(folder)) == 4
    assert rows() == [other]
    assert [path.relative_to(folder).as_posix() for path in files_in(folder)] == [*other.keys]
    assert files.file_at(file.pk) is None


def test_a_crash_after_the_commit_leaves_an_orphan_that_is_swept(by: Somebody, folder: Path) -> None:
    stored(by)
    files.remove(files.files_of_subject(PROFILE, kind=PICTURE))  # and the process ends before the bytes are deleted
    assert len(files_in(folder)) == 2
    assert files.sweep_orphans(at=now() + timedelta(minutes=59)) == 2
    assert not files_in(folder)


def test_a_removal_that_is_taken_back_keeps_the_bytes(by: Somebody, folder: Path) -> None:
    file = stored(by)
    with transaction.atomic():
        files.remove(files.files_of_subject(PROFILE, kind=PICTURE))
        transaction.set_rollback(True)
    assert rows() == [file]
    assert len(files_in(folder)) == 2


@pytest.mark.fault("F-13")
def test_a_full_disk_is_said_plainly_and_leaves_nothing(by: Somebody, folder: Path) -> None:
    before = stored(by)
    noise = uploads.noise()
    with no_room_for(10_000), pytest.raises(NoRoom, match="no room to store files"):
        stored(by, noise)
    assert rows() == [before]
    assert [path.relative_to(folder).as_posix() for path in files_in(folder)] == [*before.keys]
    opened = files.opened(before, "original")
    assert opened is not None, "reading goes on"
    opened.close()
    assert stored(by, noise).pk, "and writing, as soon as there is room"


def test_a_folder_that_cannot_be_written_is_said_plainly(by: Somebody, folder: Path) -> None:
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("a file where the folder should be")
    with pytest.raises(NoRoom, match="cannot be stored at the moment"):
        stored(by)
    assert not rows()


def test_bytes_that_are_lost_are_nothing_and_said_in_the_log(
    by: Somebody, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = stored(by)
    default_storage.delete(file.key)
    assert files.opened(file, "original") is None
    assert str(file.pk) in caplog.text


def test_what_one_person_uploaded_is_found(by: Somebody) -> None:
    file = stored(by)
    stored(Somebody())
    assert [*files.files_stored_by(by.id)] == [file]
