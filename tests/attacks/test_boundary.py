"""The boundary to the browser: headers, forged requests, frames, redirects, hosts, cookies."""

import json
import os
import re
import subprocess
import sys
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse

from modus.core import outbox
from tests.attacks.walking import ask, checksum, home_of, named, routes, taken_back, who_may
from tests.factories.world import World
from tests.house.routes import Route, all_patterns
from tests.house.samples import address_of

HTML_POLICY = {
    "default-src": "'none'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
}
ELSEWHERE = (
    "//h.example/",
    "///h.example/",
    "/\\h.example/",
    "\\\\h.example",
    "https:h.example",
    "https://h.example/",
    "http:///h.example",
    "/%09/h.example",
    "/\t/h.example",
    "https://testserver@h.example/",
    "https://testserver.h.example/",
    "https://h.example\\@testserver/",
    "javascript:alert(1)",
    "data:text/html,x",
    "/x\r\nLocation: https://h.example/",
    "%2f%2fh.example",
    "//h%2eexample",
    "/account/sign-in/?next=//h.example/",
)
WAYS_BACK = (
    "next",
    "return",
    "return_to",
    "url",
    "redirect",
    "redirect_to",
    "continue",
    "from",
    "back",
)
ACTORS = ("visitor", "manager", "office")
# Open data may be read by scripts of other sites, as anybody reads them: without a session.
# A file is fenced in more narrowly than a page.
FILE_POLICY = {"default-src": "'none'", "sandbox": "", "base-uri": "'none'", "form-action": "'none'"}
FILES = {"files:file"}
OPEN_DATA = {"public:profile-json", "public:open-data-csv", "public:open-data-json"}
# A mail program posts here without a cookie (RFC 8058); the signed address is all that counts: test_unsubscribing.py.
EXEMPT = {"account:mail-stop"}
WALKED = (
    "//h.example/",
    "/\\h.example/",
    "https://h.example/",
    "javascript:alert(1)",
    "/x\r\nLocation: https://h.example/",
)


def policy_of(answer: HttpResponse) -> dict[str, str]:
    parts = [part.split(maxsplit=1) for part in answer["Content-Security-Policy"].split(";") if part.strip()]
    return {part[0]: part[1] if len(part) > 1 else "" for part in parts}


def assert_fenced(answer: HttpResponse, what: str, expected: dict[str, str] = HTML_POLICY) -> None:
    policy = policy_of(answer)
    for directive, value in expected.items():
        assert policy.get(directive) == value, f"{what}: {directive} is {policy.get(directive)}"
    assert "unsafe" not in answer["Content-Security-Policy"], what
    assert "*" not in answer["Content-Security-Policy"], what
    assert answer["X-Content-Type-Options"] == "nosniff", what
    assert answer["X-Frame-Options"] == "DENY", what
    assert answer["Referrer-Policy"] in {"same-origin", "no-referrer", "strict-origin"}, what
    assert "camera=()" in answer["Permissions-Policy"], what
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin", what
    assert "Server" not in answer.headers, what
    assert "X-Powered-By" not in answer.headers, what
    assert "Access-Control-Allow-Credentials" not in answer.headers, what


@pytest.mark.attack("A-50", "A-53", "A-54")
@pytest.mark.parametrize("route", routes(), ids=named)
def test_every_answer_bears_the_headers(route: Route, world: World) -> None:
    for actor in ACTORS:
        for method in (*route.methods, "PUT"):
            with taken_back():
                answer = ask(world, actor, method, address_of(route, home_of(actor, world)), HTTP_ORIGIN="null")
            what = f"{method} {route.name} as {actor}: {answer.status_code}"
            is_file = route.name in FILES and answer.status_code == 200
            assert_fenced(answer, what, FILE_POLICY if is_file else HTML_POLICY)
            allowed = {"*"} if route.name in OPEN_DATA else set()
            assert {answer.get("Access-Control-Allow-Origin")} - {None} <= allowed, what


@pytest.mark.attack("A-50", "A-53")
def test_errors_bear_the_headers(world: World) -> None:
    nowhere = Client().get("/no/such/page/")
    assert_fenced(nowhere, "404")
    host = Client().get("/", headers={"host": "h.example"})
    assert host.status_code == 400
    assert_fenced(host, "400")
    forged = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "a", "password": "b"})
    assert forged.status_code == 403
    assert_fenced(forged, "403")


