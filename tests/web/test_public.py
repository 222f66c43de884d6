"""Public pages: what everybody sees of the network, and nothing more."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from modus.core.time import today
from modus.directory import actions, queries
from modus.directory.models import Cluster, JoinRequest, Network, Person, Position, Profile, Waiver
from modus.directory.models.rule_set import Measure, Rule, RuleSet
from tests.attacks.payloads import FAMILIES
from tests.factories import directory as make
from tests.factories.listing import code_lists, listed

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
PAGES = ("public:home", "public:directory", "public:directory-map", "public:open-data", "public:sitemap")
DOWNLOADS = ("public:open-data-csv", "public:open-data-json")


def shown(address: str, client: Client | None = None, **query: Any) -> str:
    response = (client or Client()).get(address, query)
    assert response.status_code == 200, address
    return response.getvalue().decode() if response.streaming else response.content.decode()


def everything_public() -> str:
    return "".join(shown(reverse(name)) for name in (*PAGES, *DOWNLOADS))


@pytest.mark.row("A8")
def test_the_directory_says_how_many_it_found(network: Network) -> None:
    listed("Alpha", network=network)
    assert "1 organisation found" in shown("/directory/")
    listed("Beta", network=network)
    assert "2 organisations found" in shown("/directory/")
    assert "No organisation found" in shown("/directory/", q="zzz")


@pytest.mark.row("A8")
def test_list_and_map_keep_the_same_question(network: Network) -> None:
    code_lists()
    listed("Alpha", network=network, ecosystems=["health"])
    page = unescape(shown("/directory/?q=alp&country=CZ&ecosystem=health"))
    assert "/directory/map/?q=alp&country=CZ&ecosystem=health" in page
    map_page = unescape(shown("/directory/map/?q=alp&country=CZ&ecosystem=health"))
    assert "/directory/?q=alp&country=CZ&ecosystem=health" in map_page
    assert "1 of 1 is not on the map: its place is not confirmed" in map_page


@pytest.mark.row("A7")
def test_marks_say_what_kind_of_record_it_is(network: Network) -> None:
    old = today() - timedelta(days=440)
    organisation = make.OrganisationFactory(name="Alpha", is_invented=True)
    profile = listed("Alpha", network=network, organisation=organisation, confirmed_on=old, is_from_public_sources=True)
    for page in (shown("/directory/"), shown(f"/directory/{profile.slug}/")):
        assert "Last confirmed 14 months ago" in page
        assert "Invented example" in page
        assert "From public sources; the organisation has not joined" in page


@pytest.mark.row("A8")
@pytest.mark.parametrize("rows", [1, 3])
def test_public_lists_ask_a_fixed_number_of_questions(
    network: Network, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    code_lists()
    profiles = [listed(f"Cluster {n}", network=network, ecosystems=["health"]) for n in range(rows)]
    for address, most in (("/", 6), ("/directory/", 3), ("/directory/map/", 3), ("/open-data/directory.csv", 1)):
        with django_assert_num_queries(most):
            shown(address)
    with django_assert_num_queries(3):
        shown("/directory/?country=CZ&ecosystem=health&q=cluster")
    make.ClusterFactory(organisation=profiles[0].organisation, network=network)
    with django_assert_num_queries(4):
        shown(f"/directory/{profiles[0].slug}/")


@pytest.mark.attack("A-17")
@pytest.mark.parametrize(
    "why", [{"is_listed": False}, {"status": "withdrawn"}, {"confirmed_on": today() - timedelta(days=549)}]
)
def test_what_is_not_listed_is_absent_everywhere(network: Network, why: dict[str, Any], signed_in: SignIn) -> None:
    profile = listed("Hiddenword", network=network, topic="hiddentopic", website="https://hiddenword.example")
    Profile.objects.within(pk=profile.pk).update(**why)
    assert not re.search("hiddenword|hiddentopic", everything_public(), re.IGNORECASE)
    random = Client().get(f"/directory/{uuid4()}/").content
    for client in (Client(), signed_in(make.PersonFactory())):
        for address in (f"/directory/{profile.slug}/", f"/directory/{profile.slug}.json"):
            assert client.get(address).status_code == 404
    if "status" not in why:
        assert Client().get(f"/directory/{profile.slug}/").content == random
    found = signed_in(make.PersonFactory()).get("/register/duplicates/", {"name": "Hiddenword", "country": "CZ"})
    assert b"Hiddenword" not in found.content


@pytest.mark.row("A10")
def test_each_circle_sees_its_fields(cluster: Cluster, signed_in: SignIn) -> None:
    profile = listed(
        "Alpha",
        network=cluster.network,
        organisation=cluster.organisation,
        topic="publicword",
        fte=3.5,
        public_funding_share=41,
        services="clusterword",
        visibility={"services": "cluster"},
    )
    address = f"/directory/{profile.slug}/"

    def seen_by(person: Person | None) -> list[bool]:
        page = shown(address, signed_in(person) if person else None)
        return [word in page for word in ("publicword", "<dd>3.5", "clusterword", "<dd>41")]

    fellow = make.manager_of(make.ClusterFactory(network=cluster.network))
    assert seen_by(None) == [True, False, False, False]
    assert seen_by(make.manager_of(make.ClusterFactory())) == [True, False, False, False]
    assert seen_by(fellow) == [True, True, False, False]
    assert seen_by(make.member_of(cluster)) == [True, True, True, False]
    assert seen_by(make.manager_of(cluster)) == [True, True, True, True]


@pytest.mark.row("A10", "A11")
def test_machines_get_public_values_alone_whoever_asks(cluster: Cluster, signed_in: SignIn) -> None:
    profile = listed(
        "Alpha", network=cluster.network, organisation=cluster.organisation, topic="secretword", fte=3.5,
        visibility={"topic": "network"},
    )  # fmt: skip
    client = signed_in(make.manager_of(cluster))
    record = json.loads(shown(f"/directory/{profile.slug}.json", client))
    assert record["fields"] == {"name": "Alpha", "country": "CZ"}
    page = shown(f"/directory/{profile.slug}/", client)
    head = page[: page.index("</head>")]
    assert "secretword" in page
    assert "secretword" not in head


def test_the_profile_page_speaks_schema_org(network: Network) -> None:
    profile = listed("Alpha", network=network, website="https://alpha.example", city="Brno", founded=2012)
    page = shown(f"/directory/{profile.slug}/")
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL).group(1))  # type: ignore[union-attr]
    assert data == {
        "@context": "https://schema.org",
        "@type": "Organization",
        "@id": profile.pk.urn,
        "mainEntityOfPage": f"http://testserver/directory/{profile.slug}/",
        "name": "Alpha",
        "url": "https://alpha.example",
        "foundingDate": "2012",
        "address": {"@type": "PostalAddress", "addressLocality": "Brno", "addressCountry": "CZ"},
    }
    assert f'<link rel="canonical" href="http://testserver/directory/{profile.slug}/">' in page


@pytest.mark.attack("A-35")
@pytest.mark.parametrize("markup", [*FAMILIES, "\u2028</script><script>xq7_x()</script>", "${xq7_x()}", "{{xq7_x}}"])
def test_what_an_organisation_writes_is_never_markup(network: Network, markup: str) -> None:
    profile = listed(f"Alpha {markup}", network=network, topic=markup, description=markup, services=markup, city=markup)
    for address in ("/", "/directory/", "/directory/map/", f"/directory/{profile.slug}/", "/sitemap.xml"):
        page = shown(address)
        tags = re.findall(r"<[^>]*xq7_x[^>]*>", page)
        assert [tag for tag in tags if not tag.startswith(("<meta ", "<input "))] == []
        assert page.count("<script") == len(re.findall(r'<script (?:src="/static/|type="application/ld\+json")', page))


@pytest.mark.attack("A-35")
def test_a_source_that_is_no_web_address_is_not_a_link(network: Network) -> None:
    profile = listed("Alpha", network=network, sources={"name": "javascript:xq7_x()", "country": "javascript:xq7_x()"})
    assert "javascript:" not in shown(f"/directory/{profile.slug}/")


@pytest.mark.row("A4")
def test_each_value_from_public_sources_names_its_source(network: Network) -> None:
    source = "https://press.example/article"
    profile = listed("Alpha", network=network, city="Brno", sources={"city": source}, is_from_public_sources=True)
    page = shown(f"/directory/{profile.slug}/")
    assert f'<a class="source" href="{source}" rel="nofollow noopener">' in page


@pytest.mark.attack("A-38", "A-76")
@pytest.mark.parametrize("name", ["q", "country", "type", "area", "after", "before", "page", "sort", "lang", "x"])
@pytest.mark.parametrize(
    "value", ['"><img src=x onerror=xq7_x()>', "javascript:xq7_x", "xq7_x", "../../xq7_x", "xq7_x%0d%0a"]
)
def test_no_parameter_comes_back_raw(network: Network, name: str, value: str) -> None:
    listed("Alpha", network=network)
    for address in ("/", "/directory/", "/directory/map/", "/open-data/"):
        page = shown(address, **{name: value})
        if name == "q":
            assert "<img" not in page
        else:
            assert "xq7_x" not in page


@pytest.fixture
def rule_set(db: None) -> RuleSet:
    made = RuleSet.objects.create(
        code="own", name="Network criteria", issuer="Issuer", profile_type="association", in_force_from=make.LONG_AGO,
        source="https://issuer.example/criteria",
    )  # fmt: skip
    Rule.objects.create(
        rule_set=made, code="members", order=1, title="At least 15 members", measure=Measure.COMMITTED_MEMBERS,
        threshold=15, is_waivable=True,
    )  # fmt: skip
    return made


@pytest.mark.row("X7")
def test_a_passport_is_a_signed_dated_page(network: Network, rule_set: RuleSet) -> None:
    profile = listed("Alpha", network=network, members=20, type="association")
    actions.check_profile(profile, on=today(), by=queries.clock())
    result = profile.validation_results.get()
    assert "Green: the criteria are met" in shown(f"/directory/{profile.slug}/")
    page = shown(f"/passport/{result.token}/")
    for words in (
        "Alpha", "Network criteria, version 1", "https://issuer.example/criteria", "Green: the criteria are met",
        "Verified: this record is as it was signed", "At least 15 members", "20 members, stated in the profile",
    ):  # fmt: skip
        assert words in page
    profile.validation_results.update(outcomes=[])
    assert "Not verified" in shown(f"/passport/{result.token}/")


@pytest.mark.row("X7")
def test_a_passport_turns_amber_with_its_days_of_grace_then_red(network: Network, rule_set: RuleSet) -> None:
    profile = listed("Alpha", network=network, members=14, type="association")
    for days, words in ((0, "Amber: 91 days of grace left"), (90, "Amber: 1 day of grace left"), (91, "Red: ")):
        profile.validation_results.all().delete()
        actions.check_profile(profile, on=today() - timedelta(days=days), by=queries.clock())
        assert words in shown(f"/passport/{profile.validation_results.get().token}/")


@pytest.mark.row("A4")
def test_a_waiver_is_shown_with_programme_evidence_and_end(network: Network, rule_set: RuleSet) -> None:
    profile = listed("Alpha", network=network, members=14, type="association")
    Waiver.objects.create(
        profile=profile, rule=rule_set.rules.get(), programme="Pioneers", evidence="https://pioneers.example/list",
        valid_until=today() + timedelta(days=30), granted_by=make.PersonFactory(), granted_on=today(),
    )  # fmt: skip
    page = shown(f"/directory/{profile.slug}/")
    assert "Pioneers" in page
    assert "https://pioneers.example/list" in page


@pytest.mark.attack("A-17")
def test_an_unknown_passport_is_the_same_page_as_one_that_is_not_open(network: Network, rule_set: RuleSet) -> None:
    profile = listed("Alpha", network=network, members=20, type="association")
    actions.check_profile(profile, on=today(), by=queries.clock())
    token = profile.validation_results.get().token
    Profile.objects.within(pk=profile.pk).update(confirmed_on=today() - timedelta(days=549))
    hidden, unknown = Client().get(f"/passport/{token}/"), Client().get("/passport/AAAAAAAAAAAAAAAAAAAAAA/")
    assert (hidden.status_code, hidden.content) == (404, unknown.content)


@pytest.mark.row("A1", "A6")
def test_registration_asks_country_first_then_looks_for_duplicates(network: Network, signed_in: SignIn) -> None:
    listed("Optics Cluster", network=network)
    person = make.PersonFactory()
    client = signed_in(person)
    assert Client().get("/register/")["Location"] == "/account/sign-in/?next=/register/"
    assert 'name="country"' in shown("/register/", client)
    assert "Cluster organisation, Czechia" in shown("/register/?country=CZ&type=cluster", client)
    data = {"country": "CZ", "type": "cluster", "network": str(network.pk), "name": "Optics Clusters", "website": ""}
    warned = client.post("/register/", data)
    assert warned.status_code == 422
    assert "One listed organisation looks like this" in warned.content.decode()
    assert not Position.objects.within(person=person).exists()
    done = client.post("/register/", data | {"none_of_these": "yes"})
    assert done.status_code == 302
    position = Position.objects.within(person=person).get()
    assert (position.organisation.name, position.role) == ("Optics Clusters", "representative")


@pytest.mark.row("A6")
def test_a_refused_registration_keeps_what_was_typed(network: Network, signed_in: SignIn) -> None:
    data = {"country": "CZ", "type": "cluster", "network": str(network.pk), "name": "Optics", "website": "not a page"}
    answer = signed_in(make.PersonFactory()).post("/register/", data)
    assert answer.status_code == 422
    assert 'value="not a page"' in answer.content.decode()
    assert not Profile.objects.across("test").exists()


@pytest.mark.row("A6")
@pytest.mark.attack("A-12")
def test_the_check_while_typing_is_a_fragment_without_addresses(network: Network, signed_in: SignIn) -> None:
    profile = listed("Optics Cluster", network=network, mailbox="office@optics.example")
    make.PositionFactory(organisation=profile.organisation, role="representative")
    page = shown("/register/duplicates/", signed_in(make.PersonFactory()), name="Optics Cluster", country="CZ")
    assert "Ask to join" in page
    assert "@" not in page
    assert "<html" not in page


@pytest.mark.row("A6")
def test_an_orphan_is_claimed_and_one_with_people_is_joined(network: Network, signed_in: SignIn) -> None:
    orphan = listed("Alpha", network=network, website="https://people.example")
    taken = listed("Beta", network=network)
    make.PositionFactory(organisation=taken.organisation, role="representative")
    person = make.PersonFactory()
    client = signed_in(person)
    assert "belongs to the website" in shown(f"/directory/{orphan.slug}/claim/", client)
    assert "Ask to join Beta" in shown(f"/directory/{taken.slug}/claim/", client)
    for profile in (orphan, taken):
        answer = client.post(f"/directory/{profile.slug}/claim/", {"message": "I lead it"})
        assert answer["Location"] == f"/directory/{profile.slug}/"
    asked = JoinRequest.objects.within(person=person).order_by("organisation__name")
    assert [(r.organisation.name, r.kind, r.message) for r in asked] == [
        ("Alpha", "claim", "I lead it"),
        ("Beta", "join", "I lead it"),
    ]
    again = client.post(f"/directory/{orphan.slug}/claim/", {"message": "again"})
    assert again.status_code == 422
    assert "You have asked already" in again.content.decode()


def test_search_engines_are_told_where_to_look(network: Network) -> None:
    profile = listed("Alpha", network=network)
    assert "Sitemap: http://testserver/sitemap.xml" in shown("/robots.txt")
    assert f"<loc>http://testserver/directory/{profile.slug}/</loc>" in shown("/sitemap.xml")


@pytest.mark.parametrize(
    "address", ["/", "/directory/", "/directory/map/", "/open-data/", "/accessibility/", "/privacy/"]
)
def test_public_pages_load_nothing_from_elsewhere_and_no_htmx(network: Network, address: str) -> None:
    listed("Alpha", network=network)
    page = shown(address)
    assert "htmx" not in page
    assert re.findall(r'(?:src|<link[^>]+href)="(?!/static/|http://testserver/)([^"]*)"', page) == []
    assert Client().get(address).cookies == {}


@pytest.mark.row("A10")
@pytest.mark.attack("A-93")
def test_a_cluster_page_names_the_members_that_agreed_and_no_other() -> None:
    cluster = make.ClusterFactory()
    values = {"name": "Open Cluster", "country": "CZ"}
    profile = make.ProfileFactory(
        organisation=cluster.organisation,
        network=cluster.network,
        status="published",
        is_listed=True,
        values=values,
        published=values,
    )
    make.MembershipFactory(cluster=cluster, organisation__name="Named Works", is_public=True)
    make.MembershipFactory(cluster=cluster, organisation__name="Quiet Works")
    make.MembershipFactory(organisation__name="Foreign Works", is_public=True)
    page = Client().get(reverse("public:profile-detail", kwargs={"slug": profile.slug})).content.decode()
    assert ["Named Works" in page, "Quiet Works" in page, "Foreign Works" in page] == [True, False, False]
