"""The real server on the loopback: the same pages over HTTP, and the memory of its processes."""

import http.client
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Answered:
    """What a page costs over HTTP, in milliseconds."""

    p50_ms: float
    p95_ms: float
    cpu_ms: float


@dataclass(frozen=True)
class Server:
    """A running `modus web` with two workers."""

    process: int
    port: int

    def answered(self, url: str, *, cookie: str, rounds: int) -> Answered:
        """Fetch a page again and again, one request after another; `{}` in the address becomes the visit's number."""
        for number in range(8):
            self._fetch(url.format(f"warm{number}"), cookie)
        wall = []
        before = self._seconds()
        for number in range(rounds):
            started = time.perf_counter()
            self._fetch(url.format(number), cookie)
            wall.append((time.perf_counter() - started) * 1000)
        cpu = (self._seconds() - before) * 1000 / rounds
        return Answered(statistics.median(wall), statistics.quantiles(wall, n=20)[18], cpu)

    def memory(self) -> float:
        """The proportional share of memory of the master and its workers, in MB."""
        pages = [Path(f"/proc/{one}/smaps_rollup").read_text() for one in self._tree()]
        lines = [line for page in pages for line in page.splitlines() if line.startswith("Pss:")]
        return sum(int(line.split()[1]) for line in lines) / 1024

    def is_up(self) -> bool:
        """Whether it answers."""
        try:
            self._fetch("/robots.txt", "")
        except (OSError, http.client.HTTPException):
            return False
        return True

    def _fetch(self, url: str, cookie: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", url, headers={"Cookie": cookie} if cookie else {})
        response = connection.getresponse()
        response.read()
        connection.close()
        if response.status >= 400 or (response.status >= 300 and cookie):
            raise RuntimeError(f"{url} answered {response.status}")

    def _tree(self) -> list[int]:
        children = Path(f"/proc/{self.process}/task/{self.process}/children").read_text().split()
        return [self.process, *map(int, children)]

    def _seconds(self) -> float:
        stats = [Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split() for one in self._tree()]
        return sum(int(fields[11]) + int(fields[12]) for fields in stats) / TICKS


@contextmanager
def serving(port: int) -> Iterator[Server]:
    """`modus web --workers 2` in the environment of this process, until the block ends."""
    command = [sys.executable, "-m", "modus.cli", "web", "--workers", "2", "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=dict(os.environ)) as process:
        server = Server(process.pid, port)
        try:
            _wait(server, process)
            yield server
        finally:
            process.terminate()


def _wait(server: Server, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError("The server ended by itself.")
        if server.is_up():
            time.sleep(2)
            return
        time.sleep(0.1)
    raise RuntimeError("The server does not answer.")
