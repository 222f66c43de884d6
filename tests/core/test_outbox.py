"""The outbox: what is put, held, edited, called back; what is sent in which order, and what is not sent after all."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_string, policy
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail as sent_mail
from django.db import transaction
from django.test import override_settings

from modus.core import outbox
from modus.core.errors import RuleBroken
from modus.core.outbox import Frequency, Mail, Priority, State, Topic
from modus.core.outbox import topics as outbox_topics
from modus.core.outbox.delivering import BACK_OFF, LEASE, message_of
from modus.core.time import now
from modus.core.users import User
from tests.factories import directory as make

pytestmark = [pytest.mark.django_db, pytest.mark.row("P2")]
NEWS, PERSONAL = Topic("news", "News"), Topic("personal", "Personal", Frequency.AT_ONCE)
SITE_OF_TOPICS = "tests.core.test_outbox.TOPICS"
is_still_welcome = True
GUARDED = Topic("guarded", "Guarded", Frequency.AT_ONCE, True, lambda mail: is_still_welcome)
TOPICS = (*outbox_topics.TOPICS, NEWS, PERSONAL, GUARDED)
TEMPLATE = "directory/mail/position_ended.txt"
CONTEXT = {"role": "Colleague", "organisation": "Lens Works", "last": "1 Jan", "by": "Jana", "account_url": "/account/"}


@pytest.fixture(autouse=True)
def _topics_of_this_test() -> Iterator[None]:
    with override_settings(MAIL_TOPICS=[SITE_OF_TOPICS]):
        outbox_topics.all_topics.cache_clear()
        yield
    outbox_topics.all_topics.cache_clear()


@pytest.fixture
def user() -> User:
    return make.UserFactory(email="petr@people.example")


class Somebody:
    """Who acts."""

    def __init__(self) -> None:
        self.id, self.name = uuid4(), "Jana Nová"


def put(to: str = "petr@people.example", **said: Any) -> Mail:
    settled: dict[str, Any] = {"context": CONTEXT, "topic": "personal", "by": None} | said
    return outbox.put(TEMPLATE, to, **settled)


def due(mail: Mail) -> Mail:
    """The mail with its hold over."""
    Mail.objects.within(pk=mail.pk).update(next_try_at=now() - timedelta(seconds=1))
    return again(mail)


def again(mail: Mail) -> Mail:
    return Mail.objects.within(pk=mail.pk).get()


def test_a_mail_is_put_in_the_transaction_of_the_fact() -> None:
    def fail() -> None:
        put()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        transaction.atomic(fail)()
    assert not Mail.objects.across("test").exists()
    assert put().state == State.WAITING


def test_text_and_html_come_from_one_source() -> None:
    put()
    assert outbox.deliver_due() == 1
    message = sent_mail.outbox[0]
    assert message.subject == "Lens Works: your role ends on 1 Jan"
    assert "Jana ended your role at Lens Works: Colleague." in message.body
    assert "See your positions:\nhttp://testserver/account/" in message.body
    page = message.alternatives[0].content
    assert '<a href="http://testserver/account/" rel="noopener noreferrer">See your positions</a>' in page
    assert "No more mails on “Personal”" in page
    assert "No more mails on “Personal”" in message.body


def test_what_was_put_does_not_change_with_the_template_or_the_time() -> None:
    mail = put(context={**CONTEXT, "organisation": "Before"})
    outbox.deliver_due()
    assert (sent_mail.outbox[0].subject, again(mail).state) == ("Before: your role ends on 1 Jan", State.SENT)
    assert sent_mail.outbox[0].extra_headers["Message-ID"] == mail.message_id


def test_a_held_mail_waits_and_can_be_called_back() -> None:
    mail = put(hold_seconds=60)
    assert outbox.deliver_due() == 0
    with transaction.atomic():
        outbox.call_back(mail)
    due(mail)
    assert outbox.deliver_due() == 0
    assert (again(mail).state, sent_mail.outbox) == (State.CALLED_BACK, [])


def test_a_mail_that_is_out_cannot_be_called_back_or_edited() -> None:
    mail = put()
    outbox.deliver_due()
    for change in (outbox.call_back, outbox.hold, outbox.send_again):
        with pytest.raises(RuleBroken), transaction.atomic():
            change(mail)
    with pytest.raises(RuleBroken), transaction.atomic():
        outbox.edit(mail, subject="Other", text="Other", version=1)


@pytest.mark.attack("A-33", "A-74")
def test_an_edited_mail_keeps_its_links_and_takes_words_only() -> None:
    mail = put(hold_seconds=60)
    with transaction.atomic():
        outbox.hold(mail)
    assert again(mail).next_try_at > now() + timedelta(minutes=14)
    with transaction.atomic():
        edited = outbox.edit(
            mail, subject="New\r\nBcc: eve@h.example", text="Dear **Petr**,\n\n[win](https://h.example)", version=1
        )
    assert now() + timedelta(seconds=50) < edited.next_try_at < now() + timedelta(seconds=70)
    due(edited)
    outbox.deliver_due()
    message = sent_mail.outbox[0]
    assert message.subject == "New Bcc: eve@h.example"
    assert message.to == ["petr@people.example"]
    assert "Dear **Petr**," in message.body
    assert message.alternatives[0].content.count('href="http://testserver/account/"') == 1
    assert "h.example" not in "".join(part for part in message.alternatives[0].content.split('"') if "://" in part)


def test_two_who_edit_at_once_do_not_overwrite_each_other() -> None:
    mail = put(hold_seconds=60)
    with transaction.atomic():
        outbox.edit(mail, subject="First", text="First", version=1)
    with pytest.raises(RuleBroken, match="Somebody else"), transaction.atomic():
        outbox.edit(mail, subject="Second", text="Second", version=1)


def test_sign_in_is_sent_first_then_usual_then_mass() -> None:
    for priority in (Priority.MASS, Priority.NORMAL, Priority.SIGN_IN):
        put(f"{priority}@people.example", priority=priority)
    outbox.deliver_due()
    assert [message.to[0] for message in sent_mail.outbox] == [f"{p}@people.example" for p in (10, 20, 30)]


@pytest.mark.attack("A-103")
def test_the_mass_of_one_tenant_does_not_delay_another() -> None:
    mass, other = uuid4(), uuid4()
    for number in range(40):
        put(f"mass{number}@people.example", scope_id=mass)
    put("single@people.example", scope_id=other)
    put("alone@people.example")
    outbox.deliver_due(most=6)
    first = [message.to[0] for message in sent_mail.outbox]
    assert {"single@people.example", "alone@people.example"} <= set(first)


def test_a_stale_mail_is_dropped() -> None:
    mail = put(stale_after=now() - timedelta(seconds=1))
    assert outbox.deliver_due() == 0
    assert (again(mail).state, sent_mail.outbox) == (State.STALE, [])


@pytest.mark.attack("A-23")
def test_a_switched_off_account_gets_nothing(user: User) -> None:
    mail = put(user=user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert outbox.deliver_due() == 0
    assert again(mail).state == State.SUPPRESSED


@pytest.mark.attack("A-18")
def test_the_right_is_asked_for_at_the_moment_of_sending(monkeypatch: pytest.MonkeyPatch) -> None:
    mail = put(topic="guarded")
    monkeypatch.setattr(f"{__name__}.is_still_welcome", False)
    assert outbox.deliver_due() == 0
    assert again(mail).state == State.SUPPRESSED


def test_who_ended_a_topic_meanwhile_gets_nothing(user: User) -> None:
    before = put(user=user)
    outbox.choose(user, frequencies={"personal": "never"}, hour=7)
    after = put(user=user)
    assert after.state == State.SUPPRESSED
    assert outbox.deliver_due() == 0
    assert again(before).state == State.SUPPRESSED


def test_a_mail_follows_the_account_to_its_new_address(user: User) -> None:
    put(user=user)
    User.objects.filter(pk=user.pk).update(email="new@people.example")
    outbox.deliver_due()
    assert sent_mail.outbox[0].to == ["new@people.example"]


def test_a_claim_that_ended_is_taken_up_under_the_same_number() -> None:
    mail = put()
    Mail.objects.within(pk=mail.pk).update(state=State.SENDING, claim=uuid4(), next_try_at=now() + LEASE)
    assert outbox.deliver_due() == 0
    Mail.objects.within(pk=mail.pk).update(next_try_at=now() - timedelta(seconds=1))
    assert outbox.deliver_due() == 1
    assert sent_mail.outbox[0].extra_headers["Message-ID"] == mail.message_id


def test_a_mail_that_kills_its_sender_is_parked_at_last() -> None:
    mail = put()
    Mail.objects.within(pk=mail.pk).update(attempts=len(BACK_OFF) + 1)
    assert outbox.deliver_due() == 0
    assert again(mail).state == State.PARKED


def test_a_parked_mail_can_be_sent_again() -> None:
    mail = put()
    Mail.objects.within(pk=mail.pk).update(state=State.PARKED, attempts=10)
    with transaction.atomic():
        outbox.send_again(mail)
    due(mail)
    assert outbox.deliver_due() == 1
    assert sent_mail.outbox[0].extra_headers["Message-ID"] == mail.message_id


def test_a_key_names_one_mail_for_ever() -> None:
    assert put(key="once").pk == put(key="once").pk
    assert Mail.objects.across("test").count() == 1


@override_settings(MAIL_MODE="show")
def test_nothing_leaves_a_house_that_shows_its_mails() -> None:
    mail = put()
    assert outbox.deliver_due() == 1
    assert (again(mail).state, sent_mail.outbox) == (State.SHOWN, [])


def test_the_words_of_a_sign_in_mail_go_once_it_is_out() -> None:
    mail = put(topic="account", priority=Priority.SIGN_IN)
    assert "account" in mail.source
    outbox.deliver_due()
    assert again(mail).source == ""


@pytest.mark.attack("A-87")
def test_people_cannot_make_the_system_flood_an_address() -> None:
    mails = [put("stranger@people.example", by=Somebody()) for _ in range(8)]
    assert [mail.state for mail in mails] == [State.WAITING] * 5 + [State.SUPPRESSED] * 3
    assert outbox.deliver_due() == 5
    assert put("neighbour@people.example", by=Somebody()).state == State.WAITING


@pytest.mark.attack("A-87")
def test_nobody_makes_the_system_flood_an_account_with_links(user: User) -> None:
    mails = [put(user=user, topic="account", priority=Priority.SIGN_IN) for _ in range(22)]
    assert [mail.state for mail in mails].count(State.SUPPRESSED) == 2


def test_old_mails_are_forgotten() -> None:
    old, young, waiting = put("old@people.example"), put("young@people.example"), put("waits@people.example")
    Mail.objects.within(pk=old.pk).update(state=State.SENT, settled_at=now() - timedelta(days=401))
    Mail.objects.within(pk=young.pk).update(state=State.SENT, settled_at=now() - timedelta(days=399))
    assert outbox.forget_old() == 1
    assert {mail.pk for mail in Mail.objects.across("test")} == {young.pk, waiting.pk}


# --- What reaches a header -------------------------------------------------------------------------------------------

USUAL_HEADERS = ("Content-Type", "MIME-Version", "Subject", "From", "To", "Date")
POISON = (
    "x\r\nBcc: eve@h.example",
    "x\nBcc: eve@h.example",
    "x\rBcc: eve@h.example",
    "x\u2028Bcc: eve@h.example",
    "x\x85Bcc: eve@h.example",
    "Eve <eve@h.example>, other@h.example",
    '"; eve@h.example',
    "long " * 500,
    "žluťoučký 😀 כתב",
    "=?utf-8?q?Bcc=3A?=",
    "x\x00y",
)


@pytest.mark.attack("A-74")
@pytest.mark.parametrize("typed", POISON)
def test_typed_words_never_become_a_header(typed: str) -> None:
    somebody = Somebody()
    somebody.name = typed
    with override_settings(SITE_NAME=typed):
        mail = put(context={**CONTEXT, "organisation": typed, "by": typed}, about=typed, by=somebody)
        raw = message_of(mail).message().as_string()
        parsed: Any = message_from_string(raw, policy=policy.default)
    assert sorted(parsed.keys()) == sorted(
        [*USUAL_HEADERS, "Message-ID", "Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post"]
    )
    assert [str(address.addr_spec) for address in parsed["To"].addresses] == ["petr@people.example"]
    assert [str(address.addr_spec) for address in parsed["From"].addresses] == ["modus@localhost"]
    assert len(parsed["Subject"].strip()) <= 150
    assert all(len(line) <= 998 for line in raw.splitlines())


@pytest.mark.attack("A-74")
@pytest.mark.parametrize(
    "address",
    ["a@b.example,c@d.example", "a@b.example\r\nBcc: c@d.example", "A <a@b.example>", "a b@c.example", "nobody", ""],
)
def test_a_list_or_a_name_is_no_address(address: str) -> None:
    with pytest.raises(RuleBroken):
        put(address)


@pytest.mark.attack("A-74", "A-73")
@pytest.mark.parametrize(
    "typed",
    [
        "{{ settings.SECRET_KEY }}",
        "{% load i18n %}",
        "{{ 7|add:7 }}",
        "%(by)s %s",
        "{0.__class__}",
        "${7*7}",
        "[x](https://h.example)",
        "<b>x</b>",
        "<https://h.example>",
    ],
)
def test_syntax_in_a_name_stays_text(typed: str) -> None:
    put(context={**CONTEXT, "organisation": typed})
    outbox.deliver_due()
    message = sent_mail.outbox[0]
    said = message.body.replace("\u2060", "")
    assert f"your role at {typed}: Colleague" in said
    links = [part for part in message.alternatives[0].content.split('"') if part.startswith("http")]
    assert all(link.startswith("http://testserver/") for link in links)
    assert "<b>" not in message.alternatives[0].content


@pytest.mark.attack("A-74")
@pytest.mark.parametrize("path", ["//h.example", "https://h.example", "javascript:x", "/\\h.example", "h.example"])
def test_a_link_leads_to_this_site(path: str) -> None:
    with pytest.raises(ValueError, match="path of this site"):
        put(context={**CONTEXT, "account_url": path})


@pytest.mark.attack("A-74")
def test_an_address_cannot_break_out_of_its_link() -> None:
    put(context={**CONTEXT, "account_url": "/a) [b](https://h.example/?x=1&y=(2)"})
    outbox.deliver_due()
    links = [part for part in sent_mail.outbox[0].alternatives[0].content.split('"') if part.startswith("http")]
    assert all(link.startswith("http://testserver/") for link in links)


def test_a_thing_is_no_word() -> None:
    with pytest.raises(TypeError, match="made of words"):
        put(context={**CONTEXT, "organisation": object()})


# --- The daily mail ---------------------------------------------------------------------------------------------------


def news(user: User, about: str, organisation: str) -> Mail:
    return put(user=user, topic="news", about=about, context={**CONTEXT, "organisation": organisation})


@pytest.mark.row("P2")
def test_the_daily_mail_is_grouped_by_thing_with_the_newest_first(user: User) -> None:
    for number, about in enumerate(["Optics", "Textiles", "Optics"]):
        news(user, about, f"Fact {number}")
    assert outbox.deliver_due() == 0
    assert outbox.build_digests(_at(6)) == 0, "her hour has not come"
    assert outbox.build_digests(_at(8)) == 1
    assert outbox.build_digests(_at(9)) == 0, "one a day"
    assert outbox.deliver_due() == 1
    body = sent_mail.outbox[0].body
    assert "3 pieces of news" in sent_mail.outbox[0].subject
    places = [body.index(words) for words in ("Optics", "Fact 2", "Fact 0", "Textiles", "Fact 1")]
    assert places == sorted(places)
    assert body.count("Optics") == 1
    assert set(Mail.objects.within(topic="news").values_list("state", flat=True)) == {State.GATHERED}


def test_what_comes_after_the_daily_mail_waits_for_the_next(user: User) -> None:
    news(user, "Optics", "Fact 1")
    assert outbox.build_digests(_at(8)) == 1
    news(user, "Optics", "Fact 2")
    assert outbox.build_digests(_at(9)) == 0
    assert outbox.build_digests(_at(8) + timedelta(days=1)) == 1
    outbox.deliver_due()
    assert ["Fact 2" in message.body for message in sent_mail.outbox] == [False, True]


def test_the_hour_is_the_persons(user: User) -> None:
    outbox.choose(user, frequencies={}, hour=20)
    news(user, "Optics", "Fact 1")
    assert outbox.build_digests(_at(8)) == 0
    assert outbox.build_digests(_at(20)) == 1


def _at(hour: int) -> Any:
    """An hour of tomorrow in the zone of the site, so that what was put now lies before it."""
    from django.utils import timezone

    return timezone.localtime(now() + timedelta(days=1)).replace(hour=hour, minute=0)