@pytest.mark.attack("A-42", "A-50", "A-53")
@pytest.mark.django_db
def test_static_files_bear_the_headers(settings: Any) -> None:
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    for name in ("img/favicon.svg", "css/tokens.css", "js/frame.js"):
        answer = Client().get(f"/static/{name}")
        assert answer.status_code == 200, name
        assert_fenced(answer, name)
        assert "private" not in answer["Cache-Control"]
        assert b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        answer.close()


@pytest.mark.attack("A-92")
@pytest.mark.parametrize("route", [route for route in routes(method="GET") if route.is_personal], ids=named)
def test_personal_pages_are_not_kept_by_caches(route: Route, world: World) -> None:
    with taken_back():
        answer = ask(world, "manager", "GET", address_of(route, world.a))
    control = answer["Cache-Control"]
    assert "private" in control or "no-store" in control, f"{route.name}: {control}"
    assert "public" not in control
    assert "Cookie" in answer.get("Vary", ""), f"{route.name}: Vary is {answer.get('Vary')}"


SECURE = """
import json, django
django.setup()
from django.conf import settings
from django.test import Client
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
answer = Client().get("/account/sign-in/", secure=True, headers={"host": "modus.example"})
plain = Client().get("/account/sign-in/", headers={"host": "modus.example"})
print(json.dumps({"headers": dict(answer.headers), "cookies": answer.cookies.output(header="").splitlines(),
    "status": answer.status_code, "plain": [plain.status_code, plain.headers.get("Location", "")],
    "fenced": "Content-Security-Policy" in plain.headers,
    "session": [settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY,
    settings.SESSION_COOKIE_SAMESITE, settings.SESSION_COOKIE_PATH, settings.SESSION_COOKIE_DOMAIN]}))
"""


@pytest.mark.attack("A-50", "A-58")
def test_a_secure_site_insists_on_it() -> None:
    surroundings = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MODUS_")},
        "MODUS_DATA_FOLDER": os.environ["MODUS_DATA_FOLDER"],
        "MODUS_SITE_ADDRESS": "https://modus.example",
        "DJANGO_SETTINGS_MODULE": "modus.config.settings",
    }
    run = subprocess.run([sys.executable, "-c", SECURE], env=surroundings, capture_output=True, text=True, check=True)
    told = json.loads(run.stdout.splitlines()[-1])
    age = re.search(r"max-age=(\d+)", told["headers"]["Strict-Transport-Security"])
    assert age
    assert int(age[1]) >= 31_536_000
    assert told["plain"] == [301, "https://modus.example/account/sign-in/"]
    assert told["fenced"]
    assert told["session"] == ["__Host-session", True, True, "Lax", "/", None]
    for line in told["cookies"]:
        cookie = next(iter(SimpleCookie(line.strip()).values()))
        assert cookie["secure"], line
        assert cookie["httponly"], line
        assert cookie["samesite"] in {"Lax", "Strict"}, line
        assert cookie.key.startswith("__Host-"), line


@pytest.mark.attack("A-51", "A-52")
@pytest.mark.parametrize("route", [r for r in routes(method="POST") if r.name not in EXEMPT], ids=named)
def test_a_forged_request_is_refused_and_changes_nothing(route: Route, world: World) -> None:
    """Without a token, with a stranger's, with a stale one, with a body of another type: for visitors and managers."""
    before = checksum()
    for actor in ACTORS:
        client = world.client(actor)
        client.handler.enforce_csrf_checks = True
        address = address_of(route, home_of(actor, world))
        with taken_back():
            answers = [
                client.post(address),
                client.post(address, {"csrfmiddlewaretoken": "x" * 64}),
                client.post(address, {"csrfmiddlewaretoken": "a" * 32}, headers={"origin": "https://h.example"}),
                client.post(address, '{"a": 1}', content_type="text/plain"),
                client.post(address, "{}", content_type="application/json"),
            ]
            assert {answer.status_code for answer in answers} == {403}, f"{route.name} as {actor}"
            assert checksum() == before


