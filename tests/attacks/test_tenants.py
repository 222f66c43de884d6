"""Another cluster's things: indistinguishable from nothing, for every address with an id, and nothing is changed."""

import re
from itertools import product

import pytest
from django.utils.html import escape

from modus.web.ui.audience import Audience
from tests.attacks.walking import OF_A_CLUSTER, ask, checksum, home_of, named, routes, taken_back, words_of
from tests.factories.world import World, random_key, state_of
from tests.house.routes import Route
from tests.house.samples import WORDS, address_of, has_thing, parts_of

STRANGERS = ("other manager", "manager elsewhere")
# Rule sets belong to nobody: every office reads the same ones.
READERS = ("visitor", "own member", "manager", "manager elsewhere")
SHARED = {"rule_set", "rule"}
OWN_SCOPE = {"cluster", "network"}
NUMBER = re.compile(rb'[0-9a-f]{16}|name="csrfmiddlewaretoken" value="[^"]+"|"X-CSRFToken": "[^"]+"')


def personal_with_things() -> list[Route]:
    return [
        route
        for route in routes()
        if route.is_personal and has_thing(route) and {name for name, _kind in route.parts} - SHARED - OWN_SCOPE
    ]


def of_a_tenant() -> list[Route]:
    return [route for route in routes() if route.audience in OF_A_CLUSTER | {Audience.OFFICE}]


@pytest.mark.attack("A-02", "A-04", "A-07")
@pytest.mark.row("O1")
@pytest.mark.parametrize("route", of_a_tenant(), ids=named)
def test_another_clusters_address_is_like_one_that_does_not_exist(route: Route, world: World) -> None:
    nowhere = {name: random_key("slug") for name, _kind in route.parts if name in OWN_SCOPE}
    before = checksum()
    for stranger, method in product(STRANGERS, route.methods):
        with taken_back():
            foreign = ask(world, stranger, method, address_of(route, world.a))
            strange = ask(world, stranger, method, address_of(route, world.a, **nowhere))
            assert checksum() == before, f"{stranger}, {method}"
        assert_same_nothing(foreign, strange)


@pytest.mark.attack("A-02", "A-04", "A-07", "A-13")
@pytest.mark.row("O1")
@pytest.mark.parametrize("route", personal_with_things(), ids=named)
def test_anothers_id_in_ones_own_address_is_like_a_random_one(route: Route, world: World) -> None:
    before = checksum()
    ids = [(name, kind) for name, kind in route.parts if name not in OWN_SCOPE | SHARED | set(WORDS)]
    for stranger, (name, kind), method in product(STRANGERS, ids, route.methods):
        own = home_of(stranger, world)
        with taken_back():
            foreign = ask(world, stranger, method, address_of(route, own, **{name: parts_of(route, world.a)[name]}))
            strange = ask(world, stranger, method, address_of(route, own, **{name: random_key(kind)}))
            assert checksum() == before, f"{stranger}, {method} changed something"
        if strange.status_code in {403, 404}:
            assert_same_nothing(foreign, strange)


def assert_same_nothing(foreign: object, strange: object) -> None:
    """OC1: the same answer to the byte, but for the number of the request."""
    codes = (foreign.status_code, strange.status_code)  # type: ignore[attr-defined]
    assert codes in {(404, 404), (403, 403)}, codes
    bodies = [NUMBER.sub(b"", answer.content) for answer in (foreign, strange)]  # type: ignore[attr-defined]
    assert bodies[0] == bodies[1]


def test_the_canaries_can_be_heard(world: World) -> None:
    """The walks below would see a leak: those who may read do meet the words."""
    of_lists = [r for r in routes(method="GET") if r.name in {"directory:member-list", "directory:person-list"}]
    assert of_lists
    for route in of_lists:
        with taken_back():
            said = words_of(ask(world, "manager", "GET", address_of(route, world.a)))
        assert f"hidden-{world.a.canary}" in said, route.name


def may_read(actor: str, world: World) -> set[str]:
    """The canaries that an actor may ever meet: those of her own cluster."""
    outside = {"visitor", "applicant", "participant", "trainer"}
    return set() if actor in outside else {home_of(actor, world).canary}


WAYS_TO_ASK: tuple[dict[str, str], ...] = (
    {},
    {"q": "hidden", "sort": "-name", "all": "1", "page_size": "100000", "status": "all"},
)


@pytest.mark.attack("A-03", "A-11", "A-12", "A-14", "A-17", "A-93", "A-94")
@pytest.mark.row("A10", "O1")
@pytest.mark.parametrize("route", routes(method="GET"), ids=named)
def test_no_page_says_a_word_of_anothers_rows(route: Route, world: World) -> None:
    """Lists, searches, counts, exports, choices of forms: whatever a page says, it says nothing of other clusters."""
    is_one = route.audience in OF_A_CLUSTER or not has_thing(route)
    for actor in READERS:
        secret = {tenant.canary for tenant in (world.a, world.b, world.c)} - may_read(actor, world)
        places = [home_of(actor, world)] if is_one else [world.a, world.b, world.c]
        for place, asked in product(places, WAYS_TO_ASK):
            with taken_back():
                said = words_of(ask(world, actor, "GET", address_of(route, place), asked))
            leaks = [word for word in secret if f"hidden-{word}" in said]
            assert not leaks, f"{route.name} {asked} tells {actor} of {leaks}"


@pytest.mark.attack("A-09")
@pytest.mark.row("O1")
@pytest.mark.parametrize("route", routes(method="GET"), ids=named)
def test_the_office_never_reads_the_people_and_members_of_a_cluster(route: Route, world: World) -> None:
    personal = [escape(f"hidden-{world.a.canary} {word}") for word in ("own", "other", "colleague")]
    for asked in WAYS_TO_ASK:
        with taken_back():
            answer = ask(world, "office", "GET", address_of(route, world.a), asked)
        if route.audience in OF_A_CLUSTER:
            assert answer.status_code == 404
        said = words_of(answer)
        assert not [words for words in personal if words in said], f"{route.name} {asked}"


@pytest.mark.attack("A-10", "A-16")
@pytest.mark.row("O1")
@pytest.mark.parametrize("route", routes(method="POST"), ids=named)
def test_whoever_is_refused_has_changed_nothing(route: Route, world: World) -> None:
    before = checksum()
    for actor in ("participant", "other member", "other manager", "staff"):
        with taken_back():
            answer = ask(world, actor, "POST", address_of(route, world.a), FILLED_IN)
            is_refused = state_of(answer) in {"login", "refused", "not found"}
            assert not is_refused or checksum() == before, f"{actor} was refused at {route.name} and changed something"


FILLED_IN = {
    "name": "Refused",
    "given_name": "Refused",
    "role": "manager",
    "status": "published",
    "reason": "Refused",
    "decision": "publish",
    "slug": "refused",
    "starts_on": "2024-01-01",
    "ends_on": "2024-01-02",
    "left_on": "2024-01-02",
    "kind": "honorary",
    "version": "1",
}
