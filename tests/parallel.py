"""Many threads at one database: each with a connection of its own, on PostgreSQL and on a file of SQLite."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections


@pytest.fixture
def own_connections(django_db_serialized_rollback: None, transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """Let every thread have a connection: SQLite's database in memory is copied to a file, as it is used in earnest.

    What migrations shipped is put back afterwards, as after every test that writes for good.
    """
    if connection.vendor != "sqlite":
        yield
        return
    in_memory, name = connection.connection, connection.settings_dict["NAME"]
    copy = sqlite3.connect(tmp_path / "copy.sqlite3")
    in_memory.backup(copy)
    copy.close()
    connection.settings_dict["NAME"], connection.connection = str(tmp_path / "copy.sqlite3"), None
    yield
    connection.close()
    connection.settings_dict["NAME"], connection.connection = name, in_memory


def in_parallel(run: Callable[[], Any], times: int) -> list[Any]:
    """What each of many threads got that began at the same moment: an answer or an error."""
    start, got = threading.Barrier(times), []

    def work() -> None:
        start.wait()
        try:
            got.append(run())
        except Exception as error:  # noqa: BLE001  the test looks at it
            got.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got
