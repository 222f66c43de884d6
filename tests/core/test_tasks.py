"""Work in the background: once by key, under a lease, with attempts, quotas and fair turns."""

import hashlib
import json
import logging
import random
import uuid
from datetime import date, timedelta

import pytest
from django.db import transaction

from modus.core import tasks
from modus.core.errors import NotAllowed, RuleBroken
from modus.core.journal import JournalLine
from modus.core.tasks import queue, runner
from modus.core.tasks.models import Lane, QueuedTask
from modus.core.tasks.trace import scrub
from modus.core.time import database_now, now
from tests.core import sample_tasks as sample
from tests.core.actor import ANNA, Somebody

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def words() -> list[str]:
    """The effects that are left, in the order in which they came."""
    lines = JournalLine.objects.filter(event="test.effect.left").order_by("id")
    return [line.changes["word"] for line in lines]


def put(word: str, *, scope: Lane | None = None, key: str = "", by: Somebody = ANNA) -> QueuedTask:
    return tasks.enqueue(sample.leave, key=key or word, by=by, scope=scope, word=word)


def scope() -> Lane:
    """What stands for a cluster: anything with a key."""
    return Lane(pk=uuid.uuid4())


def test_a_task_is_carried_out_and_keeps_its_result() -> None:
    row = put("one")
    assert (words(), tasks.run_due()) == ([], 1)
    row.refresh_from_db()
    assert (words(), row.state, row.result, row.attempts, row.lease_until) == (["one"], "done", "one", 1, None)


def test_a_task_that_its_action_takes_back_was_never_there() -> None:
    with transaction.atomic():
        put("one")
        transaction.set_rollback(True)
    assert (tasks.run_due(), words()) == (0, [])


def test_the_same_key_is_one_task_while_it_waits_and_after_it_ended() -> None:
    first = put("one", key="k")
    assert put("two", key="k").pk == first.pk
    tasks.run_due()
    assert put("three", key="k").pk == first.pk
    assert (tasks.run_due(), words()) == (0, ["one"])


def test_arguments_arrive_as_they_are_declared() -> None:
    key = uuid.uuid4()
    row = tasks.enqueue(sample.take, key="k", by=ANNA, day=date(2026, 3, 29), keys=[key])
    tasks.run_due()
    row.refresh_from_db()
    assert row.result == ["2026-03-29", str(key), "1"]


