"""Every operation, attacked in one way after the other: a new operation is attacked without a new test."""

import json
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse

from modus.api.reference import document
from tests.api.calling import call, call_as, named, operations
from tests.attacks.walking import checksum, home_of, taken_back, words_of
from tests.factories.world import World, random_key, state_of
from tests.house.routes import Route
from tests.house.samples import address_of, has_thing, parts_of

pytestmark = pytest.mark.row("P3")
VERBS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
STRANGERS = ("other manager", "manager elsewhere")
READERS = ("visitor", "own member", "manager", "other manager", "office")
PRIVILEGED = {
    "role": "manager",
    "is_staff": True,
    "cluster_id": "x",
    "status": "published",
    "owner": "x",
    "created_at": "2020-01-01",
    "is_listed": True,
    "granted_in": None,
    "kept_by": None,
    "user": "x",
}


def body_of(route: Route) -> dict[str, Any] | None:
    return None if route.methods[0] == "GET" else {}


def opener(route: Route) -> str:
    """Somebody for whom the operation is open."""
    if route.audience == "network office":
        return "office"
    return "own member" if route.name.startswith(("api:profile", "api:organisation")) else "manager"


def bare(answer: HttpResponse) -> bytes:
    return answer.content.replace(answer["X-Request-Id"].encode(), b"")


@pytest.mark.attack("A-01", "A-54")
def test_a_stranger_gets_what_is_declared_with_every_verb_and_no_other_site_reads_it(world: World) -> None:
    before = checksum()
    methods: dict[str, set[str]] = {}
    for route in operations():
        methods.setdefault(route.name, set()).update(route.methods)
    for route in operations():
        address, taken = address_of(route, world.a), methods[route.name]
        for verb in VERBS:
            with taken_back():
                said = None if verb in {"GET", "HEAD", "OPTIONS"} else {}
                answer = call(verb, address, said=said, origin="https://h.example", access_control_request_method="GET")
            is_taken = verb in taken or (verb == "HEAD" and "GET" in taken)
            expected = 405 if not is_taken else 401 if route.is_personal else 200
            assert answer.status_code == expected, f"{verb} {route.name}"
            assert not [name for name in answer.headers if name.lower().startswith("access-control")], route.name
            assert answer["Cache-Control"] == "private, no-store"
            assert not answer.cookies
            if expected == 401:
                assert answer["WWW-Authenticate"] == 'Bearer realm="modus"'
    assert checksum() == before


@pytest.mark.attack("A-02", "A-04", "A-13")
@pytest.mark.row("O1")
def test_another_clusters_things_are_like_none(world: World) -> None:
    """In her own place with another's id, and in another's place: the answer to a random id, and nothing is changed."""
    before = checksum()
    walked = 0
    for route in [route for route in operations(personal=True) if has_thing(route)]:
        ids = [name for name, kind in route.parts if kind.startswith("uuid")]
        for stranger in STRANGERS:
            own = home_of(stranger, world)
            for name in ids:
                with taken_back():
                    foreign = call_as(
                        world,
                        stranger,
                        route,
                        address_of(route, own, **{name: parts_of(route, world.a)[name]}),
                        body_of(route),
                    )
                    strange = call_as(
                        world, stranger, route, address_of(route, own, **{name: random_key("uuid")}), body_of(route)
                    )
                    assert checksum() == before, f"{named(route)} as {stranger} changed something"
                assert foreign.status_code == strange.status_code, f"{named(route)} as {stranger}"
                assert foreign.status_code in {401, 403, 404, 422}, f"{named(route)} as {stranger}"
                assert bare(foreign) == bare(strange), f"{named(route)} as {stranger}"
                walked += 1
    assert walked > 50


