"""Every address, every verb, without a session: only what is declared public answers."""

import pytest
from django.test import Client

from modus.web.ui.audience import Audience
from tests.attacks.walking import ask, checksum, named, routes, taken_back
from tests.factories.world import World, state_of
from tests.house.routes import Route, all_routes
from tests.house.samples import address_of

VERBS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# Whoever opens a page to everybody names it here too: two decisions, not one slip.
PUBLIC = {
    # Whoever has the signed address ends those mails, without signing in: test_unsubscribing.py.
    "account:mail-stop",
    # A published picture; whatever is not published asks its reader: test_files.py.
    "files:file",
    # For balancers and watchers, who have no account; the figures need a key: web/test_operations.py.
    "operations:live",
    "operations:ready",
    "operations:metrics",
    "operations:security-contact",
    "public:home",
    "public:directory",
    "public:directory-map",
    "public:profile-detail",
    "public:profile-json",
    "public:passport",
    "public:open-data",
    "public:open-data-csv",
    "public:open-data-json",
    "public:accessibility",
    "public:privacy",
    "public:robots",
    "public:sitemap",
    "home:search",
    "home:palette",
}
PUBLIC_SPACES = ("account_", "mfa_", "openid_connect_")
CLOSED = (
    "/admin/",
    "/debug/",
    "/metrics",
    "/.git/config",
    "/.env",
    "/server-status",
    "/api/schema/",
    "/static/../modus-data/secret-key",
    "/static/%2e%2e/secret-key",
    "/media/",
    "/backup.sql",
    "/modus.sqlite3",
)


@pytest.mark.attack("A-01")
@pytest.mark.parametrize("route", routes(), ids=named)
def test_a_stranger_gets_what_is_declared_with_every_verb(route: Route, world: World) -> None:
    address = address_of(route, world.a)
    before = checksum()
    for verb in VERBS:
        with taken_back():
            answer = ask(world, "visitor", verb, address)
        is_taken = verb in route.methods or (verb == "HEAD" and "GET" in route.methods)
        if not is_taken:
            assert answer.status_code == 405, f"{verb} {route.name}"
        elif route.audience is Audience.DEVELOPER:
            assert answer.status_code == 404, f"{verb} {route.name}"
        elif route.is_personal:
            assert answer.status_code == 302, f"{verb} {route.name}"
            assert state_of(answer) == "login", f"{verb} {route.name}: {answer['Location']}"
        else:
            assert answer.status_code < 500, f"{verb} {route.name}"
    assert checksum() == before


@pytest.mark.attack("A-01")
def test_public_addresses_are_a_list_that_somebody_wrote() -> None:
    public = {route.name for route in all_routes() if route.audience is Audience.EVERYBODY}
    named_public = {name for name in public if not name.startswith(PUBLIC_SPACES)}
    assert not named_public - PUBLIC, f"Open to everybody? Then add to PUBLIC here: {sorted(named_public - PUBLIC)}"
    assert not PUBLIC - public, f"Not public any more; take out of PUBLIC: {sorted(PUBLIC - public)}"


@pytest.mark.attack("A-97")
@pytest.mark.parametrize("address", CLOSED)
@pytest.mark.django_db
def test_nothing_answers_where_others_keep_their_back_doors(address: str) -> None:
    assert Client().get(address).status_code in {400, 404}


@pytest.mark.attack("A-102")
@pytest.mark.parametrize("route", [r for r in routes(method="GET") if not r.parts], ids=named)
def test_a_very_long_query_is_no_fault(route: Route, world: World) -> None:
    for text in ("q=" + "a" * 7000, "&".join(f"f{n}={n}" for n in range(900)), "page=1e999", "page_size=1000000000"):
        with taken_back():
            answer = ask(world, "visitor", "GET", f"{address_of(route, world.a)}?{text}")
        assert answer.status_code < 500, f"{route.name}?{text[:20]}"
