"""The homes of each role, the choice between spaces, and the search."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from modus.core.time import say_day, today
from modus.directory.models import Cluster, Membership, Network, Person, Position
from modus.web.ui.tables import csv_text, neutral, original
from tests.factories import directory as make

pytestmark = [pytest.mark.django_db]
SignIn = Callable[[Person], Client]


def home(client: Client, cluster: Cluster) -> str:
    return client.get(reverse("directory:home", args=[cluster.slug])).content.decode()


def search(client: Client, text: str, name: str = "search") -> HttpResponse:
    return client.get(reverse(f"home:{name}"), {"q": text})


@pytest.mark.row("X25")
def test_the_monday_page_says_what_waits_and_why(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    silent = make.MembershipFactory(cluster=cluster, organisation__name="Silent Works")
    leaving = make.member_of(cluster, name="Speaking Works")
    Position.objects.within(person=leaving).update(ends_on=today() + timedelta(days=20))
    Membership.objects.within(organisation__name="Speaking Works").update(pays_fee=True)
    page = home(signed_in(manager), cluster)
    assert "Name a representative of Silent Works" in page
    assert "1 member has nobody who speaks for it." in page
    assert f"Renew the position of {leaving.name}" in page
    assert "1 member has no agreement, fee or contribution on record." in page
    assert ["1 of 2" in page, f"50 % on {say_day(today())}" in page] == [True, True]
    assert reverse("directory:member-detail", args=[cluster.slug, silent.pk]) in page


@pytest.mark.row("X25")
def test_the_monday_page_of_a_new_cluster_begins_with_a_member(
    cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    assert "Add your first member" in home(signed_in(manager), cluster)


@pytest.mark.row("O1")
def test_the_home_of_a_member_shows_her_tasks_and_nothing_of_the_team(cluster: Cluster, signed_in: SignIn) -> None:
    speaker = make.member_of(cluster, name="Own Works")
    make.MembershipFactory(cluster=cluster, organisation__name="Silent Works")
    page = home(signed_in(speaker), cluster)
    assert [word in page for word in ("Keep the facts of Own Works right", "Find a member")] == [True, True]
    assert [word in page for word in ("Silent Works", "Committed members")] == [False, False]


@pytest.mark.row("O2")
def test_home_leads_to_the_only_space_or_offers_the_choice(
    cluster: Cluster, other_cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    client = signed_in(manager)
    assert client.get("/home/")["Location"] == "/space/optics/"
    make.PositionFactory(person=manager, organisation=other_cluster.organisation, role="manager")
    page = client.get("/home/").content.decode()
    assert ["/space/optics/" in page, "/space/textiles/" in page] == [True, True]


def test_home_tells_somebody_without_a_position_what_she_can_do(signed_in: SignIn, db: None) -> None:
    page = signed_in(make.PersonFactory()).get("/home/").content.decode()
    assert "Find your organisation" in page


@pytest.mark.attack("A-93", "A-03")
@pytest.mark.parametrize("name", ["search", "palette"])
def test_search_shows_each_reader_her_own(
    cluster: Cluster, other_cluster: Cluster, manager: Person, signed_in: SignIn, name: str
) -> None:
    make.MembershipFactory(cluster=cluster, organisation__name="Zebra Own")
    make.MembershipFactory(cluster=other_cluster, organisation__name="Zebra Foreign")
    mine, anybody = (search(client, "zebra", name).content.decode() for client in (signed_in(manager), Client()))
    assert ["Zebra Own" in mine, "Zebra Foreign" in mine, "Zebra Own" in anybody] == [True, False, False]


@pytest.mark.attack("A-10")
def test_verbs_are_offered_to_those_who_may(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    people = (manager, make.staff_of(cluster), make.member_of(cluster))
    pages = [search(signed_in(person), "add a member", "palette").content.decode() for person in people]
    assert ["members/new/" in page for page in pages] == [True, True, False]
    invite = [search(signed_in(person), "team", "palette").content.decode() for person in people]
    assert ["settings/team/" in page for page in invite] == [True, False, False]


def test_the_name_of_a_cluster_finds_its_records_and_not_all_its_pages(
    cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    make.MembershipFactory(cluster=cluster, organisation__name="Optics Works")
    found = search(signed_in(manager), "optics", "palette").content.decode()
    assert ["Optics Works" in found, "members/new/" in found] == [True, False]
    narrowed = search(signed_in(manager), "add optics", "palette").content.decode()
    assert "members/new/" in narrowed


@pytest.mark.attack("A-38")
def test_search_shows_the_words_as_they_were_typed(client: Client) -> None:
    response = search(client, '"><script>alert(1)</script>')
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "＝1+1", "＋1", "－1", "＠x", "'quoted", "plain", "", "a=b"]
)
@pytest.mark.attack("A-75")
def test_a_neutral_text_is_no_formula_and_can_be_read_back(text: str) -> None:
    assert not neutral(text).startswith(tuple("=+-@\t\r\n＝＋－＠"))
    assert original(neutral(text)) == text


@pytest.mark.attack("A-75")
def test_csv_writes_days_numbers_and_answers_plainly() -> None:
    moment = datetime(2024, 3, 12, 14, 0, tzinfo=ZoneInfo("Europe/Sofia"))
    rows = [["=a", 3, True, None, date(2024, 3, 12), moment]]
    assert csv_text(["Name", "+n"], rows) == "Name,'+n\r\n'=a,3,yes,,2024-03-12,2024-03-12T14:00:00+02:00\r\n"


@pytest.mark.row("A1")
def test_who_registered_an_organisation_finds_its_draft_again(network: Network, signed_in: SignIn) -> None:
    person = make.PersonFactory()
    organisation = make.OrganisationFactory(name="Lone Works")
    make.PositionFactory(person=person, organisation=organisation, role="representative")
    profile = make.ProfileFactory(organisation=organisation, network=network, type="member")
    page = signed_in(person).get(reverse("home:home")).content.decode()
    assert reverse("profile:detail", kwargs={"profile": profile.pk}) in page
    assert "Lone Works" in page


def test_a_representative_reaches_the_profile_of_her_organisation(cluster: Cluster, signed_in: SignIn) -> None:
    person = make.member_of(cluster)
    organisation = person.positions.get().organisation_id
    page = home(signed_in(person), cluster)
    assert reverse("profile:organisation", kwargs={"organisation": organisation}) in page