@pytest.mark.attack("A-51")
def test_no_view_is_exempt_from_the_token() -> None:
    """But those named with their reason, and the operations for machines, which no cookie opens (tests/api)."""
    exempt = {name for name, pattern in all_patterns() if getattr(pattern.callback, "csrf_exempt", False)}
    assert {name for name in exempt if not name.startswith("api:")} == set(EXEMPT)


@pytest.mark.attack("A-51", "A-24")
@pytest.mark.parametrize("route", routes(method="GET"), ids=named)
def test_a_get_changes_nothing(route: Route, world: World) -> None:
    before = checksum()
    for actor in ("visitor", "own member", "manager", "office"):
        with taken_back():
            ask(world, actor, "GET", address_of(route, home_of(actor, world)), {"confirm": "1", "action": "delete"})
            assert checksum() == before, f"{route.name} as {actor}"


@pytest.mark.attack("A-55", "A-56")
@pytest.mark.parametrize("route", routes(), ids=named)
def test_nobody_is_sent_elsewhere(route: Route, world: World) -> None:
    for actor in {"visitor", who_may(route)}:
        for elsewhere in WALKED:
            for method in route.methods:
                data = dict.fromkeys(WAYS_BACK, elsewhere)
                address = address_of(route, home_of(actor, world))
                with taken_back():
                    if method == "POST":
                        query = "&".join(f"{name}=//h.example/" for name in ("next", "return"))
                        answer = ask(world, actor, method, f"{address}?{query}", data)
                    else:
                        answer = ask(world, actor, method, address, data, HTTP_REFERER="https://h.example/")
                target = answer.headers.get("Location", "")
                assert is_here(target), f"{method} {route.name} as {actor} with {elsewhere!r} leads to {target!r}"


def is_here(target: str) -> bool:
    """Whether a redirect stays on the site, also for a browser that forgives."""
    bare = target.replace("\t", "").replace("\r", "").replace("\n", "").replace("\\", "/")
    path = bare.partition("?")[0]
    return (
        not bare or (path.startswith("/") and not path.startswith("//") and "h.example" not in path) or bare[0] == "?"
    )


@pytest.mark.attack("A-55", "A-56")
@pytest.mark.parametrize("elsewhere", ELSEWHERE)
@pytest.mark.django_db
def test_signing_in_leads_nowhere_else(elsewhere: str) -> None:
    from tests.factories import directory as make

    person = make.PersonFactory(user=make.UserFactory(password="a long enough phrase"))
    make_verified(person.user)
    data = {"login": person.user.email, "password": "a long enough phrase", "next": elsewhere}
    answer = Client().post(reverse("account_login"), data)
    assert answer.status_code == 302
    assert is_here(answer["Location"]), answer["Location"]


def make_verified(user: object) -> None:
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)  # type: ignore[attr-defined]


@pytest.mark.attack("A-57")
@pytest.mark.parametrize(
    "host", ["h.example", "testserver.h.example", "h.example:80", "testserver@h.example", "..", ""]
)
@pytest.mark.django_db
def test_an_unknown_host_gets_nothing(host: str) -> None:
    for address in ("/", reverse("account_login"), reverse("account_reset_password")):
        assert Client().get(address, headers={"host": host}).status_code == 400


@pytest.mark.attack("A-57")
@pytest.mark.django_db
def test_links_in_mails_are_made_from_the_settings() -> None:
    from tests.factories import directory as make

    person = make.PersonFactory(user=make.UserFactory(password="a long enough phrase"))
    make_verified(person.user)
    forged = {"x-forwarded-host": "h.example", "forwarded": "host=h.example", "x-original-host": "h.example"}
    Client().post(reverse("account_reset_password"), {"email": person.user.email}, headers=forged)
    assert outbox.deliver_due() == 1
    assert len(mail.outbox) == 1
    links = re.findall(r"https?://([^/\s]+)/", mail.outbox[0].body)
    assert links
    assert set(links) == {"testserver"}
    assert "h.example" not in mail.outbox[0].message().as_string()


@pytest.mark.attack("A-52")
def test_leaving_needs_a_post(world: World) -> None:
    with taken_back():
        client = world.client("manager")
        client.get(reverse("account_logout"))
        assert client.get(f"/space/{world.a.cluster.slug}/").status_code == 200


def test_the_table_of_addresses_is_the_one_that_is_served() -> None:
    assert get_resolver().urlconf_name == "modus.config.urls"
