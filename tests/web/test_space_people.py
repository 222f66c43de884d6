"""The pages about people, and the settings and the team of a cluster."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from modus.core.time import today
from modus.directory.models import Cluster, Person, Position
from tests.factories import directory as make

pytestmark = [pytest.mark.django_db, pytest.mark.row("B1", "O1")]
SignIn = Callable[[Person], Client]
PER_PAGE_QUERIES = 8


def url(name: str, cluster: Cluster, *args: object) -> str:
    return reverse(f"directory:{name}", args=[cluster.slug, *args])


def text(response: HttpResponse) -> str:
    return response.content.decode()


def test_person_list_asks_a_fixed_number_of_questions(
    cluster: Cluster, manager: Person, signed_in: SignIn, django_assert_num_queries: object
) -> None:
    client = signed_in(manager)
    for _round in range(2):
        with django_assert_num_queries(PER_PAGE_QUERIES):  # type: ignore[operator]
            client.get(url("person-list", cluster))
        make.member_of(cluster)
        make.member_of(cluster)


@pytest.mark.attack("A-03", "A-93")
def test_person_list_and_export_hold_only_the_cluster(
    cluster: Cluster, other_cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    own, foreign = make.member_of(cluster), make.member_of(other_cluster)
    for page in (url("person-list", cluster), url("person-export", cluster, "csv")):
        answer = text(signed_in(manager).get(page))
        assert (own.email in answer, foreign.email in answer) == (True, False)


@pytest.mark.attack("A-10")
def test_people_are_exported_by_the_team_only(cluster: Cluster, signed_in: SignIn) -> None:
    assert signed_in(make.member_of(cluster)).get(url("person-export", cluster, "csv")).status_code == 403


@pytest.mark.attack("A-02")
@pytest.mark.parametrize("name", ["person-detail", "person-edit", "position-create"])
def test_a_foreign_person_answers_like_a_random_one(
    cluster: Cluster, other_cluster: Cluster, manager: Person, signed_in: SignIn, name: str
) -> None:
    foreign, client = make.member_of(other_cluster), signed_in(manager)
    answers = [client.get(url(name, cluster, key)) for key in (foreign.pk, uuid4())]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def new_person(organisation: object, **changes: object) -> dict[str, object]:
    return {
        "given_name": "Eva",
        "email": "eva@works.example",
        "organisation": organisation,
        "role": "colleague",
        "starts_on": str(today()),
        **changes,
    }


@pytest.mark.attack("A-07", "A-14")
def test_a_speaker_adds_colleagues_of_her_own_organisation_only(cluster: Cluster, signed_in: SignIn) -> None:
    speaker = make.member_of(cluster, name="Own Works")
    other = make.MembershipFactory(cluster=cluster, organisation__name="Other Works").organisation
    client, page = signed_in(speaker), url("person-create", cluster)
    assert "Other Works" not in text(client.get(page))
    refused = [client.post(page, new_person(key)) for key in (other.pk, uuid4())]
    assert [answer.status_code for answer in refused] == [422, 422]
    assert [answer.context["form"].errors["organisation"] for answer in refused] == [
        ["Choose one of these organisations."]
    ] * 2
    assert client.post(page, new_person(speaker.positions.get().organisation_id)).status_code == 302
    assert Person.objects.within(email="eva@works.example").get().positions.get().role == "colleague"


@pytest.mark.attack("A-06", "A-10")
@pytest.mark.parametrize("role", ["manager", "staff", "office"])
def test_roles_of_the_team_are_not_given_to_people_of_members(
    cluster: Cluster, manager: Person, signed_in: SignIn, role: str
) -> None:
    place = make.MembershipFactory(cluster=cluster).organisation
    answer = signed_in(manager).post(url("person-create", cluster), new_person(place.pk, role=role))
    assert answer.status_code == 422
    assert not Person.objects.within(email="eva@works.example").exists()


def test_a_colleague_adds_nobody(cluster: Cluster, signed_in: SignIn) -> None:
    client = signed_in(make.member_of(cluster, role="colleague"))
    assert client.get(url("person-create", cluster)).status_code == 403


def test_people_edit_themselves_and_the_team_edits_people(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    person, other = make.member_of(cluster), make.member_of(cluster)
    answers = {"given_name": "New", "family_name": "Name", "email": person.email, "user": "1", "is_clock": "on"}
    page = url("person-edit", cluster, person.pk)
    assert [signed_in(one).post(page, answers).status_code for one in (other, person, manager)] == [403, 302, 302]
    person.refresh_from_db()
    assert (person.name, person.is_clock) == ("New Name", False)


def test_a_speaker_ends_positions_of_her_organisation_and_no_others(cluster: Cluster, signed_in: SignIn) -> None:
    speaker, stranger = make.member_of(cluster), make.member_of(cluster)
    own = make.PositionFactory(organisation=speaker.positions.get().organisation)
    client, day = signed_in(speaker), {"ends_on": str(today())}
    assert client.post(url("position-end", cluster, own.person_id, own.pk), day).status_code == 302
    theirs = stranger.positions.get()
    assert client.post(url("position-end", cluster, stranger.pk, theirs.pk), day).status_code == 403
    own.refresh_from_db()
    theirs.refresh_from_db()
    assert (own.ends_on, theirs.ends_on) == (today(), None)


@pytest.mark.attack("A-10")
@pytest.mark.parametrize("name", ["settings", "team", "hand-over", "cluster-rename"])
def test_settings_are_the_managers(cluster: Cluster, signed_in: SignIn, name: str) -> None:
    people = (make.staff_of(cluster), make.member_of(cluster))
    assert {signed_in(one).get(url(name, cluster)).status_code for one in people} == {403}


@pytest.mark.parametrize(
    ("colour", "words"),
    [("#ffcc00", "1.4"), ("red", "six digits"), ("#0b5563;}", "at most 7"), ("#777777", "4.2")],
)
def test_a_colour_that_cannot_be_read_is_refused_with_its_ratio(
    cluster: Cluster, manager: Person, signed_in: SignIn, colour: str, words: str
) -> None:
    answers = {"time_zone": "Europe/Prague", "brand_colour": colour}
    response = signed_in(manager).post(url("settings", cluster), answers)
    assert response.status_code == 422
    assert words in str(response.context["form"].errors)
    cluster.refresh_from_db()
    assert cluster.brand_colour == ""


def test_settings_are_saved(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    answers = {"time_zone": "Europe/Sofia", "brand_colour": "#7A1F5C"}
    assert signed_in(manager).post(url("settings", cluster), answers).status_code == 302
    cluster.refresh_from_db()
    assert (cluster.time_zone, cluster.brand_colour) == ("Europe/Sofia", "#7a1f5c")


@pytest.mark.attack("A-19")
def test_an_old_short_name_leads_nowhere_and_is_kept_from_others(
    cluster: Cluster, other_cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    client = signed_in(manager)
    assert client.post(url("cluster-rename", cluster), {"slug": "Photonics"}).status_code == 302
    assert client.get("/space/optics/members/").status_code == 404
    assert client.get("/space/photonics/members/").status_code == 200
    thief = signed_in(make.manager_of(other_cluster))
    taken = thief.post(url("cluster-rename", other_cluster), {"slug": "optics"})
    assert (taken.status_code, "taken" in text(taken)) == (422, True)


def test_the_team_grows_by_an_address(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    known, client = make.member_of(cluster), signed_in(manager)
    answers = {"email": known.email, "role": "staff", "starts_on": str(today())}
    assert client.post(url("team", cluster), answers).status_code == 302
    assert known.positions.filter(organisation=cluster.organisation, role="staff").exists()
    unknown = client.post(url("team", cluster), {**answers, "email": "new@works.example"})
    assert (unknown.status_code, "given_name" in unknown.context["form"].errors) == (422, True)


def test_the_only_manager_hands_over_before_she_leaves(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    staff, client = make.staff_of(cluster), signed_in(manager)
    own = Position.objects.within(person=manager).get()
    leave = url("team-position-end", cluster, own.pk)
    assert client.post(leave, {"ends_on": str(today())}).status_code == 422
    passed = client.post(url("hand-over", cluster), {"person": staff.pk, "starts_on": str(today())})
    assert passed.status_code == 302
    assert client.post(leave, {"ends_on": str(today() - timedelta(days=1))}).status_code == 302
    assert client.get(url("settings", cluster)).status_code == 404
    assert signed_in(staff).get(url("settings", cluster)).status_code == 200


@pytest.mark.attack("A-07")
def test_a_cluster_is_not_handed_to_a_stranger(
    cluster: Cluster, other_cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    make.staff_of(cluster)
    strangers = (make.staff_of(other_cluster).pk, uuid4())
    answers = [
        signed_in(manager).post(url("hand-over", cluster), {"person": key, "starts_on": str(today())})
        for key in strangers
    ]
    assert [answer.context["form"].errors["person"] for answer in answers] == [["Choose one of these people."]] * 2
