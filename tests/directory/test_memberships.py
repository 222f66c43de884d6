"""Members are enrolled as a whole, checked for duplicates, revised, ended and taken back."""

from datetime import timedelta
from typing import Any

import pytest

from modus.core.errors import NotAllowed, RuleBroken
from modus.core.journal import JournalLine
from modus.core.time import today
from modus.directory import actions, queries, rules
from modus.directory.actions.enrolment import engage_person, enrol_member, revise_member
from modus.directory.models import Cluster, Membership, Organisation, Person, Position, ValidationResult
from modus.directory.queries.enrolment import likely_duplicates, organisation_known_to
from modus.directory.queries.history import history_of_cluster, history_of_membership
from tests.factories import directory as make

pytestmark = [pytest.mark.django_db]
FACTS = {"name": "Optika Brno s.r.o.", "country": "CZ", "kind": "small", "website": "https://optika.example"}
TERMS: dict[str, Any] = {"kind": "full", "joined_on": today()}
SPEAKER = {"given_name": "Eva", "family_name": "Malá", "email": "eva@optika.example"}


def counts() -> tuple[int, int, int, int, int]:
    tables = (Organisation, Membership, Person, Position)
    rows = (table.objects.across("tests count").count() for table in tables)
    return (*rows, JournalLine.objects.count())


@pytest.mark.row("A6")
def test_enrol_member_records_organisation_membership_and_speaker_together(cluster: Cluster, manager: Person) -> None:
    membership = enrol_member(cluster, organisation=FACTS, terms=TERMS, representative=SPEAKER, by=manager)
    repeated = membership.organisation_kind, membership.organisation_country, membership.sort_name
    assert repeated == ("small", "CZ", "optika brno s.r.o.")
    eva = Person.objects.within(email="eva@optika.example").get()
    assert rules.can_enter(queries.rights_of(eva, on=today()), cluster)


@pytest.mark.row("A6")
def test_enrol_member_leaves_nothing_behind_when_a_rule_breaks(cluster: Cluster, manager: Person) -> None:
    before = counts()
    wrong = {**TERMS, "left_on": today() - timedelta(days=1)}
    with pytest.raises(RuleBroken):
        enrol_member(cluster, organisation=FACTS, terms=wrong, representative=SPEAKER, by=manager)
    assert counts() == before


def test_enrol_member_names_the_people_of_a_member_to_come(cluster: Cluster, manager: Person) -> None:
    begins = today() + timedelta(days=9)
    enrol_member(cluster, organisation=FACTS, terms={**TERMS, "joined_on": begins}, representative=SPEAKER, by=manager)
    eva = Person.objects.within(email="eva@optika.example").get()
    assert [rules.can_enter(queries.rights_of(eva, on=day), cluster) for day in (today(), begins)] == [False, True]


@pytest.mark.attack("A-10")
def test_enrol_member_is_the_teams(cluster: Cluster) -> None:
    before = make.member_of(cluster), counts()
    with pytest.raises(NotAllowed):
        enrol_member(cluster, organisation=FACTS, terms=TERMS, by=before[0])
    assert counts() == before[1]


def duplicates(cluster: Cluster, **said: str) -> list[str]:
    asked = {"name": "", "website": "", "country": "CZ", **said}
    return [line.organisation.name for line in likely_duplicates(cluster, on=today(), **asked)]


@pytest.mark.row("A6")
def test_duplicates_are_alike_in_name_or_equal_in_domain(cluster: Cluster) -> None:
    make.MembershipFactory(
        cluster=cluster, organisation__name="Optika Brno s.r.o.", organisation__domain="optika.example"
    )
    make.MembershipFactory(cluster=cluster, organisation__name="Mlékárna Zlín")
    assert duplicates(cluster, name="Optika Brno") == ["Optika Brno s.r.o."]
    assert duplicates(cluster, name="Opitka Brno s.r.o.") == ["Optika Brno s.r.o."]
    assert duplicates(cluster, name="Něco jiného", website="www.optika.example/cs") == ["Optika Brno s.r.o."]
    assert duplicates(cluster, name="Optika Brno", country="DE") == []
    assert duplicates(cluster, name="Laser") == []
    assert duplicates(cluster) == []


@pytest.mark.attack("A-03", "A-93")
def test_duplicates_never_name_what_another_cluster_keeps_to_itself(cluster: Cluster, other_cluster: Cluster) -> None:
    private = make.MembershipFactory(cluster=other_cluster, organisation__name="Optika Brno").organisation
    listed = make.ProfileFactory(organisation__name="Optika Brno a.s.", is_listed=True, status="published").organisation
    assert duplicates(cluster, name="Optika Brno") == ["Optika Brno a.s."]
    assert organisation_known_to(cluster, private.pk, on=today()) is None
    assert organisation_known_to(cluster, listed.pk, on=today()) == listed


def test_duplicates_say_who_is_a_member_already(cluster: Cluster) -> None:
    row = make.MembershipFactory(cluster=cluster, organisation__name="Optika Brno")
    make.MembershipFactory(cluster=cluster, organisation__name="Optika Brno II", left_on=today() - timedelta(days=2))
    found = likely_duplicates(cluster, name="Optika Brno", website="", country="CZ", on=today())
    assert [line.membership_id for line in found] == [row.pk, None]


