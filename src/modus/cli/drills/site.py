"""The pages, served for real on the loopback, in the environment of this process."""

import http.client
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from modus.cli.drills.processes import children_of, command_of

SECONDS_TO_START = 60


@dataclass(frozen=True)
class Site:
    """A running `modus web` with two workers."""

    process: int
    port: int

    @property
    def workers(self) -> list[int]:
        """The processes that answer and are alive."""
        return [child for child in children_of(self.process) if command_of(child)]

    def is_up(self) -> bool:
        """Whether somebody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", "/robots.txt")
            return connection.getresponse().status < 400
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


@contextmanager
def serving(port: int, log: IO[str] | None = None) -> Iterator[Site]:
    """`modus web --workers 2` until the block ends; it tells its faults to the screen, or to a log."""
    command = [sys.executable, "-m", "modus.cli", "web", "--workers", "2", "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log) as process:
        site = Site(process.pid, port)
        try:
            _wait(site, process)
            yield site
        finally:
            process.terminate()


def _wait(site: Site, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError("The server ended by itself.")
        if site.is_up():
            time.sleep(2)
            return
        time.sleep(0.1)
    raise RuntimeError("The server does not answer.")
