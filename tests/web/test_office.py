"""The network office: what waits, moderation, waivers, clusters, requests, rule sets; and what it never sees (O1)."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from modus.core.journal import JournalLine
from modus.core.time import today
from modus.directory import actions, queries
from modus.directory.models import Cluster, Network, Organisation, Person, Position, Profile, RuleSet, Waiver
from tests.factories import directory as make

pytestmark = pytest.mark.django_db

SignIn = Callable[[Person], Client]
OFFICE = "/office/north/"


@pytest.fixture
def submitted(cluster: Cluster, manager: Person) -> Profile:
    return hand_in(cluster, manager)


def hand_in(cluster: Cluster, manager: Person, visibility: dict[str, str] | None = None, **values: Any) -> Profile:
    started = actions.start_profile(cluster.organisation, network=cluster.network, type="cluster", by=manager)
    saved = actions.save_profile(
        started, values={**make.ENOUGH, **values}, visibility=visibility or {}, version=1, by=manager
    )
    return actions.submit_profile(saved, by=manager)


def review(profile: Profile, page: str = "") -> str:
    return f"{OFFICE}profiles/{profile.pk}/{page}"


def decision(profile: Profile, what: str, **more: Any) -> dict[str, Any]:
    profile.refresh_from_db()
    return {"decision": what, "version": profile.version, "reason": "", **more}


@pytest.mark.row("A5", "A6", "A7", "X7", "O1")
def test_the_home_lists_what_waits(
    submitted: Profile, office: Person, other_cluster: Cluster, signed_in: SignIn
) -> None:
    orphan = make.ProfileFactory(
        network=submitted.network, status="published", is_listed=True, confirmed_on=today() - timedelta(days=400)
    )
    actions.ask_for_organisation(orphan.organisation, message="", by=make.PersonFactory())
    page = signed_in(office).get(OFFICE).content.decode()
    assert "Optics Cluster" in page
    assert "This cluster has no manager." in page
    assert "Textiles Cluster" in page
    assert "1 request" in page
    assert "more than a year ago" in page
    assert "4 things wait for the office." in page


@pytest.mark.row("A5")
def test_the_office_publishes_what_was_submitted(submitted: Profile, office: Person, signed_in: SignIn) -> None:
    client = signed_in(office)
    page = client.get(review(submitted)).content.decode()
    assert "5 of 5 rules met" in page
    assert "Region of Olomouc" in page
    assert client.post(review(submitted, "decide/"), decision(submitted, "publish")).status_code == 302
    submitted.refresh_from_db()
    assert (submitted.status, submitted.is_listed, submitted.decided_by) == ("published", True, office)


@pytest.mark.row("A5")
def test_the_office_asks_for_changes_with_notes_at_fields(
    submitted: Profile, office: Person, signed_in: SignIn
) -> None:
    client = signed_in(office)
    empty = client.post(review(submitted, "decide/"), decision(submitted, "changes"))
    assert empty.status_code == 422
    assert "Say what has to change" in empty.content.decode()
    client.post(review(submitted, "decide/"), decision(submitted, "changes", note_members="Who?", reason="See notes"))
    submitted.refresh_from_db()
    assert (submitted.status, submitted.reason) == ("changes-asked", "See notes")
    assert [(note.field, note.text) for note in submitted.notes.all()] == [("members", "Who?")]


@pytest.mark.row("A5")
def test_what_would_change_is_shown_beside_what_is_public(
    submitted: Profile, manager: Person, office: Person, signed_in: SignIn
) -> None:
    published = actions.publish_profile(submitted, by=office)
    saved = actions.save_profile(
        published, values={"members": 99, "topic": "new light"}, visibility={}, version=published.version, by=manager
    )
    actions.submit_profile(saved, by=manager)
    page = signed_in(office).get(review(submitted)).content.decode()
    assert "<del>36</del>" in page
    assert "<ins>99</ins>" in page
    assert "<ins>new light</ins>" in page
    assert page.count("<del>") == 1


@pytest.mark.row("A4")
def test_a_young_cluster_is_accepted_as_a_candidate_and_the_missing_rules_are_named(
    cluster: Cluster, manager: Person, office: Person, signed_in: SignIn
) -> None:
    waiting = hand_in(cluster, manager, founded=today().year, fte=0.4)
    client = signed_in(office)
    refused = client.post(review(waiting, "decide/"), decision(waiting, "publish"))
    assert refused.status_code == 422
    assert "Somebody manages the cluster for at least half" in refused.content.decode()
    assert client.post(review(waiting, "decide/"), decision(waiting, "candidate")).status_code == 302
    waiting.refresh_from_db()
    assert (waiting.status, waiting.is_listed) == ("candidate", False)


@pytest.mark.row("A5")
@pytest.mark.attack("A-16")
def test_nobody_decides_on_her_own_profile_and_the_page_says_why(
    submitted: Profile, manager: Person, network: Network, signed_in: SignIn
) -> None:
    make.PositionFactory(person=manager, organisation=network.operator, role="office")
    client = signed_in(manager)
    page = client.get(review(submitted)).content.decode()
    assert "Somebody else of the office decides." in page
    assert "Publish the profile" not in page
    for what in ("publish", "candidate", "changes", "refuse"):
        sent = decision(submitted, what, reason="mine")
        assert client.post(review(submitted, "decide/"), sent).status_code == 403
    submitted.refresh_from_db()
    assert submitted.status == "submitted"


@pytest.mark.attack("A-16")
def test_a_decision_out_of_order_or_on_an_old_version_is_refused(
    submitted: Profile, manager: Person, office: Person, signed_in: SignIn
) -> None:
    client = signed_in(office)
    stale = decision(submitted, "publish")
    actions.save_profile(
        submitted, values={"topic": "slipped in"}, visibility={}, version=submitted.version, by=manager
    )
    assert client.post(review(submitted, "decide/"), stale).status_code == 422
    assert client.post(review(submitted, "decide/"), decision(submitted, "refuse", reason="no")).status_code == 302
    for what in ("publish", "candidate", "changes", "refuse"):
        sent = decision(submitted, what, reason="again")
        assert client.post(review(submitted, "decide/"), sent).status_code == 422
    assert client.post(review(submitted, "decide/"), decision(submitted, "nonsense")).status_code == 422
    submitted.refresh_from_db()
    assert (submitted.status, submitted.is_listed) == ("changes-asked", False)


@pytest.mark.row("A10", "O1")
@pytest.mark.attack("A-93")
def test_the_office_does_not_see_what_is_kept_inside_the_cluster(
    cluster: Cluster, manager: Person, office: Person, signed_in: SignIn
) -> None:
    kept = {"phone": "cluster", "legal_form": "staff", "fte": "staff", "members": "cluster"}
    waiting = hand_in(cluster, manager, kept, phone="+420 999", legal_form="z. s. secret", fte=1.75, members=37)
    client = signed_in(office)
    page = client.get(review(waiting)).content.decode()
    for secret in ("+420 999", "z. s. secret", "1.75", "37 members"):
        assert secret not in page
    assert "stated in a field that the cluster does not show" in page
    assert "not shared" in client.get(f"{OFFICE}clusters/").content.decode()


@pytest.mark.row("O1")
@pytest.mark.attack("A-02")
def test_the_office_sees_no_member_by_any_page(
    cluster: Cluster, submitted: Profile, office: Person, signed_in: SignIn
) -> None:
    names = ["Zebralens", "Quokkaglas"]
    for name in names:
        person = make.member_of(cluster, name=name, country="PT")
        person.family_name = f"{name}person"
        person.save()
    member = cluster.memberships.first().organisation
    actions.ask_for_organisation(member, message="Zebralens calling", by=make.member_of(cluster, name="Zebralens"))
    client = signed_in(office)
    for page in ("", "profiles/", "profiles/?status=all", "clusters/", "requests/", "rules/", "rules/eccp/"):
        body = client.get(f"{OFFICE}{page}").content.decode()
        assert not any(name in body for name in names), page
    assert not any(name in client.get(review(submitted)).content.decode() for name in names)
    assert client.get(f"/space/{cluster.slug}/members/").status_code == 404


@pytest.mark.row("O1")
@pytest.mark.attack("A-02")
def test_drafts_and_profiles_of_other_networks_are_like_none(
    cluster: Cluster, manager: Person, office: Person, signed_in: SignIn
) -> None:
    draft = actions.start_profile(cluster.organisation, network=cluster.network, type="cluster", by=manager)
    foreign_cluster = make.ClusterFactory()
    foreign = hand_in(foreign_cluster, make.manager_of(foreign_cluster))
    client = signed_in(office)
    random = client.get(f"{OFFICE}profiles/{uuid.uuid4()}/")
    for profile in (draft, foreign):
        answer = client.get(review(profile))
        assert (answer.status_code, answer.content) == (404, random.content)
        assert client.post(review(profile, "decide/"), decision(profile, "publish")).status_code == 404
        assert client.get(review(profile, "waivers/new/")).status_code == 404
    assert client.get(f"{OFFICE}clusters/{foreign_cluster.slug}/hand-over/").status_code == 404
    assert client.get(f"/office/{foreign_cluster.network.slug}/").status_code == 404


@pytest.mark.attack("A-10")
def test_nobody_but_the_office_enters_it(
    cluster: Cluster, submitted: Profile, manager: Person, other_cluster: Cluster, signed_in: SignIn, client: Client
) -> None:
    gets = [
        "",
        "profiles/",
        "clusters/",
        "clusters/new/",
        "clusters/optics/hand-over/",
        "requests/",
        "rules/",
        "rules/eccp/",
    ]
    gets += [f"profiles/{submitted.pk}/", f"profiles/{submitted.pk}/waivers/new/"]
    posts = [f"profiles/{submitted.pk}/decide/", f"profiles/{submitted.pk}/waivers/{uuid.uuid4()}/withdraw/"]
    posts += [f"requests/{uuid.uuid4()}/decide/", "clusters/new/", "clusters/optics/hand-over/", "rules/eccp/"]
    colleague = make.PositionFactory(organisation=cluster.network.operator, role="colleague").person
    people = (manager, make.staff_of(cluster), make.member_of(cluster), make.manager_of(other_cluster), colleague)
    for person in people:
        own = signed_in(person)
        assert {own.get(f"{OFFICE}{page}").status_code for page in gets} == {404}
        assert {own.post(f"{OFFICE}{page}").status_code for page in posts} == {404}
    assert {client.get(f"{OFFICE}{page}").status_code for page in gets} == {302}


@pytest.mark.row("A3")
def test_a_waiver_is_granted_shown_and_withdrawn(
    cluster: Cluster, manager: Person, office: Person, signed_in: SignIn
) -> None:
    waiting = hand_in(cluster, manager, fte=0.4)
    client = signed_in(office)
    rule = RuleSet.objects.get(code="eccp").rules.get(code="staff")
    sent = {"rule": str(rule.pk), "programme": "Regional programme", "evidence": "https://region.example/list"}
    wrong = client.post(review(waiting, "waivers/new/"), {**sent, "evidence": "see mail", "valid_until": today()})
    assert (wrong.status_code, "Give the address of the evidence" in wrong.content.decode()) == (422, True)
    client.post(review(waiting, "waivers/new/"), {**sent, "valid_until": today()})
    waiver = Waiver.objects.within(profile=waiting).get()
    page = client.get(review(waiting)).content.decode()
    assert "Regional programme" in page
    assert "https://region.example/list" in page
    assert client.post(review(waiting, "decide/"), decision(waiting, "publish")).status_code == 302
    assert client.post(review(waiting, f"waivers/{waiver.pk}/withdraw/")).status_code == 302
    waiver.refresh_from_db()
    assert waiver.withdrawn_on == today()


@pytest.mark.attack("A-07", "A-14")
def test_only_rules_that_can_be_waived_are_offered_and_others_are_unknown(
    submitted: Profile, office: Person, signed_in: SignIn
) -> None:
    client = signed_in(office)
    page = client.get(review(submitted, "waivers/new/")).content.decode()
    offered = set(re.findall(r'<option value="([^"]+)"', page))
    eccp = RuleSet.objects.get(code="eccp")
    assert offered == {str(rule.pk) for rule in eccp.rules.filter(is_waivable=True)}
    foreign = RuleSet.objects.get(code="baden-wuerttemberg").rules.first()
    answers = []
    for rule in (foreign.pk, eccp.rules.get(code="english-website").pk, 987654, uuid.uuid4()):
        sent = {"rule": str(rule), "programme": "P", "evidence": "https://e.example", "valid_until": today()}
        answer = client.post(review(submitted, "waivers/new/"), sent)
        answers.append((answer.status_code, "Choose from the list." in answer.content.decode()))
    assert answers == [(422, True)] * 4


@pytest.mark.row("A6", "O1")
def test_the_office_founds_a_cluster_with_its_first_manager(
    network: Network, office: Person, signed_in: SignIn
) -> None:
    sent = {
        "name": "Timber Cluster",
        "country": "AT",
        "website": "https://timber.example",
        "slug": "timber",
        "time_zone": "Europe/Vienna",
        "given_name": "Eva",
        "family_name": "Holz",
        "email": "eva@timber.example",
    }
    client = signed_in(office)
    assert client.post(f"{OFFICE}clusters/new/", sent).status_code == 302
    cluster = Cluster.objects.within(slug="timber").get()
    assert (cluster.network, cluster.organisation.name, cluster.time_zone) == (
        network,
        "Timber Cluster",
        "Europe/Vienna",
    )
    manager = Position.objects.within(organisation=cluster.organisation).get()
    assert (manager.role, manager.person.email) == ("manager", "eva@timber.example")
    before = Organisation.objects.across("test").count()
    again = client.post(f"{OFFICE}clusters/new/", {**sent, "name": "Other"})
    assert (again.status_code, "This short name is taken." in again.content.decode()) == (422, True)
    assert Organisation.objects.across("test").count() == before


@pytest.mark.row("A6")
def test_a_cluster_without_a_manager_is_handed_over_and_the_act_is_logged(
    cluster: Cluster, manager: Person, office: Person, signed_in: SignIn
) -> None:
    manager.positions.update(ends_on=today() - timedelta(days=1))
    client = signed_in(office)
    assert "No manager" in client.get(f"{OFFICE}clusters/?manager=none").content.decode()
    heir = make.PersonFactory()
    sent = {"given_name": "A", "family_name": "B", "email": heir.user.email, "starts_on": today()}
    assert client.post(f"{OFFICE}clusters/optics/hand-over/", sent).status_code == 302
    assert [s.cluster for s in queries.rights_of(heir, on=today()).standings] == [cluster]
    line = JournalLine.objects.get(event="directory.cluster.handed-over")
    assert (line.by_name, line.scope_id, line.changes) == (office.name, cluster.pk, {"manager": [None, heir.name]})


@pytest.mark.row("A6")
def test_the_office_decides_on_claims(network: Network, office: Person, signed_in: SignIn) -> None:
    orphan = make.ProfileFactory(network=network, status="published", is_listed=True).organisation
    person = make.PersonFactory()
    claim = actions.ask_for_organisation(orphan, message="Ours", by=person)
    client = signed_in(office)
    assert "Ours" in client.get(f"{OFFICE}requests/").content.decode()
    url = f"{OFFICE}requests/{claim.pk}/decide/"
    assert client.post(url, {"decision": "refuse"}).status_code == 422
    assert client.post(url, {"decision": "approve", "role": "office"}).status_code == 422
    assert client.post(url, {"decision": "approve", "role": "representative"}).status_code == 302
    assert client.post(url, {"decision": "approve", "role": "representative"}).status_code == 422
    assert person.positions.get().role == "representative"
    assert client.post(f"{OFFICE}requests/{uuid.uuid4()}/decide/", {"decision": "approve"}).status_code == 404


@pytest.mark.row("A2")
def test_other_thresholds_are_tried_without_effect_and_adopted_as_a_version(
    submitted: Profile, office: Person, signed_in: SignIn
) -> None:
    actions.publish_profile(submitted, by=office)
    client = signed_in(office)
    url = f"{OFFICE}rules/eccp/"
    page = client.get(url, {"threshold_committed-members": "40"}).content.decode()
    assert "1 of 1 listed clusters would no longer meet the rules" in page
    assert RuleSet.objects.filter(code="eccp").count() == 1
    begins = today() + timedelta(days=30)
    sent = {"threshold_committed-members": "40", "grace_days": "60", "in_force_from": begins}
    assert client.post(url, {**sent, "in_force_from": ""}).status_code == 422
    assert client.post(url, {**sent, "threshold_staff": "-1"}).status_code == 422
    assert client.post(url, sent).status_code == 302
    second = RuleSet.objects.get(code="eccp", version=2)
    assert (second.grace_days, second.in_force_from) == (60, begins)
    assert RuleSet.objects.get(code="eccp", version=1).in_force_until == begins - timedelta(days=1)
    assert "Version 2" in client.get(url).content.decode()


@pytest.mark.row("O1")
def test_the_figures_of_the_network_leave_small_cells_out(
    cluster: Cluster, other_cluster: Cluster, office: Person, signed_in: SignIn
) -> None:
    plan = {("small", "CZ"): 10, ("small", "DE"): 3, ("university", "CZ"): 20, ("university", "DE"): 30}
    for (kind, country), number in plan.items():
        for _ in range(number):
            organisation = make.OrganisationFactory(kind=kind, country=country)
            for home in (cluster, other_cluster):
                make.MembershipFactory(cluster=home, organisation=organisation)
    make.MembershipFactory(cluster=make.ClusterFactory(), organisation__kind="investor")
    page = signed_in(office).get(OFFICE).content.decode()
    table = page[page.index('<table class="matrix">') : page.index("</table>", page.index('class="matrix"'))]
    assert re.findall(r"<td>([^<]*)</td>", table) == ["–", "–", "13", "–", "–", "50", "30", "33", "63"]


@pytest.mark.row("O1")
@pytest.mark.parametrize(("page", "expected"), [("", 12), ("profiles/", 6), ("clusters/", 8), ("requests/", 5)])
def test_the_pages_of_the_office_make_a_fixed_number_of_queries(
    network: Network, office: Person, signed_in: SignIn, django_assert_num_queries: Any, page: str, expected: int
) -> None:
    client = signed_in(office)
    for number in (1, 2):
        for _ in range(number):
            cluster = make.ClusterFactory(network=network)
            published = actions.publish_profile(hand_in(cluster, make.manager_of(cluster)), by=office)
            actions.save_profile(
                published, values={"topic": "x"}, visibility={}, version=published.version, by=queries.clock()
            )
            actions.submit_profile(published, by=queries.clock())
            make.member_of(cluster)
            actions.ask_for_organisation(cluster.organisation, message="", by=make.PersonFactory())
        with django_assert_num_queries(expected):
            assert client.get(f"{OFFICE}{page}").status_code == 200


@pytest.mark.attack("A-16")
def test_reading_pages_change_nothing(submitted: Profile, office: Person, signed_in: SignIn) -> None:
    client = signed_in(office)
    for page in (review(submitted, "decide/"), review(submitted, f"waivers/{uuid.uuid4()}/withdraw/")):
        assert client.get(page).status_code == 405


def test_cluster_list_has_pages_and_asks_a_fixed_number_of_questions(
    network: Network, office: Person, signed_in: SignIn, django_assert_num_queries: Any
) -> None:
    client = signed_in(office)
    for count in (1, 51):
        make.ClusterFactory.create_batch(count, network=network)
        with django_assert_num_queries(7):
            client.get("/office/north/clusters/")
    page = client.get("/office/north/clusters/").content.decode()
    assert "50 of 52 clusters" in page
    key = re.findall(r"\?after=([0-9a-f-]{36})", page)[-1]
    assert "2 of 52 clusters" in client.get(f"/office/north/clusters/?after={key}").content.decode()
