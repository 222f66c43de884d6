"""Sessions: listed in plain words, ended one by one or all at once, dead on the server, and new when rights change."""

import time

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from modus.core.users import User
from modus.directory.models import Cluster, Person
from modus.web.account import keeping
from modus.web.account.devices import device_in_words
from tests.factories import directory as make
from tests.web.accounts import make_person, sign_in

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"


def browser(agent: str = FIREFOX, **data: str) -> Client:
    client = Client(headers={"user-agent": agent})
    sign_in(client, **data)
    return client


def test_sessions_are_listed_in_plain_words_without_a_place(person: Person) -> None:
    here = browser()
    browser(IPHONE)
    page = here.get(reverse("account:sessions")).content.decode()
    assert page.index("Firefox on Linux") < page.index("this one") < page.index("Safari on iPhone")
    assert page.count("End this one") == 1
    assert set(UserSession.objects.values_list("ip", flat=True)) == {"0.0.0.0"}  # noqa: S104


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (IPHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) AppleWebKit/605 Version/18 Safari/605", "Safari on Mac"),
        ("curl/8.0", "A device that does not say what it is"),
        ("", "A device that does not say what it is"),
    ],
)
def test_a_device_is_named_as_people_name_it(said: str, words: str) -> None:
    assert device_in_words(said) == words


@pytest.mark.attack("A-28")
def test_one_session_is_ended_on_the_server(person: Person) -> None:
    here, there = browser(), browser(IPHONE)
    number = UserSession.objects.get(session_key=there.session.session_key).pk
    key = there.session.session_key
    assert here.post(reverse("account:session-end"), {"number": number})["Location"] == reverse("account:sessions")
    assert not Session.objects.filter(session_key=key).exists()
    assert (here.get("/account/").status_code, there.get("/account/").status_code) == (200, 302)


@pytest.mark.attack("A-28")
def test_all_other_sessions_end_also_those_that_are_not_listed(person: Person) -> None:
    here, there, unlisted = browser(), browser(IPHONE), Client()
    unlisted.force_login(person.user)
    before = here.session.session_key
    here.post(reverse("account:sessions-end"))
    assert [client.get("/account/").status_code for client in (here, there, unlisted)] == [200, 302, 302]
    assert here.session.session_key != before
    assert UserSession.objects.count() == 1
    assert "this one" in here.get(reverse("account:sessions")).content.decode()


@pytest.mark.attack("A-28")
def test_nobody_ends_the_session_of_another(person: Person) -> None:
    make_person("eve@people.example")
    eve, here = browser(login="eve@people.example"), browser()
    number = UserSession.objects.get(session_key=here.session.session_key).pk
    for wanted in (number, "x", "", "9" * 30):
        assert eve.post(reverse("account:session-end"), {"number": wanted}).status_code == 403
    assert here.get("/account/").status_code == 200


@pytest.mark.attack("A-28")
def test_a_session_is_dead_after_signing_out(person: Person) -> None:
    here = browser()
    cookie = here.cookies[settings.SESSION_COOKIE_NAME].value
    here.post(reverse("account_logout"))
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert thief.get("/account/").status_code == 302
    assert (UserSession.objects.count(), Session.objects.filter(session_key=cookie).count()) == (0, 0)


@pytest.mark.attack("A-28")
def test_a_session_has_a_new_key_when_the_rights_change(person: Person, cluster: Cluster) -> None:
    here = browser()
    keys = [here.session.session_key]
    position = make.PositionFactory(person=person, organisation=cluster.organisation, role="staff")
    for role in ("staff", "manager", "colleague"):
        position.role = role
        position.save()
        cookie = here.cookies[settings.SESSION_COOKIE_NAME].value
        here.get("/home/")
        keys.append(here.session.session_key)
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = cookie
        assert thief.get("/account/").status_code == 302
        assert here.get("/account/").status_code == 200
    assert len(set(keys)) == 4
    assert UserSession.objects.get().session_key == keys[-1]


def test_a_session_keeps_its_key_while_nothing_changes(person: Person) -> None:
    here = browser()
    before = here.session.session_key
    for _ in range(3):
        here.get("/home/")
    assert here.session.session_key == before


def test_when_a_session_was_used_is_written_every_ten_minutes(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    here = browser()
    first = UserSession.objects.get().last_seen_at
    here.get("/account/")
    assert UserSession.objects.get().last_seen_at == first
    later = time.time() + keeping.SEEN_EVERY_SECONDS + 1
    monkeypatch.setattr(keeping.time, "time", lambda: later)
    here.get("/account/")
    assert UserSession.objects.get().last_seen_at > first


@pytest.mark.attack("A-23")
def test_whoever_is_switched_off_is_out_with_the_next_request(person: Person) -> None:
    here = browser()
    User.objects.update(is_active=False)
    assert here.get("/account/").status_code == 302
    assert sign_in(Client())["Location"] == reverse("account_inactive")


@pytest.mark.attack("A-58")
def test_cookies_are_kept_from_scripts_and_other_sites(person: Person) -> None:
    here = browser()
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        here.get(reverse("account_login"))
        cookie = here.cookies.get(name)
        if cookie:
            assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
