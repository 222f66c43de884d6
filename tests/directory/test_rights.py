"""Rights follow live from active positions and active memberships (Z1)."""

from datetime import date, timedelta

import pytest

from modus.core.time import today
from modus.directory import queries, rules
from modus.directory.models import Cluster, Membership, Person
from tests.factories import directory as make

pytestmark = [pytest.mark.django_db, pytest.mark.row("B1", "O2")]
YESTERDAY = timedelta(days=1)


def may_enter(person: Person, cluster: Cluster, on: date | None = None) -> bool:
    return rules.can_enter(queries.rights_of(person, on=on or today()), cluster)


def test_rights_stay_when_one_of_two_roles_ends(cluster: Cluster) -> None:
    person = make.member_of(cluster)
    organisation = person.positions.get().organisation
    make.PositionFactory(person=person, organisation=organisation, role="colleague")
    person.positions.filter(role="representative").update(ends_on=today() - YESTERDAY)
    assert may_enter(person, cluster)


def test_rights_go_when_the_last_role_ends(cluster: Cluster) -> None:
    person = make.member_of(cluster)
    person.positions.update(ends_on=today() - YESTERDAY)
    assert not may_enter(person, cluster)


def test_rights_of_a_future_role_begin_on_its_day(cluster: Cluster) -> None:
    person = make.member_of(cluster)
    begins = today() + timedelta(days=7)
    person.positions.update(starts_on=begins)
    assert [may_enter(person, cluster, begins + timedelta(days=days)) for days in (-1, 0)] == [False, True]


def test_an_old_membership_beside_a_current_one_takes_nothing_away(cluster: Cluster) -> None:
    person = make.member_of(cluster)
    organisation = person.positions.get().organisation
    make.MembershipFactory(
        cluster=cluster, organisation=organisation, joined_on=date(2015, 1, 1), left_on=date(2016, 12, 31)
    )
    assert may_enter(person, cluster)


def test_rights_go_with_the_membership_of_the_employer(cluster: Cluster) -> None:
    person = make.member_of(cluster)
    Membership.objects.within(cluster=cluster).update(left_on=today() - YESTERDAY)
    assert not may_enter(person, cluster)


def test_the_last_day_counts(cluster: Cluster) -> None:
    person = make.member_of(cluster)
    Membership.objects.within(cluster=cluster).update(left_on=today())
    assert may_enter(person, cluster)


def test_a_manager_role_at_a_member_gives_no_right_over_the_cluster(cluster: Cluster, other_cluster: Cluster) -> None:
    manager = make.manager_of(other_cluster)
    make.MembershipFactory(cluster=cluster, organisation=other_cluster.organisation)
    assert not rules.can_manage_members(queries.rights_of(manager, on=today()), cluster)
