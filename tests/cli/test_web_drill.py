"""The short form of the drill with killed workers: nothing acknowledged is lost, nothing stands half, nothing twice."""

import re
import subprocess

import pytest

from tests.cli.places import MODUS, on_the_database_under_test

KILLS = 10


@pytest.mark.row("P4")
@pytest.mark.attack("A-101")
@pytest.mark.fault("F-01", "F-02", "F-05")
def test_ten_killed_workers_lose_and_double_nothing() -> None:
    """The client whose answer was lost sends the same key again. On SQLite whoever writes is the database, too."""
    command = [*MODUS, "drill", "web", "--kills", str(KILLS), *on_the_database_under_test()]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr[-2000:]
    found = re.search(r"(\d+) kills, (\d+) acknowledged .* 0 acknowledged lost, 0 torn, 0 double", answer.stdout)
    assert found, answer.stdout
    assert int(found[1]) == KILLS
    assert int(found[2]) > 0
