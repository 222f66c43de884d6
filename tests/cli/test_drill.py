"""The command of the drills: it plays beside the installation, and says plainly what it cannot do here."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from modus.cli.drills import api, postgresql
from modus.cli.drills.catalogue import DRILLS
from modus.cli.drills.ground import ground
from modus.cli.drills.processes import children_of, command_of
from tests.cli.places import MODUS


def test_a_drill_has_a_folder_and_a_database_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that leads to the installation reaches the inner process."""
    monkeypatch.setenv("MODUS_DATABASE", "postgresql://somebody@precious.example/everything")
    monkeypatch.setenv("MODUS_FILES_BUCKET", "precious")
    with ground("sqlite") as here:
        folder = Path(here["MODUS_DATA_FOLDER"])
        assert folder.is_dir()
        assert "precious" not in str(here)
    assert not folder.exists()


def test_the_drills_are_named_with_what_they_do() -> None:
    told = subprocess.run([*MODUS, "drill", "--help"], capture_output=True, text=True, check=True).stdout
    for name, drill in DRILLS.items():
        assert name in told
        assert drill.HELP.split()[0] in told


def test_what_did_not_hold_ends_the_command_with_a_word() -> None:
    """Fuzzing none of the operations proves nothing."""
    with pytest.raises(CommandError, match="did not hold"):
        call_command("drill", "api", "--only", "no-such-operation")


def test_the_drill_of_the_api_says_that_it_needs_a_checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(api, "ROOT", tmp_path)
    with pytest.raises(CommandError, match="in a checkout"):
        call_command("drill", "api")


def test_the_drill_of_the_database_says_that_it_needs_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "binaries", lambda: None)
    with pytest.raises(CommandError, match="apt install postgresql"):
        call_command("drill", "database")


def test_a_drill_that_is_stopped_leaves_nothing_behind(tmp_path: Path) -> None:
    """SIGTERM reaches the server of the pages and that of the database, and the folders go."""
    surroundings = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [*MODUS, "drill", "web", "--kills", "1000", "--database", "sqlite"]
    with subprocess.Popen(command, env=surroundings, stdout=subprocess.DEVNULL) as drill:
        until(lambda: any(tmp_path.glob("modus-drill-*/site.log")))
        family = descendants(drill.pid)
        drill.terminate()
        assert drill.wait(timeout=60) == 128 + signal.SIGTERM
    assert len(family) > 1
    until(lambda: not any(map(command_of, family)))
    assert not list(tmp_path.glob("modus-drill-*"))


def descendants(process: int) -> list[int]:
    children = children_of(process)
    return [*children, *(one for child in children for one in descendants(child))]


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "It did not come to pass."
        time.sleep(0.1)