@pytest.mark.attack("A-02", "A-04")
@pytest.mark.row("O1")
def test_another_clusters_place_is_like_none(world: World) -> None:
    before = checksum()
    for route in [r for r in operations(personal=True) if {"cluster", "network"} & {name for name, _kind in r.parts}]:
        place = "network" if route.audience == "network office" else "cluster"
        for stranger in STRANGERS:
            with taken_back():
                foreign = call_as(world, stranger, route, address_of(route, world.a), body_of(route))
                nowhere = address_of(route, world.a, **{place: random_key("slug")})
                strange = call_as(world, stranger, route, nowhere, body_of(route))
                assert checksum() == before, f"{named(route)} as {stranger}"
            assert (foreign.status_code, bare(foreign)) == (strange.status_code, bare(strange)), named(route)
            assert foreign.status_code in {401, 403}, f"{named(route)} as {stranger}"


@pytest.mark.attack("A-03", "A-09", "A-11", "A-94")
@pytest.mark.row("O1")
def test_no_answer_says_a_word_of_anothers_rows(world: World) -> None:
    heard = set()
    for route in operations(method="GET"):
        for actor in READERS:
            mine = home_of(actor, world).canary
            seen: set[str] = {"visitor": set(), "office": {world.a.canary, world.b.canary}}.get(actor, {mine})
            secret = {tenant.canary for tenant in (world.a, world.b, world.c)} - seen
            for tenant in (world.a, world.b):
                with taken_back():
                    said = words_of(call_as(world, actor, route, address_of(route, tenant)))
                leaks = [word for word in secret if f"hidden-{word}" in said]
                assert not leaks, f"{named(route)} tells {actor} of {leaks}"
                heard.update(route.name for word in (mine,) if f"hidden-{word}" in said)
    assert {"api:members", "api:people", "api:profile", "api:views"} <= heard


@pytest.mark.attack("A-03")
def test_totals_count_what_may_be_seen(world: World) -> None:
    with taken_back():
        secret = world.bearer("manager", who="staff of the cluster")
        page = call("GET", "/api/v1/clusters/optics/members", secret, asked={"status": "all"}).json()
        assert page["total"] == len(page["items"]) == 2


@pytest.mark.attack("A-76", "A-77", "A-102")
def test_only_what_is_declared_can_be_asked(world: World) -> None:
    asked: tuple[dict[str, Any], ...] = (
        {"owner__password__startswith": "a"},
        {"_connector": "OR"},
        {"expand": "organisation", "fields": "email", "order_by": "user__password"},
        {"page_size": 10**9, "x" * 4000: "1"},
    )
    for route in operations(method="GET"):
        actor = opener(route) if route.is_personal else "visitor"
        for question in asked:
            with taken_back():
                answer = call_as(world, actor, route, address_of(route, home_of(actor, world)), asked=question)
            assert answer.status_code == 422, f"{named(route)} {question}"
            assert answer.json()["errors"][0]["message"] == "There is no such parameter here."


@pytest.mark.attack("A-76", "A-77", "A-102")
@pytest.mark.parametrize(
    "question",
    [
        {"limit": 10**9},
        {"limit": 0},
        {"limit": "1e2"},
        {"limit": ["1", "2"]},
        {"after": "x"},
        {"sort": "organisation__kept_by"},
        {"sort": "name;DROP TABLE core_token"},
        {"q": "\x00"},
        {"q": "a" * 101},
        {"status": "' OR 1=1"},
    ],
    ids=str,
)
def test_a_wrong_answer_in_the_address_is_refused_by_name(question: dict[str, Any], world: World) -> None:
    with taken_back():
        secret = world.bearer("manager", who="staff of the cluster")
        answer = call("GET", "/api/v1/clusters/optics/members", secret, asked=question)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == next(iter(question))


@pytest.mark.attack("A-76")
@pytest.mark.parametrize(
    "words", ["'", "' OR '1'='1", "%", "_", "\\", '"; DROP TABLE core_token; --', "a' UNION SELECT 1"]
)
def test_words_that_a_database_would_read_find_nothing_more(words: str, world: World) -> None:
    with taken_back():
        secret = world.bearer("manager", who="staff of the cluster")
        for address in ("clusters/optics/members", "clusters/optics/people"):
            answer = call("GET", f"/api/v1/{address}", secret, asked={"q": f"hidden{words}"})
            assert (answer.status_code, answer.json()["total"]) == (200, 0), address


