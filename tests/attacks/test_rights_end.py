"""Rights that end are gone with the next request, in a session that was opened before; old names lead nowhere."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from modus.core.errors import RuleBroken
from modus.core.time import today
from modus.directory import actions
from modus.directory.models import Membership, Person, Position
from modus.web.ui.audience import Audience
from tests.attacks.walking import ask, home_of, named, routes, taken_back
from tests.factories import directory as make
from tests.factories.world import World, state_of
from tests.house.routes import Route
from tests.house.samples import address_of

YESTERDAY = timedelta(days=1)
HOLDERS = {
    Audience.MEMBER: "other member",
    Audience.STAFF: "staff",
    Audience.MANAGER: "manager",
    Audience.OFFICE: "office",
}


def end_positions(person: Person) -> None:
    Position.objects.within(person=person).update(ends_on=today() - YESTERDAY)


def end_membership(person: Person) -> None:
    organisations = person.positions.values_list("organisation_id", flat=True)
    Membership.objects.within(organisation__in=list(organisations)).update(left_on=today() - YESTERDAY)


def deactivate(person: Person) -> None:
    type(person.user).objects.filter(pk=person.user.pk).update(is_active=False)


@pytest.mark.attack("A-18", "A-23")
@pytest.mark.row("B1", "Z1")
@pytest.mark.parametrize(
    ("end", "expected"), [(end_positions, "not found"), (deactivate, "login")], ids=["position ended", "account closed"]
)
@pytest.mark.parametrize("route", [route for route in routes() if route.audience in HOLDERS], ids=named)
def test_the_next_request_is_refused_when_the_right_ends(
    route: Route, end: Callable[[Person], None], expected: str, world: World
) -> None:
    actor = HOLDERS[route.audience]
    address = address_of(route, home_of(actor, world))
    with taken_back():
        ask(world, actor, "GET", "/")
        end(world.people[actor])
        for method in route.methods:
            assert state_of(ask(world, actor, method, address)) == expected, method


@pytest.mark.attack("A-18")
@pytest.mark.row("B1")
def test_a_members_people_are_out_when_the_membership_ends(world: World) -> None:
    for route in [route for route in routes(method="GET") if route.audience is Audience.MEMBER]:
        with taken_back():
            end_membership(world.people["other member"])
            assert state_of(ask(world, "other member", "GET", address_of(route, world.a))) == "not found", route.name


@pytest.mark.attack("A-18")
@pytest.mark.parametrize("route", [r for r in routes() if r.audience is Audience.SIGNED_IN], ids=named)
def test_a_closed_account_gets_no_further(route: Route, world: World) -> None:
    with taken_back():
        deactivate(world.people["own member"])
        for method in route.methods:
            assert state_of(ask(world, "own member", method, address_of(route, world.a))) == "login", method


@pytest.mark.attack("A-18")
@pytest.mark.row("B1")
def test_a_narrower_role_is_narrower_at_once(world: World) -> None:
    """A manager who becomes staff keeps what staff may and loses the rest, in the same session."""
    with taken_back():
        Position.objects.within(person=world.a.manager).update(role="staff")
        for route in routes():
            if route.audience is Audience.MANAGER:
                for method in route.methods:
                    answer = ask(world, "manager", method, address_of(route, world.a))
                    assert state_of(answer) == "refused", f"{method} {route.name}"


@pytest.mark.attack("A-19")
@pytest.mark.django_db
def test_an_old_name_of_a_cluster_leads_nowhere_and_to_nobody_else() -> None:
    cluster, other = make.ClusterFactory(slug="first"), make.ClusterFactory(slug="second")
    manager, stranger = make.manager_of(cluster), make.manager_of(other)
    client, strange = Client(), Client()
    client.force_login(manager.user)
    strange.force_login(stranger.user)
    assert client.get("/space/first/").status_code == 200
    actions.rename_cluster(cluster, slug="renamed", by=manager)
    assert client.get("/space/first/").status_code == 404
    assert client.get("/space/renamed/").status_code == 200
    with pytest.raises(RuleBroken):
        actions.rename_cluster(other, slug="first", by=stranger)
    assert strange.get("/space/first/").status_code == 404
