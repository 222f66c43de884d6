"""Passwords: which are refused, how often one may try, and what ends when one is changed."""

import pytest
from django.conf import settings
from django.contrib.auth.hashers import get_hasher
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from modus.core import tokens
from modus.core.limits import Counter
from modus.core.passwords import KnownWordsValidator, LengthValidator
from modus.core.users import User
from modus.directory.models import Person
from tests.factories.tokens import token_of
from tests.web.accounts import ADDRESS, PHRASE, arrived, is_signed_in, link_in, sign_in

pytestmark = pytest.mark.django_db
NEW = "another long phrase"
FORGED = ({}, {"x-forwarded-for": "10.0.0.%d"}, {"forwarded": "for=10.0.0.%d"}, {"x-real-ip": "10.0.0.%d"})


def change(client: Client, new: str, old: str = PHRASE) -> int:
    said = {"oldpassword": old, "password1": new, "password2": new}
    return client.post(reverse("account_change_password"), said).status_code


@pytest.mark.attack("A-82")
@pytest.mark.parametrize(
    ("password", "status"),
    [
        ("eleven char", 422),
        ("twelve chars", 302),
        ("x" * 63 + "y", 302),
        ("y" * 127 + "z", 302),
        ("y" * 128 + "z", 422),
        ("lower case words only", 302),
        ("password1234", 422),
        ("jana@people.example", 422),
        ("Jana.People1", 422),
        ("modus modus modus", 422),
        ("Given name Straßen blau", 302),
        ("пароль из многих слов", 302),
    ],
)
def test_a_password_is_judged_by_its_length_and_by_what_is_known(person: Person, password: str, status: int) -> None:
    client = Client()
    sign_in(client)
    assert change(client, password) == status


@pytest.mark.attack("A-82")
def test_the_words_that_are_known_are_address_names_and_site() -> None:
    user = User(email="jana.novakova@optics.example")
    user.known_words = ("Jana", "Nováková")
    judge = KnownWordsValidator()
    for password in ("novakova12345", "NOVÁKOVÁ-1990", "jana novakova", "optics-123456", "modusmodus12"):
        with pytest.raises(ValidationError):
            judge.validate(password, user)
    for password in ("novakova rides a bicycle", "a lens of optics and light"):
        judge.validate(password, user)
    assert "twelve" in LengthValidator().get_help_text()


@pytest.mark.attack("A-82")
def test_passwords_are_hashed_by_argon2id(monkeypatch: pytest.MonkeyPatch) -> None:
    from modus.config import settings as real

    assert real.PASSWORD_HASHERS[0] == "modus.core.passwords.Argon2id"
    monkeypatch.setattr(settings, "PASSWORD_HASHERS", real.PASSWORD_HASHERS)
    hashed = get_hasher("default").encode(PHRASE, "a salt of sixteen")
    assert hashed.startswith("argon2$argon2id$v=19$m=32768,t=3,p=1$")


@pytest.mark.attack("A-82")
def test_a_password_may_be_pasted() -> None:
    for name in ("account_login", "account_signup", "account_reset_password"):
        page = Client().get(reverse(name)).content.decode()
        assert "onpaste" not in page
        assert 'autocomplete="off"' not in page


