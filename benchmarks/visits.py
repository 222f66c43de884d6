"""Visits to a page inside this process, with the real middleware: queries, time and processor time."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from modus.core.users import User
from modus.web.ui import kept

BATCHES = 8
WARM_UP = 3

Visit = Callable[[Client], HttpResponse]


@dataclass(frozen=True)
class Figures:
    """What one page costs: milliseconds, and the bytes of its own text."""

    queries: int
    p50_ms: float
    p95_ms: float
    cpu_ms: float
    yardstick_ms: float
    backend_ms: float | None
    page: bytes


def client_of(email: str = "") -> Client:
    """A browser, signed in if an address is given; it sends the proofs that forms ask for."""
    client = Client(enforce_csrf_checks=True, HTTP_HOST="127.0.0.1")
    if email:
        client.force_login(User.objects.get(email=email))
    return client


def got(url: str, *, again: bool = False) -> Visit:
    """A visit that fetches one address; unless `again`, the page is made anew though nothing happened since."""

    def visit(client: Client) -> HttpResponse:
        if not again:
            kept.forget_all()
        response = client.get(url)
        if response.status_code != 200:
            raise RuntimeError(f"{url} answered {response.status_code}")
        return response

    return visit


def queries_of(client: Client, visit: Visit) -> list[str]:
    """The statements of one visit."""
    with CaptureQueriesContext(connection) as caught:
        visit(client)
    return [query["sql"] for query in caught.captured_queries]


def measured(client: Client, visit: Visit, *, rounds: int) -> Figures:
    """Visit a page in eight batches; the processor time is the middle of their means, as others work on the machine.

    Before each batch the yardstick says how slow the machine is just then.
    """
    for _ in range(WARM_UP):
        page = visit(client).content
    queries = len(queries_of(client, visit))
    connection.queries_log.clear()
    gc.collect()
    wall: list[float] = []
    cpu: list[float] = []
    sticks: list[float] = []
    per_batch = max(1, rounds // BATCHES)
    before = _backend_seconds()
    for _ in range(BATCHES):
        sticks.append(yardstick_ms())
        started = time.process_time()
        for _ in range(per_batch):
            begun = time.perf_counter()
            visit(client)
            wall.append((time.perf_counter() - begun) * 1000)
        cpu.append((time.process_time() - started) * 1000 / per_batch)
    after = _backend_seconds()
    backend = (after - before) * 1000 / len(wall) if before is not None and after is not None else None
    cuts = statistics.quantiles(wall, n=20)
    return Figures(
        queries, statistics.median(wall), cuts[18], statistics.median(cpu), statistics.median(sticks), backend, page
    )


def yardstick_ms() -> float:
    """Processor time of a fixed piece of work in Python: how much slower is the machine than at rest?"""
    started = time.process_time()
    counts: dict[str, int] = {}
    for number in range(100_000):
        key = str(number % 5000)
        counts[key] = counts.get(key, 0) + len(f"{number}:{number * 2}")
    return (time.process_time() - started) * 1000


def _backend_seconds() -> float | None:
    """Processor time of the PostgreSQL process behind this connection, without its parallel helpers."""
    if connection.vendor != "postgresql":
        return None
    connection.ensure_connection()
    figures = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return int(figures.read_text().split()[0]) / 1e9 if figures.exists() else None