@pytest.mark.attack("A-06")
def test_fields_that_are_not_declared_are_refused_and_change_nothing(world: World) -> None:
    before = checksum()
    for route in [route for route in operations(personal=True) if route.methods[0] in {"POST", "PATCH"}]:
        actor = opener(route)
        takes_body = "requestBody" in described(route)
        said = {name: value for name, value in PRIVILEGED.items() if not takes_body or name not in properties(route)}
        with taken_back():
            answer = call_as(world, actor, route, address_of(route, home_of(actor, world)), said)
            assert answer.status_code == 422, named(route)
            fields = {fault["field"]: fault["message"] for fault in answer.json()["errors"]}
            refused = [name for name, words in fields.items() if words == "There is no such field here."]
            assert set(refused) == (set(said) if takes_body else {next(iter(said))}), named(route)
            assert checksum() == before, named(route)


def described(route: Route) -> dict[str, Any]:
    path = "/" + "".join(
        f"{{{part.split(':')[1]}" if ":" in part else part for part in route.address.replace(">", "}").split("<")
    )
    path = path.replace("<str:token}", "{token}")
    found: dict[str, Any] = document()["paths"][path][route.methods[0].lower()]
    return found


def properties(route: Route) -> set[str]:
    form = described(route)["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    return set(document()["components"]["schemas"][form]["properties"])


@pytest.mark.attack("A-10")
@pytest.mark.row("O1")
def test_whoever_is_refused_has_changed_nothing(world: World) -> None:
    before = checksum()
    for route in [route for route in operations(personal=True) if route.methods[0] != "GET"]:
        with taken_back():
            for actor in ("participant", "other member", "other manager", "staff"):
                undo = transaction.savepoint()
                answer = call_as(world, actor, route, address_of(route, world.a), {})
                if state_of(answer) == "sees" and answer.status_code != 422:
                    transaction.savepoint_rollback(undo)
            assert checksum() == before, f"somebody was refused at {named(route)} and changed something"


@pytest.mark.attack("A-102")
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{" * 3, 400),
        ("[" * 100_000, 400),
        ('{"a":' * 100 + "1" + "}" * 100, 400),
        ('{"left_on": NaN}', 400),
        ('{"left_on": 1e999}', 422),
        ('{"left_on": ' + "9" * 5000 + "}", 400),
        ('{"left_on": "\\u0000"}', 400),
        ('{"left_on": "\\ud800"}', 400),
        ('"' + "a" * 300_000 + '"', 413),
        ("a" * 2_600_000, 413),
        ("", 422),
        ("[]", 422),
        ("null", 422),
        ('{"left_on": {"__class__": "x"}}', 422),
    ],
    ids=lambda part: str(part)[:20],
)
def test_bodies_are_bounded_in_length_depth_and_kind(body: str, status: int, world: World) -> None:
    with taken_back():
        key = world.a.things["membership"].pk
        secret = world.bearer("manager", who="staff of the cluster")
        client = world.browser
        client.cookies.clear()
        answer = client.post(
            f"/api/v1/clusters/optics/members/{key}/end",
            body,
            content_type="application/json",
            headers={"authorization": f"Bearer {secret}"},
        )
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.attack("A-102")
@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", "multipart/form-data"]
)
def test_a_body_of_another_kind_is_refused(kind: str, world: World) -> None:
    with taken_back():
        key, secret = world.a.things["membership"].pk, world.bearer("manager", who="staff of the cluster")
        answer = world.browser.generic(
            "POST",
            f"/api/v1/clusters/optics/members/{key}/end",
            json.dumps({"left_on": "2024-01-01"}),
            content_type=kind,
            headers={"authorization": f"Bearer {secret}"},
        )
    assert answer.status_code == 415


@pytest.mark.attack("A-102")
def test_ten_thousand_ids_are_too_many(world: World) -> None:
    with taken_back():
        secret = world.bearer("manager", who="staff of the cluster")
        said = {"members": [random_key("uuid") for _ in range(4000)], "kind": "full"}
        answer = call("POST", "/api/v1/clusters/optics/members/kinds", secret, said)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "members")
