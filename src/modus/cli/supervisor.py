"""A parent of processes: starts them, and again when they die, ends those that are stuck, and stops all together."""

import ctypes
import logging
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.sharedctypes import Synchronized
from types import FrameType
from typing import Any

from django.conf import settings
from django.db import connections

log = logging.getLogger("modus.tasks")

LOOK_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5
STOP_SECONDS = 30
SIGNALS = {signal.SIGTERM, signal.SIGINT}
PARENT_DIED = 1
"""PR_SET_PDEATHSIG of Linux: a signal for the child when its parent dies."""


@dataclass
class Child:
    """A process to be kept: what it does, when it was heard last, and how often it died in a row."""

    name: str
    work: Callable[[Callable[[], None]], object]
    beats: bool = True
    heard_at: "Synchronized[float]" = field(default_factory=lambda: multiprocessing.Value("d", 0.0))
    pid: int = 0
    born_at: float = 0.0
    deaths: int = 0

    def beat(self) -> None:
        """Say that one lives; told by the child, heard by the parent."""
        self.heard_at.value = time.monotonic()

    @property
    def is_due(self) -> bool:
        """Whether it may be started: the more often it died, the longer the pause."""
        pause = min(2**self.deaths, LONGEST_PAUSE_SECONDS) if self.deaths > 1 else 0
        return not self.pid and time.monotonic() - self.born_at >= pause

    @property
    def is_stuck(self) -> bool:
        """Whether not even its heart has beaten for longer than a lease: something holds the whole interpreter."""
        return bool(self.pid and self.beats) and time.monotonic() - self.heard_at.value > settings.TASK_LEASE_SECONDS


class Supervisor:
    """Keeps its children alive until it is told to stop, then stops them gently, and after a while firmly."""

    def __init__(self, children: list[Child]) -> None:
        self.children = children
        self.is_stopping = False

    def run(self) -> None:
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        while not self.is_stopping:
            self._look()
            time.sleep(LOOK_SECONDS)
        self._end_all()

    def _look(self) -> None:
        self._bury()
        for child in self.children:
            if child.is_stuck:
                log.error("The process %s (%s) is stuck and is ended.", child.name, child.pid)
                os.kill(child.pid, signal.SIGKILL)
            elif child.is_due and not self.is_stopping:
                self._start(child)

    def _start(self, child: Child) -> None:
        connections.close_all()
        child.born_at = time.monotonic()
        child.beat()
        sys.stdout.flush()
        # A signal that comes while the child still has its parent's ears would be lost.
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        child.pid = os.fork()
        if child.pid == 0:
            _live(child)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)

    def _bury(self) -> None:
        for child in self.children:
            if child.pid and os.waitpid(child.pid, os.WNOHANG)[0]:
                lived = time.monotonic() - child.born_at
                child.deaths = 1 if lived > LONGEST_PAUSE_SECONDS else child.deaths + 1
                if not self.is_stopping:
                    log.warning(
                        "The process %s (%s) ended after %.0f s; it is started again.", child.name, child.pid, lived
                    )
                child.pid = 0

    def _end_all(self) -> None:
        until = time.monotonic() + STOP_SECONDS
        self._tell_all(signal.SIGTERM)
        while any(child.pid for child in self.children) and time.monotonic() < until:
            self._bury()
            time.sleep(LOOK_SECONDS / 4)
        self._tell_all(signal.SIGKILL)

    def _tell_all(self, number: signal.Signals) -> None:
        for child in self.children:
            if child.pid:
                os.kill(child.pid, number)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.is_stopping = True


def _live(child: Child) -> None:
    """The life of a child: it never comes back into the code of its parent."""
    status = os.EX_SOFTWARE
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        _die_with_parent()
        child.work(child.beat)
        status = os.EX_OK
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else os.EX_SOFTWARE
    except BaseException:
        log.exception("The process %s failed.", child.name)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _die_with_parent() -> None:
    library: Any = ctypes.CDLL(None)
    if hasattr(library, "prctl"):
        library.prctl(PARENT_DIED, signal.SIGTERM)
