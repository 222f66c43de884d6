"""Who saves what somebody else changed since is told so, and memberships follow their rules to the day."""

from datetime import date, timedelta
from typing import Any

import pytest

from modus.core.errors import Conflict, NotAllowed, RuleBroken
from modus.core.journal import JournalLine
from modus.core.time import now, today
from modus.directory import actions
from modus.directory.models import Cluster, JoinRequest, Membership, Organisation, Person, RequestStatus
from tests.factories import directory as make

pytestmark = [pytest.mark.django_db, pytest.mark.row("B1"), pytest.mark.attack("A-16")]
DAY = timedelta(days=1)


@pytest.fixture
def membership(cluster: Cluster) -> Membership:
    return make.MembershipFactory(cluster=cluster)


def lines(event: str) -> list[JournalLine]:
    return list(JournalLine.objects.filter(event=event))


def test_each_change_counts_and_an_older_state_is_refused(membership: Membership, manager: Person) -> None:
    version = membership.version
    changed = actions.change_membership(membership, terms={"kind": "associate"}, version=version, by=manager)
    assert (changed.kind, changed.version) == ("associate", version + 1)
    for wrong in (version, version + 2):
        with pytest.raises(Conflict):
            actions.change_membership(membership, terms={"kind": "full"}, version=wrong, by=manager)
        with pytest.raises(Conflict):
            actions.end_membership(membership, left_on=today(), version=wrong, by=manager)
    ended = actions.end_membership(membership, left_on=today(), version=version + 1, by=manager)
    assert (ended.left_on, ended.version) == (today(), version + 2)
    back = actions.reinstate_membership(membership, by=manager)
    stored = Membership.objects.within(pk=membership.pk).get()
    assert (back.version, stored.version, stored.left_on, stored.kind) == (version + 3, version + 3, None, "associate")
    assert [line.changes for line in lines("directory.membership.changed")] == [{"kind": ["full", "associate"]}]
    assert lines("directory.membership.ended")[0].changes == {"left_on": [None, today().isoformat()]}
    assert lines("directory.membership.reinstated")[0].changes == {"left_on": [today().isoformat(), None]}


def test_a_membership_ends_once_and_not_before_it_began(membership: Membership, manager: Person) -> None:
    with pytest.raises(RuleBroken, match="The last day is before the first") as refused:
        actions.end_membership(membership, left_on=membership.joined_on - DAY, by=manager)
    assert refused.value.field == "left_on"
    actions.end_membership(membership, left_on=membership.joined_on, by=manager)
    with pytest.raises(RuleBroken, match="has ended already") as refused:
        actions.end_membership(membership, left_on=today(), by=manager)
    assert refused.value.field == "left_on"


def test_an_end_of_today_or_later_can_be_moved(membership: Membership, manager: Person) -> None:
    for day in (today(), today() + DAY, today()):
        assert actions.end_membership(membership, left_on=day, by=manager).left_on == day
    with pytest.raises(RuleBroken, match="The last day is before the first"):
        actions.change_membership(
            membership, terms={"joined_on": today() + DAY}, version=membership.version + 3, by=manager
        )


def test_who_goes_on_cannot_be_taken_back_and_who_came_anew_neither(
    cluster: Cluster, membership: Membership, manager: Person
) -> None:
    with pytest.raises(RuleBroken, match="has not ended"):
        actions.reinstate_membership(membership, by=manager)
    actions.end_membership(membership, left_on=today() - DAY, by=manager)
    actions.admit_member(cluster, organisation=membership.organisation, terms={"joined_on": today()}, by=manager)
    with pytest.raises(RuleBroken, match="is a member already") as refused:
        actions.reinstate_membership(membership, by=manager)
    assert refused.value.field == "name"


@pytest.mark.parametrize(
    ("terms", "fits"),
    [
        ({"joined_on": date(2021, 1, 1)}, True),
        ({"joined_on": date(2020, 12, 31)}, False),
        ({"joined_on": date(2019, 1, 1), "left_on": date(2019, 12, 31)}, True),
        ({"joined_on": date(2019, 1, 1), "left_on": date(2020, 1, 1)}, False),
        ({"joined_on": date(2019, 1, 1)}, False),
    ],
)
def test_memberships_follow_each_other_and_never_overlap(
    cluster: Cluster, other_cluster: Cluster, manager: Person, terms: dict[str, Any], fits: bool
) -> None:
    organisation = make.OrganisationFactory(kept_by=cluster)
    first = {"joined_on": date(2020, 1, 1), "left_on": date(2020, 12, 31)}
    make.MembershipFactory(cluster=cluster, organisation=organisation, **first)
    make.MembershipFactory(cluster=other_cluster, organisation=organisation)
    if not fits:
        with pytest.raises(RuleBroken, match="is a member already") as refused:
            actions.admit_member(cluster, organisation=organisation, terms=terms, by=manager)
        assert refused.value.field == "name"
        return
    made = actions.admit_member(cluster, organisation=organisation, terms=terms, by=manager)
    facts = (made.sort_name, made.search_text, made.organisation_kind, made.organisation_country)
    known = (organisation.sort_name, organisation.search_text, organisation.kind, organisation.country)
    assert (facts, made.joined_on) == (known, terms["joined_on"])
    line = lines("directory.membership.admitted")[0]
    assert (line.subject_id, line.scope_id, line.changes) == (
        made.pk,
        cluster.pk,
        {"member": [None, organisation.name]},
    )


