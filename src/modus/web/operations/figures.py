"""Figures of the site in the form of Prometheus: requests by page and class of answer, and how long they took."""

import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from modus.config import environment
from modus.core import workload
from modus.core.logs import page_of

CONTENT_TYPE = CONTENT_TYPE_LATEST
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
# Where the processes of `modus web` keep their counts together; a single process needs no folder.
FOLDER = environment.text("PROMETHEUS_MULTIPROC_DIR")
log = structlog.get_logger("modus.requests")

disable_created_metrics()
_own = CollectorRegistry()
requests_total = Counter("modus_requests", "Answered requests", ["page", "answer"], registry=_own)
request_seconds = Histogram("modus_request_seconds", "Seconds to an answer", ["page"], buckets=SECONDS, registry=_own)


class WorkloadCollector(Collector):
    """What waits in the database: read when it is asked for, and so the same in every process."""

    def collect(self) -> list[GaugeMetricFamily]:
        return [
            GaugeMetricFamily(f"modus_{figure.name}", figure.description, value=figure.value)
            for figure in workload.figures()
        ]


def exposed() -> bytes:
    """All figures, over all processes of this machine where `modus web` serves."""
    counted = CollectorRegistry() if FOLDER else _own
    if FOLDER:
        MultiProcessCollector(counted, path=FOLDER)
    waiting = CollectorRegistry()
    waiting.register(WorkloadCollector())
    return generate_latest(counted) + generate_latest(waiting)


class RequestsMiddleware:
    """One line in the log and one count for each request; the page by its name, since addresses may hold secrets."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - started
        page = page_of(request)
        if settings.METRICS_KEY:
            requests_total.labels(page, f"{response.status_code // 100}xx").inc()
            request_seconds.labels(page).observe(seconds)
        log.info("answered", page=page, method=request.method, status=response.status_code, ms=round(seconds * 1000))
        return response
