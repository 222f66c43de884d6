"""Pages on which an organisation keeps its profile, and people ask to speak for one (A1, A2, A5, A6, A10)."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from modus.core.time import today
from modus.directory import actions, queries
from modus.directory.models import Cluster, JoinRequest, Network, Person, Profile, Taxonomy, Term
from tests.factories import directory as make

pytestmark = pytest.mark.django_db

SignIn = Callable[[Person], Client]


@pytest.fixture
def profile(cluster: Cluster, manager: Person) -> Profile:
    for name, version, codes in (("ecosystem", "2021", ["electronics", "health"]), ("technology", "1", ["photonics"])):
        taxonomy = Taxonomy.objects.create(code=name, version=version, name=name)
        for code in codes:
            Term.objects.create(taxonomy=taxonomy, code=code, label=f"Label of {code}")
    return actions.start_profile(cluster.organisation, network=cluster.network, type="cluster", by=manager)


def address(profile: Profile, page: str = "") -> str:
    return f"/profile/{profile.pk}/{page}"


def answers(profile: Profile, **values: Any) -> dict[str, Any]:
    profile.refresh_from_db()
    return {"version": profile.version, "country": "CZ", "name": "Optics Cluster", **values}


@pytest.mark.row("A1", "A2", "A4")
def test_the_profile_shows_its_status_and_the_light_of_each_rule(
    profile: Profile, manager: Person, signed_in: SignIn
) -> None:
    page = signed_in(manager).get(address(profile)).content.decode()
    assert "Draft" in page
    assert "0 of 5 rules met" in page
    assert "Count the working time of all who are paid to run the cluster" in page


@pytest.mark.row("A1")
def test_the_country_is_asked_for_first_and_decides_which_fields_follow(cluster: Cluster, signed_in: SignIn) -> None:
    person = make.member_of(cluster, country="")
    organisation = person.positions.get().organisation
    profile = actions.start_profile(organisation, network=cluster.network, type="member", by=person)
    client = signed_in(person)
    first = client.get(address(profile, "edit/")).content.decode()
    assert 'name="country"' in first
    assert 'name="description"' not in first
    answer = client.post(address(profile, "edit/"), {"version": 1, "country": "CZ"})
    assert answer.headers["Location"] == address(profile, "edit/?group=identity")
    assert 'name="description"' in client.get(answer.headers["Location"]).content.decode()
    for country, is_asked in (("CZ", True), ("TR", False)):
        client.post(address(profile, "edit/?group=identity"), answers(profile, country=country))
        page = client.get(address(profile, "edit/?group=organisation")).content.decode()
        assert ('name="sme_status"' in page) == is_asked


@pytest.mark.row("A1", "A10")
def test_a_step_is_saved_with_who_sees_each_field_and_leads_to_the_next(
    profile: Profile, manager: Person, signed_in: SignIn
) -> None:
    client = signed_in(manager)
    answer = client.post(
        address(profile, "edit/?group=identity"),
        answers(profile, website="optics.example", sees_website="network", sees_legal_form="public"),
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, address(profile, "edit/?group=contact"))
    profile.refresh_from_db()
    assert profile.values["website"] == "https://optics.example"
    assert profile.visibility == {"website": "network"}


@pytest.mark.row("A1")
@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("founded", "1700", "Write a year from 1800 to today."),
        ("website", "javascript:alert(1)", "Write an address that begins with"),
        ("nuts", "CZ999", "CZ999 is not a region of NUTS 2024."),
    ],
)
def test_a_wrong_value_is_shown_beside_its_field_and_what_was_typed_is_kept(
    profile: Profile, manager: Person, signed_in: SignIn, field: str, value: str, words: str
) -> None:
    sent = answers(profile, **{field: value}, description="A text that took an hour")
    answer = signed_in(manager).post(address(profile, "edit/?group=identity"), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert f'id="id_{field}_error"' in page
    assert "A text that took an hour" in page
    profile.refresh_from_db()
    assert (profile.version, "description" in profile.values) == (1, False)


@pytest.mark.row("A5")
def test_somebody_elses_changes_are_not_overwritten(profile: Profile, manager: Person, signed_in: SignIn) -> None:
    client = signed_in(manager)
    sent = answers(profile, topic="mine")
    client.post(address(profile, "edit/?group=identity"), answers(profile))
    answer = client.post(address(profile, "edit/?group=identity"), sent)
    assert answer.status_code == 422
    assert "Somebody else saved this profile" in answer.content.decode()


@pytest.mark.attack("A-06")
def test_privileged_columns_cannot_be_sent_along(profile: Profile, manager: Person, signed_in: SignIn) -> None:
    other = make.NetworkFactory()
    forbidden = {
        "status": "published",
        "is_listed": "on",
        "slug": "stolen",
        "network": str(other.pk),
        "organisation": str(make.OrganisationFactory().pk),
        "published": '{"name": "x"}',
        "confirmed_on": "2030-01-01",
        "is_from_public_sources": "on",
        "sees_no_such_field": "public",
        "fte": "99",
    }
    before = Profile.objects.within(pk=profile.pk).values().get()
    signed_in(manager).post(address(profile, "edit/?group=identity"), answers(profile, **forbidden))
    after = Profile.objects.within(pk=profile.pk).values().get()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"version", "changed_at"}


@pytest.mark.attack("A-05", "A-07")
def test_a_foreign_choice_and_a_random_one_get_the_same_answer(
    profile: Profile, manager: Person, signed_in: SignIn
) -> None:
    client = signed_in(manager)
    pages = []
    for code in ("photonics", "b00b1e5"):
        sent = {"version": profile.version, "ecosystems": [code]}
        answer = client.post(address(profile, "edit/?group=focus"), sent)
        assert answer.status_code == 422
        assert "Choose from the list." in answer.content.decode()
        pages.append(answer.content.decode().count(code))
    assert pages[1] == 0


@pytest.mark.attack("A-14")
def test_the_form_offers_only_the_lists_in_use_and_no_people_or_organisations(
    profile: Profile, manager: Person, other_cluster: Cluster, signed_in: SignIn
) -> None:
    make.member_of(other_cluster, name="Hidden Weavers")
    client = signed_in(manager)
    for group in ("identity", "contact", "composition", "focus", "organisation", "offer", "transition"):
        page = client.get(address(profile, f"edit/?group={group}")).content.decode()
        assert "Hidden Weavers" not in page
        assert "Textiles Cluster" not in page


@pytest.mark.attack("A-02")
@pytest.mark.parametrize("page", ["", "edit/", "submit/", "confirm/", "withdraw/"])
def test_a_foreign_profile_is_like_none(
    profile: Profile, other_cluster: Cluster, cluster: Cluster, office: Person, signed_in: SignIn, page: str
) -> None:
    for person in (make.manager_of(other_cluster), make.member_of(cluster), office, make.PersonFactory()):
        client = signed_in(person)
        for method in (client.get, client.post):
            foreign = method(address(profile, page))
            random = method(f"/profile/{uuid.uuid4()}/{page}")
            assert foreign.status_code == random.status_code
            assert foreign.status_code in {404, 405}
            assert foreign.content == random.content


@pytest.mark.attack("A-10")
def test_staff_read_the_profile_but_only_managers_change_it(
    profile: Profile, cluster: Cluster, signed_in: SignIn
) -> None:
    client = signed_in(make.staff_of(cluster))
    page = client.get(address(profile))
    assert page.status_code == 200
    assert "Submit the profile" not in page.content.decode()
    assert client.get(address(profile, "edit/")).status_code == 403
    for act in ("edit/", "submit/", "confirm/", "withdraw/"):
        assert client.post(address(profile, act), answers(profile)).status_code == 403


@pytest.mark.attack("A-10")
def test_a_visitor_is_asked_to_sign_in(profile: Profile, client: Client) -> None:
    for page in (address(profile), address(profile, "edit/"), "/profile/requests/"):
        answer = client.get(page)
        assert (answer.status_code, answer.headers["Location"].partition("?")[2]) == (302, f"next={page}")


@pytest.mark.row("A5")
def test_a_profile_is_submitted_confirmed_and_withdrawn_by_its_buttons(
    profile: Profile, manager: Person, office: Person, signed_in: SignIn
) -> None:
    client = signed_in(manager)
    values = {"website_english": "https://o.example/en", "members": 20, "smes": 15, "universities": 5, "fte": 1}
    values["public_link"] = "Region"
    actions.save_profile(profile, values=values, visibility={}, version=1, by=manager)
    assert client.post(address(profile, "submit/")).status_code == 302
    profile.refresh_from_db()
    assert profile.status == "submitted"
    actions.publish_profile(profile, by=office)
    client.post(address(profile, "confirm/"))
    profile.refresh_from_db()
    assert profile.confirmed_on == today()
    assert "Goes:" in client.get(address(profile, "withdraw/")).content.decode()
    client.post(address(profile, "withdraw/"))
    profile.refresh_from_db()
    assert (profile.status, profile.is_listed) == ("withdrawn", False)


@pytest.mark.row("A5")
def test_the_notes_of_the_office_stand_at_their_fields(
    profile: Profile, manager: Person, office: Person, signed_in: SignIn
) -> None:
    actions.submit_profile(profile, by=manager)
    actions.ask_for_changes(profile, notes={"mailbox": "Is it shared?"}, reason="Nearly there", by=office)
    client = signed_in(manager)
    assert "Nearly there" in client.get(address(profile)).content.decode()
    pages = {g: client.get(address(profile, f"edit/?group={g}")).content.decode() for g in ("contact", "identity")}
    assert ["Is it shared?" in pages[group] for group in ("contact", "identity")] == [True, False]


@pytest.mark.row("A10")
def test_the_preview_shows_what_each_circle_sees(profile: Profile, manager: Person, signed_in: SignIn) -> None:
    circles = {"phone": "network", "topic": "staff"}
    actions.save_profile(
        profile, values={"phone": "+420 1", "topic": "secret lenses"}, visibility=circles, version=1, by=manager
    )
    client = signed_in(manager)
    seen = {
        circle: ["+420 1" in page, "secret lenses" in page]
        for circle in ("public", "network", "cluster", "staff", "nonsense")
        for page in [client.get(address(profile, f"?circle={circle}")).content.decode()]
    }
    assert seen == {
        "public": [False, False],
        "network": [True, False],
        "cluster": [True, False],
        "staff": [True, True],
        "nonsense": [False, False],
    }


@pytest.mark.row("A1")
def test_an_organisation_without_a_profile_starts_one(cluster: Cluster, signed_in: SignIn) -> None:
    person = make.member_of(cluster)
    organisation = person.positions.get().organisation
    client = signed_in(person)
    page = client.get(f"/profile/of/{organisation.pk}/")
    assert page.status_code == 200
    answer = client.post(f"/profile/of/{organisation.pk}/", {"type": "member", "network": str(cluster.network_id)})
    profile = Profile.objects.within(organisation=organisation).get()
    assert answer.headers["Location"] == address(profile, "edit/")
    assert client.get(f"/profile/of/{organisation.pk}/").headers["Location"] == address(profile)


@pytest.mark.attack("A-02", "A-07")
def test_nobody_starts_a_profile_elsewhere(cluster: Cluster, other_cluster: Cluster, signed_in: SignIn) -> None:
    person = make.member_of(cluster)
    organisation = person.positions.get().organisation
    client = signed_in(person)
    for foreign in (other_cluster.organisation_id, uuid.uuid4()):
        assert client.get(f"/profile/of/{foreign}/").status_code == 404
    for network in (make.NetworkFactory().pk, uuid.uuid4()):
        answer = client.post(f"/profile/of/{organisation.pk}/", {"type": "member", "network": str(network)})
        assert answer.status_code == 422
        assert "Choose from the list." in answer.content.decode()


@pytest.fixture
def request_of_colleague(cluster: Cluster) -> JoinRequest:
    organisation = make.MembershipFactory(cluster=cluster, organisation__name="Lens Works").organisation
    return actions.ask_for_organisation(organisation, message="I work there", by=make.member_of(cluster))


@pytest.mark.row("A6")
def test_the_team_decides_on_requests_for_its_members(
    request_of_colleague: JoinRequest, manager: Person, signed_in: SignIn
) -> None:
    client = signed_in(manager)
    assert "I work there" in client.get("/profile/requests/").content.decode()
    url = f"/profile/requests/{request_of_colleague.pk}/decide/"
    refused = client.post(url, {"decision": "refuse", "reason": ""})
    assert refused.status_code == 422
    assert "Say why; the person reads it." in refused.content.decode()
    client.post(url, {"decision": "approve", "role": "colleague"})
    request_of_colleague.refresh_from_db()
    assert request_of_colleague.status == "approved"
    assert client.post(url, {"decision": "approve", "role": "colleague"}).status_code == 404


@pytest.mark.row("A6")
@pytest.mark.attack("A-02", "A-06", "A-16")
def test_a_request_is_decided_only_by_those_who_may_and_only_with_a_fitting_role(
    request_of_colleague: JoinRequest, manager: Person, office: Person, other_cluster: Cluster, signed_in: SignIn
) -> None:
    url = f"/profile/requests/{request_of_colleague.pk}/decide/"
    sent = {"decision": "approve", "role": "colleague"}
    for person in (request_of_colleague.person, make.manager_of(other_cluster), office, make.PersonFactory()):
        client = signed_in(person)
        assert client.post(url, sent).status_code == 404
        waiting = client.get("/profile/requests/").content.decode().split("What you asked for")[0]
        assert "Lens Works" not in waiting
    for role in ("manager", "office", "nonsense"):
        assert signed_in(manager).post(url, {**sent, "role": role}).status_code == 422
    request_of_colleague.refresh_from_db()
    assert request_of_colleague.status == "pending"


@pytest.mark.row("A6")
def test_one_asks_for_an_organisation_of_the_directory_and_takes_it_back(network: Network, signed_in: SignIn) -> None:
    listed = make.ProfileFactory(network=network, is_listed=True, status="published").organisation
    person = make.PersonFactory()
    client = signed_in(person)
    url = f"/profile/requests/new/{listed.pk}/"
    assert "Claim" in client.get(url).content.decode()
    assert client.post(url, {"message": "Mine"}).status_code == 302
    assert client.post(url, {"message": "Mine"}).status_code == 422
    asked = queries.requests_of(person).get()
    assert client.post(f"/profile/requests/{asked.pk}/withdraw/").status_code == 302
    asked.refresh_from_db()
    assert asked.status == "withdrawn"
    hidden = make.ProfileFactory(network=network).organisation
    assert client.get(f"/profile/requests/new/{hidden.pk}/").status_code == 404


@pytest.mark.row("A6")
def test_the_list_of_requests_makes_a_fixed_number_of_queries(
    cluster: Cluster, manager: Person, signed_in: SignIn, django_assert_num_queries: Any
) -> None:
    client = signed_in(manager)
    for number in (1, 2):
        for _ in range(number):
            organisation = make.MembershipFactory(cluster=cluster).organisation
            actions.ask_for_organisation(organisation, message="", by=make.member_of(cluster))
        with django_assert_num_queries(6):
            client.get("/profile/requests/")


@pytest.mark.row("A1")
def test_the_pages_of_a_profile_make_a_fixed_number_of_queries(
    profile: Profile, manager: Person, signed_in: SignIn, django_assert_num_queries: Any
) -> None:
    client = signed_in(manager)
    with django_assert_num_queries(11):
        client.get(address(profile))
    with django_assert_num_queries(12):
        client.get(address(profile, "edit/?group=focus"))
