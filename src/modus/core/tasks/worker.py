"""A worker: one process that claims and carries out one task after the other, with a thread that keeps its lease."""

import logging
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from types import FrameType

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connections
from django_tasks.base import Task

from modus.core.tasks import queue, runner
from modus.core.tasks.context import Context, HandedBack, TookTooLong
from modus.core.tasks.models import QueuedTask
from modus.core.tasks.trace import scrub
from modus.core.time import database_now

log = logging.getLogger("modus.tasks")

POLL_SECONDS = 0.5
REAP_SECONDS = 5
LONGEST_REST_SECONDS = 10
STOP_SECONDS = 20
PATIENCE_SECONDS = 10
"""How long after its limit a task that did not even hear the alarm is borne before its process ends."""


def _nothing() -> None:
    """Stand in where nobody wants to hear."""


class Heart(threading.Thread):
    """Prolongs the lease of the task at hand, and ends the process when the task does not hear its alarm."""

    def __init__(self, beat: Callable[[], None]) -> None:
        super().__init__(daemon=True, name="heart")
        self.beat = beat
        self.at_hand: tuple[QueuedTask, float] | None = None
        self.parent = os.getppid()
        self.main_thread = threading.main_thread().ident or 0

    def run(self) -> None:
        prolonged = time.monotonic()
        while True:
            time.sleep(min(1.0, settings.TASK_LEASE_SECONDS / 4))
            self.beat()
            if self.beat is not _nothing and os.getppid() != self.parent:
                # Whoever started us is gone: nobody would ever stop us.
                os.kill(os.getpid(), signal.SIGTERM)
                self.parent = os.getppid()
            at_hand = self.at_hand
            if at_hand and time.monotonic() - prolonged > settings.TASK_LEASE_SECONDS / 4:
                prolonged = time.monotonic()
                self._keep(*at_hand)

    def _keep(self, row: QueuedTask, ends: float) -> None:
        try:
            if time.monotonic() > ends + PATIENCE_SECONDS:
                self._give_up(row)
            elif not queue.prolong(row):
                log.warning("Task %s (%s) is no longer ours.", row.pk, row.path)
        except (DatabaseError, InterfaceError) as error:
            log.warning("The lease of task %s could not be prolonged (%s).", row.pk, type(error).__name__)
        finally:
            connections.close_all()

    def _give_up(self, row: QueuedTask) -> None:
        frame = sys._current_frames().get(self.main_thread)
        where = scrub("".join(traceback.format_stack(frame)))
        try:
            queue.end_attempt(row, error="TookTooLong", trace=where, at=database_now())
        finally:
            os._exit(os.EX_SOFTWARE)


class Worker:
    """Claims, carries out and ends tasks until it is told to stop."""

    def __init__(
        self,
        *,
        is_house_only: bool = False,
        tick: Callable[[], object] = _nothing,
        beat: Callable[[], None] = _nothing,
    ) -> None:
        self.name = runner.worker_name()
        self.is_house_only = is_house_only
        self.tick = tick
        self.heart = Heart(beat)
        self.context: Context | None = None
        self.is_stopping = False
        self.reaped_at = 0.0
        self.failures = 0

    def run(self, *, is_once: bool = False) -> None:
        """Work until SIGTERM or SIGINT; with `is_once` until nothing is due."""
        self._listen()
        self.heart.start()
        while not self.is_stopping:
            is_idle = not self._turn()
            if is_idle and is_once:
                return
            if is_idle:
                self._rest()

    def _rest(self) -> None:
        """Wait for the next look; longer each time while the database does not answer, and never past a signal."""
        until = time.monotonic() + min(POLL_SECONDS * 2**self.failures, LONGEST_REST_SECONDS)
        while time.monotonic() < until and not self.is_stopping:
            time.sleep(POLL_SECONDS)

    def _turn(self) -> bool:
        """One look at the clock and at the queue; whether there was work."""
        close_old_connections()
        try:
            self._keep_house()
            row = queue.claim(self.name, at=database_now(), is_house_only=self.is_house_only)
            self.failures = 0
            if row:
                self._carry_out(row)
            return row is not None
        except (DatabaseError, InterfaceError) as error:
            self.failures += 1
            log.warning("The database did not answer (%s: %s); trying again.", type(error).__name__, error)
        except (HandedBack, TookTooLong):
            log.warning("An alarm came when the task was over already.")
        connections.close_all()
        return False

    def _keep_house(self) -> None:
        self.tick()
        if time.monotonic() - self.reaped_at > min(REAP_SECONDS, settings.TASK_LEASE_SECONDS):
            queue.reap(at=database_now())
            self.reaped_at = time.monotonic()

    def _carry_out(self, row: QueuedTask) -> None:
        if self.is_stopping:
            queue.hand_back(row, at=database_now())
            return
        try:
            runner.attempt(row, self._begin)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            self.heart.at_hand = self.context = None

    def _begin(self, task: Task, context: Context) -> None:
        self.context = context
        context.is_stopping = self.is_stopping
        longest = getattr(task, "longest", settings.TASK_LIMIT_SECONDS)
        self.heart.at_hand = (context.row, time.monotonic() + longest)
        signal.setitimer(signal.ITIMER_REAL, min(longest, STOP_SECONDS) if self.is_stopping else longest)

    def _listen(self) -> None:
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        signal.signal(signal.SIGALRM, self._alarm)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        """Finish what can be finished in 20 seconds; a task in steps stops before its next one."""
        self.is_stopping = True
        if self.context:
            self.context.is_stopping = True
            left = signal.getitimer(signal.ITIMER_REAL)[0]
            signal.setitimer(signal.ITIMER_REAL, min(left or STOP_SECONDS, STOP_SECONDS))

    def _alarm(self, number: int, frame: FrameType | None) -> None:
        if self.context is None:
            return
        if self.is_stopping:
            raise HandedBack
        raise TookTooLong(f"The task ran longer than it may: started at {self.context.row.started_at}.")