def test_nobody_is_admitted_to_leave_before_she_came(cluster: Cluster, manager: Person) -> None:
    terms = {"joined_on": today(), "left_on": today() - DAY}
    with pytest.raises(RuleBroken, match="The last day is before the first") as refused:
        actions.admit_member(cluster, organisation=make.OrganisationFactory(), terms=terms, by=manager)
    assert refused.value.field == "left_on"


def test_only_the_team_of_the_cluster_touches_its_memberships(
    cluster: Cluster, membership: Membership, other_cluster: Cluster
) -> None:
    organisation = make.OrganisationFactory()
    for by in (make.manager_of(other_cluster), make.member_of(cluster), make.PersonFactory()):
        for act in (
            lambda by: actions.admit_member(cluster, organisation=organisation, terms={"joined_on": today()}, by=by),
            lambda by: actions.change_membership(membership, terms={}, version=membership.version, by=by),
            lambda by: actions.end_membership(membership, left_on=today(), by=by),
            lambda by: actions.reinstate_membership(membership, by=by),
            lambda by: actions.change_membership_kinds(cluster, memberships=[membership], kind="full", by=by),
        ):
            with pytest.raises(NotAllowed):
                act(by)


def test_many_get_one_kind_or_none_does(
    cluster: Cluster, membership: Membership, other_cluster: Cluster, manager: Person
) -> None:
    foreign = make.MembershipFactory(cluster=other_cluster)
    for rows, kind in (([membership, foreign], "associate"), ([membership], "no-such"), ([], "associate")):
        with pytest.raises(RuleBroken):
            actions.change_membership_kinds(cluster, memberships=rows, kind=kind, by=manager)
    assert Membership.objects.within(kind="full").count() == 2
    other = make.MembershipFactory(cluster=cluster)
    changed = actions.change_membership_kinds(cluster, memberships=[membership, other], kind="associate", by=manager)
    assert {row.pk for row in changed} == {membership.pk, other.pk}
    stored = Membership.objects.within(cluster=cluster)
    assert {(row.kind, row.version) for row in stored} == {("associate", membership.version + 1)}
    assert [line.changes for line in lines("directory.membership.changed")] == [{"kind": ["full", "associate"]}] * 2


def test_an_unknown_term_is_a_fault_of_the_program(cluster: Cluster, membership: Membership, manager: Person) -> None:
    with pytest.raises(ValueError, match="Not terms of a membership: colour"):
        actions.change_membership(membership, terms={"colour": "red"}, version=membership.version, by=manager)


def request_of(person: Person, organisation: Organisation, kind: str = "join") -> JoinRequest:
    return JoinRequest.objects.create(person=person, organisation=organisation, kind=kind)


def test_a_decision_is_written_down_whole_and_stands(cluster: Cluster, manager: Person) -> None:
    person = make.PersonFactory()
    asked = request_of(person, cluster.organisation)
    approved = actions.approve_request(asked, by=manager, role="staff")
    stored = JoinRequest.objects.within(pk=asked.pk).get()
    for row in (approved, stored):
        assert (row.status, row.reason, row.decided_by) == (RequestStatus.APPROVED, "", manager)
        assert row.decided_at
        assert abs(row.decided_at - now()) < timedelta(minutes=1)
    given = person.positions.get()
    assert (given.role, given.starts_on, given.organisation_id, given.granted_in_id) == (
        "staff",
        today(),
        cluster.organisation_id,
        None,
    )
    line = lines("directory.request.approved")[0]
    assert line.scope_id == cluster.pk
    assert line.changes == {"status": ["pending", "approved"], "person": person.name, "role": [None, "staff"]}
    for act in (
        lambda: actions.approve_request(asked, by=manager),
        lambda: actions.refuse_request(asked, reason="no", by=manager),
        lambda: actions.withdraw_request(asked, by=person),
    ):
        with pytest.raises(RuleBroken, match="This request was decided already: Approved"):
            act()


def test_what_a_team_approves_counts_in_its_cluster(cluster: Cluster, manager: Person) -> None:
    person, organisation = make.PersonFactory(), make.MembershipFactory(cluster=cluster).organisation
    actions.approve_request(request_of(person, organisation), by=manager)
    assert (person.positions.get().role, person.positions.get().granted_in_id) == ("colleague", cluster.pk)


