"""Every act through the door: what the page does, with the same rules and the same errors."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse

from modus.core.journal import JournalLine
from modus.core.time import today
from modus.directory.models import Cluster, Membership, Network, Person, Position, Profile
from modus.directory.queries import rights_of
from tests.api.calling import call
from tests.factories import directory as make
from tests.factories.tokens import token_of

pytestmark = [pytest.mark.row("P3"), pytest.mark.django_db]
V1 = "/api/v1"
DAY = today().isoformat()


class Program:
    """A program that acts for a person, in a place."""

    def __init__(self, person: Person, place: Any = None, **facts: Any) -> None:
        self.token, self.secret = token_of(person, place, **facts)

    def get(self, address: str, **asked: Any) -> HttpResponse:
        return call("GET", V1 + address, self.secret, asked=asked)

    def post(self, address: str, said: Any = None, **headers: str) -> HttpResponse:
        return call("POST", V1 + address, self.secret, said, **headers)

    def patch(self, address: str, said: Any) -> HttpResponse:
        return call("PATCH", V1 + address, self.secret, said)

    def delete(self, address: str) -> HttpResponse:
        return call("DELETE", V1 + address, self.secret)


@pytest.fixture
def program(cluster: Cluster, manager: Person) -> Program:
    """A program of the manager, for her cluster."""
    return Program(manager, cluster)


@pytest.fixture
def office_program(network: Network, office: Person) -> Program:
    """A program of the network's office."""
    return Program(office, network)


def new_member(**said: Any) -> dict[str, Any]:
    facts = {"name": "Lumen Works", "country": "CZ", "kind": "small"}
    return {"organisation": facts, "terms": {"joined_on": DAY}, **said}


def faults(answer: HttpResponse) -> list[str | None]:
    assert answer.status_code == 422, answer.content
    return [fault["field"] for fault in answer.json()["errors"]]


def test_a_member_is_enrolled_with_its_representative(program: Program, cluster: Cluster) -> None:
    said = new_member(representative={"given_name": "Ada", "family_name": "Lux", "email": "ada@lumen.example"})
    answer = program.post("/clusters/optics/members", said)
    assert answer.status_code == 201
    row = Membership.objects.within(cluster=cluster).get()
    assert answer.json()["id"] == str(row.pk)
    assert answer.json()["organisation"]["name"] == "Lumen Works"
    assert Position.objects.within(organisation=row.organisation).get().person.email == "ada@lumen.example"
    assert JournalLine.objects.filter(event="directory.membership.admitted", subject_id=row.pk).count() == 1


def test_a_likely_duplicate_is_shown_before_it_is_recorded_again(program: Program, cluster: Cluster) -> None:
    firm = make.OrganisationFactory(name="Lumen Works", country="CZ")
    make.MembershipFactory(cluster=cluster, organisation=firm)
    likely = program.get("/clusters/optics/members/duplicates", name="Lumen Works", country="CZ").json()
    assert [line["id"] for line in likely] == [str(firm.pk)]
    assert faults(program.post("/clusters/optics/members", new_member())) == ["organisation.name"]
    assert program.post("/clusters/optics/members", new_member(is_another=True)).status_code == 201


@pytest.mark.attack("A-07")
def test_a_member_that_is_known_is_admitted_by_its_id_and_a_strange_id_is_no_choice(
    program: Program, other_cluster: Cluster
) -> None:
    hidden = make.MembershipFactory(cluster=other_cluster).organisation
    said = {"terms": {"joined_on": DAY}}
    foreign = program.post("/clusters/optics/members", {**said, "existing": str(hidden.pk)})
    strange = program.post("/clusters/optics/members", {**said, "existing": str(other_cluster.pk)})
    assert (
        foreign.json()["errors"]
        == strange.json()["errors"]
        == [{"field": "existing", "message": "Choose one of the organisations that are shown."}]
    )


def test_facts_and_terms_of_a_member_change_together(program: Program, cluster: Cluster) -> None:
    row = make.MembershipFactory(cluster=cluster)
    address = f"/clusters/optics/members/{row.pk}"
    read = program.get(address).json()
    change = {"facts": {"city": "Olomouc"}, "terms": {"kind": "honorary"}, "version": read["version"]}
    answer = program.patch(address, {**change, "state": read["organisation"]["state"]})
    assert answer.status_code == 200
    assert (answer.json()["kind"], answer.json()["organisation"]["city"]) == ("honorary", "Olomouc")
    assert (
        "Somebody else changed"
        in program.patch(address, {**change, "terms": {"kind": "full"}}).json()["errors"][0]["message"]
    )


def test_a_change_that_changes_nothing_is_no_fault(program: Program, cluster: Cluster) -> None:
    row = make.MembershipFactory(cluster=cluster)
    answer = program.patch(f"/clusters/optics/members/{row.pk}", {"version": 1})
    assert answer.status_code == 200


