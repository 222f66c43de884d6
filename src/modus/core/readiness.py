"""Whether this installation can serve: the database answers, has room, and nothing is left to migrate."""

import enum
import logging
import sqlite3
from shutil import disk_usage

import psycopg
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor

# Below this the disk counts as full where SQLite only says that it could not write.
NOTHING_BYTES = 1_000_000
# Postgres, appendix A: connection exceptions, resources, shutting down or starting, faults of the system, a standby.
NO_ANSWER_STATES = ("08", "53", "57P0", "58", "25006")
DISK_FULL_STATE = "53100"
NO_ANSWER_CODES = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
# The low byte of a code of SQLite says what went wrong, the rest where.
PRIMARY = 0xFF

logger = logging.getLogger("modus.readiness")
# Once all migrations are there they stay: only the answer "not yet" is asked again.
_seen_complete = False


def is_ready() -> bool:
    """Whether the database answers and has every migration of this version; the reason goes to the log."""
    global _seen_complete
    try:
        if not _seen_complete:
            missing = missing_migrations()
            if missing:
                logger.warning("not ready: %s migrations are missing, the first is %s", len(missing), missing[0])
                return False
            _seen_complete = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError) as error:
        logger.warning("not ready: the database does not answer (%s)", type(error).__name__)
        return False
    return True


class Lack(enum.Enum):
    """What is lacking when nothing is wrong with what was asked: it may be asked again later."""

    ROOM = "room"
    ANSWER = "answer"


def lack_of(error: BaseException) -> Lack | None:
    """What the database lacked when it failed like this; nothing for every other fault.

    What was raised while such a fault was at hand is its consequence: a session that cannot be saved, for example, is
    taken by Django for one that somebody ended.
    """
    fault: BaseException | None = error
    while fault:
        if lack := _own_lack_of(fault):
            return lack
        fault = fault.__cause__ or fault.__context__
    return None


def _own_lack_of(error: BaseException) -> Lack | None:
    if not isinstance(error, DatabaseError | InterfaceError):
        return None
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return _lack_of_sqlite(getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_OK))
    if isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError):
        return _lack_of_postgresql(cause.sqlstate)
    return None


def noted_lack_of(error: BaseException) -> Lack | None:
    """The same, with a line in the log: the operator has to know, and a trace would say no more."""
    lack = lack_of(error)
    if lack:
        logger.error("the database lacks %s: %s", lack.value, str(error).partition("\n")[0])
    return lack


def _lack_of_sqlite(code: int) -> Lack | None:
    primary = code & PRIMARY
    if primary == sqlite3.SQLITE_FULL:
        return Lack.ROOM
    if primary not in NO_ANSWER_CODES:
        return None
    could_not_write = primary in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
    return Lack.ROOM if could_not_write and free_bytes() < NOTHING_BYTES else Lack.ANSWER


def _lack_of_postgresql(state: str | None) -> Lack | None:
    """Without a state nobody answered, or the connection broke before the answer."""
    if state == DISK_FULL_STATE:
        return Lack.ROOM
    return Lack.ANSWER if state is None or state.startswith(NO_ANSWER_STATES) else None


def free_bytes() -> int:
    """How much room is left where the data folder lies."""
    return disk_usage(settings.DATA_FOLDER).free


def free_share() -> float:
    """The same as a share of the whole, 0 to 1."""
    usage = disk_usage(settings.DATA_FOLDER)
    return usage.free / usage.total


def missing_migrations() -> list[str]:
    """The migrations of this version that the database has not seen."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]