@pytest.mark.parametrize(
    "arguments",
    [{}, {"word": 1}, {"word": "a", "more": 1}, {"word": b"a"}, {"word": object()}],
    ids=["missing", "of another type", "unknown", "bytes", "an object"],
)
def test_arguments_that_are_not_declared_are_refused_at_once(arguments: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        tasks.enqueue(sample.leave, key="k", by=ANNA, **arguments)
    assert not QueuedTask.objects.exists()


@pytest.mark.attack("A-70")
@pytest.mark.parametrize(
    "change",
    [
        {"arguments": {"word": "evil"}},
        {"arguments": {"word": ["evil"]}},
        {"path": "os.system", "arguments": {"command": "true"}},
        {"path": "tests.core.sample_tasks.no_task"},
        {"path": "tests.core.sample_tasks.hurry"},
        {"by_id": uuid.UUID(int=9)},
        {"key": "other"},
        {"signature": ""},
    ],
    ids=["arguments", "types", "another function", "no task", "another task", "another person", "key", "no seal"],
)
def test_a_tampered_message_is_dropped_and_logged(change: dict[str, object], caplog: pytest.LogCaptureFixture) -> None:
    row = put("good")
    QueuedTask.objects.filter(pk=row.pk).update(**change)
    with caplog.at_level(logging.ERROR, "modus.tasks"):
        tasks.run_due()
    row.refresh_from_db()
    assert (row.state, words()) == ("dropped", [])
    assert f"{row.pk}" in caplog.text
    assert "is dropped" in caplog.text


@pytest.mark.attack("A-70")
def test_a_message_moved_to_another_cluster_is_dropped() -> None:
    row, other = put("good", scope=scope()), Lane.objects.create(pk=uuid.uuid4())
    QueuedTask.objects.filter(pk=row.pk).update(lane=other)
    tasks.run_due()
    row.refresh_from_db()
    assert (row.state, words()) == ("dropped", [])


@pytest.mark.row("P5")
def test_poison_is_parked_after_five_attempts_with_a_clean_trace_and_the_queue_flows() -> None:
    poison = put("poison")
    put("after")
    at, starts = database_now(), []
    for _ in range(12):
        tasks.run_due(at=at)
        poison.refresh_from_db()
        starts.append(poison.run_after)
        at = max(poison.run_after, at + timedelta(seconds=1))
    assert (poison.state, poison.attempts, poison.error) == ("parked", 5, "ValueError")
    assert words() == ["after"], "an attempt that failed leaves nothing"
    assert "sample_tasks.py" in poison.trace
    assert "jana@lens.example" not in poison.trace
    assert "hunter2" not in poison.trace


def test_each_pause_is_longer_than_the_one_before_and_none_is_like_another() -> None:
    rows = [put(f"poison {number}") for number in range(6)]
    pauses: list[list[float]] = []
    at = database_now()
    for _ in range(4):
        began = now()
        tasks.run_due(at=at)
        found = [QueuedTask.objects.get(pk=row.pk).run_after for row in rows]
        pauses.append([(moment - began).total_seconds() for moment in found])
        at = max(found)
    shortest, longest = [min(p) for p in pauses], [max(p) for p in pauses]
    assert all(later > earlier for earlier, later in zip(longest, shortest[1:], strict=False))
    assert len({round(pause, 1) for pause in pauses[3]}) > 1


@pytest.mark.attack("A-18")
def test_what_an_action_forbids_is_refused_and_not_tried_again() -> None:
    row = tasks.enqueue(sample.forbid, key="k", by=ANNA)
    assert (tasks.run_due(), tasks.run_due(at=now() + 9 * HOUR)) == (1, 0)
    row.refresh_from_db()
    assert (row.state, row.error, words()) == ("refused", "NotAllowed", [])


def test_a_rule_that_is_broken_is_told_and_not_tried_again() -> None:
    row = tasks.enqueue(sample.break_rule, key="k", by=ANNA)
    assert (tasks.run_due(), tasks.run_due(at=now() + 9 * HOUR)) == (1, 0)
    row.refresh_from_db()
    assert (row.state, row.result) == ("refused", {"message": "This membership has ended already."})


def test_a_lease_that_ran_out_goes_to_another_worker_and_the_first_leaves_nothing() -> None:
    put("one")
    at = database_now()
    slow = queue.claim("slow", at=at)
    assert slow
    assert queue.claim("fast", at=at) is None
    assert queue.reap(at=at + HOUR) == 1
    fast = queue.claim("fast", at=at + 2 * HOUR)
    assert fast
    assert fast.attempts == 2
    runner.attempt(slow)
    assert words() == []
    runner.attempt(fast)
    runner.attempt(slow)
    assert words() == ["one"]


def test_a_lease_that_is_prolonged_is_kept() -> None:
    put("one")
    row = queue.claim("busy", at=database_now())
    assert row
    QueuedTask.objects.update(lease_until=now() - HOUR)
    assert queue.prolong(row)
    assert queue.reap(at=database_now()) == 0
    QueuedTask.objects.update(worker="other")
    assert not queue.prolong(row)


def test_workers_that_die_at_it_five_times_park_it() -> None:
    """Poison that kills the process (memory, a fault in C) leaves no exception; its lease ends it."""
    row, at = put("one"), database_now()
    for _ in range(5):
        assert queue.claim("doomed", at=at)
        at += HOUR
        assert queue.reap(at=at) == 1
        at += HOUR
    row.refresh_from_db()
    assert (row.state, row.error) == ("parked", "LeaseExpired")


def test_steps_go_on_where_the_last_attempt_fell() -> None:
    row = tasks.enqueue(sample.leave_many, key="k", by=ANNA, words=["a", "b", "stop", "c"])
    tasks.run_due()
    assert words() == ["a", "b"]
    tasks.run_due(at=now() + HOUR)
    row.refresh_from_db()
    assert (words(), row.state, row.done, row.total) == (["a", "b", "stop", "c"], "done", 4, 4)
    assert row.result == {"here": 2}


def state_hash() -> str:
    done = QueuedTask.objects.order_by("path", "key").values_list("path", "key", "state", "result", "done")
    return hashlib.sha256(json.dumps([sorted(words()), list(done)]).encode()).hexdigest()


def deliver(seed: int, *, times: int) -> str:
    """Put twelve tasks in and deliver each up to so many times: put in again, taken over, and run late by the first."""
    chance = random.Random(seed)
    order = [number for number in range(6) for _ in range(chance.randint(1, times))]
    chance.shuffle(order)
    for number in order:
        put(f"w{number}", key=f"k{number}")
        tasks.enqueue(sample.leave_many, key=f"s{number}", by=ANNA, words=[f"s{number}.{step}" for step in range(3)])
    at, late = database_now(), []
    for _ in range(chance.randint(1, times) if times > 1 else 1):
        while row := queue.claim(f"worker {chance.random()}", at=at):
            late.append(row)
        at += HOUR
        queue.reap(at=at)
        at += HOUR
    chance.shuffle(late)
    for row in late:
        runner.attempt(row)
    tasks.run_due(at=at)
    for row in late:
        runner.attempt(row)
    return state_hash()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.fault("F-09")
def test_what_is_delivered_up_to_five_times_has_effects_once(seed: int) -> None:
    """Redelivered, out of order, by workers that come back after their lease."""
    with transaction.atomic():
        once = deliver(seed, times=1)
        transaction.set_rollback(True)
    assert deliver(seed, times=4) == once


@pytest.mark.attack("A-103")
def test_a_cluster_has_a_quota_of_waiting_work_and_others_have_theirs() -> None:
    greedy, other = scope(), scope()
    for number in range(100):
        put(f"greedy {number}", scope=greedy)
    with pytest.raises(tasks.TooManyWaiting):
        put("greedy one more", scope=greedy)
    assert put("greedy 5", scope=greedy), "a key that is known is no new work"
    put("other", scope=other)
    put("house")


@pytest.mark.attack("A-103")
def test_a_cluster_has_a_quota_of_running_work_and_its_number_of_workers_changes_nothing() -> None:
    greedy, other = scope(), scope()
    for number in range(5):
        put(f"greedy {number}", scope=greedy)
    at = database_now()
    first = queue.claim("one", at=at)
    assert first
    assert queue.claim("two", at=at) is None, "one of a cluster runs at a time"
    put("other", scope=other)
    second = queue.claim("two", at=database_now())
    assert second
    assert (first.lane_id, second.lane_id) == (greedy.pk, other.pk)


@pytest.mark.attack("A-103")
def test_clusters_take_turns_however_much_one_has_waiting() -> None:
    greedy, modest = scope(), scope()
    for number in range(50):
        put(f"greedy {number}", scope=greedy)
    for number in range(3):
        put(f"modest {number}", scope=modest)
    put("house")
    tasks.run_due()
    order = words()
    assert order.index("house") < 2
    assert [order.index(f"modest {number}") for number in range(3)] == pytest.approx([2, 4, 6], abs=2)


def test_urgent_work_goes_first_and_a_house_worker_takes_no_other() -> None:
    put("slow", scope=scope())
    assert queue.claim("house", at=database_now(), is_house_only=True) is None
    tasks.enqueue(sample.hurry, key="k", by=ANNA, word="urgent")
    tasks.run_due()
    assert words() == ["urgent", "slow"]


def test_work_for_later_waits() -> None:
    tasks.enqueue(sample.leave, key="k", by=ANNA, run_after=now() + HOUR, word="later")
    assert (tasks.run_due(), tasks.run_due(at=now() + 2 * HOUR), words()) == (0, 1, ["later"])


def test_waiting_work_that_is_cancelled_never_begins() -> None:
    row = tasks.ask_to_cancel(put("one"), by=ANNA)
    assert (row.state, tasks.run_due(), words()) == ("cancelled", 0, [])
    assert JournalLine.objects.filter(event="core.task.cancelled", subject_id=row.pk).exists()


def test_work_in_steps_that_is_cancelled_ends_before_its_next_step() -> None:
    row = tasks.enqueue(sample.leave_many, key="k", by=ANNA, words=["a", "b", "c"])
    running = queue.claim("busy", at=database_now())
    assert running
    tasks.ask_to_cancel(row, by=ANNA)
    runner.attempt(running)
    row.refresh_from_db()
    assert (row.state, words(), row.result) == ("cancelled", [], {"here": 0})


def test_only_who_began_it_sees_and_cancels_it() -> None:
    row, stranger = put("one"), Somebody("Boris")
    assert tasks.task_begun_by(ANNA, row.pk) == row
    assert tasks.task_begun_by(stranger, row.pk) is None
    with pytest.raises(NotAllowed):
        tasks.ask_to_cancel(row, by=stranger)


def test_what_has_ended_cannot_be_cancelled() -> None:
    row = put("one")
    tasks.run_due()
    with pytest.raises(RuleBroken):
        tasks.ask_to_cancel(row, by=ANNA)


def test_parked_work_is_tried_again_when_the_operator_says_so() -> None:
    row = tasks.park(put("one"), by=ANNA)
    assert (row.state, tasks.run_due()) == ("parked", 0)
    tasks.retry(row, by=ANNA)
    assert (tasks.run_due(), words()) == (1, ["one"])
    with pytest.raises(RuleBroken):
        tasks.retry(row, by=ANNA)


def test_old_work_is_forgotten_and_with_it_its_key() -> None:
    put("house")
    put("cluster", scope=scope())
    tasks.run_due()
    put("waiting")
    assert queue.purge_finished(at=now() + timedelta(days=2)) == 1
    assert queue.purge_finished(at=now() + timedelta(days=31)) == 1
    assert list(QueuedTask.objects.values_list("key", flat=True)) == ["waiting"]


def test_the_workload_says_how_much_waits_and_for_how_long() -> None:
    for word in ("one", "two", "three"):
        put(word)
    tasks.park(put("four"), by=ANNA)
    assert queue.claim("busy", at=database_now())
    load = queue.workload(at=database_now() + HOUR)
    assert (load.waiting, load.running, load.parked) == (2, 1, 1)
    assert HOUR <= load.oldest < HOUR + timedelta(minutes=1)


def test_time_left_follows_the_pace_of_this_attempt() -> None:
    at = now()
    row = QueuedTask(state="running", started_at=at - timedelta(seconds=10), done_before=50, done=60, total=100)
    assert row.time_left(at) == timedelta(seconds=40)
    assert QueuedTask(state="running", started_at=at, total=100).time_left(at) is None


def test_the_api_of_django_tells_how_a_task_stands() -> None:
    row = put("one")
    assert sample.leave.get_result(str(row.pk)).status == "READY"
    tasks.run_due()
    result = sample.leave.get_result(str(row.pk))
    assert (result.status, result.return_value, result.attempts) == ("SUCCESSFUL", "one", 1)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("postgresql://modus:s3cret@db:5432/modus", "s3cret"),
        ("Authorization: Bearer abc.def", "abc.def"),
        ("{'api_key': 'k-123'}", "k-123"),
        ("mail to eva.nova@lens.example failed", "eva.nova"),
        ("token " + "a1" * 24, "a1a1a1"),
    ],
)
def test_a_trace_keeps_nothing_that_opens_or_identifies(text: str, hidden: str) -> None:
    assert hidden not in scrub(text)
