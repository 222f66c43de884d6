"""Accounts: signing in and out, passwords by mail, and one's own name; nobody is led elsewhere."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from modus.core.users import User
from modus.directory.models import Person, Position
from tests.factories import directory as make
from tests.web.accounts import ADDRESS, PHRASE, arrived, is_signed_in, link_in, sign_in

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
ELSEWHERE = (
    "//h.example",
    "///h.example",
    "////h.example/x",
    "/\\h.example",
    "\\\\h.example",
    "/%09/h.example",
    "/\t/h.example",
    "\t//h.example",
    "/\n/h.example",
    "https:h.example",
    "https:///h.example",
    "https://h.example",
    "http://testserver@h.example",
    "https://testserver.h.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "/x\r\nLocation: https://h.example/",
    "/.h.example",
    "h.example",
    "//testserver@h.example/",
    "/@h.example",
    "http:/h.example",
)


def test_signing_in_and_out(person: Person) -> None:
    client = Client()
    assert sign_in(client)["Location"] == "/home/"
    assert is_signed_in(client)
    assert client.get(reverse("account_logout")).status_code == 405
    assert is_signed_in(client)
    assert client.post(reverse("account_logout"))["Location"] == "/"
    assert not is_signed_in(client)


def test_a_false_password_is_refused_and_the_address_kept(person: Person) -> None:
    client = Client()
    answer = sign_in(client, password="another phrase")
    assert answer.status_code == 422
    assert f'value="{ADDRESS}"' in answer.content.decode()
    assert "another phrase" not in answer.content.decode()
    assert not is_signed_in(client)


def test_signing_in_changes_the_session_key(person: Person) -> None:
    client = Client()
    client.session.save()
    session = client.session
    session["before"] = 1
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    before = session.session_key
    sign_in(client)
    assert client.session.session_key != before


@pytest.mark.attack("A-55")
@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_nobody_is_led_elsewhere_after_signing_in(person: Person, elsewhere: str) -> None:
    for where in ("query", "form"):
        client = Client()
        if where == "query":
            answer = client.post(
                reverse("account_login", query={"next": elsewhere}),
                {"login": ADDRESS, "password": PHRASE},
            )
        else:
            answer = sign_in(client, next=elsewhere)
        assert answer["Location"] == "/home/"


@pytest.mark.attack("A-55")
@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_nobody_is_led_elsewhere_by_any_account_page(person: Person, signed_in: SignIn, elsewhere: str) -> None:
    names = (
        "account_login",
        "account_signup",
        "account_reset_password",
        "account_change_password",
        "account_reauthenticate",
    )
    for client in (Client(), signed_in(person)):
        for name in names:
            for parameter in ("next", "return", "url", "redirect", "REDIRECT_FIELD_NAME"):
                answer = client.get(reverse(name), {parameter: elsewhere})
                if answer.status_code == 302 and "/sign-in/?next=" not in answer["Location"]:
                    assert answer["Location"] in {"/home/", "/account/password/set/", "/account/password/"}
                assert 'href="//h' not in answer.content.decode()
                assert f'value="{elsewhere}"' not in answer.content.decode()
    assert signed_in(person).post(reverse("account_logout"), {"next": elsewhere})["Location"] == "/"


@pytest.mark.attack("A-55")
def test_a_page_of_this_site_is_where_one_goes_on(person: Person) -> None:
    assert (
        sign_in(Client(), next="/register/?country=CZ&type=cluster")["Location"] == "/register/?country=CZ&type=cluster"
    )


@pytest.mark.attack("A-52")
def test_signing_in_and_out_need_the_token(person: Person) -> None:
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client).status_code == 403
    assert not is_signed_in(client)
    client.force_login(person.user)
    assert client.post(reverse("account_logout")).status_code == 403
    assert is_signed_in(client)


@pytest.mark.attack("A-51")
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("account:person", {"given_name": "Eve"}),
        ("account_change_password", {"oldpassword": PHRASE, "password1": "x" * 20, "password2": "x" * 20}),
        ("public:registration-create", {"name": "Evil", "country": "CZ", "type": "cluster"}),
        ("account_reset_password", {"email": ADDRESS}),
        ("account_signup", {"email": "eve@people.example"}),
        ("account_sign_in_link", {"email": ADDRESS}),
    ],
)
def test_nothing_changes_without_the_token(person: Person, name: str, data: dict[str, str]) -> None:
    before = (person.user.password, User.objects.count())
    for token in ({}, {"csrfmiddlewaretoken": "x" * 64}):
        client = Client(enforce_csrf_checks=True)
        client.force_login(person.user)
        assert client.post(reverse(name), data | token).status_code == 403
        assert client.post(reverse(name), "{}", content_type="text/plain").status_code == 403
    person.refresh_from_db()
    person.user.refresh_from_db()
    assert (person.user.password, User.objects.count()) == before
    assert not Position.objects.within(person=person).exists()
    assert (person.given_name == "Eve", arrived()) == (False, [])


@pytest.mark.attack("A-57")
@pytest.mark.parametrize("name", ["account_login", "account_reset_password", "public:home", "public:directory"])
def test_an_unknown_host_is_refused(name: str) -> None:
    assert Client().get(reverse(name), headers={"host": "h.example"}).status_code == 400
    assert Client().get(reverse(name), headers={"host": "testserver@h.example"}).status_code == 400


@pytest.mark.attack("A-57")
def test_links_in_mails_lead_to_the_configured_address(person: Person) -> None:
    settings.ALLOWED_HOSTS.append("other.example")
    try:
        forged = {"host": "other.example", "x-forwarded-host": "h.example", "x-forwarded-proto": "gopher"}
        Client(headers=forged).post(reverse("account_reset_password"), {"email": person.user.email})
        Client(headers=forged).post(reverse("account_reset_password"), {"email": "nobody@people.example"})
        Client(headers=forged).post(reverse("account_signup"), {"email": "new@people.example"})
        Client(headers=forged).post(reverse("account_signup"), {"email": person.user.email})
    finally:
        settings.ALLOWED_HOSTS.remove("other.example")
    # Nobody gets a mail because a stranger typed her address.
    assert sorted(message.to for message in arrived()) == [
        [person.user.email],
        [person.user.email],
        ["new@people.example"],
    ]
    for message in arrived():
        assert link_in(message).startswith("http://testserver/account/")
        assert "example/" not in str(message.body).replace("people.example", "")
        assert "other.example" not in f"{message.subject} {message.body}"


def test_the_own_page_shows_positions_in_words_and_keeps_corrections(person: Person, signed_in: SignIn) -> None:
    make.PositionFactory(person=person, organisation__name="Optics Ltd", role="representative")
    client = signed_in(person)
    page = client.get("/account/").content.decode()
    assert "Representative at Optics Ltd, since 1 Jan 2020" in page
    answer = client.post("/account/", {"given_name": "Jana", "family_name": "Nováková", "phone": "+420 1"})
    assert answer["Location"] == "/account/"
    person.refresh_from_db()
    assert (person.name, person.phone, person.sort_name) == ("Jana Nováková", "+420 1", "novakova jana")


def test_a_name_may_not_be_empty_and_what_was_typed_is_kept(person: Person, signed_in: SignIn) -> None:
    answer = signed_in(person).post("/account/", {"given_name": " ", "family_name": "Nováková"})
    assert answer.status_code == 422
    assert 'value="Nováková"' in answer.content.decode()


def test_the_sign_in_page_asks_the_database_nothing(django_assert_num_queries: Callable[..., object]) -> None:
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        Client().get("/account/sign-in/")