@pytest.mark.attack("A-108")
def test_a_password_that_is_too_long_is_never_hashed(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    sign_in(client)
    hashed: list[str] = []
    hasher = type(get_hasher("default"))
    monkeypatch.setattr(hasher, "encode", lambda _self, password, _salt: hashed.append(password) or "x")
    monkeypatch.setattr(hasher, "verify", lambda _self, password, _encoded: bool(hashed.append(password)))
    for length in (129, 1_000_000):
        assert sign_in(Client(), password="x" * length).status_code == 422
        assert sign_in(Client(), login="nobody@people.example", password="x" * length).status_code == 422
        assert change(client, NEW, old="x" * length) == 422
        assert client.post(reverse("account_reauthenticate"), {"password": "x" * length}).status_code == 422
    assert not [password for password in hashed if len(password) > 128]


@pytest.mark.attack("A-83", "A-84")
@pytest.mark.parametrize("headers", FORGED, ids=["plain", "x-forwarded-for", "forwarded", "x-real-ip"])
def test_tries_at_an_account_are_few_and_a_forged_address_does_not_help(
    person: Person, headers: dict[str, str]
) -> None:
    for email in (ADDRESS, "nobody@people.example"):
        answers = []
        for n in range(10):
            forged = {name: value % n for name, value in headers.items()}
            answers.append(sign_in(Client(headers=forged), login=email, password=f"false {n}"))
        assert [answer.status_code for answer in answers] == [422] * 8 + [429] * 2
        assert 1 <= int(answers[-1]["Retry-After"]) <= 900
        assert "Wait 15 minutes" in answers[-1].content.decode()
    assert sign_in(Client()).status_code == 429
    assert [(message.to, message.subject) for message in arrived()] == [
        ([ADDRESS], "modus: Somebody tries to sign in as you")
    ]


@pytest.mark.attack("A-83")
def test_a_refusal_is_the_same_whether_or_not_there_is_an_account(person: Person) -> None:
    refusals = []
    for email in (ADDRESS, "nobody@people.example"):
        answers = [sign_in(Client(), login=email, password=f"false {n}") for n in range(10)]
        refusals.append(answers[-1].content)
    assert refusals[0] == refusals[1]


@pytest.mark.attack("A-83")
def test_who_is_kept_out_gets_in_by_mail_and_after_the_stretch(person: Person) -> None:
    for n in range(9):
        sign_in(Client(), password=f"false {n}")
    assert sign_in(Client()).status_code == 429
    Counter.objects.update(ends_at=0)
    assert sign_in(Client())["Location"] == "/home/"


@pytest.mark.attack("A-83")
def test_one_machine_may_not_try_without_end(person: Person) -> None:
    answers = [sign_in(Client(), login=f"{n}@h.example") for n in range(91)]
    assert [answer.status_code for answer in answers] == [422] * 90 + [429]


def test_signing_in_rightly_is_not_counted(person: Person) -> None:
    assert {sign_in(Client())["Location"] for _ in range(20)} == {"/home/"}


@pytest.mark.attack("A-83")
def test_proving_who_one_is_is_limited_too(person: Person) -> None:
    client = Client()
    sign_in(client)
    statuses = [
        client.post(reverse("account_reauthenticate"), {"password": f"false {n}"}).status_code for n in range(9)
    ]
    assert statuses == [422] * 8 + [429]


@pytest.mark.attack("A-27")
def test_a_changed_password_ends_the_other_sessions_and_is_told(person: Person) -> None:
    client, other = Client(), Client()
    for browser in (client, other):
        sign_in(browser)
    before = client.session.session_key
    assert change(client, NEW) == 302
    assert (client.get("/account/").status_code, other.get("/account/").status_code) == (200, 302)
    assert client.session.session_key != before
    assert [message.subject for message in arrived()] == ["modus: Your password was changed"]


@pytest.mark.attack("A-27")
def test_the_old_password_is_asked_for(person: Person) -> None:
    client = Client()
    sign_in(client)
    assert change(client, NEW, old="a false phrase") == 422
    assert is_signed_in(client)
    assert sign_in(Client())["Location"] == "/home/"


@pytest.mark.attack("A-83")
def test_a_wrong_old_password_may_not_be_guessed_in_an_open_session(person: Person) -> None:
    client = Client()
    sign_in(client)
    assert [change(client, NEW, old=f"false phrase {n}") for n in range(9)] == [422] * 8 + [429]


@pytest.mark.attack("A-28")
def test_a_session_has_a_new_key_after_signing_in_and_is_dead_after_signing_out(person: Person, client: Client) -> None:
    sign_in(client)
    kept = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post(reverse("account_logout"))
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = kept
    assert thief.get("/account/").status_code == 302


@pytest.mark.attack("A-27")
@pytest.mark.parametrize("wish", [True, False])
def test_tokens_for_machines_end_by_choice(person: Person, wish: bool) -> None:
    _token, secret = token_of(person)
    client = Client()
    sign_in(client)
    said = {"oldpassword": PHRASE, "password1": NEW, "password2": NEW} | ({"end_tokens": "on"} if wish else {})
    client.post(reverse("account_change_password"), said)
    assert (tokens.token_behind(secret) is None) is wish
    _token, secret = token_of(person)
    client.post(reverse("account_reset_password"), {"email": ADDRESS})
    page = client.get(link_in(arrived()[-1]))["Location"]
    client.post(page, {"password": "yet another phrase"} | ({"end_tokens": "on"} if wish else {}))
    assert (tokens.token_behind(secret) is None) is wish
