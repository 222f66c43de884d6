"""Dated rows count from their first day to their last, also when other rows of the same thing begin later."""

from datetime import timedelta

import pytest

from modus.core.time import today
from modus.directory import queries
from modus.directory.models import Cluster, Membership, active_on
from tests.factories import directory as make

pytestmark = [pytest.mark.django_db, pytest.mark.row("O1")]


def test_first_and_last_day_count(cluster: Cluster) -> None:
    day = today()
    for joined, left in ((-1, -1), (0, 0), (1, None), (-1, None), (-2, 1)):
        last = None if left is None else day + timedelta(days=left)
        make.MembershipFactory(cluster=cluster, joined_on=day + timedelta(days=joined), left_on=last)
    rows = Membership.objects.within(active_on(day, starts="joined_on", ends="left_on"), cluster=cluster)
    assert sorted((row.joined_on - day).days for row in rows) == [-2, -1, 0]


def test_present_member_counts_when_a_later_membership_is_agreed_already(
    cluster: Cluster, other_cluster: Cluster
) -> None:
    organisation = make.MembershipFactory(cluster=cluster).organisation
    make.MembershipFactory(cluster=other_cluster, organisation=organisation, joined_on=today() + timedelta(days=30))
    assert queries.networks_of(organisation, on=today()) == {cluster.network_id}
    assert queries.figures_of_network(cluster.network, on=today(), smallest=1).table.count(None, None) == 1


def test_figures_count_an_organisation_once_in_its_network_and_not_those_of_another(
    cluster: Cluster, other_cluster: Cluster
) -> None:
    organisation = make.MembershipFactory(cluster=cluster).organisation
    make.MembershipFactory(cluster=other_cluster, organisation=organisation)
    make.MembershipFactory(cluster=other_cluster, left_on=today() - timedelta(days=1))
    foreign = make.MembershipFactory(cluster=make.ClusterFactory()).cluster
    for network in (cluster.network, foreign.network):
        assert queries.figures_of_network(network, on=today(), smallest=1).table.count(None, None) == 1
