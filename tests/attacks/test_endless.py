"""Strange letters, endless forms, patterns that never end: answered or refused at once, never with an error."""

import json
import logging
import re
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from modus.algorithms.text import fold
from modus.core import logs
from tests.attacks.payloads import PARAMETERS
from tests.attacks.walking import FORM, ask, checksum, facts, home_of, named, routes, taken_back, who_may
from tests.factories.world import World
from tests.house.routes import Route
from tests.house.samples import address_of

NAMES = (*PARAMETERS, "name", "given_name", "family_name", "email", "website", "reason", "message", "text", "slug")
STRANGE = {
    "nothing": "a\x00b",
    "half a letter": "a\ud800b",
    # Turned, unseen, of four bytes, from the right, a pile, and other ends of lines.
    "the others": f"a\u202egnp.exe\u200b\u2060\ufeff🦊🇪🇺👩‍🔬שלום عالم e{chr(0x301) * 200}\u2028b\u2029c\r\nd",
}
CANARY = "kanarek-55d1"


def strange(word: str) -> dict[str, str]:
    return dict.fromkeys(NAMES, word.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))


def sent_raw(world: World, actor: str, route: Route, body: str, **headers: str) -> HttpResponse:
    """The answer to a form whose body is written already."""
    address = address_of(route, home_of(actor, world))
    return world.client(actor).generic("POST", address, body, content_type=FORM, **headers)


def stored() -> str:
    """Everything in the database, as JSON."""
    return json.dumps(facts(), cls=DjangoJSONEncoder)


@pytest.mark.attack("A-78")
@pytest.mark.parametrize("route", routes(method="POST"), ids=named)
def test_strange_letters_in_a_form_are_taken_or_refused(route: Route, world: World) -> None:
    actor = who_may(route)
    for what, word in STRANGE.items():
        with taken_back():
            answer = ask(world, actor, "POST", address_of(route, home_of(actor, world)), strange(word))
            assert answer.status_code < 500, f"{route.name}: {what}"
            assert what != "nothing" or "\\u0000" not in stored(), f"{route.name}: {what}"


@pytest.mark.attack("A-78")
@pytest.mark.parametrize("route", routes(method="GET"), ids=named)
def test_strange_letters_in_an_address_are_taken_or_refused(route: Route, world: World) -> None:
    actor = who_may(route)
    for what, word in STRANGE.items():
        with taken_back():
            answer = ask(world, actor, "GET", address_of(route, world.a), strange(word))
            assert answer.status_code < 500, f"{route.name}: {what}"


@pytest.mark.attack("A-78")
def test_half_letters_in_the_raw_address_are_taken_or_refused(world: World) -> None:
    for query in ("%00", "%ED%A0%80%FF%FE%C0%AF"):
        for route in routes(method="GET"):
            with taken_back():
                address = f"{address_of(route, world.a)}?q={query}&after={query}&page={query}"
                assert world.client("manager").get(address).status_code < 500, f"{route.name}: {query}"


@pytest.mark.attack("A-104")
@pytest.mark.parametrize("route", routes(method="POST"), ids=named)
def test_a_form_with_ten_thousand_fields_is_refused_and_changes_nothing(route: Route, world: World) -> None:
    actor = who_may(route)
    before = checksum()
    body = "&".join(f"field{number}=x" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))
    with taken_back():
        answer = sent_raw(world, actor, route, body)
        # 302: one has to prove who one is before the form is read at all.
        assert answer.status_code in {302, 400, 403, 404}, route.name
        assert checksum() == before, route.name


@pytest.mark.attack("A-104")
@pytest.mark.parametrize("route", routes(method="POST"), ids=named)
def test_a_form_of_more_than_its_bytes_is_refused_by_its_header(route: Route, world: World) -> None:
    """The body is never sent: what the header says is enough."""
    actor = who_may(route)
    with taken_back():
        answer = sent_raw(world, actor, route, "name=x", CONTENT_LENGTH=str(2_000_000_000))
        assert answer.status_code in {400, 403, 404, 413}, route.name


@pytest.mark.attack("A-107")
def test_languages_and_sizes_that_nobody_has_leave_nothing_behind(world: World) -> None:
    client = world.client("visitor")
    files = sorted(Path(settings.DATA_FOLDER).rglob("*"))
    before = checksum()
    for number in range(60):
        tongue = f"x{number}-{number}"
        client.get(f"/?lang={tongue}&theme={tongue}&size={number}", headers={"Accept-Language": tongue})
    assert checksum() == before
    assert sorted(Path(settings.DATA_FOLDER).rglob("*")) == files


