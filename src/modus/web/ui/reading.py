"""Requests that only read: any SQL that would change something raises."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import connections

READING = ("SELECT", "EXPLAIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "WITH")


class WriteInRead(RuntimeError):
    """A request that only reads tried to change the database."""


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
