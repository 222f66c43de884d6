"""A read that does not say whose rows it wants raises."""

from collections.abc import Callable

import pytest

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
