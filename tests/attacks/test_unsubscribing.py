"""Ending mails by the signed address: a GET changes nothing, a POST ends one topic for one person, nothing else."""

import re
from typing import Any

import pytest
from django.core import mail as sent_mail
from django.core import signing
from django.test import Client

from modus.core import outbox
from modus.core.journal import JournalLine
from modus.core.outbox import Frequency
from modus.core.outbox.models import MailWish
from modus.core.outbox.wishes import SALT
from modus.core.users import User
from tests.factories import directory as make

pytestmark = [pytest.mark.django_db, pytest.mark.row("P2")]
CONTEXT = {"role": "Colleague", "organisation": "Lens Works", "last": "1 Jan", "by": "Jana", "account_url": "/account/"}


@pytest.fixture
def user() -> User:
    return make.UserFactory(email="petr@people.example")


def sent_to(user: User | None, topic: str = "positions", to: str = "petr@people.example") -> Any:
    outbox.put("directory/mail/position_ended.txt", to, context=CONTEXT, topic=topic, by=None, user=user)
    outbox.deliver_due()
    return sent_mail.outbox[-1]


def address_in(message: Any) -> str:
    header = message.extra_headers["List-Unsubscribe"]
    assert re.fullmatch(r"<http://testserver/\S+>", header)
    return str(header.strip("<>").removeprefix("http://testserver"))


def wishes() -> list[tuple[str, str, str]]:
    rows = MailWish.objects.across("test").order_by("topic")
    return [(row.user.email if row.user else row.address, row.topic, row.frequency) for row in rows]


@pytest.mark.attack("A-24")
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing(user: User, method: str) -> None:
    address = address_in(sent_to(user))
    before = JournalLine.objects.count()
    answer = Client().generic(method, address, headers={"purpose": "prefetch"})
    assert answer.status_code == 200
    assert (wishes(), JournalLine.objects.count()) == ([], before)
    assert sent_to(user).to == ["petr@people.example"]


@pytest.mark.attack("A-24")
def test_one_click_ends_the_topic_without_a_session_or_a_token(user: User) -> None:
    """As a mail program does it (RFC 8058): one POST with the words of the header, no cookie."""
    message = sent_to(user)
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    client = Client(enforce_csrf_checks=True)
    answer = client.post(
        address_in(message), "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 200
    assert wishes() == [("petr@people.example", "positions", "never")]
    assert outbox.frequencies_of(user)["profiles"] == Frequency.AT_ONCE, "another topic still comes"
    sent = len(sent_mail.outbox)
    outbox.put("directory/mail/position_ended.txt", user.email, context=CONTEXT, topic="positions", by=None, user=user)
    assert (outbox.deliver_due(), len(sent_mail.outbox)) == (0, sent)
    client.post(address_in(message), {"again": "yes"})
    assert wishes() == [("petr@people.example", "positions", "at-once")]


def test_it_works_for_somebody_without_an_account() -> None:
    address = address_in(sent_to(None, to="stranger@people.example"))
    assert Client().post(address).status_code == 200
    assert wishes() == [("stranger@people.example", "positions", "never")]


@pytest.mark.attack("A-22")
def test_an_address_serves_nobody_else_and_no_other_topic(user: User) -> None:
    make.UserFactory(email="jana@people.example")
    good = address_in(sent_to(user))
    signed = good.rstrip("/").rpartition("/")[2]
    said = signing.loads(signed, salt=SALT)
    other = User.objects.get(email="jana@people.example")
    payload = signing.dumps({**said, "u": other.pk.hex}, salt="other")
    forged = [
        payload,
        signing.dumps({**said, "t": "profiles"}, salt="password_reset"),
        payload.partition(":")[0] + ":" + signed.partition(":")[2],
        signed[:-1],
        signed[:-1] + ("A" if signed[-1] != "A" else "B"),
        signed + "x",
        "x",
        signing.dumps({"t": "account", "u": user.pk.hex}, salt=SALT),
        signing.dumps({"t": "no-such-topic", "u": user.pk.hex}, salt=SALT),
    ]
    for one in forged:
        for client in (Client(), _signed_in(other)):
            address = good.replace(signed, one)
            assert client.get(address).status_code == 404, one
            assert client.post(address).status_code == 404, one
    assert wishes() == []


@pytest.mark.attack("A-22")
def test_whoever_is_signed_in_ends_the_mails_of_the_address_and_not_her_own(user: User) -> None:
    other = make.UserFactory(email="jana@people.example")
    _signed_in(other).post(address_in(sent_to(user)))
    assert wishes() == [("petr@people.example", "positions", "never")]


@pytest.mark.attack("A-23")
def test_an_address_of_somebody_who_is_gone_leads_nowhere(user: User) -> None:
    address = address_in(sent_to(user))
    user.delete()
    assert Client().post(address).status_code == 404


def test_mails_about_signing_in_cannot_be_ended(user: User) -> None:
    message = sent_to(user, topic="account")
    assert not any(name.startswith("List-") for name in message.extra_headers)
    assert "No more mails" not in message.body


def test_ending_the_daily_mail_ends_what_is_gathered_there(user: User) -> None:
    outbox.put("directory/mail/position_ended.txt", user.email, context=CONTEXT, topic="digest", by=None, user=user)
    outbox.deliver_due()
    Client().post(address_in(sent_mail.outbox[-1]))
    assert {topic for _who, topic, _how in wishes()} == {"queue", "reminders"}
    assert {how for _who, _topic, how in wishes()} == {"never"}


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
