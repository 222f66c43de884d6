"""A read that does not say whose rows it wants raises."""

from collections.abc import Callable

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from modus.core.scope import UnscopedRead
from modus.directory.models import Cluster, Membership
from tests.factories import directory as make

pytestmark = [pytest.mark.django_db, pytest.mark.row("O1"), pytest.mark.attack("A-03")]


@pytest.mark.parametrize(
    "read",
    [
        lambda: list(Membership.objects.all()),
        lambda: Membership.objects.filter(kind="full").first(),
        lambda: Membership.objects.get(kind="full"),
        lambda: Membership.objects.count(),
        lambda: Membership.objects.exists(),
        lambda: Membership.objects.values_list("id")[0:1].get(),
        lambda: list(Membership.objects.iterator()),
        lambda: Membership.objects.update(kind="full"),
        lambda: Membership.objects.all().delete(),
        lambda: Membership.objects.aggregate(),
        lambda: bool(Membership.objects.all()),
        lambda: len(Membership.objects.order_by("id")),
    ],
)
def test_an_unscoped_read_raises(read: Callable[[], object]) -> None:
    with pytest.raises(UnscopedRead):
        read()


def test_a_read_within_a_cluster_gives_its_rows_only(cluster: Cluster, other_cluster: Cluster) -> None:
    own = make.MembershipFactory(cluster=cluster)
    make.MembershipFactory(cluster=other_cluster)
    assert list(Membership.objects.within(cluster=cluster)) == [own]
    assert list(cluster.memberships.all()) == [own]
    assert Membership.objects.within(cluster=cluster).order_by("id").filter(kind="full").count() == 1


def test_a_read_across_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="Say why"):
        Membership.objects.across("")


def test_a_read_across_sees_everybody_and_answers_as_any_other(cluster: Cluster, other_cluster: Cluster) -> None:
    both = {make.MembershipFactory(cluster=place).pk for place in (cluster, other_cluster)}
    rows = Membership.objects.across("a test looks at all")
    assert {row.pk for row in rows} == {row.pk for row in rows.iterator(chunk_size=1)} == both
    assert (rows.count(), rows.exists(), rows.filter(kind="none").exists()) == (2, True, False)
    assert rows.aggregate(number=models.Count("pk")) == {"number": 2}
    assert (rows.update(kind="associate"), rows.filter(kind="associate").count()) == (2, 2)
    assert rows.filter(cluster=cluster).delete()[0] == 1
    assert {row.cluster_id for row in Membership.objects.across("what is left")} == {other_cluster.pk}


def test_a_read_that_was_scoped_is_read_once_and_its_conditions_stay(cluster: Cluster, other_cluster: Cluster) -> None:
    own = make.MembershipFactory(cluster=cluster, kind="associate")
    make.MembershipFactory(cluster=cluster)
    make.MembershipFactory(cluster=other_cluster, kind="associate")
    rows = Membership.objects.within(models.Q(cluster=cluster), kind="associate")
    with CaptureQueriesContext(connection) as seen:
        assert [list(rows), list(rows)] == [[own], [own]]
    assert len(seen) == 1


def test_a_relation_of_a_thing_at_hand_is_scoped_and_one_that_is_only_named_is_not(cluster: Cluster) -> None:
    make.MembershipFactory(cluster=cluster)
    assert cluster.memberships.exists()
    with pytest.raises(UnscopedRead, match=r"Membership was read without within\(\) or across\(\)"):
        Membership.objects.filter(cluster=cluster).exists()
