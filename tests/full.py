"""A database whose disk is full, for real: SQLite may not grow any more, PostgreSQL raises what it raises then."""

import contextlib
from collections.abc import Iterator

from django.db import OperationalError, connection

GROWS_WITHOUT_END = 1_073_741_823
# From coarse to fine, until not even a few bytes find a place.
PIECES = (200_000, 4_000, 300, 20)


@contextlib.contextmanager
def no_room(*tables: str) -> Iterator[None]:
    """Nothing new can be stored; on PostgreSQL, in these tables."""
    begin, end = (_fill, _free) if connection.vendor == "sqlite" else (_refuse, _accept)
    begin(*tables)
    try:
        yield
    finally:
        end()


def _say(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _fill(*_tables: str) -> None:
    _say("CREATE TABLE filler (content BLOB)")
    with connection.cursor() as cursor:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
    _say(f"PRAGMA max_page_count = {pages}")
    for size in PIECES:
        with contextlib.suppress(OperationalError):
            while True:
                _say(f"INSERT INTO filler VALUES (zeroblob({size}))")  # noqa: S608


def _free() -> None:
    _say(f"PRAGMA max_page_count = {GROWS_WITHOUT_END}", "DROP TABLE filler")


def _refuse(*tables: str) -> None:
    body = "BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END"
    _say(f"CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    for table in tables:
        _say(f"CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON {table} EXECUTE FUNCTION no_room()")


def _accept() -> None:
    _say("DROP FUNCTION no_room() CASCADE")
