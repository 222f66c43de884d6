"""What is lacking when a database fails, told by real faults; and work that waits for it instead of failing."""

import contextlib
import sqlite3
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, OperationalError
from django.test import override_settings

from modus.cli.drills.mail_server import mail_server
from modus.core import outbox, readiness, tasks
from modus.core.journal import JournalLine
from modus.core.outbox import Mail, State
from modus.core.readiness import Lack, lack_of
from modus.core.tasks.models import QueuedTask
from modus.core.time import database_now
from tests.core import sample_tasks as sample
from tests.core.actor import ANNA
from tests.core.test_sender import SMTP, let_time_pass, put
from tests.full import no_room
from tests.parallel import own_connections as own_connections

HOUR = timedelta(hours=1)


def failed(cause: Exception, kind: type[DatabaseError] = OperationalError) -> DatabaseError:
    """A fault of a driver as Django raises it."""
    error = kind(str(cause))
    error.__cause__ = cause
    return error


def fault_of_sqlite(place: Path, *statements: str) -> DatabaseError:
    """What SQLite raises at the last of some statements."""
    with contextlib.closing(sqlite3.connect(place, timeout=0, isolation_level=None)) as there:
        for statement in statements[:-1]:
            there.execute(statement)
        with pytest.raises(sqlite3.Error) as caught:
            there.execute(statements[-1])
    return failed(caught.value)


FILLS = ("CREATE TABLE t (c BLOB)", "PRAGMA max_page_count = 3", "INSERT INTO t VALUES (zeroblob(100000))")


@pytest.mark.fault("F-13")
def test_a_full_disk_of_sqlite_lacks_room(tmp_path: Path) -> None:
    assert lack_of(fault_of_sqlite(tmp_path / "db", *FILLS)) is Lack.ROOM


@pytest.mark.fault("F-02")
def test_a_file_of_sqlite_that_is_held_for_too_long_gives_no_answer(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert lack_of(fault_of_sqlite(tmp_path / "db", "CREATE TABLE t (c)")) is Lack.ANSWER


@pytest.mark.fault("F-13")
@pytest.mark.parametrize(("free", "lack"), [(0, Lack.ROOM), (10**10, Lack.ANSWER)])
def test_a_file_that_cannot_be_made_lacks_room_on_a_full_disk(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, free: int, lack: Lack
) -> None:
    """SQLite says only that it could not open or write; how much is left says why."""
    monkeypatch.setattr(readiness, "disk_usage", lambda _place: SimpleNamespace(free=free, total=10**11))
    assert lack_of(fault_of_sqlite(tmp_path / "db", f"ATTACH '{tmp_path}/no/such/folder/db' AS other")) is lack


@pytest.mark.parametrize(
    ("state", "lack"),
    [
        ("53100", Lack.ROOM),
        ("53300", Lack.ANSWER),
        ("57P01", Lack.ANSWER),
        ("57P02", Lack.ANSWER),
        ("57P03", Lack.ANSWER),
        ("08006", Lack.ANSWER),
        ("40P01", None),
        ("57014", None),
    ],
)
@pytest.mark.fault("F-02", "F-13")
def test_postgresql_says_by_a_code_what_it_lacks(state: str, lack: Lack | None) -> None:
    assert lack_of(failed(psycopg.errors.lookup(state)("words"))) is lack


def test_what_is_wrong_with_a_statement_lacks_nothing(tmp_path: Path) -> None:
    statements = ("CREATE TABLE t (c UNIQUE)", "INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (1)")
    assert lack_of(fault_of_sqlite(tmp_path / "db", *statements)) is None
    assert lack_of(failed(psycopg.errors.UniqueViolation("twice"), IntegrityError)) is None
    assert lack_of(OperationalError("of nobody's making")) is None
    assert lack_of(ValueError("no database")) is None


@pytest.mark.fault("F-13")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.usefixtures("own_connections")
def test_work_waits_for_room_and_is_done_once() -> None:
    """However often it is tried on a full disk, it is not parked, and nothing says that it is done."""
    row = tasks.enqueue(sample.leave, key="k", by=ANNA, word="x" * 20_000)
    with no_room("core_journalline"):
        for hours in range(8):
            with contextlib.suppress(OperationalError):
                tasks.run_due(at=database_now() + hours * HOUR, most=1)
        row.refresh_from_db()
        assert row.state in {"waiting", "running"}
        assert not JournalLine.objects.filter(event="test.effect.left").exists()
    tasks.run_due(at=database_now() + 10 * HOUR)
    tasks.run_due(at=database_now() + 20 * HOUR)
    assert list(QueuedTask.objects.filter(key="k").values_list("state", "attempts")) == [("done", 1)]
    assert JournalLine.objects.filter(event="test.effect.left").count() == 1


@pytest.mark.fault("F-13")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.usefixtures("own_connections")
def test_no_mail_counts_as_sent_that_was_not_and_all_go_out_when_there_is_room() -> None:
    mails = [put(f"p{number}") for number in range(5)]
    with mail_server() as server, override_settings(**SMTP, EMAIL_PORT=server.port):
        with no_room("core_mail"):
            with contextlib.suppress(OperationalError):
                outbox.deliver_due()
            said = set(Mail.objects.across("test").filter(state=State.SENT).values_list("message_id", flat=True))
            assert said <= {letter.message["Message-ID"] for letter in server.letters}
            assert Mail.objects.across("test").filter(state=State.PARKED).count() == 0
        let_time_pass()
        outbox.deliver_due()
        assert {letter.message["Message-ID"] for letter in server.letters} == {mail.message_id for mail in mails}
    assert Mail.objects.across("test").filter(state=State.SENT).count() == len(mails)
