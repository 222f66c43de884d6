"""The member list: who sees whom, search, filters, counts, order and pages."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from modus.core.time import today
from modus.directory import queries
from modus.directory.models import Cluster, Membership, Person
from modus.directory.queries.members import (
    MemberChoice,
    MemberPage,
    member_neighbours,
    member_page,
    member_rows,
    membership_visible_to,
    memberships_named,
)
from modus.directory.rules import Rights
from tests.factories import directory as make

pytestmark = [pytest.mark.django_db, pytest.mark.row("B1")]
LAST_YEAR = today() - timedelta(days=365)


def rights(person: Person) -> Rights:
    return queries.rights_of(person, on=today())


def add(cluster: Cluster, name: str, **terms: object) -> Membership:
    return make.MembershipFactory(cluster=cluster, organisation__name=name, **terms)


def page(person: Person, cluster: Cluster, **choice: object) -> MemberPage:
    return member_page(rights(person), cluster, MemberChoice(**choice), on=today())  # type: ignore[arg-type]


def names(found: MemberPage) -> list[str]:
    return [row.name for row in found.rows]


@pytest.mark.attack("A-03")
def test_member_list_holds_the_cluster_and_nobody_else(
    cluster: Cluster, other_cluster: Cluster, manager: Person
) -> None:
    add(cluster, "Alpha")
    add(other_cluster, "Foreign")
    found = page(manager, cluster, status="all")
    assert names(found) == ["Alpha"]
    assert (found.total, sum(found.facets["type"].values())) == (1, 1)


def test_member_list_is_found_with_and_without_diacritics(cluster: Cluster, manager: Person) -> None:
    add(cluster, "Čočka Žďár")
    add(cluster, "Laser Brno")
    assert [names(page(manager, cluster, text=text)) for text in ("cocka", "ČOČKA zdar", "brno laser", "čoček")] == [
        ["Čočka Žďár"],
        ["Čočka Žďár"],
        ["Laser Brno"],
        [],
    ]


def test_former_members_are_the_teams_to_see(cluster: Cluster, manager: Person) -> None:
    add(cluster, "Gone", left_on=LAST_YEAR)
    reader = make.member_of(cluster, name="Here")
    assert names(page(manager, cluster, status="former")) == ["Gone"]
    assert names(page(reader, cluster, status="former")) == ["Here"]
    assert names(page(reader, cluster, status="all")) == ["Here"]


@pytest.mark.attack("A-77", "A-93")
def test_commitment_cannot_be_asked_by_those_who_may_not_see_it(cluster: Cluster) -> None:
    reader = make.member_of(cluster, name="Here")
    add(cluster, "Payer", pays_fee=True)
    found = page(reader, cluster, commitment="yes")
    assert names(found) == ["Here", "Payer"]
    assert found.total == 2


def test_facets_ignore_their_own_choice_and_obey_the_others(cluster: Cluster, manager: Person) -> None:
    add(cluster, "A", organisation__kind="small", kind="full", pays_fee=True)
    add(cluster, "B", organisation__kind="large", kind="full")
    add(cluster, "C", organisation__kind="large", kind="associate")
    add(cluster, "D", organisation__kind="large", left_on=LAST_YEAR)
    found = page(manager, cluster, type="large", kind="full")
    assert names(found) == ["B"]
    assert found.total == 1
    assert found.facets["type"] == {"small": 1, "large": 1}
    assert found.facets["kind"] == {"full": 1, "associate": 1}
    assert found.facets["status"] == {"current": 1, "former": 1}
    assert found.facets["commitment"] == {"no": 1}


def test_a_member_to_come_is_no_member_today(cluster: Cluster, manager: Person) -> None:
    add(cluster, "Soon", joined_on=today() + timedelta(days=3))
    assert names(page(manager, cluster)) == []
    assert names(page(manager, cluster, status="coming")) == ["Soon"]


@pytest.mark.parametrize("sort", ["name", "-name", "joined", "-joined"])
def test_pages_hold_every_member_once_in_order_and_lead_back(cluster: Cluster, manager: Person, sort: str) -> None:
    for number in range(103):
        add(cluster, f"Same {number % 7}", joined_on=date(2020, 1, 1) + timedelta(days=number % 5))
    choice, seen, steps = MemberChoice(sort=sort), [], []
    while True:
        found = member_page(rights(manager), cluster, choice, on=today())
        seen += found.rows
        steps.append(found)
        if not found.has_next:
            break
        choice = replace(choice, after=found.rows[-1].id)
    assert [len(step.rows) for step in steps] == [50, 50, 3]
    assert len({row.id for row in seen}) == 103
    assert [row.id for row in seen] == [row.id for row in member_rows(rights(manager), cluster, choice, on=today())]
    back = member_page(rights(manager), cluster, MemberChoice(sort=sort, before=steps[1].rows[0].id), on=today())
    assert [row.id for row in back.rows] == [row.id for row in steps[0].rows]
    assert (back.has_previous, back.has_next) == (False, True)


def test_a_page_behind_nobody_is_the_first_page(cluster: Cluster, other_cluster: Cluster, manager: Person) -> None:
    add(cluster, "Alpha")
    foreign = add(other_cluster, "Foreign")
    assert names(page(manager, cluster, after=uuid4())) == ["Alpha"]
    assert names(page(manager, cluster, after=foreign.pk)) == ["Alpha"]


def test_neighbours_follow_the_list_one_came_from(cluster: Cluster, manager: Person) -> None:
    first, second, third = (
        add(cluster, name, kind=kind) for name, kind in (("A", "full"), ("B", "honorary"), ("C", "full"))
    )
    everybody = member_neighbours(rights(manager), cluster, MemberChoice(), second, on=today())
    assert (everybody.previous_id, everybody.next_id) == (first.pk, third.pk)
    full = member_neighbours(rights(manager), cluster, MemberChoice(kind="full", sort="-name"), first, on=today())
    assert (full.previous_id, full.next_id) == (third.pk, None)


@pytest.mark.attack("A-02")
def test_a_foreign_membership_is_as_unknown_as_a_random_one(
    cluster: Cluster, other_cluster: Cluster, manager: Person
) -> None:
    own, foreign = add(cluster, "Own"), add(other_cluster, "Foreign")
    assert membership_visible_to(rights(manager), cluster, foreign.pk, on=today()) is None
    assert membership_visible_to(rights(manager), cluster, uuid4(), on=today()) is None
    assert memberships_named(rights(manager), cluster, [own.pk, foreign.pk], on=today()) is None
    assert memberships_named(rights(manager), cluster, [own.pk], on=today()) == [own]
