"""The people of a cluster: who belongs to it, and what of them may be seen."""

from datetime import timedelta
from uuid import uuid4

import pytest

from modus.core.errors import RuleBroken
from modus.core.time import today
from modus.directory import queries
from modus.directory.actions.saved_view import forget_view, keep_view
from modus.directory.models import Cluster, Membership, Person, SavedView
from modus.directory.queries.paging import PAGE_SIZE
from modus.directory.queries.people import (
    PersonChoice,
    PersonPage,
    person_page,
    person_record,
    position_visible_to,
    workplaces_within,
)
from modus.directory.queries.views import saved_view_of, saved_views
from tests.factories import directory as make

pytestmark = [pytest.mark.django_db, pytest.mark.row("B1")]
YESTERDAY = today() - timedelta(days=1)


def page(cluster: Cluster, **choice: object) -> PersonPage:
    return person_page(cluster, PersonChoice(**choice), on=today())  # type: ignore[arg-type]


@pytest.mark.attack("A-03")
def test_people_are_those_with_positions_here_today(cluster: Cluster, other_cluster: Cluster, manager: Person) -> None:
    member = make.member_of(cluster)
    make.member_of(other_cluster)
    make.manager_of(other_cluster)
    gone = make.member_of(cluster)
    gone.positions.update(ends_on=YESTERDAY)
    orphan = make.member_of(cluster)
    Membership.objects.within(organisation=orphan.positions.get().organisation).update(left_on=YESTERDAY)
    found = page(cluster)
    assert {row.id for row in found.rows} == {manager.pk, member.pk}
    assert (found.total, found.facets) == (2, {"manager": 1, "representative": 1})


def test_people_are_listed_once_with_all_their_positions(cluster: Cluster) -> None:
    person = make.member_of(cluster, name="First")
    make.PositionFactory(person=person, organisation=make.MembershipFactory(cluster=cluster).organisation)
    found = page(cluster)
    assert [len(row.positions) for row in found.rows] == [2]
    assert found.total == 1


@pytest.mark.attack("A-93")
def test_positions_in_another_cluster_are_not_shown(cluster: Cluster, other_cluster: Cluster, manager: Person) -> None:
    person = make.member_of(cluster, name="Here")
    secret = make.MembershipFactory(cluster=other_cluster, organisation__name="Secret").organisation
    elsewhere = make.PositionFactory(person=person, organisation=secret)
    rights = queries.rights_of(manager, on=today())
    record = person_record(rights, cluster, person.pk, on=today())
    assert record is not None
    assert [row.organisation.name for row in [*record.positions, *record.other_positions]] == ["Here"]
    assert position_visible_to(rights, cluster, person.pk, elsewhere.pk, on=today()) is None


@pytest.mark.attack("A-02")
def test_a_foreign_person_is_as_unknown_as_a_random_one(
    cluster: Cluster, other_cluster: Cluster, manager: Person
) -> None:
    rights = queries.rights_of(manager, on=today())
    assert person_record(rights, cluster, make.member_of(other_cluster).pk, on=today()) is None
    assert person_record(rights, cluster, uuid4(), on=today()) is None


def test_ended_positions_are_the_teams_to_see_as_far_as_they_were_held_in_the_cluster(
    cluster: Cluster, manager: Person
) -> None:
    reader, gone = make.member_of(cluster), make.member_of(cluster)
    position = gone.positions.get()
    gone.positions.update(ends_on=YESTERDAY)
    team, member = (queries.rights_of(person, on=today()) for person in (manager, reader))
    assert person_record(member, cluster, gone.pk, on=today()) is None
    record = person_record(team, cluster, gone.pk, on=today())
    assert record is not None
    assert record.other_positions == [position]
    Membership.objects.within(organisation=position.organisation).update(left_on=position.starts_on)
    gone.positions.update(starts_on=position.starts_on + timedelta(days=1))
    assert person_record(team, cluster, gone.pk, on=today()) is None


@pytest.mark.attack("A-14")
def test_workplaces_are_all_members_for_the_team_and_her_own_for_a_speaker(cluster: Cluster, manager: Person) -> None:
    speaker = make.member_of(cluster, name="Own")
    colleague = make.member_of(cluster, name="Other", role="colleague")
    found = [
        [row.name for row in workplaces_within(queries.rights_of(person, on=today()), cluster, on=today())]
        for person in (manager, speaker, colleague)
    ]
    assert found == [["Other", "Own"], ["Own"], []]


def test_views_are_kept_by_name_for_each_list_and_person(manager: Person) -> None:
    view = keep_view(address="x/members", name="Payers", query="commitment=yes", by=manager)
    with pytest.raises(RuleBroken):
        keep_view(address="x/members", name="Payers", query="", by=manager)
    stranger = make.PersonFactory()
    assert saved_views(manager, address="x/members") == [view]
    assert saved_views(manager, address="x/people") == []
    assert saved_view_of(stranger, view.pk) is None
    forget_view(view, by=manager)
    assert SavedView.objects.within(person=manager).count() == 0


def annas(cluster: Cluster, count: int) -> None:
    """People with one given name and family names in their order."""
    for number in range(count):
        person = make.PersonFactory(given_name="Anna", family_name=f"Nováková {number:02}")
        make.PositionFactory(person=person, organisation=cluster.organisation, role="staff")


@pytest.mark.parametrize("sort", ["name", "-name"])
def test_a_search_with_many_hits_has_pages_both_ways(cluster: Cluster, sort: str) -> None:
    annas(cluster, PAGE_SIZE + 2)
    first = page(cluster, text="anna", sort=sort)
    second = page(cluster, text="anna", sort=sort, after=first.rows[-1].id)
    assert (first.total, len(first.rows), first.has_previous, first.has_next) == (PAGE_SIZE + 2, PAGE_SIZE, False, True)
    assert (len(second.rows), second.has_previous, second.has_next) == (2, True, False)
    back = page(cluster, text="anna", sort=sort, before=second.rows[0].id)
    assert (back.rows, back.has_previous, back.has_next) == (first.rows, False, True)
    names = [row.name for row in [*first.rows, *second.rows]]
    assert names == sorted(names, reverse=sort.startswith("-"))


def test_a_search_begins_anew_behind_somebody_who_is_not_found(cluster: Cluster, manager: Person) -> None:
    annas(cluster, 1)
    found = page(cluster, text="anna", after=manager.pk)
    assert ([row.name for row in found.rows], found.has_previous, found.has_next) == (
        ["Anna Nováková 00"],
        False,
        False,
    )