def bombs() -> Iterator[str]:
    """Texts of 100 kB that make patterns with nested repeats run for ever."""
    size = 100_000
    for seed in ("a", "a.", "-", " ", "1", "x@", "http://", "=", "(", "é", "\u0301", "a-"):
        yield (seed * (size // len(seed)))[: size - 1] + "!"


@pytest.mark.attack("A-105")
@pytest.mark.parametrize("pattern", ["SECRET_WORDS", "CREDENTIALS_IN_ADDRESS"])
def test_the_patterns_of_the_logs_end(pattern: str) -> None:
    """Work is counted by growth, not by a clock: twice the text takes about twice the steps."""
    found = getattr(logs, pattern)
    for bomb in bombs():
        assert linear(lambda text, found=found: found.sub("", text), bomb), f"{pattern}: {bomb[:10]!r}"


@pytest.mark.attack("A-105")
def test_folding_a_text_ends() -> None:
    for bomb in bombs():
        assert linear(fold, bomb), repr(bomb[:10])


@pytest.mark.attack("A-105")
@pytest.mark.parametrize("route", routes(method="POST"), ids=named)
def test_every_form_ends_with_texts_of_a_hundred_kilobytes(route: Route, world: World) -> None:
    """A pattern that runs for ever would stop the tests here; each form sees two of the texts in all its fields."""
    actor = who_may(route)
    for body in bodies_of_bombs():
        with taken_back():
            assert sent_raw(world, actor, route, body).status_code < 500, f"{route.name}: {body[:20]!r}"


@cache
def bodies_of_bombs() -> tuple[str, ...]:
    """Two of the texts, each in all fields; to quote so much takes longer than to answer it, so it is done once."""
    return tuple(urlencode(dict.fromkeys(NAMES, bomb)) for bomb in list(bombs())[:3:2])


def linear(work: object, bomb: str) -> bool:
    """Whether eight times the text takes less than sixty-four times as long: the square would."""
    small, large = bomb[: len(bomb) // 8], bomb
    return spent(work, large) < 30 * max(spent(work, small), 0.001)


def spent(work: object, text: str) -> float:
    """The least of three, in seconds of the processor."""
    figures = []
    for _ in range(3):
        started = time.process_time()
        work(text)  # type: ignore[operator]
        figures.append(time.process_time() - started)
    return min(figures)


@pytest.mark.attack("A-91")
def test_an_error_tells_its_number_and_nothing_else(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """The database fails below a page that was asked for with secrets: page and log bear the number, not them."""

    def fail(*_: object) -> None:
        raise DatabaseError(f"password={CANARY}")

    client = world.client("manager")
    address = reverse("directory:member-list", kwargs={"cluster": world.a.cluster.slug})
    with caplog.at_level(logging.DEBUG), connection.execute_wrapper(fail):
        answer = client.get(
            f"{address}?token={CANARY}", headers={"Authorization": f"Bearer {CANARY}", "Cookie": f"session={CANARY}"}
        )
    assert answer.status_code == 500
    page = answer.content.decode()
    assert CANARY not in page
    assert answer["X-Request-Id"] in page
    assert not re.search(r"Traceback|DatabaseError|site-packages|Django", page)
    formatter, address_filter = logs.line_formatter(as_json=True), logs.AddressFilter()
    lines = [formatter.format(record) for record in caplog.records if address_filter.filter(record)]
    assert any("DatabaseError" in line for line in lines)
    assert not [line for line in lines if CANARY in line]


@pytest.mark.attack("A-91")
@pytest.mark.parametrize("body", ["{", '{"a": ' * 1000, "null", "[]", "\x00", "{}" * 10_000])
def test_broken_json_is_no_error_of_ours(body: str, world: World) -> None:
    for route in routes(method="POST"):
        with taken_back():
            answer = world.client("manager").generic(
                "POST", address_of(route, world.a), body, content_type="application/json"
            )
            assert answer.status_code < 500, route.name
            if answer.headers.get("Content-Type", "").startswith("application/json"):
                json.loads(answer.content)


@pytest.mark.attack("A-108")
def test_a_password_of_a_megabyte_is_refused_before_it_is_hashed() -> None:
    answer = Client().post(reverse("account_login"), {"login": "anna@people.example", "password": "x" * 3_000_000})
    assert answer.status_code in {400, 413}
