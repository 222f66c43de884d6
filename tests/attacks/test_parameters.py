"""Markup in every parameter and every field that is sent: given back as text or not at all."""

import pytest

from tests.attacks.markup import became
from tests.attacks.payloads import FAMILIES, FEW, PARAMETERS
from tests.attacks.walking import ask, home_of, named, routes, taken_back, who_may
from tests.factories.world import World
from tests.house.routes import Route
from tests.house.samples import address_of


@pytest.mark.attack("A-31")
@pytest.mark.parametrize("route", routes(method="POST"), ids=named)
def test_what_a_form_gives_back_is_text(route: Route, world: World) -> None:
    """Errors, kept input, messages after the redirect: whatever a form says of what was sent, it says as text."""
    names = (*PARAMETERS, "name", "given_name", "family_name", "email", "website", "reason", "message", "text", "slug")
    actor = who_may(route)
    for family in FEW[:3]:
        with taken_back():
            address = address_of(route, home_of(actor, world))
            answer = ask(world, actor, "POST", address, dict.fromkeys(names, family))
            assert answer.status_code < 500, f"{route.name} as {actor}: {family!r}"
            assert became(answer) == [], f"{route.name} as {actor}: {family!r}"


@pytest.mark.attack("A-38")
@pytest.mark.parametrize("route", routes(method="GET"), ids=named)
def test_every_parameter_of_an_address_is_inert(route: Route, world: World) -> None:
    actor = who_may(route)
    for family in FEW:
        with taken_back():
            answer = ask(world, actor, "GET", address_of(route, world.a), dict.fromkeys(PARAMETERS, family))
        assert answer.status_code < 500, f"{route.name}: {family!r}"
        assert became(answer) == [], f"{route.name}: {family!r}"


LISTS = {"public:directory", "directory:member-list"}


@pytest.mark.attack("A-38")
@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_is_inert_in_the_parameters_of_the_lists(family: str, world: World) -> None:
    for route in [route for route in routes(method="GET") if route.name in LISTS]:
        with taken_back():
            answer = ask(world, "manager", "GET", address_of(route, world.a), dict.fromkeys(PARAMETERS, family))
        assert answer.status_code < 500, route.name
        assert became(answer) == [], route.name
