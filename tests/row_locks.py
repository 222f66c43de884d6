"""Which tables an act locks rows of, as PostgreSQL is asked to; SQLite lets only one writer in at a time anyway."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

LOCK = re.compile(r'FROM "(\w+)".* FOR (?:NO KEY )?UPDATE', re.DOTALL)
only_where_rows_are_locked = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite lets only one writer in at a time anyway"
)


def locks_of(act: Callable[[], Any], model: type[models.Model], *, passing_over: bool = False) -> int:
    """How many times rows of a table are locked while something is done; `passing_over` those that others lock."""
    with CaptureQueriesContext(connection) as seen:
        act()
    found = [LOCK.search(query["sql"]) for query in seen.captured_queries]
    own = [lock for lock in found if lock and lock[1] == model._meta.db_table]
    return sum(1 for lock in own if ("SKIP LOCKED" in lock.string) is passing_over)
