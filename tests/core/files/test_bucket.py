"""The same door on storage that speaks the protocol of S3."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from modus.core import files
from modus.core.files import NoRoom, StoredFile
from tests.core.files.conftest import PICTURE, Somebody
from tests.factories import bucket as buckets
from tests.factories import uploads
from tests.factories.bucket import Bucket

PROFILE = uuid.uuid4()
pytestmark = pytest.mark.django_db


@pytest.fixture
def bucket(settings: Any) -> Iterator[Bucket]:
    with buckets.running() as server:
        own = {"BACKEND": "modus.core.files.bucket.BucketStorage", "OPTIONS": server.options}
        settings.STORAGES = {**settings.STORAGES, "default": own}
        yield server


def stored(by: Somebody, content: bytes = b"") -> StoredFile:
    with transaction.atomic():
        upload = uploads.upload(content or uploads.picture())
        return files.store(upload, kind=PICTURE, by=by, scope_id=None, subject_id=PROFILE)


def test_a_file_goes_into_the_bucket_and_comes_back(bucket: Bucket, by: Somebody) -> None:
    file = stored(by)
    assert {*bucket.objects} == {*file.keys}
    opened = files.opened(file, "original")
    assert opened is not None
    with opened:
        assert opened.read() == bucket.objects[file.key]
    assert all(signature.startswith("AWS4-HMAC-SHA256 Credential=key/") for signature in bucket.signatures)


def test_nobody_gets_an_address_of_the_bucket(bucket: Bucket, by: Somebody) -> None:
    with pytest.raises(NotImplementedError):
        default_storage.url(stored(by).key)


def test_removed_files_leave_the_bucket_after_the_commit(
    bucket: Bucket, by: Somebody, django_capture_on_commit_callbacks: Any
) -> None:
    stored(by)
    with django_capture_on_commit_callbacks(execute=True):
        files.remove(files.files_of_subject(PROFILE, kind=PICTURE))
        assert len(bucket.objects) == 2
    assert not bucket.objects


def test_orphans_in_the_bucket_are_swept(bucket: Bucket, by: Somebody) -> None:
    kept = stored(by)
    bucket.objects[f"{kept.key[:10]}/{uuid.uuid4().hex}"] = b"orphan"
    assert files.sweep_orphans() == 0
    bucket.age = timedelta(minutes=59)
    assert files.sweep_orphans() == 1
    assert {*bucket.objects} == {*kept.keys}


def test_a_full_bucket_is_said_plainly(bucket: Bucket, by: Somebody) -> None:
    bucket.is_full = True
    with pytest.raises(NoRoom, match="cannot be stored at the moment"):
        stored(by)
    assert not StoredFile.objects.across("a test counts them").exists()
    assert not bucket.objects


def test_bytes_that_are_gone_from_the_bucket_are_nothing(bucket: Bucket, by: Somebody) -> None:
    file = stored(by)
    bucket.objects.clear()
    assert files.opened(file, "original") is None
