"""The sender against a mail server that fails: nothing is lost, nothing is sent twice without need, nothing leaks."""

import ssl
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings

from modus.cli.drills.mail_server import MailServer, mail_server
from modus.core import outbox
from modus.core.outbox import Mail, Priority, State
from modus.core.outbox.delivering import BACK_OFF
from modus.core.time import now

pytestmark = [pytest.mark.django_db, pytest.mark.row("P2")]
CONTEXT = {"role": "Colleague", "organisation": "Lens Works", "last": "1 Jan", "by": "Jana", "account_url": "/account/"}
SMTP = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "127.0.0.1", "EMAIL_TIMEOUT": 1}


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running, override_settings(**SMTP, EMAIL_PORT=running.port):
        yield running


def put(name: str = "petr", **said: Any) -> Mail:
    settled: dict[str, Any] = {"context": CONTEXT, "topic": "positions", "by": None} | said
    return outbox.put("directory/mail/position_ended.txt", f"{name}@people.example", **settled)


def again(mail: Mail) -> Mail:
    return Mail.objects.within(pk=mail.pk).get()


def let_time_pass() -> None:
    """What failed may be tried again now."""
    waiting = Mail.objects.across("test").filter(state__in=[State.WAITING, State.SENDING])
    waiting.update(next_try_at=now() - timedelta(seconds=1))


def test_a_letter_arrives_as_one_message_to_one_recipient(server: MailServer) -> None:
    mail = put()
    assert outbox.deliver_due() == 1
    (letter,) = server.letters
    assert letter.to == ["petr@people.example"]
    assert letter.message["Message-ID"] == mail.message_id
    assert letter.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    kinds = [part.get_content_type() for part in letter.message.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]
    assert again(mail).state == State.SENT


@pytest.mark.parametrize(
    ("step", "trouble", "state", "said"),
    [
        ("RCPT", "550 no such user", State.PARKED, "550 no such user"),
        ("RCPT", "450 come back later", State.WAITING, "450 come back later"),
        ("END", "554 not this one", State.PARKED, "554 not this one"),
        ("END", "451 try again", State.WAITING, "451 try again"),
        ("DATA", "421 closing", State.WAITING, "421 closing"),
        ("RCPT", "drop", State.WAITING, "SMTPServerDisconnected"),
        ("DATA", "hang", State.WAITING, "SMTPServerDisconnected"),
    ],
)
def test_what_a_server_answers_decides(server: MailServer, step: str, trouble: str, state: State, said: str) -> None:
    server.trouble = lambda at, address: trouble if at == step else ""
    mail = put()
    assert outbox.deliver_due() == 0
    assert (again(mail).state, again(mail).last_error) == (state, said)
    assert again(mail).next_try_at > now() + BACK_OFF[0] - timedelta(seconds=10) or state == State.PARKED
    assert server.letters == []
    if state == State.WAITING:
        server.trouble = lambda at, address: ""
        let_time_pass()
        assert outbox.deliver_due() == 1
        assert server.letters[0].message["Message-ID"] == mail.message_id


def test_a_letter_that_was_taken_without_a_word_is_sent_again_under_the_same_number(server: MailServer) -> None:
    server.trouble = lambda at, address: "taken, drop" if at == "END" and not server.letters else ""
    mail = put()
    assert outbox.deliver_due() == 0
    let_time_pass()
    assert outbox.deliver_due() == 1
    assert [letter.message["Message-ID"] for letter in server.letters] == [mail.message_id] * 2


def test_after_many_failures_a_mail_is_parked_and_the_others_go_on(server: MailServer) -> None:
    server.trouble = lambda at, address: "450 full" if at == "RCPT" and address.startswith("full") else ""
    mail = put("full")
    for _ in BACK_OFF:
        outbox.deliver_due()
        assert again(mail).state == State.WAITING
        let_time_pass()
    put("petr")
    assert outbox.deliver_due() == 1
    assert again(mail).state == State.PARKED
    assert outbox.deliver_due() == 0


