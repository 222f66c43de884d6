"""Pages for those who keep the site running."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from modus.core import readiness
from modus.web.operations import figures

KEY = "0123456789abcdef0123456789abcdef"


def test_the_site_says_that_it_lives_without_asking_the_database() -> None:
    answer = Client().get(reverse("operations:live"))
    assert (answer.status_code, answer.content, answer["Cache-Control"]) == (200, b"alive\n", "no-store")


@pytest.mark.django_db
def test_the_site_is_ready_when_the_database_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Client().get(reverse("operations:ready")).content == b"ready\n"
    monkeypatch.setattr(readiness, "is_ready", lambda: False)
    answer = Client().get(reverse("operations:ready"))
    assert (answer.status_code, answer.content) == (503, b"not ready\n")


@pytest.mark.django_db
@pytest.mark.attack("A-97")
def test_health_tells_no_version_and_no_reason() -> None:
    for name in ("live", "ready"):
        assert not re.search(rb"\d", Client().get(reverse(f"operations:{name}")).content)


@pytest.mark.django_db
@pytest.mark.attack("A-97")
@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer wrong", f"Basic {KEY}", KEY])
def test_figures_are_not_there_without_the_key(settings: object, header: str) -> None:
    settings.METRICS_KEY = KEY  # type: ignore[attr-defined]
    strange = Client().get("/no-such-page", headers={"Authorization": header})
    answer = Client().get(reverse("operations:metrics"), headers={"Authorization": header})
    assert (answer.status_code, answer.content) == (404, strange.content)


@pytest.mark.django_db
@pytest.mark.attack("A-97")
def test_figures_are_not_there_when_no_key_is_set() -> None:
    assert Client().get(reverse("operations:metrics"), headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.django_db
def test_figures_count_requests_by_page_and_answer(settings: object) -> None:
    settings.METRICS_KEY = KEY  # type: ignore[attr-defined]
    figures.requests_total.clear()
    Client().get(reverse("account_login"))
    Client().get("/no-such-page")
    answer = Client().get(reverse("operations:metrics"), headers={"Authorization": f"Bearer {KEY}"})
    text = answer.content.decode()
    assert 'modus_requests_total{answer="2xx",page="account_login"} 1.0' in text
    assert 'modus_requests_total{answer="4xx",page="no page"} 1.0' in text
    for name in ("accounts", "tasks_waiting", "tasks_parked", "mails_waiting", "mails_parked"):
        assert re.search(rf"^modus_{name} 0\.0$", text, re.M), name
    assert re.search(r"^modus_data_free_bytes [1-9]", text, re.M)
    assert answer["Cache-Control"] == "no-store"


def test_whom_to_tell_of_a_weakness_stands_in_a_file(settings: object) -> None:
    assert Client().get("/.well-known/security.txt").status_code == 404
    settings.SECURITY_CONTACT = "mailto:security@clusters.example"  # type: ignore[attr-defined]
    lines = Client().get("/.well-known/security.txt").content.decode().splitlines()
    assert lines[0] == "Contact: mailto:security@clusters.example"
    assert re.fullmatch(r"Expires: \d{4}-\d\d-\d\dT00:00:00Z", lines[1])
    assert lines[3] == "Canonical: http://testserver/.well-known/security.txt"
