"""Adding a member: what is known already is offered, and nothing is half written."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from modus.core.time import today
from modus.directory.models import Cluster, Membership, Organisation, Person, Position
from tests.factories import directory as make

pytestmark = [pytest.mark.django_db, pytest.mark.row("A6", "B1")]
SignIn = Callable[[Person], Client]


def answers(**changes: object) -> dict[str, object]:
    return {
        "country": "CZ",
        "name": "Optika Brno",
        "website": "optika.example",
        "kind": "small",
        "membership_kind": "full",
        "joined_on": str(today()),
        **changes,
    }


def post(client: Client, cluster: Cluster, **changes: object) -> HttpResponse:
    return client.post(reverse("directory:member-create", args=[cluster.slug]), answers(**changes))


def count() -> tuple[int, ...]:
    return tuple(table.objects.across("tests count").count() for table in (Organisation, Membership, Person, Position))


def test_a_new_member_arrives_with_its_speaker(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    response = post(
        signed_in(manager), cluster, representative_given_name="Eva", representative_email="eva@optika.example"
    )
    row = Membership.objects.within(cluster=cluster).get()
    assert response["Location"] == reverse("directory:member-detail", args=[cluster.slug, row.pk])
    assert (row.organisation.domain, row.organisation.positions.get().role) == ("optika.example", "representative")


def test_likely_duplicates_are_shown_before_a_further_one_is_recorded(
    cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    make.ProfileFactory(organisation__name="Optika Brno s.r.o.", is_listed=True, status="published")
    client, before = signed_in(manager), count()
    asked = post(client, cluster, city="Kept town")
    page = asked.content.decode()
    assert asked.status_code == 422
    assert ["Optika Brno s.r.o." in page, "Kept town" in page, "It is another one" in page] == [True, True, True]
    assert count() == before
    assert post(client, cluster, is_another="on").status_code == 302
    assert count()[:2] == (before[0] + 1, before[1] + 1)


def test_an_organisation_that_is_known_is_admitted_instead(
    cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    known = make.ProfileFactory(organisation__name="Optika Brno", is_listed=True, status="published").organisation
    before = count()
    assert post(signed_in(manager), cluster, existing=known.pk, name="").status_code == 302
    assert Membership.objects.within(cluster=cluster).get().organisation == known
    assert count()[0] == before[0]


@pytest.mark.attack("A-07", "A-02")
def test_an_organisation_of_another_cluster_is_refused_like_a_random_one(
    cluster: Cluster, other_cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    foreign = make.MembershipFactory(cluster=other_cluster).organisation
    client, before = signed_in(manager), count()
    replies = [post(client, cluster, existing=key) for key in (foreign.pk, uuid4())]
    assert [reply.status_code for reply in replies] == [422, 422]
    said = [reply.context["form"].non_field_errors() for reply in replies]
    assert said == [["Choose one of the organisations that are shown."]] * 2
    assert count() == before


@pytest.mark.attack("A-93", "A-03")
def test_the_check_while_typing_names_nobody_of_another_cluster(
    cluster: Cluster, other_cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    make.MembershipFactory(cluster=cluster, organisation__name="Optika Brno own")
    make.MembershipFactory(cluster=other_cluster, organisation__name="Optika Brno foreign")
    page = signed_in(manager).get(
        reverse("directory:member-duplicates", args=[cluster.slug]), {"name": "Optika Brno", "country": "CZ"}
    )
    assert ("Optika Brno own" in page.content.decode(), "foreign" in page.content.decode()) == (True, False)
    assert "<html" not in page.content.decode()


@pytest.mark.attack("A-06")
def test_columns_that_the_form_does_not_name_stay_as_they_are(
    cluster: Cluster, other_cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    foreign = {"cluster": other_cluster.pk}
    said = answers(
        **foreign,
        cluster_id=other_cluster.pk,
        version=9,
        left_on="2030-01-01",
        is_invented="on",
        sort_name="zzz",
        representative_given_name="Eva",
        representative_email="eva@optika.example",
        role="manager",
    )
    signed_in(manager).post(reverse("directory:member-create", args=[cluster.slug]), said)
    row = Membership.objects.across("tests look").get()
    assert (row.cluster, row.version, row.left_on, row.sort_name) == (cluster, 1, None, "optika brno")
    assert (row.organisation.is_invented, row.organisation.positions.get().role) == (False, "representative")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"country": "XX"},
        {"kind": "castle"},
        {"joined_on": "tomorrow"},
        {"membership_kind": "emperor"},
        {"representative_given_name": "Eva"},
        {"website": "javascript:alert(1)"},
        {"existing": "not-a-key"},
    ],
)
def test_wrong_answers_are_told_and_nothing_is_written(
    cluster: Cluster, manager: Person, signed_in: SignIn, wrong: dict[str, object]
) -> None:
    before = count()
    assert post(signed_in(manager), cluster, **wrong).status_code == 422
    assert count() == before


def test_a_member_cannot_be_admitted_twice(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    row = make.MembershipFactory(cluster=cluster)
    response = post(signed_in(manager), cluster, existing=row.organisation_id)
    assert (response.status_code, "is a member already" in response.content.decode()) == (422, True)
