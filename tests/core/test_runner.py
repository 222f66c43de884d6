"""An attempt ends in one of the ways in which a task can end, and leaves nothing behind it."""

import re
from datetime import timedelta

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError

from modus.core import logs, tasks
from modus.core.tasks import queue, runner
from modus.core.tasks.context import HandedBack, TookTooLong
from modus.core.tasks.models import QueuedTask
from modus.core.time import database_now
from tests.core import sample_tasks as sample
from tests.core.actor import ANNA

pytestmark = [pytest.mark.django_db, pytest.mark.fault("F-09")]


def put(word: str) -> QueuedTask:
    return tasks.enqueue(sample.leave, key=word, by=ANNA, word=word)


def again(row: QueuedTask) -> QueuedTask:
    return QueuedTask.objects.get(pk=row.pk)


def attempted(error: BaseException | None) -> QueuedTask:
    """A task whose attempt falls over with an error as it begins."""
    row = put("one")
    running = queue.claim("w", at=database_now())
    assert running

    def begin(*_facts: object) -> None:
        if error:
            raise error

    runner.attempt(running, begin)
    return again(row)


def test_so_many_attempts_are_made_and_no_more() -> None:
    for word in "abc":
        put(word)
    assert (tasks.run_due(most=2), tasks.run_due(most=2), tasks.run_due()) == (2, 1, 0)


def test_who_runs_what_is_due_takes_over_what_died_first() -> None:
    row = put("one")
    queue.claim("dead", at=database_now())
    later = database_now() + timedelta(days=1)
    assert tasks.run_due(at=later) == 0, "it waits a while after its failure"
    assert again(row).error == "LeaseExpired"
    assert tasks.run_due(at=later + timedelta(days=1)) == 1
    done = again(row)
    assert (done.state, done.error, done.trace, done.attempts) == ("done", "", "", 2)


def test_steps_that_went_on_after_a_failure_end_without_its_trace() -> None:
    row = tasks.enqueue(sample.leave_many, key="k", by=ANNA, words=["a", "stop", "b"])
    tasks.run_due()
    assert (again(row).state, again(row).error) == ("waiting", "ValueError")
    tasks.run_due(at=database_now() + timedelta(days=1))
    done = again(row)
    assert (done.state, done.error, done.trace) == ("done", "", "")


@pytest.mark.parametrize(
    ("error", "state", "name", "trace"),
    [
        (None, "done", "", ""),
        (queue.TooManyWaiting("Too much."), "waiting", "TooManyWaiting", "Too much."),
        (TookTooLong(), "waiting", "TookTooLong", None),
        (KeyError("x"), "waiting", "KeyError", None),
        (HandedBack(), "waiting", "", ""),
    ],
)
def test_each_end_is_written_down(error: BaseException | None, state: str, name: str, trace: str | None) -> None:
    row = attempted(error)
    assert (row.state, row.error, row.lease_until) == (state, name, None)
    assert (row.trace == trace) if trace is not None else name in row.trace
    assert row.attempts == (0 if isinstance(error, HandedBack) else 1)


@pytest.mark.fault("F-02", "F-13")
def test_work_waits_for_a_database_that_lacks_something_and_is_not_blamed() -> None:
    away = OperationalError("gone")
    away.__cause__ = psycopg.OperationalError("gone")
    before = database_now()
    row = attempted(away)
    assert (row.state, row.attempts, row.error, row.trace) == ("waiting", 0, "", "")
    assert before < row.run_after - timedelta(seconds=settings.TASK_FIRST_PAUSE_SECONDS / 2), "after a pause"
    assert tasks.run_due(at=before) == 0
    assert tasks.run_due(at=row.run_after) == 1
    assert again(row).state == "done"


def test_what_may_not_or_cannot_be_done_is_refused_by_its_name() -> None:
    for task, name in ((sample.forbid, "NotAllowed"), (sample.break_rule, "RuleBroken")):
        row = tasks.enqueue(task, key="k", by=ANNA)
        tasks.run_due()
        refused = again(row)
        assert (refused.state, refused.error) == ("refused", name)
        assert refused.finished_at
    assert refused.result == {"message": "This membership has ended already."}


def test_a_lease_that_was_lost_is_told_and_the_other_worker_keeps_the_task(caplog: pytest.LogCaptureFixture) -> None:
    row = put("one")
    running = queue.claim("w", at=database_now())
    assert running

    def begin(*_facts: object) -> None:
        QueuedTask.objects.filter(pk=row.pk).update(worker="other")

    runner.attempt(running, begin)
    assert (again(row).state, again(row).worker, again(row).error) == ("running", "other", "")
    assert "was taken over by another worker" in caplog.text


def test_an_attempt_bears_its_number_in_the_logs_and_gives_the_place_back() -> None:
    put("one")
    running = queue.claim("w", at=database_now())
    assert running
    seen = []
    mark = logs.request_id.set("outer")
    runner.attempt(running, lambda *_facts: seen.append(logs.request_id.get()))
    assert (seen, logs.request_id.get()) == ([running.pk.hex], "outer")
    logs.request_id.reset(mark)


def test_no_two_workers_bear_one_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "h" * 50)
    names = {runner.worker_name() for _time in range(20)}
    assert len(names) == 20
    assert all(re.fullmatch(r"h{40}-\d+-[0-9a-f]{8}", name) for name in names)