def test_a_membership_ends_and_goes_on(program: Program, cluster: Cluster) -> None:
    row = make.MembershipFactory(cluster=cluster)
    ended = program.post(f"/clusters/optics/members/{row.pk}/end", {"left_on": DAY})
    assert (ended.status_code, ended.json()["left_on"]) == (200, DAY)
    assert program.post(f"/clusters/optics/members/{row.pk}/reinstate").json()["left_on"] is None


@pytest.mark.attack("A-02")
def test_many_members_change_their_kind_all_or_none(program: Program, cluster: Cluster, other_cluster: Cluster) -> None:
    rows = make.MembershipFactory.create_batch(3, cluster=cluster)
    foreign = make.MembershipFactory(cluster=other_cluster)
    ids = [str(row.pk) for row in rows]
    refused = program.post("/clusters/optics/members/kinds", {"members": [*ids, str(foreign.pk)], "kind": "honorary"})
    assert refused.status_code == 404
    assert set(Membership.objects.within(cluster=cluster).values_list("kind", flat=True)) == {"full"}
    assert program.post("/clusters/optics/members/kinds", {"members": ids, "kind": "honorary"}).json() == {"changed": 3}


def test_people_are_recorded_corrected_and_get_and_lose_positions(program: Program, cluster: Cluster) -> None:
    firm = make.MembershipFactory(cluster=cluster).organisation
    said = {"given_name": "Bea", "email": "bea@firm.example", "organisation": str(firm.pk), "role": "representative"}
    made = program.post("/clusters/optics/people", said)
    assert made.status_code == 201
    address = f"/clusters/optics/people/{made.json()['id']}"
    assert program.patch(address, {"phone": "+420 1"}).json()["phone"] == "+420 1"
    second = program.post(f"{address}/positions", {"organisation": str(firm.pk), "role": "colleague"})
    assert [row["role"] for row in second.json()["positions"]] == ["representative", "colleague"]
    position = second.json()["positions"][1]["id"]
    yesterday = (today() - timedelta(days=1)).isoformat()
    assert faults(program.post(f"{address}/positions/{position}/end", {"ends_on": yesterday})) == ["ends_on"]
    assert program.post(f"{address}/positions/{position}/end", {"ends_on": DAY}).json()["ends_on"] == DAY


def test_the_team_takes_somebody_in_and_hands_over(program: Program, cluster: Cluster, manager: Person) -> None:
    assert faults(program.post("/clusters/optics/team", {"email": "new@team.example"})) == ["given_name"]
    joined = program.post("/clusters/optics/team", {"email": "new@team.example", "given_name": "Nina"}).json()
    handed = program.post("/clusters/optics/team/hand-over", {"person": joined["id"], "starts_on": DAY})
    assert (handed.status_code, handed.json()["role"]) == (200, "manager")
    team = program.get("/clusters/optics/team").json()
    assert {line["position"]["role"] for line in team} == {"manager", "staff"}
    own = next(line for line in team if line["person"] == str(manager.pk))["position"]["id"]
    assert program.post(f"/clusters/optics/team/{own}/end", {"ends_on": DAY}).status_code == 200
    rename = program.post("/clusters/optics/rename", {"slug": "optics-moravia"})
    assert rename.json()["slug"] == "optics-moravia"


def test_settings_are_set_one_by_one_and_a_pale_colour_is_refused(program: Program, cluster: Cluster) -> None:
    assert program.patch("/clusters/optics", {"time_zone": "Europe/Prague"}).json()["time_zone"] == "Europe/Prague"
    assert faults(program.patch("/clusters/optics", {"brand_colour": "#ffff00"})) == ["brand_colour"]
    assert faults(program.patch("/clusters/optics", {"time_zone": "Mars/Base"})) == ["time_zone"]
    assert program.get("/clusters/optics").json()["brand_colour"] == ""


def test_the_history_is_read_page_by_page(program: Program, cluster: Cluster) -> None:
    for number in range(3):
        program.patch("/clusters/optics", {"time_zone": ["Europe/Prague", "Europe/Rome", "Europe/Paris"][number]})
    first = program.get("/clusters/optics/history", limit=2).json()
    second = program.get("/clusters/optics/history", limit=2, before=first["before"]).json()
    numbers = [line["number"] for line in first["items"] + second["items"]]
    assert len(numbers) >= 3
    assert numbers == sorted(set(numbers), reverse=True)


