"""The clock: each due time once, missed ones by policy, and summer time."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.test import override_settings

from modus.core import tasks
from modus.core.tasks import schedule
from modus.core.tasks.models import QueuedTask
from modus.core.tasks.schedule import IfMissed, Job, tick
from tests.core import sample_tasks as sample
from tests.core.actor import ANNA

pytestmark = [pytest.mark.django_db, pytest.mark.row("P5")]
START = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def by() -> Any:
    return ANNA


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Job]]:
    """Register one job and nothing else."""
    monkeypatch.setattr(schedule, "JOBS", {})

    def register(**due: Any) -> Job:
        made = Job("sample", sample.no_words, **due)
        schedule.JOBS["sample"] = made
        return made

    return register


def began(at: datetime) -> int:
    """How many runs begin at a tick; they are carried out at once."""
    found = len(tick(at=at, by=by))
    tasks.run_due(at=max(at, datetime.now(UTC)))
    return found


def test_an_installation_that_begins_has_missed_nothing(job: Callable[..., Job]) -> None:
    job(at=time(3))
    assert began(START) == 0
    assert began(START + DAY) == 1


@pytest.mark.fault("F-32")
def test_two_clocks_begin_each_due_run_once(job: Callable[..., Job]) -> None:
    """Two schedulers."""
    job(interval=timedelta(minutes=10))
    began(START)
    moments = [START + timedelta(minutes=minute) for minute in range(1, 61)]
    runs = [(began(moment), began(moment + timedelta(seconds=1))) for moment in moments]
    assert [sum(pair) for pair in zip(*runs, strict=True)] == [6, 0]


@pytest.mark.parametrize(("if_missed", "runs"), [(IfMissed.RUN_ONCE, 1), (IfMissed.SKIP, 0)])
@pytest.mark.parametrize("due", [{"at": time(3)}, {"interval": timedelta(hours=4)}], ids=["daily", "every four hours"])
@pytest.mark.fault("F-32")
def test_a_pause_of_26_hours_is_treated_by_policy(
    job: Callable[..., Job], due: dict[str, Any], if_missed: IfMissed, runs: int
) -> None:
    """What was missed runs once or not at all, and then the clock goes on as before."""
    job(**due, if_missed=if_missed)
    began(START)
    assert began(START + timedelta(hours=27)) == runs
    assert began(START + timedelta(hours=27, seconds=1)) == 0
    next_due = timedelta(hours=36 if "interval" in due else 38)
    assert began(START + next_due + timedelta(minutes=1)) == 1


@pytest.mark.fault("F-31")
def test_a_clock_that_is_put_back_runs_nothing_twice(job: Callable[..., Job]) -> None:
    """An hour back, and skew between two machines."""
    job(interval=timedelta(minutes=10))
    began(START)
    assert began(START + timedelta(hours=1)) == 1
    assert [began(START + timedelta(minutes=minute)) for minute in range(0, 60, 5)] == [0] * 12
    assert began(START + timedelta(minutes=70)) == 1


def test_a_run_that_is_still_at_work_is_not_begun_beside(job: Callable[..., Job]) -> None:
    job(interval=timedelta(seconds=5))
    tick(at=START, by=by)
    assert [len(tick(at=START + timedelta(seconds=5 * n), by=by)) for n in range(1, 5)] == [1, 0, 0, 0]
    assert QueuedTask.objects.count() == 1


@override_settings(TIME_ZONE="Europe/Brussels")
@pytest.mark.parametrize(
    ("day", "due"),
    [
        (datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 3, 28, 1, 30, tzinfo=UTC)),
        (datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (datetime(2026, 3, 30, tzinfo=UTC), datetime(2026, 3, 30, 0, 30, tzinfo=UTC)),
        (datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (datetime(2026, 10, 26, tzinfo=UTC), datetime(2026, 10, 26, 1, 30, tzinfo=UTC)),
    ],
    ids=["winter", "the hour that is not", "summer", "the hour that comes twice", "winter again"],
)
@pytest.mark.fault("F-27", "F-28")
def test_half_past_two_is_due_once_a_day_in_summer_and_winter(
    job: Callable[..., Job], day: datetime, due: datetime
) -> None:
    """The hour changes, the job runs once a day."""
    daily = job(at=time(2, 30))
    began(day - timedelta(hours=1))
    minutes = [day + timedelta(minutes=15 * n) for n in range(4 * 22)]
    assert [moment for moment in minutes if began(moment)] == [due]
    assert daily.last_due(due) == due


def test_a_name_is_registered_once(job: Callable[..., Job]) -> None:
    schedule.every(minutes=1)(sample.plain)
    with pytest.raises(ValueError, match="plain"):
        schedule.daily(at=time(1))(sample.plain)
