"""Claims and requests to join: who may ask, who decides, and what follows (A6)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from modus.core.errors import NotAllowed, RuleBroken
from modus.core.time import today
from modus.directory import actions, queries
from modus.directory.models import Cluster, JoinRequest, Network, Organisation, Person, RequestStatus
from tests.factories import directory as make

pytestmark = [pytest.mark.django_db, pytest.mark.row("A6")]


@pytest.fixture
def orphan(network: Network) -> Organisation:
    """An organisation in the public directory for which nobody speaks."""
    organisation = make.OrganisationFactory(name="Orphan Cluster", website="https://www.orphan.example")
    make.ProfileFactory(organisation=organisation, network=network, status="published", is_listed=True)
    return organisation


@pytest.fixture
def stranger(db: None) -> Person:
    return make.PersonFactory(user__email="eva@orphan.example")


def waiting_for(person: Person) -> list[JoinRequest]:
    return list(queries.requests_to_decide(person, queries.rights_of(person, on=today()), on=today()))


def test_an_organisation_without_spokespeople_is_claimed_and_the_domain_is_compared(
    orphan: Organisation, stranger: Person
) -> None:
    claim = actions.ask_for_organisation(orphan, message="It is mine", by=stranger)
    assert (claim.kind, claim.status, claim.has_matching_domain) == ("claim", "pending", True)


@pytest.mark.parametrize("address", ["eva@notorphan.example", "eva@orphan.example.net", "orphan.example@web.example"])
def test_a_similar_domain_does_not_match(orphan: Organisation, address: str) -> None:
    person = make.PersonFactory(user__email=address)
    assert not actions.ask_for_organisation(orphan, message="", by=person).has_matching_domain


def test_an_organisation_with_a_representative_is_joined(orphan: Organisation, stranger: Person) -> None:
    make.PositionFactory(organisation=orphan, role="representative")
    assert actions.ask_for_organisation(orphan, message="", by=stranger).kind == "join"


def test_a_position_that_ended_makes_an_organisation_claimable_again(orphan: Organisation, stranger: Person) -> None:
    make.PositionFactory(organisation=orphan, role="representative", ends_on=today() - timedelta(days=1))
    assert actions.ask_for_organisation(orphan, message="", by=stranger).kind == "claim"


@pytest.mark.attack("A-02", "A-07")
def test_a_person_may_not_ask_for_what_she_cannot_see(cluster: Cluster, stranger: Person) -> None:
    hidden = make.member_of(cluster).positions.get().organisation
    draft = make.ProfileFactory(status="draft").organisation
    for organisation in (hidden, draft, make.OrganisationFactory()):
        with pytest.raises(NotAllowed):
            actions.ask_for_organisation(organisation, message="", by=stranger)
    colleague = make.member_of(cluster)
    assert actions.ask_for_organisation(hidden, message="", by=colleague).kind == "join"


def test_one_asks_once_and_not_where_one_works(orphan: Organisation, stranger: Person) -> None:
    actions.ask_for_organisation(orphan, message="", by=stranger)
    with pytest.raises(RuleBroken, match="You have asked already"):
        actions.ask_for_organisation(orphan, message="", by=stranger)
    colleague = make.PositionFactory(organisation=orphan, role="colleague").person
    with pytest.raises(RuleBroken, match="You have a position"):
        actions.ask_for_organisation(orphan, message="", by=colleague)


def test_an_approved_claim_makes_a_representative_who_may_edit_the_profile(
    orphan: Organisation, stranger: Person, office: Person
) -> None:
    claim = actions.ask_for_organisation(orphan, message="", by=stranger)
    assert waiting_for(office) == [claim]
    approved = actions.approve_request(claim, by=office)
    assert (approved.status, approved.decided_by) == (RequestStatus.APPROVED, office)
    assert queries.rights_of(stranger, on=today()).speaks_for == {orphan.pk}
    assert waiting_for(office) == []


def test_a_claim_of_a_cluster_organisation_makes_its_manager(
    cluster: Cluster, stranger: Person, office: Person
) -> None:
    make.ProfileFactory(organisation=cluster.organisation, network=cluster.network, is_listed=True)
    claim = actions.ask_for_organisation(cluster.organisation, message="", by=stranger)
    actions.approve_request(claim, by=office)
    assert [(s.cluster, s.role) for s in queries.rights_of(stranger, on=today()).standings] == [(cluster, "manager")]


def test_a_colleague_joins_by_the_word_of_the_representative(cluster: Cluster) -> None:
    representative = make.member_of(cluster)
    organisation = representative.positions.get().organisation
    asking = make.member_of(cluster)
    request = actions.ask_for_organisation(organisation, message="", by=asking)
    actions.approve_request(request, by=representative)
    assert asking.positions.get(organisation=organisation).role == "colleague"


def test_the_team_of_the_cluster_decides_for_its_members(cluster: Cluster, manager: Person) -> None:
    organisation = make.MembershipFactory(cluster=cluster).organisation
    asking = make.member_of(cluster)
    request = actions.ask_for_organisation(organisation, message="", by=asking)
    assert waiting_for(manager) == [request]
    actions.approve_request(request, role="colleague", by=manager)
    assert asking.positions.get(organisation=organisation).role == "colleague"


@pytest.mark.attack("A-16")
def test_nobody_approves_her_own_request(orphan: Organisation, network: Network) -> None:
    office = make.office_of(network)
    claim = actions.ask_for_organisation(orphan, message="", by=office)
    assert waiting_for(office) == []
    with pytest.raises(NotAllowed):
        actions.approve_request(claim, by=office)


@pytest.mark.attack("A-02", "A-10")
def test_others_neither_see_nor_decide_a_request(
    orphan: Organisation, stranger: Person, cluster: Cluster, manager: Person
) -> None:
    claim = actions.ask_for_organisation(orphan, message="", by=stranger)
    foreign = make.office_of(make.NetworkFactory())
    for person in (manager, make.staff_of(cluster), make.member_of(cluster), foreign, make.PersonFactory()):
        assert waiting_for(person) == []
        with pytest.raises(NotAllowed):
            actions.approve_request(claim, by=person)
        with pytest.raises(NotAllowed):
            actions.refuse_request(claim, reason="no", by=person)
        with pytest.raises(NotAllowed):
            actions.withdraw_request(claim, by=person)


@pytest.mark.row("O1")
@pytest.mark.attack("A-02")
def test_the_office_does_not_learn_of_members_through_their_requests(cluster: Cluster, office: Person) -> None:
    organisation = make.MembershipFactory(cluster=cluster).organisation
    request = actions.ask_for_organisation(organisation, message="", by=make.member_of(cluster))
    assert waiting_for(office) == []
    assert list(queries.requests_of_office(cluster.network_id)) == []
    with pytest.raises(NotAllowed):
        actions.approve_request(request, by=office)


@pytest.mark.attack("A-16")
def test_a_cluster_cannot_choose_the_manager_of_a_cluster_that_is_its_member(
    cluster: Cluster, manager: Person, other_cluster: Cluster, stranger: Person
) -> None:
    make.MembershipFactory(cluster=cluster, organisation=other_cluster.organisation)
    make.ProfileFactory(organisation=other_cluster.organisation, network=cluster.network, is_listed=True)
    claim = actions.ask_for_organisation(other_cluster.organisation, message="", by=stranger)
    assert waiting_for(manager) == []
    with pytest.raises(NotAllowed):
        actions.approve_request(claim, by=manager)


@pytest.mark.attack("A-16")
def test_staff_cannot_make_a_manager(cluster: Cluster, manager: Person, stranger: Person) -> None:
    make.ProfileFactory(organisation=cluster.organisation, network=cluster.network, is_listed=True)
    request = actions.ask_for_organisation(cluster.organisation, message="", by=stranger)
    staff = make.staff_of(cluster)
    assert (waiting_for(staff), waiting_for(manager)) == ([], [request])
    with pytest.raises(NotAllowed):
        actions.approve_request(request, role="manager", by=staff)
    actions.approve_request(request, by=manager)
    assert stranger.positions.get().role == "staff"


@pytest.mark.attack("A-06", "A-16")
@pytest.mark.parametrize("role", ["office", "manager", "staff", "clock", "nonsense"])
def test_a_role_that_does_not_fit_the_organisation_is_refused(
    orphan: Organisation, stranger: Person, office: Person, role: str
) -> None:
    claim = actions.ask_for_organisation(orphan, message="", by=stranger)
    with pytest.raises(RuleBroken):
        actions.approve_request(claim, role=role, by=office)
    assert not stranger.positions.exists()


@pytest.mark.attack("A-16")
def test_a_request_is_decided_once(orphan: Organisation, stranger: Person, office: Person) -> None:
    claim = actions.ask_for_organisation(orphan, message="", by=stranger)
    stale = JoinRequest.objects.within(pk=claim.pk).get()
    actions.approve_request(claim, by=office)
    for act in (
        lambda: actions.approve_request(stale, by=office),
        lambda: actions.refuse_request(stale, reason="late", by=office),
        lambda: actions.withdraw_request(stale, by=stranger),
    ):
        with pytest.raises(RuleBroken, match="decided already"):
            act()
    assert stranger.positions.count() == 1


def test_a_refusal_says_why_and_one_may_ask_again(orphan: Organisation, stranger: Person, office: Person) -> None:
    claim = actions.ask_for_organisation(orphan, message="", by=stranger)
    with pytest.raises(RuleBroken) as refusal:
        actions.refuse_request(claim, reason="  ", by=office)
    assert refusal.value.field == "reason"
    refused = actions.refuse_request(claim, reason="We could not reach you", by=office)
    assert (refused.status, refused.reason) == (RequestStatus.REFUSED, "We could not reach you")
    assert actions.ask_for_organisation(orphan, message="", by=stranger).status == RequestStatus.PENDING


def test_one_may_withdraw_what_one_asked_for(orphan: Organisation, stranger: Person, office: Person) -> None:
    claim = actions.ask_for_organisation(orphan, message="", by=stranger)
    assert actions.withdraw_request(claim, by=stranger).status == RequestStatus.WITHDRAWN
    assert waiting_for(office) == []


def test_the_requests_of_a_person_are_read_in_one_query(
    orphan: Organisation, office: Person, django_assert_num_queries: Any
) -> None:
    rights = queries.rights_of(office, on=today())
    for _ in range(2):
        actions.ask_for_organisation(orphan, message="", by=make.PersonFactory())
        with django_assert_num_queries(1):
            assert [
                (r.person.name, r.organisation.name) for r in queries.requests_to_decide(office, rights, on=today())
            ]


def test_the_office_hands_a_cluster_over_when_its_only_manager_left(
    cluster: Cluster, manager: Person, office: Person, other_cluster: Cluster
) -> None:
    manager.positions.update(ends_on=today() - timedelta(days=1))
    heir = make.PersonFactory()
    with pytest.raises(NotAllowed):
        actions.hand_over(cluster, to=heir, starts_on=today(), by=make.manager_of(other_cluster))
    actions.hand_over(cluster, to=heir, starts_on=today(), by=office)
    assert [s.cluster for s in queries.rights_of(heir, on=today()).standings] == [cluster]


@pytest.mark.attack("A-16")
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets only one writer in at a time anyway")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_approvals_at_the_same_moment_give_one_position() -> None:
    network = make.NetworkFactory()
    organisation = make.ProfileFactory(network=network, is_listed=True, status="published").organisation
    asking = make.PersonFactory()
    claim = actions.ask_for_organisation(organisation, message="", by=asking)
    offices = [make.office_of(network) for _ in range(2)]
    begin = Barrier(2)

    def approve(office: Person) -> str:
        begin.wait()
        try:
            actions.approve_request(claim, by=office)
        except RuleBroken as broken:
            return broken.message
        finally:
            connection.close()
        return "approved"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(approve, offices))
    assert answers == ["This request was decided already: Approved.", "approved"]
    assert asking.positions.count() == 1
