"""The judge of the drills sees what is lost, torn and double: a drill that cannot fail proves nothing."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from modus.cli.drills.judging import judged
from modus.core.idempotency import UsedKey
from modus.directory.models import Cluster, Membership, Organisation, Person

pytestmark = [pytest.mark.django_db, pytest.mark.fault("F-01", "F-02")]
Add = Callable[..., None]


@pytest.fixture
def add(cluster: Cluster, manager: Person, signed_in: Callable[[Person], Client]) -> Add:
    """A member is added, as a writer of a drill does it."""
    client = signed_in(manager)

    def adding(name: str, key: str = "") -> None:
        said = {"name": name, "country": "CZ", "kind": "small", "membership_kind": "full", "joined_on": "2024-01-01"}
        said |= {"is_another": "on", "form_key": key or f"key of {name}"}
        assert client.post(reverse("directory:member-create", args=[cluster.slug]), said).status_code == 302

    return adding


def test_what_stands_whole_and_once_is_clean(add: Add) -> None:
    for name in ("Writer A 1", "Writer B 1"):
        add(name)
    verdict = judged({"Writer A 1"})
    assert (verdict.is_clean, verdict.unacknowledged) == (True, 1)


def test_what_was_acknowledged_and_is_not_there_is_lost(add: Add) -> None:
    add("Writer A 1")
    assert judged({"Writer A 1", "Writer A 2"}).lost == {"Writer A 2"}


@pytest.mark.parametrize("gone", [Membership, UsedKey])
def test_what_lacks_a_part_is_torn(add: Add, gone: type) -> None:
    add("Writer A 1")
    organisations = Organisation.objects.across("test").filter(name="Writer A 1")
    if gone is Membership:
        Membership.objects.across("test").filter(organisation__in=organisations).delete()
    else:
        UsedKey.objects.all().delete()
    assert [line.partition(":")[0] for line in judged({"Writer A 1"}).torn] == ["Writer A 1"]


def test_what_was_made_twice_is_double(add: Add) -> None:
    add("Writer A 1")
    add("Writer A 1", key="another key")
    assert judged({"Writer A 1"}).double == ["Writer A 1"]
