"""Mailed links: sign in, make an account, set a password. Only a button acts, once, and nobody learns of accounts."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from modus.core import links
from modus.core.links import MailedLink, Purpose
from modus.core.users import User
from modus.directory.models import Person
from modus.web.account.adapter import AccountAdapter
from tests.factories import directory as make
from tests.web.accounts import ADDRESS, PHRASE, arrived, code_in, is_signed_in, link_in, sign_in

pytestmark = pytest.mark.django_db
NEW = "another long phrase"
UNKNOWN = "nobody@people.example"
TAKEN_BACK = {"RELEASE", "ROLLBACK"}
ASKING = ("account_sign_in_link", "account_reset_password", "account_signup")


def asked(client: Client, name: str, email: str = ADDRESS) -> str:
    """Ask for a mail; its link."""
    client.post(reverse(name), {"email": email})
    return link_in(arrived()[-1])


def opened(client: Client, link: str) -> str:
    """Open a link; the address without a secret to which it leads."""
    answer = client.get(link)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def is_dead(client: Client, link: str) -> bool:
    answer = client.get(link)
    return answer.status_code == 404 and "This link does not work any more" in answer.content.decode()


@pytest.mark.attack("A-24")
def test_a_link_signs_in_by_a_button_only(person: Person) -> None:
    client = Client()
    link = asked(client, "account_sign_in_link")
    before = MailedLink.objects.values().get()
    for verb in (client.get, client.head):
        verb(link)
    page = opened(client, link)
    assert ADDRESS in client.get(page).content.decode()
    assert (MailedLink.objects.values().get(), is_signed_in(client)) == (before, False)
    assert client.post(page)["Location"] == "/home/"
    assert is_signed_in(client)


@pytest.mark.attack("A-24", "A-101")
def test_a_link_works_once_and_for_a_quarter_of_an_hour(person: Person) -> None:
    client = Client()
    link = asked(client, "account_sign_in_link")
    page = opened(client, link)
    client.post(page)
    assert is_dead(Client(), link)
    assert Client().post(page).status_code == 404
    late = asked(client := Client(), "account_sign_in_link")
    page = opened(client, late)
    MailedLink.objects.filter(used_at__isnull=True).update(ends_at=links.now() - timedelta(seconds=1))
    assert (is_dead(client, late), client.post(page).status_code, is_signed_in(client)) == (True, 404, False)
    assert links.SECONDS[Purpose.SIGN_IN] == 900


def test_a_link_to_sign_in_works_only_where_it_was_asked_for_and_the_code_helps(person: Person) -> None:
    asking, reading = Client(), Client()
    link = asked(asking, "account_sign_in_link")
    page = opened(reading, link)
    assert "You asked in another browser" in reading.get(page).content.decode()
    assert (reading.post(page).status_code, is_signed_in(reading)) == (422, False)
    wrong = asking.post(reverse("account_link_sent"), {"code": "BBBB-BBBB"})
    assert wrong.status_code == 422
    code = code_in(arrived()[-1]).lower().replace("-", " ")
    answer = asking.post(reverse("account_link_sent"), {"code": code})
    assert asking.post(answer["Location"])["Location"] == "/home/"
    assert is_signed_in(asking)


@pytest.mark.attack("A-83")
def test_a_code_is_not_guessed(person: Person) -> None:
    client = Client()
    asked(client, "account_sign_in_link")
    answers = [client.post(reverse("account_link_sent"), {"code": f"BBBB-BBB{n}"}) for n in range(2, 8)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    right = client.post(reverse("account_link_sent"), {"code": code_in(arrived()[-1])})
    assert right.status_code == 429


@pytest.mark.attack("A-56")
@pytest.mark.parametrize("elsewhere", ["//h.example", "https://h.example/", "javascript:alert(1)", "/\\h.example"])
def test_a_link_leads_on_to_a_page_of_this_site_only(person: Person, elsewhere: str) -> None:
    for wanted, reached in ((elsewhere, "/home/"), ("/register/", "/register/")):
        client = Client()
        client.post(reverse("account_sign_in_link", query={"next": wanted}), {"email": ADDRESS})
        page = opened(client, link_in(arrived()[-1]))
        assert client.post(page)["Location"] == reached


@pytest.mark.attack("A-59")
def test_an_address_with_a_secret_is_told_to_nobody(person: Person) -> None:
    client = Client()
    for name in ASKING:
        link = asked(client, name)
        answer = client.get(link)
        assert (answer["Referrer-Policy"], answer["Cache-Control"]) == ("no-referrer", "no-store")
        assert link.rsplit("/", 2)[1] not in answer["Location"]
    dead = client.get(reverse("account_link", kwargs={"key": "no-such"}))
    assert (dead.status_code, dead["Referrer-Policy"]) == (404, "no-referrer")
    stored = str(list(MailedLink.objects.values())) + str(dict(client.session))
    assert all(link_in(message).rsplit("/", 2)[1] not in stored for message in arrived())


@pytest.mark.attack("A-86")
@pytest.mark.parametrize("name", ASKING)
def test_nobody_learns_who_has_an_account(person: Person, name: str) -> None:
    """Text, status, size and the number of statements are equal for an address with an account and one without."""
    User.objects.create_user("gone@people.example", PHRASE, is_active=False)
    seen = set()
    for email in (ADDRESS, UNKNOWN, "gone@people.example"):
        client = Client()
        with CaptureQueriesContext(connection) as statements:
            answer = client.post(reverse(name), {"email": email})
        # What is taken back inside a transaction says so; that is no read and no write.
        kinds = tuple(kind for kind in (said["sql"].split()[0] for said in statements) if kind not in TAKEN_BACK)
        page = client.get(answer["Location"])
        text = page.content.decode().replace(str(page.context["csrf_token"]), "")
        wrong = client.post(answer["Location"], {"code": "BBBB-BBBB"})
        seen.add((answer.status_code, answer["Location"], kinds, len(page.content), text, wrong.status_code))
    assert len({entry[:4] + entry[5:] for entry in seen}) == 1


@pytest.mark.attack("A-86")
def test_a_wrong_password_and_an_unknown_address_are_answered_alike(person: Person) -> None:
    seen = []
    for email in (ADDRESS, UNKNOWN):
        with CaptureQueriesContext(connection) as statements:
            answer = sign_in(Client(), login=email, password="a false phrase")
        kinds = [statement["sql"].split(" ")[0] for statement in statements]
        seen.append((answer.status_code, kinds, len(answer.content) - len(email)))
    assert seen[0] == seen[1]


@pytest.mark.attack("A-26")
def test_an_account_is_made_by_whoever_reads_the_mailbox() -> None:
    known = make.PersonFactory(user=None, email="new@people.example")
    make.PositionFactory(person=known, organisation__name="Optics Ltd", role="representative")
    client = Client()
    link = asked(client, "account_signup", "New@People.example")
    assert not User.objects.exists()
    page = opened(client, link)
    said = {"given_name": "Nora", "family_name": "New", "password": PHRASE}
    refused = client.post(page, said | {"password": "nora new nora"})
    assert (refused.status_code, User.objects.count()) == (422, 0)
    assert client.post(page, said)["Location"] == "/home/"
    user = User.objects.get()
    assert (user.email, EmailAddress.objects.get(user=user).verified, is_signed_in(client)) == (
        "new@people.example",
        True,
        True,
    )
    known.refresh_from_db()
    assert (known.user, known.name) == (user, "Nora New")
    assert is_dead(Client(), link)


@pytest.mark.attack("A-26")
def test_a_password_that_a_stranger_set_is_gone_when_the_owner_comes() -> None:
    victim = make.PersonFactory(user=make.UserFactory(email="victim@people.example", password=PHRASE))
    stranger, owner = Client(), Client()
    answer = sign_in(stranger, login="victim@people.example")
    assert (answer["Location"], is_signed_in(stranger)) == (reverse("account_sign_in_link"), False)
    stranger.force_login(victim.user)
    owner.post(opened(owner, asked(owner, "account_sign_in_link", "victim@people.example")))
    assert is_signed_in(owner)
    assert stranger.get("/account/").status_code == 302
    assert sign_in(Client(), login="victim@people.example").status_code == 422


@pytest.mark.attack("A-81")
def test_nobody_signs_up_when_that_is_closed(settings: object) -> None:
    client = Client()
    link = asked(client, "account_signup", UNKNOWN)
    page = opened(client, link)
    settings.SIGN_UP_IS_OPEN = False  # type: ignore[attr-defined]
    assert "Accounts are made by invitation" in client.get(reverse("account_signup")).content.decode()
    assert client.post(reverse("account_signup"), {"email": "other@people.example"}).status_code == 403
    said = {"given_name": "Nora", "password": PHRASE}
    assert (is_dead(Client(), link), client.post(page, said).status_code) == (True, 404)
    assert (User.objects.count(), len(arrived())) == (0, 1)


@pytest.mark.attack("A-27")
def test_a_forgotten_password_is_set_once_and_ends_every_session(person: Person) -> None:
    other, client = Client(), Client()
    sign_in(other)
    link = asked(client, "account_reset_password")
    page = opened(client, link)
    assert client.post(page, {"password": "short"}).status_code == 422
    assert client.post(page, {"password": NEW})["Location"] == reverse("account_login")
    assert other.get("/account/").status_code == 302
    assert (sign_in(Client()).status_code, is_dead(Client(), link), client.post(page).status_code) == (422, True, 404)
    assert sign_in(Client(), password=NEW)["Location"] == "/home/"
    assert arrived()[-1].subject == "modus: Your password was changed"


@pytest.mark.attack("A-27")
@pytest.mark.parametrize("act", ["password changed", "an hour later", "switched off"])
def test_a_link_for_a_password_is_dead(person: Person, act: str) -> None:
    client = Client()
    link = asked(client, "account_reset_password")
    page = opened(client, link)
    if act == "password changed":
        owner = Client()
        sign_in(owner)
        owner.post(reverse("account_change_password"), {"oldpassword": PHRASE, "password1": NEW, "password2": NEW})
        assert sign_in(Client(), password=NEW)["Location"] == "/home/"
    elif act == "an hour later":
        MailedLink.objects.update(ends_at=links.now())
        assert links.SECONDS[Purpose.NEW_PASSWORD] == 3600
    else:
        User.objects.update(is_active=False)
    assert (is_dead(Client(), link), client.post(page, {"password": "yet another phrase"}).status_code) == (True, 404)


@pytest.mark.attack("A-87")
def test_nobody_fills_the_mailbox_of_a_stranger(person: Person) -> None:
    for n in range(12):
        Client().post(reverse(ASKING[n % 3]), {"email": ADDRESS})
    assert len(arrived()) == 5
    answers = {Client().post(reverse(ASKING[n % 3]), {"email": UNKNOWN}).status_code for n in range(5)}
    assert answers == {302}
    assert Client().post(reverse(ASKING[0]), {"email": UNKNOWN}).status_code == 429


@pytest.mark.attack("A-29")
@pytest.mark.parametrize(
    "spelling",
    ["JANA@PEOPLE.EXAMPLE", " jana@people.example. ", "ｊａｎａ＠ｐｅｏｐｌｅ．ｅｘａｍｐｌｅ", "Jana@ＰEOPLE.example"],
)
def test_one_mailbox_is_one_account(person: Person, spelling: str) -> None:
    assert sign_in(Client(), login=spelling)["Location"] == "/home/"
    for name in ASKING:
        Client().post(reverse(name), {"email": spelling})
    assert [message.to for message in arrived()] == [[ADDRESS]] * 3
    assert not MailedLink.objects.filter(purpose=Purpose.SIGN_UP).exists()


@pytest.mark.attack("A-29")
@pytest.mark.parametrize(
    "strange",
    [
        "jana@people.example,eve@h.example",
        "jana@h.example@people.example",
        "ıvan@people.example",
        "a@b",
        "jаna@x.example",
    ],
)
def test_what_is_no_single_address_is_refused(person: Person, strange: str) -> None:
    for name in ASKING:
        assert Client().post(reverse(name), {"email": strange}).status_code == 422
    assert (arrived(), MailedLink.objects.count()) == ([], 0)


@pytest.mark.attack("A-29")
def test_a_domain_that_only_looks_alike_is_another_mailbox(person: Person) -> None:
    Client().post(reverse("account_reset_password"), {"email": "jana@реople.example"})
    assert arrived() == []
    assert MailedLink.objects.get().user is None


@pytest.mark.attack("A-27")
@pytest.mark.parametrize(
    ("url", "is_safe"),
    [
        ("/account/", True),
        ("/account/?next=x#y", True),
        (None, False),
        ("", False),
        ("account/", False),
        ("//h.example/account/", False),
        ("/\\h.example/", False),
        ("https://testserver/account/", False),
        ("javascript:alert(1)", False),
        ("/no-such-page-at-all/x/y/", False),
        ("//[/", False),
    ],
)
def test_one_is_led_to_pages_of_this_site_by_their_path_alone(url: str | None, is_safe: bool) -> None:
    assert AccountAdapter().is_safe_url(url) is is_safe
