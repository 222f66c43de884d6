"""Ready means: the database answers and is complete."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from modus.core import readiness

pytestmark = [pytest.mark.django_db, pytest.mark.fault("F-44")]


@pytest.fixture(autouse=True)
def _nothing_seen_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "_seen_complete", False)


def test_a_complete_database_is_ready() -> None:
    assert readiness.missing_migrations() == []
    assert readiness.is_ready()


def test_a_database_that_lacks_a_migration_is_not_ready_until_it_has_it() -> None:
    recorder = MigrationRecorder(connection)
    newest = MigrationLoader(connection).graph.leaf_nodes("core")[0]
    recorder.record_unapplied(*newest)
    assert not readiness.is_ready()
    assert readiness.missing_migrations() == [".".join(newest)]
    recorder.record_applied(*newest)
    assert readiness.is_ready()