def test_views_are_kept_and_forgotten(program: Program, cluster: Cluster) -> None:
    kept = program.post("/clusters/optics/views/members", {"name": "Honorary", "query": "kind=honorary"})
    assert kept.status_code == 201
    for query in ("kind=honorary&secret=1", "kind=none", "after=x"):
        assert faults(program.post("/clusters/optics/views/members", {"name": "Odd", "query": query})) == ["query"]
    assert [view["name"] for view in program.get("/clusters/optics/views/members").json()] == ["Honorary"]
    gone = program.delete(f"/clusters/optics/views/members/{kept.json()['id']}")
    assert (gone.status_code, gone.content) == (204, b"")
    assert program.get("/clusters/optics/views/members").json() == []
    assert program.get("/clusters/optics/views/odd").status_code == 404


def test_an_organisation_is_registered_and_its_profile_goes_the_whole_way(
    network: Network, office_program: Program
) -> None:
    own = Program(make.PersonFactory())
    said = {"name": "Fibre Hub", "country": "CZ", "type": "training-provider", "network": str(network.pk)}
    made = own.post("/organisations", said)
    assert made.status_code == 201
    organisation, profile = made.json()["organisation"], f"/profiles/{made.json()['profile']}"
    read = own.get(f"/organisations/{organisation}").json()
    changed = own.patch(f"/organisations/{organisation}", {"city": "Brno", "state": read["state"]})
    assert changed.json()["city"] == "Brno"
    version = own.get(profile).json()["version"]
    assert faults(own.patch(profile, {"values": {"nothing": "x"}, "version": version})) == ["nothing"]
    saved = own.patch(
        profile, {"values": {"courses": "Lenses"}, "visibility": {"courses": "network"}, "version": version}
    )
    assert saved.json()["values"]["courses"] == "Lenses"
    sent = own.post(f"{profile}/submit").json()
    assert sent["status"] == "submitted"
    review = f"/networks/north{profile}"
    assert office_program.get("/networks/north/profiles", status="submitted").json()["total"] == 1
    decide = {"decision": "changes", "notes": {"courses": "Say more"}, "version": sent["version"]}
    asked = office_program.post(f"{review}/decide", decide).json()
    assert asked["notes"] == [{"field": "courses", "text": "Say more"}]
    again = own.post(f"{profile}/submit").json()
    assert (
        "while you were looking"
        in office_program.post(f"{review}/decide", {"decision": "publish", "version": sent["version"]}).json()[
            "errors"
        ][0]["message"]
    )
    published = office_program.post(f"{review}/decide", {"decision": "publish", "version": again["version"]})
    assert published.json()["status"] == "published"
    assert call("GET", f"{V1}/directory/{published.json()['slug']}").json()["fields"]["name"] == "Fibre Hub"
    assert own.post(f"{profile}/confirm").json()["confirmed_on"] == DAY
    assert own.post(f"{profile}/withdraw").json()["status"] == "withdrawn"
    second = own.post(f"/organisations/{organisation}/profiles", {"type": "policy-body", "network": str(network.pk)})
    assert second.status_code == 201


def test_somebody_asks_for_an_organisation_and_it_is_decided(cluster: Cluster, manager: Person) -> None:
    make.ProfileFactory(organisation=cluster.organisation, network=cluster.network, is_listed=True, status="published")
    asking = Program(make.PersonFactory())
    address = f"/organisations/{cluster.organisation_id}/requests"
    made = asking.post(address, {"message": "Please"})
    assert (made.status_code, made.json()["kind"]) == (201, "join")
    program = Program(manager, cluster)
    waiting = program.get("/requests/waiting").json()["items"]
    assert [(one["message"], one["roles"]) for one in waiting] == [("Please", ["staff", "manager"])]
    key = waiting[0]["id"]
    assert faults(program.post(f"/requests/{key}/decide", {"decision": "refuse"})) == ["reason"]
    assert (
        program.post(f"/requests/{key}/decide", {"decision": "approve", "role": "staff"}).json()["status"] == "approved"
    )
    assert asking.get("/requests").json()["items"][0]["status"] == "approved"


def test_a_request_is_taken_back(cluster: Cluster) -> None:
    make.ProfileFactory(organisation=cluster.organisation, network=cluster.network, is_listed=True, status="published")
    asking = Program(make.PersonFactory())
    made = asking.post(f"/organisations/{cluster.organisation_id}/requests", {}).json()
    assert asking.post(f"/requests/{made['id']}/withdraw").json()["status"] == "withdrawn"