def test_a_refusal_is_kept_with_its_reason_cut_to_measure(cluster: Cluster, manager: Person) -> None:
    asked = request_of(make.PersonFactory(), cluster.organisation)
    for blank in ("", "  "):
        with pytest.raises(RuleBroken, match="Say why") as refused:
            actions.refuse_request(asked, reason=blank, by=manager)
        assert refused.value.field == "reason"
    actions.refuse_request(asked, reason=f"  {'x' * 1001} ", by=manager)
    stored = JoinRequest.objects.within(pk=asked.pk).get()
    assert (stored.status, stored.reason) == ("refused", "x" * 1000)
    assert lines("directory.request.refused")[0].changes["role"] == [None, None]


def test_a_role_is_offered_before_it_is_given_and_held_once(cluster: Cluster, manager: Person) -> None:
    person = make.PersonFactory()
    asked = request_of(person, cluster.organisation)
    with pytest.raises(RuleBroken, match="Choose from the list") as refused:
        actions.approve_request(asked, by=manager, role="office")
    assert refused.value.field == "role"
    make.PositionFactory(person=person, organisation=cluster.organisation, role="staff")
    with pytest.raises(RuleBroken, match="holds this role already") as refused:
        actions.approve_request(asked, by=manager, role="staff")
    assert refused.value.field == "role"


def test_who_decides_on_a_cluster_and_on_a_member(
    cluster: Cluster, other_cluster: Cluster, manager: Person, office: Person
) -> None:
    """A claim of a cluster is the office's; its own managers take whoever joins; neither decides on herself."""
    member = make.MembershipFactory(cluster=cluster).organisation
    people = {
        "manager": manager,
        "staff": make.staff_of(cluster),
        "office": office,
        "foreign manager": make.manager_of(other_cluster),
        "foreign office": make.office_of(make.NetworkFactory()),
    }
    may: dict[str, set[str]] = {}
    for what, organisation, kind in (
        ("joins cluster", cluster.organisation, "join"),
        ("claims cluster", cluster.organisation, "claim"),
        ("claims member", member, "claim"),
    ):
        may[what] = set()
        for name, by in people.items():
            asked = request_of(make.PersonFactory(), organisation, kind)
            try:
                actions.refuse_request(asked, reason="no", by=by)
            except NotAllowed:
                continue
            may[what].add(name)
    assert may == {
        "joins cluster": {"manager", "office"},
        "claims cluster": {"office"},
        "claims member": {"manager", "staff"},
    }
    own = request_of(manager, cluster.organisation)
    with pytest.raises(NotAllowed):
        actions.approve_request(own, by=manager)
    with pytest.raises(NotAllowed):
        actions.withdraw_request(own, by=office)
    assert actions.withdraw_request(own, by=manager).status == "withdrawn"
    assert lines("directory.request.withdrawn")[0].scope_id is None


@pytest.mark.parametrize(
    ("domain", "address", "matches"),
    [
        ("works.example", "a@works.example", True),
        ("works.example", "a@mail.works.example", True),
        ("works.example", "a@notworks.example", False),
        ("works.example", "a@example", False),
        ("", "a@works.example", False),
    ],
)
def test_a_claim_says_whether_the_address_is_of_the_domain(
    cluster: Cluster, domain: str, address: str, matches: bool
) -> None:
    website = f"https://{domain}" if domain else ""
    organisation = make.OrganisationFactory(website=website)
    make.ProfileFactory(organisation=organisation, is_listed=True, status="published")
    person = make.PersonFactory(user=make.UserFactory(email=address))
    asked = actions.ask_for_organisation(organisation, message=f" {'x' * 1001} ", by=person)
    assert (asked.kind, asked.has_matching_domain, asked.message) == ("claim", matches, "x" * 1000)
    assert lines("directory.request.made")[0].changes == {"kind": [None, "claim"]}
    with pytest.raises(RuleBroken, match="You have asked already"):
        actions.ask_for_organisation(organisation, message="", by=person)


def test_one_asks_only_where_one_sees_and_does_not_work(cluster: Cluster) -> None:
    with pytest.raises(NotAllowed):
        actions.ask_for_organisation(make.OrganisationFactory(), message="", by=make.PersonFactory())
    person = make.member_of(cluster)
    own = person.positions.get().organisation
    with pytest.raises(RuleBroken, match="You have a position"):
        actions.ask_for_organisation(own, message="", by=person)
    make.ProfileFactory(organisation=own, is_listed=True, status="published")
    nobody = make.PersonFactory(user=None)
    joins = actions.ask_for_organisation(own, message="", by=nobody)
    assert (joins.kind, joins.has_matching_domain) == ("join", False)
