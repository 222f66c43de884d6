"""What a cluster's team gives counts in its own cluster: no appointment opens another one, or speaks for others."""

from typing import Any

import pytest

from modus.core.errors import NotAllowed, RuleBroken
from modus.core.time import today
from modus.directory import actions, queries, rules
from modus.directory.models import Cluster, Organisation, Person, Position
from modus.directory.queries.people import people_at, person_record
from tests.factories import directory as make

pytestmark = [pytest.mark.django_db, pytest.mark.row("O1", "O2", "B1"), pytest.mark.attack("A-02", "A-16")]


@pytest.fixture
def shared(cluster: Cluster, other_cluster: Cluster) -> Organisation:
    """An organisation that looks after itself and is a member of both clusters."""
    organisation = make.OrganisationFactory(name="Shared")
    make.MembershipFactory(cluster=cluster, organisation=organisation)
    make.MembershipFactory(cluster=other_cluster, organisation=organisation)
    return organisation


def appointed(organisation: Organisation, *, by: Person, **more: Any) -> Person:
    person = make.PersonFactory()
    post: dict[str, Any] = {"role": "representative", "starts_on": today(), **more}
    actions.give_position(person, organisation=organisation, by=by, **post)
    return person


def entered(person: Person) -> set[str]:
    return {cluster.slug for cluster in queries.rights_of(person, on=today()).clusters}


def test_a_team_opens_only_its_own_cluster(shared: Organisation, manager: Person) -> None:
    person = appointed(shared, by=manager)
    assert entered(person) == {"optics"}
    assert shared.pk not in queries.rights_of(person, on=today()).speaks_for


def test_who_was_appointed_by_a_team_passes_on_no_more(
    cluster: Cluster, other_cluster: Cluster, manager: Person
) -> None:
    organisation = make.MembershipFactory(cluster=cluster).organisation
    make.MembershipFactory(cluster=other_cluster, organisation=organisation)
    representative = appointed(organisation, by=manager)
    colleague = appointed(organisation, by=representative, role="colleague")
    assert entered(colleague) == entered(representative) == {"optics"}


def test_the_organisation_itself_opens_all_its_clusters(shared: Organisation) -> None:
    own = make.PositionFactory(organisation=shared, role="representative").person
    assert entered(appointed(shared, by=own)) == {"optics", "textiles"}


def test_admitting_a_cluster_does_not_let_anybody_speak_for_it(
    cluster: Cluster, other_cluster: Cluster, manager: Person
) -> None:
    profile = make.ProfileFactory(organisation=other_cluster.organisation, network=cluster.network)
    make.MembershipFactory(cluster=cluster, organisation=other_cluster.organisation)
    person = appointed(other_cluster.organisation, by=manager)
    with pytest.raises(NotAllowed):
        actions.save_profile(profile, values={"name": "Taken"}, visibility={}, version=profile.version, by=person)
    with pytest.raises(NotAllowed):
        actions.correct_organisation(other_cluster.organisation, facts={"name": "Taken"}, by=manager)


def test_a_team_corrects_the_organisations_that_it_recorded_and_no_other(
    cluster: Cluster, shared: Organisation, manager: Person
) -> None:
    own = make.MembershipFactory(cluster=cluster).organisation
    assert actions.correct_organisation(own, facts={"city": "Brno"}, by=manager).city == "Brno"
    with pytest.raises(NotAllowed):
        actions.correct_organisation(shared, facts={"city": "Brno"}, by=manager)


def test_an_enrolled_organisation_is_looked_after_by_its_cluster(cluster: Cluster, manager: Person) -> None:
    membership = actions.enrol_member(
        cluster,
        organisation={"name": "New", "kind": "small", "country": "CZ"},
        terms={"joined_on": today()},
        representative={"given_name": "Eva", "email": "eva@new.example"},
        by=manager,
    )
    position = Position.objects.within(organisation=membership.organisation).get()
    assert (membership.organisation.kept_by, position.granted_in) == (cluster, cluster)
    rights = queries.rights_of(position.person, on=today())
    assert rules.can_edit_organisation(rights, membership.organisation)


def test_a_team_ends_what_it_gave_and_nothing_that_counts_elsewhere(shared: Organisation, manager: Person) -> None:
    given = Position.objects.within(person=appointed(shared, by=manager)).get()
    free = make.PositionFactory(organisation=shared)
    assert actions.end_position(given, ends_on=today(), by=manager).ends_on == today()
    with pytest.raises(RuleBroken, match="counts in other clusters too"):
        actions.end_position(free, ends_on=today(), by=manager)


def test_people_of_another_cluster_are_not_listed(
    cluster: Cluster, other_cluster: Cluster, shared: Organisation, manager: Person
) -> None:
    elsewhere = appointed(shared, by=make.manager_of(other_cluster))
    rights = queries.rights_of(manager, on=today())
    assert person_record(rights, cluster, elsewhere.pk, on=today()) is None
    assert elsewhere.pk not in {row.person_id for row in people_at(cluster, shared, on=today())}


@pytest.mark.attack("A-26")
def test_a_team_cannot_turn_somebody_elses_address_to_itself(
    other_cluster: Cluster, shared: Organisation, manager: Person
) -> None:
    person = make.PersonFactory(user=None, email="eva@shared.example")
    make.PositionFactory(person=person, organisation=shared)
    with pytest.raises(RuleBroken, match="Only she herself"):
        actions.correct_person(person, facts={"email": "attacker@evil.example"}, by=manager)
    person.refresh_from_db()
    assert person.email == "eva@shared.example"


def test_one_login_finds_all_positions_recorded_for_the_address(cluster: Cluster, other_cluster: Cluster) -> None:
    for place in (cluster, other_cluster):
        person = make.PersonFactory(user=None, email="eva@both.example")
        make.PositionFactory(person=person, organisation=make.MembershipFactory(cluster=place).organisation)
    person = actions.record_own_person(make.UserFactory(email="eva@both.example"), given_name="Eva")
    assert entered(person) == {"optics", "textiles"}
    assert Person.objects.within(email="eva@both.example").count() == 1