def test_the_office_founds_a_cluster_hands_it_over_waives_and_adopts(
    office_program: Program, cluster: Cluster, network: Network
) -> None:
    boss = {"given_name": "Ida", "family_name": "Boss", "email": "ida@wood.example"}
    said = {"name": "Wood Cluster", "country": "CZ", "slug": "wood", "time_zone": "Europe/Prague", "manager": boss}
    founded = office_program.post("/networks/north/clusters", said)
    assert founded.status_code == 201
    assert faults(office_program.post("/networks/north/clusters", said)) == ["slug"]
    heir = {"manager": {**boss, "email": "heir@wood.example"}, "starts_on": DAY}
    assert office_program.post("/networks/north/clusters/wood/hand-over", heir).status_code == 200
    assert office_program.get("/networks/north/clusters").json()["total"] == 2
    sets = {one["code"]: one for one in office_program.get("/networks/north/rule-sets").json()}
    code, newest = next((code, one) for code, one in sets.items() if any(r["is_waivable"] for r in one["rules"]))
    waivable = next(rule["code"] for rule in newest["rules"] if rule["is_waivable"])
    profile = make.ProfileFactory(
        organisation=cluster.organisation, network=network, status="submitted", type=newest["profile_type"]
    )
    until = (today() + timedelta(days=30)).isoformat()
    waiver = {"rule_set": code, "rule": waivable, "programme": "Gold", "evidence": "https://gold.example/"}
    address = f"/networks/north/profiles/{profile.pk}/waivers"
    granted = office_program.post(address, {**waiver, "valid_until": until})
    assert granted.status_code == 201
    assert faults(office_program.post(address, {**waiver, "rule": "none", "valid_until": until})) == ["rule"]
    assert office_program.post(f"{address}/{granted.json()['id']}/withdraw").status_code == 200
    version = {"version": newest["version"], "thresholds": {waivable: 3}, "in_force_from": DAY}
    adopted = office_program.post(f"/networks/north/rule-sets/{code}", version)
    assert (adopted.status_code, adopted.json()["version"]) == (201, newest["version"] + 1)
    assert faults(office_program.post(f"/networks/north/rule-sets/{code}", version)) == ["version"]
    assert len(office_program.get(f"/networks/north/rule-sets/{code}").json()) == 2


def test_one_corrects_oneself(cluster: Cluster, manager: Person) -> None:
    own = Program(manager)
    assert own.patch("/me", {"given_name": "Renata"}).json()["given_name"] == "Renata"
    assert own.get("/me").json()["positions"][0]["role"] == "manager"
    assert "email" not in Program(manager, cluster).get("/me").json()


def test_what_is_created_with_a_key_is_created_once(program: Program, cluster: Cluster) -> None:
    first = program.post("/clusters/optics/members", new_member(), idempotency_key="k1")
    second = program.post("/clusters/optics/members", new_member(), idempotency_key="k1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert (first.get("Idempotent-Replayed"), second.get("Idempotent-Replayed")) == (None, "true")
    assert Membership.objects.within(cluster=cluster).count() == 1
    other = new_member(organisation={"name": "Another Firm", "country": "CZ", "kind": "small"})
    assert program.post("/clusters/optics/members", other, idempotency_key="k1").status_code == 422
    assert Membership.objects.within(cluster=cluster).count() == 1


def test_a_refused_call_leaves_its_key_free(program: Program, cluster: Cluster) -> None:
    wrong = new_member(terms={"joined_on": DAY, "kind": "none"})
    assert program.post("/clusters/optics/members", wrong, idempotency_key="k1").status_code == 422
    assert program.post("/clusters/optics/members", new_member(), idempotency_key="k1").status_code == 201


def test_a_key_is_of_its_token_alone(program: Program, cluster: Cluster, manager: Person) -> None:
    program.post("/clusters/optics/members", new_member(), idempotency_key="k1")
    other = Program(manager, cluster, name="Another")
    answer = other.post("/clusters/optics/members", new_member(is_another=True), idempotency_key="k1")
    assert (answer.status_code, answer.get("Idempotent-Replayed")) == (201, None)


def test_a_list_is_walked_by_key_whatever_comes_and_goes(program: Program, cluster: Cluster) -> None:
    rows = [make.MembershipFactory(cluster=cluster, organisation__name=f"Firm {n:02}") for n in range(7)]
    seen, address = [], f"{V1}/clusters/optics/members?limit=3"
    while address:
        answer = call("GET", address, program.secret)
        page = answer.json()
        seen += [line["name"] for line in page["items"]]
        assert page["total"] == 7
        following = page["next"]
        assert answer.get("Link", "") == (f'<{following}>; rel="next"' if following else "")
        address = following.removeprefix("http://testserver") if following else ""
    assert seen == [row.organisation.name for row in rows]


def test_the_token_narrows_what_its_person_may(cluster: Cluster, other_cluster: Cluster, manager: Person) -> None:
    """She manages both; the token for one of them has no right in the other, in whatever action it is asked."""
    make.PositionFactory(person=manager, organisation=other_cluster.organisation, role="manager")
    token, _secret = token_of(manager, cluster)
    manager.token = token
    rights = rights_of(manager, on=today())
    assert [own.slug for own in rights.clusters] == ["optics"]
    assert rights.speaks_for == {cluster.organisation_id}
    assert rights.works_at == {cluster.organisation_id, other_cluster.organisation_id}
    assert Profile.objects.within(organisation__in=rights.speaks_for).count() == 0
