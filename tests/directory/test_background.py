"""Acts upon many rows in the background, and what the clock does by itself."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from modus.cli import clock
from modus.core import tasks
from modus.core.errors import NotAllowed, RuleBroken
from modus.core.journal import JournalLine
from modus.core.tasks import schedule
from modus.core.tasks.models import QueuedTask
from modus.core.time import now, today
from modus.directory import actions, queries
from modus.directory.models import Cluster, Membership, Network, Person, Profile, ValidationResult
from tests.factories import directory as make

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=366)


def members(cluster: Cluster, number: int) -> list[Membership]:
    return make.MembershipFactory.create_batch(number, cluster=cluster, kind="full")


def begin(cluster: Cluster, rows: list[Membership], by: Person, key: str = "k") -> QueuedTask:
    return actions.begin_kind_change(cluster, memberships=rows, kind="honorary", key=key, by=by)


def honorary(cluster: Cluster) -> int:
    return Membership.objects.within(cluster=cluster, kind="honorary").count()


@pytest.mark.row("B1")
def test_many_members_are_changed_step_by_step(cluster: Cluster, manager: Person) -> None:
    rows = members(cluster, 4)
    task = begin(cluster, rows, manager)
    assert begin(cluster, rows, manager).pk == task.pk
    assert honorary(cluster) == 0
    tasks.run_due()
    task.refresh_from_db()
    assert (honorary(cluster), task.state, task.done, task.result) == (4, "done", 4, {"changed": 4})
    lines = JournalLine.objects.filter(event="directory.membership.changed", by_id=manager.pk)
    assert (lines.count(), set(lines.values_list("request_id", flat=True))) == (4, {task.pk.hex})


def test_a_membership_that_is_gone_is_left_out_and_told(cluster: Cluster, manager: Person) -> None:
    rows = members(cluster, 3)
    task = begin(cluster, rows, manager)
    Membership.objects.within(pk=rows[1].pk).delete()
    tasks.run_due()
    task.refresh_from_db()
    assert (honorary(cluster), task.result) == (2, {"changed": 2, "left out": 1})


@pytest.mark.attack("A-18")
def test_a_right_that_ended_while_the_work_waited_ends_the_work(cluster: Cluster, manager: Person) -> None:
    task = begin(cluster, members(cluster, 3), manager)
    manager.positions.update(ends_on=today() - timedelta(days=1))
    tasks.run_due()
    task.refresh_from_db()
    assert (honorary(cluster), task.state, task.error, task.done) == (0, "refused", "NotAllowed", 0)


@pytest.mark.attack("A-18")
def test_work_of_somebody_who_is_gone_is_not_done(cluster: Cluster, manager: Person) -> None:
    task = begin(cluster, members(cluster, 1), manager)
    manager.positions.all().delete()
    manager.delete()
    tasks.run_due()
    task.refresh_from_db()
    assert (honorary(cluster), task.state) == (0, "refused")


@pytest.mark.attack("A-02")
def test_only_the_team_of_a_cluster_begins_a_change_of_its_members(
    cluster: Cluster, other_cluster: Cluster, manager: Person
) -> None:
    foreign = members(other_cluster, 1)
    with pytest.raises(NotAllowed):
        begin(other_cluster, foreign, manager)
    with pytest.raises(RuleBroken):
        begin(cluster, foreign, manager)
    assert not QueuedTask.objects.exists()


@pytest.fixture
def listed(cluster: Cluster, other_cluster: Cluster) -> list[Profile]:
    """Two listed profiles of one network, and one of another."""
    elsewhere = make.ClusterFactory(network=make.NetworkFactory(slug="south"), slug="forestry")
    return [
        make.ProfileFactory(
            organisation=one.organisation,
            network=one.network,
            status="published",
            is_listed=True,
            values={"name": one.name, "country": "CZ"},
            published={"name": one.name, "country": "CZ"},
        )
        for one in (cluster, other_cluster, elsewhere)
    ]


def results() -> list[Any]:
    rows = ValidationResult.objects.across("test").order_by("profile_id", "rule_set__code", "order")
    return list(rows.values_list("profile_id", "rule_set__code", "is_met", "order"))


@pytest.mark.row("A3")
def test_a_check_in_the_background_finds_what_a_check_at_once_finds(
    network: Network, office: Person, listed: list[Profile]
) -> None:
    with transaction.atomic():
        count, changed = actions.check_profiles_of(network, rule_set="eccp", by=office)
        at_once = results()
        transaction.set_rollback(True)
    task = actions.begin_profile_check(network, rule_set="eccp", key="k", by=office)
    tasks.run_due()
    task.refresh_from_db()
    assert (task.state, task.done, task.result["changed"]) == ("done", count, changed)
    assert (results(), count) == (at_once, 2)
    assert {code for _profile, code, *_rest in at_once} == {"eccp"}


@pytest.mark.attack("A-18")
def test_a_check_stops_when_the_office_has_lost_its_right(
    network: Network, office: Person, listed: list[Profile]
) -> None:
    task = actions.begin_profile_check(network, rule_set="eccp", key="k", by=office)
    office.positions.update(ends_on=today() - timedelta(days=1))
    tasks.run_due()
    task.refresh_from_db()
    assert (task.state, results()) == ("refused", [])


def test_only_an_office_checks_the_profiles_of_its_network(
    network: Network, manager: Person, listed: list[Profile]
) -> None:
    for check in (actions.check_profiles_of, actions.begin_profile_check):
        more = {"key": "k"} if check is actions.begin_profile_check else {}
        with pytest.raises(NotAllowed):
            check(network, rule_set="eccp", by=manager, **more)


@pytest.mark.row("A3")
def test_the_check_of_the_day_covers_every_network_once(listed: list[Profile]) -> None:
    clock_person = queries.clock()
    assert actions.begin_daily_checks(on=today(), by=clock_person) == 2
    assert actions.begin_daily_checks(on=today(), by=clock_person) == 2
    tasks.run_due()
    assert QueuedTask.objects.count() == 2
    assert {profile for profile, *_rest in results()} == {profile.pk for profile in listed}


@pytest.mark.row("P5")
def test_every_job_of_the_clock_is_carried_out(listed: list[Profile]) -> None:
    clock.tick()
    later = now() + timedelta(days=2)
    begun = schedule.tick(at=later, by=queries.clock)
    tasks.run_due(at=later)
    states = {row.title: QueuedTask.objects.get(pk=row.pk).state for row in begun}
    assert states == dict.fromkeys(schedule.JOBS, "done")
    assert results()
