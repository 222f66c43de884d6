"""The short form of the drill with a killed database: a server of its own, killed three times under four writers."""

import re
import subprocess

import pytest
from django.db import connection

from modus.cli.drills import postgresql
from tests.cli.places import MODUS

KILLS = 3


@pytest.mark.fault("F-02")
@pytest.mark.skipif(postgresql.binaries() is None, reason="The programs of a PostgreSQL server are not installed here.")
def test_three_kills_of_the_database_lose_nothing_and_it_comes_back() -> None:
    """The third time the lock that is left names a process that lives; nobody is answered 500 meanwhile."""
    if connection.vendor != "postgresql":
        pytest.skip("It has a server of its own, so it runs once: with the tests on PostgreSQL.")
    command = [*MODUS, "drill", "database", "--kills", str(KILLS)]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr[-3000:]
    found = re.search(r"(\d+) kills, (\d+) acknowledged .* 0 acknowledged lost, 0 torn, 0 double", answer.stdout)
    assert found, answer.stdout
    assert int(found[1]) == KILLS
    assert int(found[2]) > 0
    assert ", 0 times 500;" in answer.stdout
    assert re.search(r"[1-9]\d* times 503", answer.stdout), answer.stdout
    assert "; 1 starts over a lock" in answer.stdout
