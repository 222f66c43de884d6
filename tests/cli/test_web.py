"""The server, started as an administrator starts it."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

START_SECONDS = 40


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("web")
    port = free_port()
    modus = [sys.executable, "-m", "modus.cli"]
    surroundings = {key: value for key, value in os.environ.items() if not key.startswith(("MODUS_", "DJANGO_"))}
    surroundings |= {"MODUS_DATA_FOLDER": str(folder), "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    subprocess.run([*modus, "migrate", "--verbosity", "0"], env=surroundings, check=True, cwd=folder)
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [*modus, "web", "--bind", f"127.0.0.1:{port}", "--workers", "1"],
            env=surroundings,
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    yield _when_it_answers(f"http://localhost:{port}", server, folder / "log")
    server.terminate()
    server.wait(timeout=20)


def _when_it_answers(address: str, server: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(START_SECONDS * 10):
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return address
        except OSError:
            if server.poll() is not None:
                pytest.fail(log.read_text())
            time.sleep(0.1)
    pytest.fail(f"The server did not answer within {START_SECONDS} seconds.\n{log.read_text()}")


@pytest.mark.row("P5")
@pytest.mark.attack("A-50", "A-97")
def test_the_server_answers_without_any_setting(address: str) -> None:
    with urllib.request.urlopen(f"{address}/directory/") as answer:
        assert answer.status == 200
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_static_files_are_kept_by_the_browser_for_ever(address: str) -> None:
    page = urllib.request.urlopen(f"{address}/").read().decode()
    stylesheet = page.split('rel="stylesheet" href="')[1].split('"')[0]
    with urllib.request.urlopen(address + stylesheet) as answer:
        assert "immutable" in answer.headers["Cache-Control"]


def test_a_port_in_use_is_said_in_words(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        surroundings = os.environ | {"MODUS_DATA_FOLDER": str(tmp_path)}
        told = subprocess.run(
            [sys.executable, "-m", "modus.cli", "web", "--bind", bind],
            env=surroundings | {"PYTHONPATH": str(Path(__file__).parents[2] / "src")},
            capture_output=True,
            text=True,
            cwd=tmp_path,
        )
    assert told.returncode == 1
    assert f"{bind} cannot be used" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_database_that_is_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"postgresql://modus:word@127.0.0.1:{nobody.getsockname()[1]}/modus"
        told = subprocess.run(
            [sys.executable, "-m", "modus.cli", "migrate"],
            env=os.environ | {"MODUS_DATA_FOLDER": str(tmp_path), "MODUS_DATABASE": address},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert told.returncode == 1
    assert told.stderr.startswith("The database did not do it: ")
    assert len(told.stderr.splitlines()) == 1
    assert "word" not in told.stderr
