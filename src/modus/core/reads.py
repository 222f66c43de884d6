"""Reads that may not write: whatever a door declares as reading lets nothing but reading through to the databases."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import connections

READING = ("SELECT", "EXPLAIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "WITH")


class WriteInRead(RuntimeError):
    """A GET tried to change the database."""


@contextmanager
def reading_only() -> Iterator[None]:
    """Let nothing but reading through to the databases."""

    def refuse(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if not sql.lstrip(" (\n\t").upper().startswith(READING):
            raise WriteInRead(sql)
        return execute(sql, params, many, context)

    with ExitStack() as stack:
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(refuse))
        yield