@pytest.mark.attack("A-91")
def test_an_answer_that_repeats_the_mail_tells_no_link(server: MailServer, caplog: pytest.LogCaptureFixture) -> None:
    server.trouble = lambda at, address: (
        f"550 spam: http://testserver/reset/secret-token {address}" if at == "END" else ""
    )
    mail = put(topic="account", priority=Priority.SIGN_IN)
    with caplog.at_level("DEBUG"):
        outbox.deliver_due()
    assert again(mail).last_error == "550 spam: … …"
    assert "secret-token" not in caplog.text
    assert "Lens Works" not in caplog.text


@pytest.mark.fault("F-11")
def test_a_server_that_is_gone_costs_no_attempt_and_what_waited_goes_in_order() -> None:
    """Hours without a server, then sign-in first, the others after, what is too late not at all."""
    mass = [put(f"mass{n}", priority=Priority.MASS) for n in range(3)]
    code = put("late", topic="account", priority=Priority.SIGN_IN, stale_after=now() + timedelta(minutes=15))
    with override_settings(**SMTP, EMAIL_PORT=9):
        assert [outbox.deliver_due() for _ in range(30)] == [0] * 30
    assert {again(mail).attempts for mail in [*mass, code]} == {0}
    Mail.objects.within(pk=code.pk).update(stale_after=now() - timedelta(hours=5))
    put("reset", topic="account", priority=Priority.SIGN_IN)
    with mail_server() as server, override_settings(**SMTP, EMAIL_PORT=server.port):
        assert outbox.deliver_due() == 4
        assert [letter.to[0].partition("@")[0] for letter in server.letters] == ["reset", "mass0", "mass1", "mass2"]
    assert again(code).state == State.STALE


def test_a_server_that_hangs_ends_the_round(server: MailServer) -> None:
    mails = [put(f"p{n}") for n in range(3)]
    server.trouble = lambda at, address: "hang" if at == "RCPT" and address.startswith("p0") else ""
    assert outbox.deliver_due() == 2
    assert [again(mail).state for mail in mails].count(State.SENT) == 2


def test_a_server_without_encryption_gets_nothing(server: MailServer) -> None:
    mail = put()
    with override_settings(EMAIL_USE_TLS=True):
        assert outbox.deliver_due() == 0
    assert (again(mail).state, again(mail).attempts, server.letters) == (State.WAITING, 0, [])


def test_the_certificate_of_the_server_is_verified() -> None:
    from django.core.mail import get_connection

    with override_settings(**SMTP, EMAIL_USE_TLS=True):
        context = get_connection().ssl_context  # type: ignore[attr-defined]
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


@pytest.mark.fault("F-10")
def test_trouble_of_every_kind_reaches_everybody_once(server: MailServer) -> None:
    """Each recipient fails in some way as often as its number says, then is reached once; or is parked."""
    troubles = [("RCPT", "450 later"), ("DATA", "drop"), ("END", "451 busy"), ("RCPT", "421 closing"), ("END", "drop")]
    tries: Counter[str] = Counter()

    def trouble(step: str, address: str) -> str:
        if address.startswith("gone"):
            return "550 unknown"
        tries[address] += step == "RCPT"
        number = int(address[1:3])
        at, answer = troubles[(number + tries[address]) % len(troubles)]
        return answer if tries[address] <= number % 6 and step == at else ""

    server.trouble = trouble
    mails = [put(f"p{n:02}") for n in range(30)] + [put("gone")]
    for _ in range(7):
        outbox.deliver_due()
        let_time_pass()
    assert [again(mail).state for mail in mails] == [State.SENT] * 30 + [State.PARKED]
    numbers = [letter.message["Message-ID"] for letter in server.letters]
    assert sorted(numbers) == sorted(mail.message_id for mail in mails[:30])


@pytest.mark.attack("A-66")
def test_the_letter_fetches_nothing(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    put(context={**CONTEXT, "organisation": "<img src=https://h.example/x.png> @import url(https://h.example) cid:x"})
    outbox.deliver_due()
    page = server.letters[0].message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    for loading in ("<img", 'src="', "url(", '@import "', "<link", "<iframe", 'cid:"', "background="):
        assert loading not in page.replace("url(https:", "said(https:")
    assert [part.get_filename() for part in server.letters[0].message.walk()] == [None] * 3
