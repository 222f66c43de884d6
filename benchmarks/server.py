"""The real server on the loopback: the same pages over HTTP, and the memory of its processes."""

import http.client
import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from modus.cli.drills import site

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Answered:
    """What a page costs over HTTP, in milliseconds."""

    p50_ms: float
    p95_ms: float
    cpu_ms: float


@dataclass(frozen=True)
class Server(site.Site):
    """A running `modus web` with two workers."""

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
    with site.serving(port) as begun:
        yield Server(begun.process, begun.port)
