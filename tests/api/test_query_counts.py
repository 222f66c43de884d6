"""How many questions each list asks the database: the same for one row as for three."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from modus.directory import actions
from modus.directory.models import Cluster, JoinRequest, Network, Person
from tests.api.calling import call
from tests.factories import directory as make
from tests.factories import listing
from tests.factories.tokens import token_of

pytestmark = [pytest.mark.row("P3"), pytest.mark.django_db]
# Beside what the list asks: the token, its person, her rights (her positions), the limit of calls.
DOOR = 4


def questions(address: str, secret: str) -> int:
    """The statements of one call, without the marks of transactions of the test itself."""
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = call("GET", address, secret)
    assert answer.status_code == 200, answer.content
    return len([one for one in asked.captured_queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))])


def secret_of(person: Person, place: Any = None) -> str:
    return token_of(person, place, last_used_on=make.LONG_AGO)[1]


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("clusters/optics/members", 2),
        ("clusters/optics/members?q=firm&sort=-joined", 3),
        ("clusters/optics/people", 3),
        ("clusters/optics/team", 1),
        ("clusters/optics/history", 2),
        ("clusters/optics/views/members", 1),
        ("clusters", 0),
        ("requests/waiting", 1),
    ],
)
def test_lists_of_a_cluster_ask_a_fixed_number(address: str, asked: int, cluster: Cluster, manager: Person) -> None:
    secret = secret_of(manager, cluster)

    def fill() -> None:
        row = make.MembershipFactory(cluster=cluster, organisation__name=f"Firm {cluster.memberships.count()}")
        person = make.PositionFactory(organisation=row.organisation, role="representative").person
        make.PositionFactory(organisation=cluster.organisation, role="staff")
        actions.keep_view(address=f"{cluster.pk}/members", name=str(row.pk), query="", by=manager)
        actions.change_membership(row, terms={"kind": "honorary"}, version=1, by=manager)
        actions.correct_person(person, facts={"phone": "1"}, by=manager)
        JoinRequest.objects.create(person=make.PersonFactory(), organisation=row.organisation, kind="claim")

    fill()
    call("GET", f"/api/v1/{address}", secret)
    one = questions(f"/api/v1/{address}", secret)
    fill()
    fill()
    assert (one, questions(f"/api/v1/{address}", secret)) == (asked + DOOR, asked + DOOR)


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("networks/north/profiles", 2),
        ("networks/north/clusters", 3),
        ("networks/north/requests", 1),
        ("networks/north/rule-sets", 2),
        ("requests/waiting", 1),
    ],
)
def test_lists_of_an_office_ask_a_fixed_number(address: str, asked: int, network: Network, office: Person) -> None:
    secret = secret_of(office, network)

    def fill() -> None:
        own = make.ClusterFactory(network=network)
        make.ProfileFactory(network=network, organisation=own.organisation, status="submitted", submitted_by=office)
        JoinRequest.objects.create(person=make.PersonFactory(), organisation=own.organisation, kind="claim")

    fill()
    call("GET", f"/api/v1/{address}", secret)
    one = questions(f"/api/v1/{address}", secret)
    fill()
    fill()
    assert (one, questions(f"/api/v1/{address}", secret)) == (asked + DOOR, asked + DOOR)


@pytest.mark.parametrize(
    ("address", "asked"), [("organisations", 2), ("profiles", 2), ("requests", 2), ("networks", 2), ("me", 2)]
)
def test_lists_of_ones_own_ask_a_fixed_number(address: str, asked: int, network: Network) -> None:
    """One of them is for the memberships of her firms, from which rights in clusters would follow."""
    person = make.PersonFactory()
    secret = secret_of(person)

    def fill() -> None:
        firm = make.PositionFactory(person=person, role="representative").organisation
        make.ProfileFactory(network=network, organisation=firm)
        JoinRequest.objects.create(person=person, organisation=make.OrganisationFactory(), kind="claim")
        make.NetworkFactory()

    fill()
    call("GET", f"/api/v1/{address}", secret)
    one = questions(f"/api/v1/{address}", secret)
    fill()
    fill()
    assert (one, questions(f"/api/v1/{address}", secret)) == (asked + DOOR, asked + DOOR)


def test_the_public_directory_asks_a_fixed_number() -> None:
    listing.code_lists()
    listing.listed("First")
    one = questions("/api/v1/directory", "")
    listing.listed("Second")
    listing.listed("Third")
    assert (one, questions("/api/v1/directory", "")) == (4, 4)