def test_engage_person_does_not_record_a_known_address_twice(cluster: Cluster, manager: Person) -> None:
    known = make.member_of(cluster)
    place = make.MembershipFactory(cluster=cluster).organisation
    facts = {"given_name": "Typed", "family_name": "Anew", "email": known.email.upper()}
    assert engage_person(cluster, organisation=place, facts=facts, terms={"role": "colleague"}, by=manager) == known
    assert known.positions.count() == 2


@pytest.mark.attack("A-03")
def test_engage_person_knows_nobody_of_another_cluster(
    cluster: Cluster, other_cluster: Cluster, manager: Person
) -> None:
    foreign = make.member_of(other_cluster)
    place = make.MembershipFactory(cluster=cluster).organisation
    facts = {"given_name": "New", "family_name": "Name", "email": foreign.email}
    assert engage_person(cluster, organisation=place, facts=facts, terms={"role": "colleague"}, by=manager) != foreign


def test_revise_member_refuses_what_somebody_else_changed_since(cluster: Cluster, manager: Person) -> None:
    row = make.MembershipFactory(cluster=cluster)
    seen = row.organisation.state
    actions.correct_organisation(row.organisation, facts={"city": "Brno"}, by=manager)
    with pytest.raises(RuleBroken, match="Somebody else changed"):
        revise_member(row, facts={"city": "Zlín"}, terms={}, seen=seen, version=row.version, by=manager)
    actions.change_membership(row, terms={"kind": "honorary"}, version=1, by=manager)
    with pytest.raises(RuleBroken, match="Somebody else changed"):
        revise_member(row, facts={}, terms={"kind": "associate"}, seen="", version=1, by=manager)
    row = Membership.objects.within(pk=row.pk).get()
    assert (row.kind, row.organisation.city) == ("honorary", "Brno")


def test_correct_organisation_carries_name_and_type_into_the_lists(cluster: Cluster, manager: Person) -> None:
    row = make.MembershipFactory(cluster=cluster)
    actions.correct_organisation(row.organisation, facts={"name": "Žluť", "kind": "large", "country": "DE"}, by=manager)
    row.refresh_from_db()
    assert (row.sort_name, row.organisation_kind, row.organisation_country) == ("zlut", "large", "DE")


def test_reinstated_members_get_their_rights_back(cluster: Cluster, manager: Person) -> None:
    person = make.member_of(cluster)
    row = Membership.objects.within(cluster=cluster).get()
    ended = actions.end_membership(row, left_on=today() - timedelta(days=1), by=manager)
    assert not rules.can_enter(queries.rights_of(person, on=today()), cluster)
    actions.reinstate_membership(ended, by=manager)
    assert rules.can_enter(queries.rights_of(person, on=today()), cluster)


def test_history_tells_acts_in_words(cluster: Cluster, manager: Person) -> None:
    row = enrol_member(cluster, organisation=FACTS, terms=TERMS, by=manager)
    actions.change_membership(row, terms={"kind": "honorary", "pays_fee": True}, version=1, by=manager)
    told = [(line.words, line.detail) for line in history_of_membership(cluster, row)]
    assert told == [
        ("The terms of Optika Brno s.r.o. changed", "kind: Full member → Honorary member; fee: yes"),
        ("Optika Brno s.r.o. became a member", ""),
        ("Optika Brno s.r.o. was recorded", ""),
    ]
    assert [line.words for line in history_of_cluster(cluster)] == [told[0][0], told[1][0]]


@pytest.mark.attack("A-93")
def test_history_does_not_name_who_acted_in_another_cluster(
    cluster: Cluster, other_cluster: Cluster, manager: Person
) -> None:
    elsewhere = make.MembershipFactory(cluster=other_cluster)
    row = make.MembershipFactory(cluster=cluster, organisation=elsewhere.organisation)
    stranger = make.manager_of(other_cluster)
    actions.change_membership(elsewhere, terms={"kind": "honorary"}, version=1, by=stranger)
    actions.correct_organisation(row.organisation, facts={"city": "Brno"}, by=stranger)
    assert [(line.words[:8], line.by) for line in history_of_membership(cluster, row)] == [("Facts of", "")]


@pytest.mark.row("X7")
def test_a_passport_turns_amber_with_the_member_that_leaves(cluster: Cluster, manager: Person) -> None:
    values = {
        "name": "Optics",
        "country": "CZ",
        "fte": "1",
        "website_english": "https://o.example/en",
        "public_link": "x",
    }
    make.ProfileFactory(
        organisation=cluster.organisation,
        network=cluster.network,
        status="published",
        is_listed=True,
        values=values,
        published=values,
    )
    rows = [make.MembershipFactory(cluster=cluster, pays_fee=True) for _ in range(14)]
    make.MembershipFactory(cluster=cluster, pays_fee=True, organisation__kind="university")
    actions.check_cluster(cluster, on=today(), by=manager)
    actions.end_membership(rows[0], left_on=today() - timedelta(days=1), by=manager)
    results = ValidationResult.objects.across("test").filter(rule_set__code="eccp").order_by("order")
    assert [(result.is_met, result.failing_since) for result in results] == [(True, None), (False, today())]
    assert [outcome["code"] for outcome in results[1].outcomes if outcome["state"] == "fail"] == ["committed-members"]


def test_revise_member_writes_nothing_when_nothing_differs(cluster: Cluster, manager: Person) -> None:
    row = make.MembershipFactory(cluster=cluster)
    lines = JournalLine.objects.count()
    revise_member(row, facts={"name": row.organisation.name}, terms={"kind": "full"}, seen="", version=1, by=manager)
    assert JournalLine.objects.count() == lines
