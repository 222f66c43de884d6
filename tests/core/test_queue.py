"""The queue at its edges: what a lease, a quota, a pause and an end are, to the field and to the second."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings

from modus.core import tasks
from modus.core.errors import RuleBroken
from modus.core.journal import JournalLine
from modus.core.tasks import queue
from modus.core.tasks.models import HOUSE, Lane, QueuedTask, State
from modus.core.time import database_now
from tests.core import sample_tasks as sample
from tests.core.actor import ANNA, Somebody

pytestmark = [pytest.mark.django_db, pytest.mark.attack("A-103")]
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def put(word: str = "w", *, scope: Lane | None = None, by: Somebody = ANNA, **more: Any) -> QueuedTask:
    return tasks.enqueue(sample.leave, key=uuid.uuid4().hex, by=by, scope=scope, word=word, **more)


def lane() -> Lane:
    return Lane(pk=uuid.uuid4())


def claimed(at: datetime | None = None) -> QueuedTask:
    row = queue.claim("one", at=at or database_now())
    assert row
    return row


def two_claimed() -> tuple[QueuedTask, QueuedTask]:
    for word in ("a", "b"):
        put(word)
    return claimed(), claimed()


def again(row: QueuedTask) -> QueuedTask:
    return QueuedTask.objects.get(pk=row.pk)


def test_a_task_waits_with_all_that_was_said_of_it() -> None:
    later, own = database_now() + DAY, lane()
    row = again(put("x", scope=own, title="t" * 201, run_after=later))
    assert (row.lane_id, row.state, row.title, row.run_after) == (own.pk, "waiting", "t" * 200, later)
    assert (row.by_id, row.path, row.attempts) == (ANNA.id, sample.leave.module_path, 0)
    plain = again(put("y"))
    assert (plain.lane_id, plain.run_after, plain.title) == (HOUSE, plain.enqueued_at, "")
    assert abs(plain.enqueued_at - database_now()) < timedelta(minutes=1)


def test_the_same_key_of_another_task_is_other_work() -> None:
    first = tasks.enqueue(sample.leave, key="k", by=ANNA, word="a")
    assert tasks.enqueue(sample.hurry, key="k", by=ANNA, word="a").pk != first.pk
    assert tasks.enqueue(sample.leave, key="k", by=ANNA, word="b").pk == first.pk


def test_a_task_that_somebody_put_in_at_the_same_moment_is_found() -> None:
    first = put()
    put()
    same = {name: getattr(first, name) for name in ("lane", "path", "key", "by_id", "enqueued_at", "run_after")}
    assert queue._saved_once(QueuedTask(arguments={}, **same)).pk == first.pk


def test_a_claim_is_a_lease_of_its_time_in_the_name_of_its_worker() -> None:
    put()
    at = database_now()
    row = again(claimed(at))
    assert (row.state, row.worker, row.attempts, row.started_at) == ("running", "one", 1, at)
    assert row.lease_until == at + timedelta(seconds=settings.TASK_LEASE_SECONDS)
    assert row.done_before == row.done
    assert Lane.objects.get(pk=HOUSE).served_at == at
    assert queue.claim("two", at=at) is None


def test_what_is_due_now_is_due_and_a_moment_later_is_not() -> None:
    at = database_now()
    put(run_after=at + SECOND)
    assert queue.claim("one", at=at) is None
    assert claimed(at + SECOND).attempts == 1


def test_the_house_has_no_quota_and_a_cluster_has_its_own() -> None:
    most = settings.TASKS_RUNNING_PER_CLUSTER
    for number in range(most + 1):
        put(f"house {number}")
        claimed()
    busy, other = lane(), lane()
    for _number in range(most + 1):
        put(scope=busy)
    put(scope=other)
    served = [str(claimed().lane_id) for _number in range(most + 1)]
    assert sorted(served) == sorted([*[str(busy.pk)] * most, str(other.pk)])
    assert queue.claim("one", at=database_now()) is None


def test_a_quota_of_waiting_work_counts_what_waits_in_the_lane_and_nothing_else() -> None:
    own = lane()
    rows = [put(scope=own) for _number in range(settings.TASKS_WAITING_PER_CLUSTER)]
    with pytest.raises(tasks.TooManyWaiting, match="Too much work is waiting"):
        put(scope=own)
    QueuedTask.objects.filter(pk=rows[0].pk).update(state=State.DONE)
    put(scope=own)


@pytest.mark.parametrize("stolen", [{"worker": "two"}, {"attempts": 2}, {"state": State.WAITING}])
def test_who_lost_the_lease_writes_nothing(stolen: dict[str, Any]) -> None:
    put()
    row = claimed()
    QueuedTask.objects.filter(pk=row.pk).update(**stolen)
    before = again(row)
    assert not queue.prolong(row)
    assert not queue.hand_back(row, at=database_now())
    assert not queue.end_attempt(row, error="E", trace="t", at=database_now())
    with pytest.raises(queue.LeaseLost):
        queue.finish(row, State.DONE, at=database_now())
    after = again(row)
    assert (after.state, after.lease_until, after.error) == (before.state, before.lease_until, before.error)


def test_one_lease_is_prolonged_and_not_its_neighbours() -> None:
    first, second = two_claimed()
    QueuedTask.objects.update(lease_until=database_now())
    assert queue.prolong(first)
    assert again(first).lease_until > database_now() + timedelta(seconds=settings.TASK_LEASE_SECONDS - 30)
    assert again(second).lease_until <= database_now()


def test_an_end_and_a_return_leave_no_lease() -> None:
    first, second = two_claimed()
    at = database_now()
    queue.finish(first, State.DONE, at=at, result={"n": 1})
    ended = again(first)
    assert (ended.state, ended.finished_at, ended.lease_until, ended.result) == ("done", at, None, {"n": 1})
    assert queue.hand_back(second, at=at)
    back = again(second)
    assert (back.state, back.run_after, back.lease_until, back.attempts) == ("waiting", at, None, 0)


def test_a_failed_attempt_waits_four_times_as_long_each_time_and_the_fifth_parks() -> None:
    put()
    at = database_now()
    for attempt in range(1, 6):
        row = claimed(at)
        assert queue.end_attempt(row, error="E" * 201, trace=f"t{attempt}", at=at)
        row = again(row)
        assert (row.error, row.trace, row.lease_until, row.attempts) == ("E" * 200, f"t{attempt}", None, attempt)
        if attempt < 5:
            least = settings.TASK_FIRST_PAUSE_SECONDS * 4 ** (attempt - 1)
            assert (row.state, row.finished_at) == ("waiting", None)
            assert 0.5 * least <= (row.run_after - at).total_seconds() <= 1.5 * least
            at = row.run_after
    assert (row.state, row.finished_at) == ("parked", at)


def test_a_lease_that_ran_out_is_taken_and_one_that_runs_is_not() -> None:
    dead, alive = two_claimed()
    at = database_now()
    QueuedTask.objects.filter(pk=dead.pk).update(lease_until=at - SECOND)
    QueuedTask.objects.filter(pk=alive.pk).update(lease_until=at)
    assert (queue.reap(at=at), queue.reap(at=at)) == (1, 0)
    found = again(dead)
    assert (found.state, found.error, found.trace) == ("waiting", "LeaseExpired", "The worker one died or was stuck.")
    assert again(alive).state == "running"


def test_old_ends_are_forgotten_by_how_they_ended_and_what_goes_on_stays() -> None:
    at, own = database_now(), lane()

    def ended(state: str, days: float, scope: Lane | None = own) -> QueuedTask:
        row = put(scope=scope)
        QueuedTask.objects.filter(pk=row.pk).update(state=state, finished_at=at - timedelta(days=days))
        return row

    kept = [ended("done", 29.9), ended("parked", 179.9), ended("done", 0.9, None), ended("refused", 29.9, None)]
    kept.append(put(scope=own))
    gone = [("done", 30.1, own), ("refused", 30.1, own), ("parked", 180.1, own), ("done", 1.1, None)]
    for state, days, scope in gone:
        ended(state, days, scope)
    assert queue.purge_finished(at=at) == len(gone)
    assert set(QueuedTask.objects.all()) == set(kept)


def test_who_began_work_sees_hers_the_newest_first_and_the_operator_everybodys() -> None:
    first, second, his = put("a"), put("b"), put("c", by=Somebody("Boris"))
    for number, row in enumerate((first, second, his)):
        QueuedTask.objects.filter(pk=row.pk).update(enqueued_at=database_now() + number * SECOND)
    assert list(queue.tasks_of(ANNA)) == [second, first]
    assert list(queue.tasks_in([State.WAITING])) == [his, second, first]
    assert list(queue.tasks_in([State.DONE])) == []
    assert (queue.task_by_id(his.pk), queue.task_begun_by(ANNA, his.pk)) == (his, None)
    assert queue.task_by_id(uuid.uuid4()) is None


def test_the_workload_counts_each_state_and_the_longest_wait() -> None:
    at = database_now()
    assert queue.workload(at=at) == queue.Workload(0, 0, 0, timedelta())
    for number in range(4):
        put(str(number), run_after=at - (number + 1) * SECOND)
    claimed(at)
    tasks.park(QueuedTask.objects.filter(state="waiting").order_by("-run_after")[0], by=ANNA)
    put(run_after=at + DAY)
    longest = QueuedTask.objects.filter(state="waiting").order_by("run_after")[0]
    assert queue.workload(at=at) == queue.Workload(3, 1, 1, at - longest.run_after)


def journalled(verb: str) -> JournalLine:
    return JournalLine.objects.get(event=f"core.task.{verb}")


def test_an_operators_acts_are_journalled_and_only_follow_upon_their_state() -> None:
    own = lane()
    row = put(scope=own, title="Title")
    parked = tasks.park(row, by=ANNA)
    assert (again(row).state, again(row).finished_at) == ("parked", parked.finished_at)
    with pytest.raises(RuleBroken, match="Only a task that waits"):
        tasks.park(row, by=ANNA)
    QueuedTask.objects.filter(pk=row.pk).update(attempts=5, run_after=database_now() + DAY)
    tasks.retry(row, by=ANNA)
    fresh = again(row)
    assert (fresh.state, fresh.finished_at, fresh.attempts) == ("waiting", None, 0)
    assert fresh.run_after <= database_now()
    with pytest.raises(RuleBroken, match="Only a parked task"):
        tasks.retry(row, by=ANNA)
    tasks.ask_to_cancel(row, by=ANNA)
    ended = again(row)
    assert (ended.state, ended.finished_at) == ("cancelled", ended.cancel_asked_at)
    with pytest.raises(RuleBroken, match="has ended already"):
        tasks.ask_to_cancel(row, by=ANNA)
    for verb in ("parked", "retried", "cancelled"):
        line = journalled(verb)
        assert (line.scope_id, line.subject_id) == (own.pk, row.pk)
        assert line.changes == {"task": row.path, "title": "Title"}


def test_running_work_is_asked_to_end_and_house_work_has_no_scope() -> None:
    row = put()
    claimed()
    tasks.ask_to_cancel(row, by=ANNA)
    asked = again(row)
    assert (asked.state, asked.finished_at, journalled("cancelled").scope_id) == ("running", None, None)
    assert asked.cancel_asked_at is not None
