"""What narrows rows to a cluster, a network or a person, with neighbours planted on every side."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from modus.core import files
from modus.core.time import now, today
from modus.core.tokens import Token
from modus.directory import queries
from modus.directory.models import (
    LOGO,
    Cluster,
    Invitation,
    JoinRequest,
    Membership,
    Network,
    Organisation,
    Person,
    Position,
    Profile,
    RuleSet,
    Waiver,
)
from modus.directory.models.membership import active_on
from modus.directory.queries import accounts, invitations, members, people, requests, webhooks
from modus.directory.queries import files as files_of_directory
from modus.directory.queries import rights as rights_queries
from modus.directory.rules import Rights
from tests.factories import directory as make
from tests.factories import uploads

pytestmark = [pytest.mark.django_db, pytest.mark.row("O1"), pytest.mark.attack("A-01", "A-03")]
DAY, TODAY = timedelta(days=1), today()
ENDED, FUTURE = {"ends_on": TODAY - DAY}, {"starts_on": TODAY + DAY}


def rights(person: Person) -> Rights:
    return queries.rights_of(person, on=TODAY)


@pytest.mark.parametrize(
    ("starts", "ends", "is_active"),
    [(0, None, True), (1, None, False), (-1, 0, True), (-1, -1, False), (-2, 1, True), (0, 0, True)],
)
def test_a_dated_row_counts_from_its_first_to_its_last_day(
    cluster: Cluster, starts: int, ends: int | None, is_active: bool
) -> None:
    last = None if ends is None else TODAY + ends * DAY
    row = make.MembershipFactory(cluster=cluster, joined_on=TODAY + starts * DAY, left_on=last)
    here = Membership.objects.within(active_on(TODAY, starts="joined_on", ends="left_on"))
    across = Organisation.objects.within(
        active_on(TODAY, prefix="memberships__", starts="joined_on", ends="left_on"), pk=row.organisation_id
    )
    assert (here.exists(), across.exists()) == (is_active, is_active)


def test_who_is_a_member_today_is_one_also_if_she_comes_again_later(cluster: Cluster) -> None:
    row = make.MembershipFactory(cluster=cluster, left_on=TODAY)
    make.MembershipFactory(cluster=cluster, organisation=row.organisation, joined_on=TODAY + DAY)
    for starts, prefix in (("memberships__joined_on", ""), ("joined_on", "memberships__")):
        ends = starts.replace("joined", "left")
        found = Organisation.objects.within(active_on(TODAY, prefix=prefix, starts=starts, ends=ends), kept_by=cluster)
        assert list(found) == [row.organisation]


def test_rights_come_from_positions_of_the_day_and_from_nothing_else(
    cluster: Cluster, other_cluster: Cluster, network: Network
) -> None:
    person, somebody = make.PersonFactory(), make.PersonFactory()
    member = make.MembershipFactory(cluster=cluster).organisation
    make.MembershipFactory(cluster=other_cluster, organisation=member, left_on=TODAY - DAY)
    for role, organisation, dates in (
        ("colleague", member, {}),
        ("staff", cluster.organisation, {}),
        ("manager", other_cluster.organisation, ENDED),
        ("office", network.operator, FUTURE),
    ):
        make.PositionFactory(person=person, organisation=organisation, role=role, **dates)
    make.PositionFactory(person=somebody, organisation=other_cluster.organisation, role="manager")
    found = rights(person)
    assert {(s.cluster.pk, s.organisation.pk, s.role) for s in found.standings} == {
        (cluster.pk, cluster.organisation_id, "staff"),
        (cluster.pk, member.pk, "colleague"),
    }
    assert (found.offices, found.speaks_for, found.works_at) == ((), frozenset(), {member.pk, cluster.organisation_id})
    assert queries.rights_of(None, on=TODAY) == Rights()
    assert queries.rights_of(queries.clock(), on=TODAY) == Rights(is_clock=True)


@pytest.mark.parametrize(
    ("role", "speaks"),
    [("representative", True), ("manager", True), ("office", True), ("staff", False), ("colleague", False)],
)
def test_who_speaks_for_an_organisation_and_how_freely(
    cluster: Cluster, other_cluster: Cluster, role: str, speaks: bool
) -> None:
    organisation = make.OrganisationFactory(kept_by=cluster)
    found = {}
    for granted in (None, cluster, other_cluster):
        person = make.PersonFactory()
        make.PositionFactory(person=person, organisation=organisation, role=role, granted_in=granted)
        own = rights(person)
        found[granted] = (organisation.pk in own.speaks_for, organisation.pk in own.speaks_freely_for)
    assert found == {None: (speaks, speaks), cluster: (speaks, False), other_cluster: (False, False)}


def test_a_position_that_a_team_gave_stands_in_its_cluster_alone(cluster: Cluster, other_cluster: Cluster) -> None:
    shared = make.OrganisationFactory()
    for place in (cluster, other_cluster):
        make.MembershipFactory(cluster=place, organisation=shared)
    make.MembershipFactory(cluster=other_cluster)
    found = {}
    for granted in (None, cluster):
        person = make.PersonFactory()
        make.PositionFactory(person=person, organisation=shared, role="representative", granted_in=granted)
        found[granted] = {standing.cluster for standing in rights(person).standings}
    assert found == {None: {cluster, other_cluster}, cluster: {cluster}}


def test_an_office_is_of_a_network_and_a_manager_of_a_cluster(cluster: Cluster, network: Network) -> None:
    office = rights(make.office_of(network))
    assert (office.offices, office.standings) == ((network,), ())
    lonely = make.PositionFactory(role="office").person
    leader = make.PositionFactory(role="manager").person
    assert (rights(lonely).offices, rights(leader).standings) == ((), ())
    helper = make.PositionFactory(organisation=network.operator, role="colleague").person
    assert rights(helper).offices == ()


def test_who_runs_a_cluster_does_not_stand_in_those_of_which_it_is_a_member(
    cluster: Cluster, other_cluster: Cluster
) -> None:
    make.MembershipFactory(cluster=cluster, organisation=other_cluster.organisation)
    for person in (make.manager_of(other_cluster), make.staff_of(other_cluster)):
        assert rights(person).clusters == (other_cluster,)


def test_a_person_is_found_by_her_account_and_by_her_number(manager: Person, office: Person) -> None:
    from django.contrib.auth.models import AnonymousUser

    assert rights_queries.person_of(manager.user) == manager
    assert rights_queries.person_of(AnonymousUser()) is None
    assert rights_queries.person_of(make.UserFactory()) is None
    assert rights_queries.person_with_id(office.pk) == office
    assert rights_queries.person_with_id(uuid4()) is None


def test_who_acts_by_a_token_has_what_lies_in_its_place(cluster: Cluster, other_cluster: Cluster) -> None:
    person = make.manager_of(cluster)
    make.PositionFactory(person=person, organisation=other_cluster.organisation, role="manager")
    person.token = Token(scope_id=cluster.pk)
    assert rights(person).clusters == (cluster,)


def test_sign_ins_to_show_are_the_first_of_each_role_with_an_account(cluster: Cluster, manager: Person) -> None:
    make.PositionFactory(organisation=cluster.organisation, role="staff", person=make.PersonFactory(user=None))
    late = make.PositionFactory(organisation=cluster.organisation, role="manager", starts_on=TODAY).person
    assert late != manager
    found = rights_queries.people_with_account_by_role(["staff", "manager", "office"])
    assert found == {"manager": manager}
    assert rights_queries.networks_exist()
    assert not accounts.has_second_factor(manager.user)


def seen(person: Person, cluster: Cluster, **choice: Any) -> set[Membership]:
    rows = members.members_chosen(rights(person), cluster, members.MemberChoice(**choice), on=TODAY)
    found = set(rows)
    page = members.member_page(rights(person), cluster, members.MemberChoice(**choice), on=TODAY)
    assert (page.total, {row.id for row in page.rows}) == (len(found), {row.pk for row in found})
    exported = members.member_rows(rights(person), cluster, members.MemberChoice(**choice), on=TODAY)
    assert {row.id for row in exported} == {row.pk for row in found}
    assert set(members.members_matching(rights(person), cluster, members.MemberChoice(**choice), on=TODAY)) == found
    return found


def test_members_are_seen_as_far_as_a_person_may_ask(cluster: Cluster, other_cluster: Cluster, manager: Person) -> None:
    small = {"organisation__kind": "small", "cluster": cluster}
    full = make.MembershipFactory(**small, organisation__name="Quillon", pays_fee=True)
    agreed = make.MembershipFactory(**small, kind="associate", has_agreement=True)
    gives = make.MembershipFactory(cluster=cluster, organisation__kind="university", contributes=True)
    plain = make.MembershipFactory(**small)
    left = make.MembershipFactory(**small, left_on=TODAY - DAY)
    last = make.MembershipFactory(**small, left_on=TODAY)
    comes = make.MembershipFactory(**small, joined_on=TODAY + DAY)
    make.MembershipFactory(cluster=other_cluster, organisation__name="Quillon", pays_fee=True)
    colleague = make.PositionFactory(organisation=plain.organisation).person
    now_here = {full, agreed, gives, plain, last}
    assert seen(manager, cluster) == seen(colleague, cluster) == now_here
    assert seen(manager, cluster, status="all") == now_here | {left, comes}
    assert (seen(manager, cluster, status="former"), seen(manager, cluster, status="coming")) == ({left}, {comes})
    assert seen(colleague, cluster, status="all") == seen(colleague, cluster, status="former") == now_here
    assert seen(manager, cluster, type="university") == {gives}
    assert seen(manager, cluster, kind="associate") == {agreed}
    assert seen(manager, cluster, commitment="yes") == {full, agreed, gives}
    assert seen(manager, cluster, commitment="no") == {plain, last}
    assert seen(colleague, cluster, commitment="yes") == now_here
    assert seen(manager, cluster, text="quil") == {full}
    for person, known in ((manager, now_here | {left, comes}), (colleague, now_here)):
        for row in Membership.objects.across("a test asks for each"):
            found = members.membership_visible_to(rights(person), cluster, row.pk, on=TODAY)
            assert found == (row if row in known else None)
    named = members.memberships_named(rights(manager), cluster, [left.pk, full.pk, full.pk], on=TODAY)
    assert named == sorted([left, full], key=lambda row: (row.sort_name, row.pk))
    assert members.memberships_named(rights(colleague), cluster, [left.pk, full.pk], on=TODAY) is None


def test_facets_count_what_each_choice_would_show(cluster: Cluster, manager: Person) -> None:
    for kind, terms in (
        ("small", {"pays_fee": True}),
        ("small", {"kind": "associate"}),
        ("university", {"contributes": True, "left_on": TODAY - DAY}),
        ("university", {"has_agreement": True}),
    ):
        make.MembershipFactory(cluster=cluster, organisation__kind=kind, **terms)
    choice = members.MemberChoice(type="small", status="current")
    page = members.member_page(rights(manager), cluster, choice, on=TODAY)
    assert page.total == 2
    assert page.facets == {
        "type": {"small": 2, "university": 1},
        "kind": {"full": 1, "associate": 1},
        "status": {"current": 2},
        "commitment": {"yes": 1, "no": 1},
    }
    everything = members.member_page(rights(manager), cluster, members.MemberChoice(status="all"), on=TODAY)
    assert (everything.total, everything.facets["status"], everything.facets["commitment"]) == (
        4,
        {"current": 3, "former": 1},
        {"yes": 3, "no": 1},
    )


def test_members_are_named_in_public_only_if_they_let_themselves(cluster: Cluster, other_cluster: Cluster) -> None:
    for place, name, terms in (
        (cluster, "Zephyr", {"is_public": True}),
        (cluster, "Amber", {"is_public": True}),
        (cluster, "Hidden", {}),
        (cluster, "Gone", {"is_public": True, "left_on": TODAY - DAY}),
        (other_cluster, "Foreign", {"is_public": True}),
    ):
        make.MembershipFactory(cluster=place, organisation__name=name, **terms)
    assert members.members_named_in_public(cluster.organisation, on=TODAY) == ["Amber", "Zephyr"]
    assert members.members_named_in_public(make.OrganisationFactory(), on=TODAY) == []


def test_a_neighbour_is_the_nearest_in_the_list_that_one_came_from(cluster: Cluster, manager: Person) -> None:
    rows = [
        make.MembershipFactory(cluster=cluster, organisation__name=name, joined_on=date(2020, 1, day))
        for name, day in (("Alder", 3), ("Birch", 2), ("Cedar", 1))
    ]
    for sort, order in (("name", rows), ("-name", rows[::-1]), ("joined", rows[::-1]), ("-joined", rows)):
        choice = members.MemberChoice(sort=sort)
        found = members.member_neighbours(rights(manager), cluster, choice, order[1], on=TODAY)
        assert (found.previous_id, found.next_id) == (order[0].pk, order[2].pk), sort
        first = members.member_neighbours(rights(manager), cluster, choice, order[0], on=TODAY)
        assert (first.previous_id, first.next_id) == (None, order[1].pk)
        exported = members.member_rows(rights(manager), cluster, choice, on=TODAY)
        assert [row.id for row in exported] == [row.pk for row in order]


def planted(cluster: Cluster, other: Cluster) -> dict[str, Position]:
    """Positions of one name each: in the cluster, at its members of all times, and elsewhere."""
    present = make.MembershipFactory(cluster=cluster).organisation
    former = make.MembershipFactory(cluster=cluster, left_on=TODAY - DAY).organisation
    foreign = make.MembershipFactory(cluster=other).organisation
    shared = make.MembershipFactory(cluster=cluster).organisation
    make.MembershipFactory(cluster=other, organisation=shared)
    return {
        name: make.PositionFactory(organisation=organisation, **facts)
        for name, organisation, facts in (
            ("team", cluster.organisation, {"role": "staff"}),
            ("member", present, {}),
            ("ended", present, ENDED),
            ("to come", present, FUTURE),
            ("last day", present, {"ends_on": TODAY}),
            ("of a former member", former, {}),
            ("after a former member", former, {"starts_on": TODAY}),
            ("before a member", present, {"starts_on": date(2019, 1, 1), "ends_on": date(2019, 12, 31)}),
            ("given here", shared, {"granted_in": cluster}),
            ("given there", shared, {"granted_in": other}),
            ("foreign", foreign, {}),
            ("foreign team", other.organisation, {"role": "manager"}),
        )
    }


NOW = {"team", "member", "last day", "given here"}
EVER = NOW | {"ended", "to come", "of a former member"}


def test_people_of_a_cluster_are_those_whose_positions_count_in_it(
    cluster: Cluster, other_cluster: Cluster, manager: Person
) -> None:
    positions = planted(cluster, other_cluster)
    member = make.PositionFactory(organisation=positions["member"].organisation, role="representative").person
    names = {position.person_id: name for name, position in positions.items()} | {manager.pk: "m", member.pk: "r"}

    def said(rows: Any) -> set[str]:
        return {names[key] for key in rows} - {"m", "r"}

    assert said(row.person_id for row in people.positions_within(cluster, on=TODAY)) == NOW
    assert said(person.pk for person in people.people_within(cluster, on=TODAY)) == NOW
    assert people.count_of_people(cluster, on=TODAY) == len(NOW) + 2
    for choice in (people.PersonChoice(), people.PersonChoice(text="given")):
        page = people.person_page(cluster, choice, on=TODAY)
        assert (said(row.id for row in page.rows), page.total) == (NOW, len(NOW) + 2)
        assert said(row.id for row in people.person_rows(cluster, choice, on=TODAY)) == NOW
        assert page.facets == {"staff": 1, "colleague": 3, "manager": 1, "representative": 1}
    walked = people._people_walked(cluster, people.PersonChoice(role="colleague"), on=TODAY)
    chosen = people._people_chosen(cluster, people.PersonChoice(role="colleague"), on=TODAY)
    assert said(row.pk for row in walked) == said(row.pk for row in chosen) == NOW - {"team"}
    by_role = people.person_page(cluster, people.PersonChoice(role="staff"), on=TODAY)
    by_word = people.person_page(cluster, people.PersonChoice(role="staff", text="given"), on=TODAY)
    assert {row.id for row in by_role.rows} == {row.id for row in by_word.rows} == {positions["team"].person_id}
    assert (by_role.total, by_word.total) == (1, 1)
    for person, known in ((manager, EVER), (member, NOW)):
        for name, position in positions.items():
            record = people.person_record(rights(person), cluster, position.person_id, on=TODAY)
            found = people.position_visible_to(rights(person), cluster, position.person_id, position.pk, on=TODAY)
            assert ((record is not None), found) == (name in known, position if name in known else None), name
            other = people.position_visible_to(rights(person), cluster, manager.pk, position.pk, on=TODAY)
            assert other is None
            if record:
                assert [row.pk for row in record.positions] == ([position.pk] if name in NOW else [])
                assert [row.pk for row in record.other_positions] == ([] if name in NOW else [position.pk])


def test_people_at_a_member_are_told_with_the_speakers_first(cluster: Cluster, other_cluster: Cluster) -> None:
    organisation = make.MembershipFactory(cluster=cluster).organisation
    plant = {
        name: make.PositionFactory(organisation=organisation, person__family_name=name, **facts)
        for name, facts in (
            ("Alder", {}),
            ("Birch", {"role": "representative"}),
            ("Cedar", {"granted_in": cluster}),
            ("Elm", {"granted_in": other_cluster}),
            ("Fir", ENDED),
        )
    }
    make.PositionFactory(organisation=make.MembershipFactory(cluster=cluster).organisation)
    found = people.people_at(cluster, organisation, on=TODAY)
    assert found == [plant["Birch"], plant["Alder"], plant["Cedar"]]


def test_the_team_is_told_with_those_to_come_and_without_those_who_left(
    cluster: Cluster, other_cluster: Cluster, manager: Person
) -> None:
    staff, later, last = (
        make.PositionFactory(organisation=cluster.organisation, role="staff", **facts)
        for facts in ({}, FUTURE, {"ends_on": TODAY})
    )
    make.PositionFactory(organisation=cluster.organisation, role="staff", **ENDED)
    make.PositionFactory(organisation=cluster.organisation, role="representative")
    make.manager_of(other_cluster)
    found = people.team_of(cluster, on=TODAY)
    assert found[0].person == manager
    assert set(found[1:]) == {staff, later, last}


def test_workplaces_are_the_present_members_and_for_others_their_own(
    cluster: Cluster, other_cluster: Cluster, manager: Person
) -> None:
    person = make.member_of(cluster, name="Own")
    make.MembershipFactory(cluster=cluster, organisation__name="Another")
    make.MembershipFactory(cluster=cluster, organisation__name="Left", left_on=TODAY - DAY)
    foreign = make.MembershipFactory(cluster=other_cluster, organisation__name="Foreign").organisation
    make.PositionFactory(person=person, organisation=foreign, role="representative")
    found = [[row.name for row in people.workplaces_within(rights(by), cluster, on=TODAY)] for by in (manager, person)]
    assert found == [["Another", "Own"], ["Own"]]


def asked(organisation: Organisation, kind: str = "join", **facts: Any) -> JoinRequest:
    return JoinRequest.objects.create(person=make.PersonFactory(), organisation=organisation, kind=kind, **facts)


def test_a_request_waits_for_those_who_may_decide_and_for_nobody_else(
    cluster: Cluster, other_cluster: Cluster, manager: Person, office: Person
) -> None:
    member = make.MembershipFactory(cluster=cluster).organisation
    make.MembershipFactory(cluster=other_cluster, organisation=member, left_on=TODAY - DAY)
    speaker = make.PositionFactory(organisation=member, role="representative").person
    listed = make.ProfileFactory(network=cluster.network, status="published", is_listed=True).organisation
    draft = make.ProfileFactory(network=cluster.network, status="draft").organisation
    abroad = make.ClusterFactory().organisation
    make.ProfileFactory(network=cluster.network, organisation=abroad, status="published", is_listed=True)
    elsewhere = make.ProfileFactory(status="published", is_listed=True).organisation
    waiting = {
        "joins member": asked(member),
        "claims member": asked(member, "claim"),
        "joins cluster": asked(cluster.organisation),
        "claims cluster": asked(cluster.organisation, "claim"),
        "claims listed": asked(listed, "claim"),
        "claims draft": asked(draft, "claim"),
        "claims elsewhere": asked(elsewhere, "claim"),
        "claims cluster abroad": asked(abroad, "claim"),
    }
    asked(member, status="approved")
    JoinRequest.objects.create(person=manager, organisation=cluster.organisation, kind="join")
    readers = {
        "manager": manager,
        "staff": make.staff_of(cluster),
        "speaker": speaker,
        "colleague": make.PositionFactory(organisation=member).person,
        "office": office,
        "foreign manager": make.manager_of(other_cluster),
        "foreign office": make.office_of(make.NetworkFactory()),
    }
    names = {row.pk: name for name, row in waiting.items()}
    found = {
        name: [names.get(row.pk, "own") for row in requests.requests_to_decide(person, rights(person), on=TODAY)]
        for name, person in readers.items()
    }
    of_office = ["joins cluster", "claims cluster", "claims listed", "own"]
    assert found == {
        "manager": ["joins member", "claims member", "joins cluster"],
        "staff": ["joins member", "claims member"],
        "speaker": ["joins member"],
        "colleague": [],
        "office": of_office,
        "foreign manager": [],
        "foreign office": [],
    }
    assert {names.get(row.pk, "own") for row in requests.requests_of_office(cluster.network_id)} == set(of_office)
    for days, name in enumerate(("claims cluster", "claims listed", "joins cluster")):
        JoinRequest.objects.within(pk=waiting[name].pk).update(asked_at=now() - (9 - days) * DAY)
    in_turn = [names.get(row.pk, "own") for row in requests.requests_of_office(cluster.network_id)]
    assert in_turn == ["claims cluster", "claims listed", "joins cluster", "own"]
    own = waiting["joins member"]
    assert list(requests.requests_of(own.person)) == [own]


def test_who_may_be_asked_for_and_who_knows_an_organisation(cluster: Cluster, other_cluster: Cluster) -> None:
    person = make.member_of(cluster)
    member = make.MembershipFactory(cluster=cluster).organisation
    places = {
        "member": member,
        "own cluster": cluster.organisation,
        "former": make.MembershipFactory(cluster=cluster, left_on=TODAY - DAY).organisation,
        "foreign": make.MembershipFactory(cluster=other_cluster).organisation,
        "foreign cluster": other_cluster.organisation,
        "listed": make.ProfileFactory(is_listed=True, status="published").organisation,
        "hidden": make.ProfileFactory(is_listed=False, status="published").organisation,
        "unknown": make.OrganisationFactory(),
    }
    found = {
        name
        for name, place in places.items()
        if requests.organisation_to_ask_for(place.pk, rights=rights(person), on=TODAY) == place
    }
    assert found == {"member", "own cluster", "listed"}
    decided = {name: requests.deciding_clusters(place, on=TODAY) for name, place in places.items()}
    assert {name: keys for name, keys in decided.items() if keys} == {
        "member": {cluster.pk},
        "own cluster": {cluster.pk},
        "foreign": {other_cluster.pk},
        "foreign cluster": {other_cluster.pk},
    }
    make.MembershipFactory(cluster=other_cluster, organisation=cluster.organisation)
    assert requests.deciding_clusters(cluster.organisation, on=TODAY) == {cluster.pk}
    drafted = make.ProfileFactory(status="draft").organisation
    networks = [
        requests.deciding_networks(place) for place in (cluster.organisation, member, places["hidden"], drafted)
    ]
    hidden = Profile.objects.within(organisation=places["hidden"]).get()
    assert networks == [{cluster.network_id}, frozenset(), {hidden.network_id}, frozenset()]


@pytest.mark.parametrize(
    ("role", "dates", "speaks"),
    [
        ("representative", {}, True),
        ("manager", {}, True),
        ("office", {}, True),
        ("colleague", {}, False),
        ("staff", {}, False),
        ("representative", ENDED, False),
        ("representative", FUTURE, False),
    ],
)
def test_somebody_speaks_for_an_organisation_or_it_can_be_claimed(
    role: str, dates: dict[str, Any], speaks: bool
) -> None:
    organisation = make.PositionFactory(role=role, **dates).organisation
    make.PositionFactory(role="representative")
    assert requests.somebody_speaks_for(organisation, on=TODAY) is speaks


def test_an_approval_offers_the_usual_role_first(cluster: Cluster) -> None:
    member = make.MembershipFactory(cluster=cluster).organisation
    offered = {
        (place is member, kind): [role for role, _label in requests.offered_roles(asked(place, kind))]
        for place in (member, cluster.organisation)
        for kind in ("join", "claim")
    }
    assert offered == {
        (True, "join"): ["colleague", "representative"],
        (True, "claim"): ["representative", "colleague"],
        (False, "join"): ["staff", "manager"],
        (False, "claim"): ["manager", "staff"],
    }


def invited(cluster: Cluster, by: Person, **facts: Any) -> Invitation:
    at = now()
    said = {
        "email": "eva@people.example",
        "role": "colleague",
        "ends_at": at + DAY,
        "organisation": cluster.organisation,
    }
    return Invitation.objects.create(cluster=cluster, invited_by=by, made_at=at, sent_at=at, **{**said, **facts})


def test_an_invitation_is_its_clusters_and_open_to_whoever_has_its_seal(
    cluster: Cluster, other_cluster: Cluster, manager: Person
) -> None:
    own = invited(cluster, manager)
    revoked = invited(cluster, manager, role="staff", revoked_at=now())
    ended = invited(cluster, manager, role="manager", ends_at=now() - DAY)
    foreign = invited(other_cluster, make.manager_of(other_cluster))
    assert set(invitations.invitations_of(cluster)) == {own, ended}
    known = [invitations.invitation_of(cluster, row.pk) for row in (own, revoked, ended, foreign)]
    assert known == [own, revoked, ended, None]
    opened = [invitations.open_invitation(row.pk) for row in (own, revoked, ended, foreign)]
    assert opened == [own, None, None, foreign]
    assert invitations.open_invitation(uuid4()) is None
    at = now()
    said = {"cluster": other_cluster, "organisation": other_cluster.organisation, "role": "staff"}
    said |= {"invited_by": manager, "made_at": at, "sent_at": at, "ends_at": at + DAY}
    Invitation.objects.bulk_create([Invitation(email=f"{n}@x.example", **said) for n in range(200)])
    assert len(invitations.invitations_of(other_cluster)) == 200
    by_mail, by_copy = (invitations.token_of(own, way) for way in (invitations.BY_MAIL, invitations.BY_COPY))
    assert (len(by_mail), by_mail[:32], by_mail != by_copy) == (75, own.pk.hex, True)
    assert invitations.invitation_with_token(by_mail) == (own, True)
    assert invitations.invitation_with_token(by_copy) == (own, False)
    wrong = [own.pk.hex, "", "x", f"{by_mail}x", foreign.pk.hex + by_mail[32:], by_mail[:-1]]
    assert {invitations.invitation_with_token(token) for token in wrong} == {(None, False)}
    assert invitations.invitation_with_token(invitations.token_of(ended, "mail")) == (None, True)


def test_an_address_needs_no_invitation_where_it_has_the_place_or_a_living_one(
    cluster: Cluster, other_cluster: Cluster, manager: Person
) -> None:
    member = make.MembershipFactory(cluster=cluster).organisation

    def standing(email: str, role: str = "colleague", place: Cluster = cluster) -> str:
        return invitations.standing_of_address(place, email, organisation_id=member.pk, role=role)

    person = make.PositionFactory(organisation=member).person
    gone = make.PositionFactory(organisation=member, **ENDED).person
    for email, facts in (
        ("sent@x.example", {}),
        ("opened@x.example", {"opened_at": now()}),
        ("ended@x.example", {"ends_at": now() - DAY}),
        ("accepted@x.example", {"accepted_at": now()}),
        ("revoked@x.example", {"revoked_at": now()}),
        ("other@x.example", {"role": "representative"}),
        ("elsewhere@x.example", {"organisation": make.OrganisationFactory()}),
    ):
        invited(cluster, manager, **{"organisation": member, "email": email, **facts})
    found = {
        name: standing(f"{name}@x.example")
        for name in ("sent", "opened", "ended", "accepted", "revoked", "other", "elsewhere", "nobody")
    }
    assert {name: said for name, said in found.items() if said} == {"sent": "invited", "opened": "invited"}
    assert (standing(person.email), standing(person.email, "representative"), standing(gone.email)) == ("held", "", "")
    assert standing("sent@x.example", place=other_cluster) == ""


def test_webhooks_are_kept_by_managers_and_the_office_as_long_as_they_are(
    cluster: Cluster, other_cluster: Cluster, network: Network, manager: Person, office: Person
) -> None:
    inactive = make.manager_of(cluster)
    inactive.user.is_active = False
    inactive.user.save()
    without = make.PositionFactory(organisation=cluster.organisation, role="manager", person__user=None).person
    keepers = {
        "manager": manager,
        "office": office,
        "staff": make.staff_of(cluster),
        "inactive": inactive,
        "without": without,
    }
    may = {
        (name, place.slug)
        for name, person in keepers.items()
        for place in (cluster, other_cluster, network, make.NetworkFactory(slug=f"n-{name}"))
        if webhooks.may_keep_webhooks(person.pk, place.pk)
    }
    assert may == {("manager", "optics"), ("office", "north")}
    assert not webhooks.may_keep_webhooks(uuid4(), cluster.pk)
    assert not webhooks.may_keep_webhooks(office.pk, uuid4())
    assert set(webhooks.events_of(cluster)) == {
        f"directory.{noun}" for noun in ("membership", "person", "position", "request", "cluster")
    }
    assert set(webhooks.events_of(network)) == {f"directory.{noun}" for noun in ("profile", "waiver", "network")}
    assert all(webhooks.events_of(place)[name] for place in (cluster, network) for name in webhooks.events_of(place))


@pytest.fixture
def _folder(tmp_path: Any, settings: Any) -> None:
    options = {"location": tmp_path / "files", "base_url": None}
    own = {"BACKEND": "modus.core.files.storage.FolderStorage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": own}


@pytest.mark.usefixtures("_folder")
@pytest.mark.parametrize(
    ("status", "copy", "visibility", "readers"),
    [
        ("draft", "values", "public", {"manager", "staff"}),
        ("submitted", "values", "public", {"manager", "staff", "office"}),
        ("submitted", "values", "staff", {"manager", "staff"}),
        ("published", "published", "public", {"manager", "staff", "member", "office"}),
        ("published", "published", "cluster", {"manager", "staff", "member"}),
        ("withdrawn", "published", "public", {"manager", "staff"}),
    ],
)
def test_a_logo_is_seen_where_its_copy_of_the_profile_is(
    cluster: Cluster,
    other_cluster: Cluster,
    manager: Person,
    office: Person,
    status: str,
    copy: str,
    visibility: str,
    readers: set[str],
) -> None:
    own = make.ProfileFactory(organisation=cluster.organisation, network=cluster.network, status=status)
    checked = files.check(uploads.upload(uploads.picture()), kind=LOGO)
    stored = files.store(checked, kind=LOGO, scope_id=None, by=manager, subject_id=own.pk)
    Profile.objects.within(pk=own.pk).update(
        **{copy: {"logo": str(stored.pk)}}, visibility={"logo": visibility}, is_listed=status == "published"
    )
    # Somebody else's public profile names the same file: it is not hers to show.
    make.ProfileFactory(status="published", is_listed=True, published={"logo": str(stored.pk)})
    people_here = {
        "manager": manager,
        "staff": make.staff_of(cluster),
        "member": make.member_of(cluster),
        "office": office,
        "foreign manager": make.manager_of(make.ClusterFactory()),
        "nobody": make.PersonFactory(),
    }
    found = {name for name, by in people_here.items() if files_of_directory.logo_is_seen_by(stored, rights(by))}
    assert found == readers
    is_public = status == "published" and visibility == "public"
    assert files_of_directory.logo_is_public(stored, on=TODAY) is is_public
    other = files.store(checked, kind=LOGO, scope_id=None, by=manager, subject_id=own.pk)
    assert not files_of_directory.logo_is_seen_by(other, rights(manager))
    assert not files_of_directory.logo_is_public(other, on=TODAY)
    orphan = files.store(checked, kind=LOGO, scope_id=None, by=manager, subject_id=uuid4())
    assert not files_of_directory.logo_is_seen_by(orphan, rights(manager))
    assert not files_of_directory.logo_is_public(orphan, on=TODAY)


@pytest.mark.usefixtures("_folder")
def test_evidence_is_that_of_its_waiver_and_of_no_other(cluster: Cluster, office: Person, manager: Person) -> None:
    own = make.ProfileFactory(organisation=cluster.organisation, network=cluster.network)
    rule = RuleSet.objects.get(code="eccp", version=1).rules.get(code="staff")
    checked = files.check(uploads.upload(uploads.picture()), kind=LOGO)

    def store(subject: Any) -> files.StoredFile:
        return files.store(checked, kind=LOGO, scope_id=None, by=office, subject_id=subject)

    def waiver(**facts: Any) -> Waiver:
        said = {"valid_until": TODAY, "granted_on": TODAY, "granted_by": office, "evidence": "https://e.example/"}
        return Waiver.objects.create(profile=own, rule=rule, programme="P", **{**said, **facts})

    given = waiver()
    proof, other, orphan = store(given.pk), store(given.pk), store(uuid4())
    Waiver.objects.within(pk=given.pk).update(evidence_file=proof.pk)
    waiver(withdrawn_on=TODAY)
    waiver(granted_on=TODAY - DAY, valid_until=TODAY - DAY)
    staff = make.staff_of(cluster)
    for person, reads in ((office, True), (manager, True), (staff, False)):
        seen = [files_of_directory.evidence_is_seen_by(file, rights(person)) for file in (proof, other, orphan)]
        assert seen == [reads, False, False]
        listed = files_of_directory.waivers_with_evidence(own, rights(person), on=TODAY)
        assert listed == [(given, proof.pk if reads else None)]


def test_people_are_exported_in_the_order_of_the_list(cluster: Cluster) -> None:
    for name in ("Birch", "Alder", "Cedar"):
        make.PositionFactory(organisation=cluster.organisation, role="staff", person__family_name=name)
    found = {
        sort: [row.family_name for row in people.person_rows(cluster, people.PersonChoice(sort=sort), on=TODAY)]
        for sort in ("name", "-name")
    }
    assert found == {"name": ["Alder", "Birch", "Cedar"], "-name": ["Cedar", "Birch", "Alder"]}
