"""The search finds what somebody may see, and tells nothing of the rest."""

from datetime import timedelta

import pytest

from modus.core.time import today
from modus.directory import queries
from modus.directory.models import Cluster, Membership, Person
from modus.directory.queries.search import NOBODY, Answers, answers_for
from tests.factories import directory as make

pytestmark = [pytest.mark.django_db, pytest.mark.row("O1")]


def answers(person: Person | None, text: str) -> Answers:
    rights = queries.rights_of(person, on=today()) if person else NOBODY
    return answers_for(rights, text, on=today())


def names(found: Answers) -> list[list[str]]:
    return [[row.name for row in group] for group in (found.members, found.people, found.profiles)]


@pytest.fixture
def hidden(other_cluster: Cluster) -> None:
    """What another cluster keeps to itself."""
    make.MembershipFactory(cluster=other_cluster, organisation__name="Zebra Works")
    make.member_of(other_cluster, name="Zebra Home").save()
    make.ProfileFactory(organisation__name="Zebra Draft", search_text="zebra draft", is_listed=False)


@pytest.mark.attack("A-93", "A-03")
@pytest.mark.usefixtures("hidden")
def test_search_answers_only_with_what_the_person_may_see(cluster: Cluster, manager: Person) -> None:
    make.MembershipFactory(cluster=cluster, organisation__name="Zebra Own")
    assert names(answers(manager, "zebra")) == [["Zebra Own"], [], []]
    assert names(answers(make.PersonFactory(), "zebra")) == [[], [], []]
    assert names(answers(None, "zebra")) == [[], [], []]


@pytest.mark.attack("A-93")
def test_search_of_a_visitor_finds_listed_profiles_only(cluster: Cluster) -> None:
    make.MembershipFactory(cluster=cluster, organisation__name="Zebra Own")
    make.ProfileFactory(
        organisation__name="Zebra Public",
        search_text="zebra public",
        published={"name": "Zebra Public"},
        is_listed=True,
        status="published",
        confirmed_on=today(),
    )
    assert names(answers(None, "zebra")) == [[], [], ["Zebra Public"]]


def test_search_forgets_former_members_and_their_people(cluster: Cluster, manager: Person) -> None:
    person = make.member_of(cluster, name="Zebra Gone")
    assert names(answers(manager, person.family_name))[1] == [person.name]
    Membership.objects.within(cluster=cluster).update(left_on=today() - timedelta(days=1))
    assert names(answers(manager, "zebra")) == [[], [], []]
    assert names(answers(manager, person.family_name))[1] == []


@pytest.mark.row("O2")
def test_search_goes_over_all_clusters_of_a_person(cluster: Cluster, other_cluster: Cluster, manager: Person) -> None:
    make.PositionFactory(person=manager, organisation=other_cluster.organisation, role="staff")
    for place in (cluster, other_cluster):
        make.MembershipFactory(cluster=place, organisation__name=f"Zebra {place.slug}")
    assert [row.slug for row in answers(manager, "zebra").members] == ["optics", "textiles"]


def test_search_needs_two_letters_and_gives_ten_of_a_kind(cluster: Cluster, manager: Person) -> None:
    for number in range(12):
        make.MembershipFactory(cluster=cluster, organisation__name=f"Zebra {number}")
    assert len(answers(manager, "ze").members) == 10
    assert [answers(manager, text).members for text in ("", "z", " z ", "\x00")] == [[], [], [], []]


def test_search_asks_a_fixed_number_of_questions(
    cluster: Cluster, manager: Person, django_assert_num_queries: object
) -> None:
    rights = queries.rights_of(manager, on=today())
    for count in (1, 3):
        for organisation in make.OrganisationFactory.create_batch(count, name="Zebra"):
            make.MembershipFactory(cluster=cluster, organisation=organisation)
            make.PositionFactory(organisation=organisation, person__search_text="zebra")
        with django_assert_num_queries(4):  # type: ignore[operator]
            answers_for(rights, "zebra", on=today())


@pytest.mark.attack("A-93", "A-02")
def test_search_finds_who_was_appointed_by_a_team_in_its_own_cluster_only(
    cluster: Cluster, other_cluster: Cluster, manager: Person
) -> None:
    shared = make.MembershipFactory(cluster=cluster).organisation
    make.MembershipFactory(cluster=other_cluster, organisation=shared)
    own = make.PositionFactory(organisation=shared, granted_in=cluster).person
    foreign = make.PositionFactory(organisation=shared, granted_in=other_cluster).person
    assert names(answers(manager, own.family_name))[1] == [own.name]
    assert names(answers(manager, foreign.family_name))[1] == []
