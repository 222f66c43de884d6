"""Mails at their edges: who holds one, when it is tried again, when it is given up, and how many one address gets."""

import smtplib
import uuid
from datetime import datetime, timedelta
from email.header import decode_header, make_header
from email.utils import parseaddr
from typing import Any

import pytest
from django.core import mail as sent_mail
from django.db import transaction
from django.test import override_settings

from modus.core import logs, outbox
from modus.core.errors import Conflict, RuleBroken
from modus.core.outbox import Frequency, Mail, Priority, State, delivering, putting
from modus.core.outbox.delivering import BACK_OFF, LEASE
from modus.core.time import now
from modus.core.users import User
from tests.core.test_outbox import CONTEXT, TEMPLATE, Somebody, again, due, put
from tests.core.test_outbox import _topics_of_this_test as _topics_of_this_test
from tests.core.test_outbox import user as user
from tests.factories import directory as make

pytestmark = [pytest.mark.django_db, pytest.mark.row("P2"), pytest.mark.attack("A-74", "A-87")]
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


class Transport:
    """What takes the letters, and fails as it is told."""

    outcome = State.SENT

    def __init__(self, error: Exception | None = None) -> None:
        self.error, self.acts = error, list[str]()

    def open(self) -> None:
        self.acts.append("open")

    def close(self) -> None:
        self.acts.append("close")

    def send(self, mail: Mail) -> None:
        self.acts.append("send")
        if self.error:
            raise self.error


def change(mail: Mail, **facts: Any) -> Mail:
    Mail.objects.within(pk=mail.pk).update(**facts)
    return again(mail)


def is_near(moment: datetime | None, wanted: datetime) -> bool:
    return moment is not None and abs(moment - wanted) < MINUTE / 2


def test_a_mail_is_put_with_all_that_was_said_of_it(user: User) -> None:
    scope, subject, by = uuid.uuid4(), uuid.uuid4(), Somebody()
    stale = now() + timedelta(days=1)
    mark = logs.request_id.set("r1")
    mail = again(
        put(
            " Petr@People.Example ",
            user=user,
            scope_id=scope,
            subject_id=subject,
            about=" Optics \n Cluster ",
            by=by,
            hold_seconds=60,
            stale_after=stale,
            key="k",
            priority=Priority.MASS,
        )
    )
    logs.request_id.reset(mark)
    assert (mail.to_address, mail.user, mail.topic, mail.scope_id, mail.subject_id) == (
        "petr@people.example",
        user,
        "personal",
        scope,
        subject,
    )
    assert (mail.about, mail.by_id, mail.by_name, mail.priority, mail.key, mail.stale_after, mail.request_id) == (
        "Optics Cluster",
        by.id,
        by.name,
        Priority.MASS,
        "k",
        stale,
        "r1",
    )
    assert (mail.state, mail.settled_at, mail.last_error, mail.template, mail.attempts) == (
        State.WAITING,
        None,
        "",
        TEMPLATE,
        0,
    )
    assert mail.next_try_at == mail.not_before
    assert is_near(mail.not_before, now() + MINUTE)
    assert mail.message_id.startswith(f"<{mail.pk.hex}@")
    plain = again(put())
    assert (plain.by_id, plain.by_name, plain.about, plain.key, plain.user) == (None, "", "", None, None)


def test_an_unknown_topic_is_a_fault_of_the_program() -> None:
    with pytest.raises(LookupError):
        put(topic="no-such")


def test_a_key_that_somebody_used_at_the_same_moment_gives_her_mail() -> None:
    first = put(key="k")
    twin = Mail(message_id="<x@x>", to_address="a@b.example", key="k", not_before=now(), next_try_at=now())
    assert putting._saved(twin).pk == first.pk
    assert put("other@people.example", key="k").pk == first.pk
    assert put(key="l").pk != first.pk


@pytest.mark.parametrize(
    "address",
    ["", "a", "a@b", "a,b@c.example", '"a"@c.example', "a;b@c.example", "A <a@c.example>", "a@c\u200bd.example"],
)
def test_what_is_no_plain_address_gets_nothing(address: str) -> None:
    with pytest.raises(RuleBroken, match="This is not a mail address") as refused:
        put(address)
    assert refused.value.field == "email"


@pytest.mark.parametrize(
    ("most", "facts"),
    [
        (5, {"by": True}),
        (60, {"by": True, "user": True}),
        (20, {"topic": "account"}),
        (20, {"topic": "account", "user": True}),
    ],
)
def test_one_address_gets_so_many_a_day_because_of_people(user: User, most: int, facts: dict[str, Any]) -> None:
    said = {**facts}
    if facts.get("by"):
        said["by"] = Somebody()
    if facts.get("user"):
        said["user"] = user
    states = [put(**said).state for _number in range(most + 1)]
    assert states == [*[State.WAITING] * most, State.SUPPRESSED]
    last = Mail.objects.within(state=State.SUPPRESSED).get()
    assert "as many mails today" in last.last_error
    assert is_near(last.settled_at, now())
    assert put("other@people.example", **{**said, "user": None}).state == State.WAITING
    Mail.objects.within(to_address="petr@people.example").update(created_at=now() - timedelta(days=1) - SECOND)
    assert put(**said).state == State.WAITING


def test_what_the_house_says_by_itself_is_not_counted(user: User) -> None:
    by = Somebody()
    for _number in range(7):
        put()
        put(topic="account", by=by)
    assert put(by=by).state == State.WAITING
    for _number in range(4):
        put(by=by)
    assert put(by=by).state == State.SUPPRESSED
    assert put().state == State.WAITING


def test_a_wish_decides_the_first_state(user: User) -> None:
    assert put(user=user, topic="news").state == State.DIGEST
    assert put(topic="news").state == State.WAITING, "no account, no daily mail"
    outbox.choose(user, frequencies={"news": Frequency.NEVER}, hour=8)
    mail = put(user=user, topic="news")
    assert (mail.state, mail.last_error) == (State.SUPPRESSED, "The recipient does not want mails on this topic.")
    assert is_near(mail.settled_at, now())


def act(run: Any, mail: Mail, **facts: Any) -> Mail:
    with transaction.atomic():
        return run(mail, **facts)


def test_a_held_mail_is_edited_and_its_version_counts() -> None:
    mail = put(hold_seconds=60)
    held = act(outbox.hold, mail)
    assert is_near(again(held).next_try_at, now() + timedelta(minutes=15))
    for wrong in (mail.version - 1, mail.version + 1):
        with pytest.raises(Conflict):
            act(outbox.edit, mail, subject="s", text="t", version=wrong)
    edited = act(outbox.edit, mail, subject=f" {'s' * 200}\n", text="Other words", version=mail.version)
    stored = again(edited)
    assert (len(stored.subject), stored.version, "Other words" in stored.source) == (150, mail.version + 1, True)
    assert is_near(stored.next_try_at, now() + MINUTE)
    assert stored.not_before == stored.next_try_at
    for subject, text, field in ((" ", "t", "subject"), ("s", " ", "text")):
        with pytest.raises(RuleBroken, match="needs a subject and a text") as refused:
            act(outbox.edit, mail, subject=subject, text=text, version=stored.version)
        assert refused.value.field == field


@pytest.mark.parametrize(
    ("state", "attempts", "may"),
    [
        (State.WAITING, 0, {"hold", "call_back"}),
        (State.WAITING, 1, {"call_back"}),
        (State.DIGEST, 0, {"hold", "call_back"}),
        (State.DIGEST, 1, {"hold", "call_back"}),
        (State.SENDING, 1, set()),
        (State.SENT, 1, set()),
        (State.PARKED, 3, {"call_back", "send_again"}),
        (State.CALLED_BACK, 0, {"send_again"}),
        (State.SUPPRESSED, 0, set()),
    ],
)
def test_what_may_be_done_with_a_mail_follows_from_its_state(state: State, attempts: int, may: set[str]) -> None:
    found = set()
    for name in ("hold", "call_back", "send_again"):
        mail = change(put(), state=state, attempts=attempts)
        try:
            act(getattr(outbox, name), mail)
        except RuleBroken:
            continue
        found.add(name)
    assert found == may


def test_a_mail_that_is_called_back_is_settled_and_one_sent_again_begins_anew() -> None:
    mail = change(put(), state=State.PARKED, attempts=4, last_error="x")
    act(outbox.call_back, mail)
    back = again(mail)
    assert (back.state, is_near(back.settled_at, now())) == (State.CALLED_BACK, True)
    act(outbox.send_again, mail)
    anew = again(mail)
    assert (anew.state, anew.attempts, anew.last_error, anew.settled_at) == (State.WAITING, 0, "", None)
    assert is_near(anew.next_try_at, now() + MINUTE)
    gone = change(put(), state=State.PARKED, source="")
    with pytest.raises(RuleBroken):
        act(outbox.send_again, gone)


def test_a_claim_counts_and_keeps_others_away_for_its_lease() -> None:
    mail = due(put())
    taken = delivering._claimed(mail.pk)
    assert taken
    stored = again(mail)
    assert (stored.state, stored.attempts, stored.claim) == (State.SENDING, 1, taken.claim)
    assert is_near(stored.next_try_at, now() + LEASE)
    assert timedelta(minutes=5) == LEASE
    assert delivering._claimed(mail.pk) is None
    change(mail, next_try_at=now() - SECOND)
    second = delivering._claimed(mail.pk)
    assert second
    assert (second.attempts, second.claim != taken.claim) == (2, True)
    assert delivering._record(taken, State.SENT) == 0, "the first holds it no more"
    assert delivering._record(second, State.SENT) == 1
    for state in (State.SENT, State.PARKED, State.DIGEST, State.CALLED_BACK):
        change(mail, state=state, next_try_at=now() - SECOND)
        assert delivering._claimed(mail.pk) is None


@pytest.mark.parametrize(
    ("error", "state", "said"),
    [
        (smtplib.SMTPSenderRefused(550, b"no <a@b.example> here", "x"), State.WAITING, "550 no … here"),
        (smtplib.SMTPRecipientsRefused({"x": (550, b"no such user")}), State.PARKED, "550 no such user"),
        (smtplib.SMTPRecipientsRefused({"x": (499, b"later")}), State.WAITING, "499 later"),
        (smtplib.SMTPResponseException(500, "never"), State.PARKED, "500 never"),
        (smtplib.SMTPDataError(451, b"see https://x.example/secret now"), State.WAITING, "451 see … now"),
        (TimeoutError(), State.WAITING, "TimeoutError"),
        (smtplib.SMTPServerDisconnected(), State.WAITING, "SMTPServerDisconnected"),
        (ValueError("x"), State.PARKED, "ValueError"),
        (TypeError("x"), State.PARKED, "TypeError"),
    ],
)
def test_a_failure_waits_or_parks_and_is_told_without_addresses(error: Exception, state: State, said: str) -> None:
    mail, transport = due(put()), Transport(error)
    assert delivering._deliver(mail.pk, transport) == 0
    stored = again(mail)
    assert (stored.state, stored.last_error, stored.claim, stored.attempts) == (state, said, None, 1)
    assert (stored.settled_at is None) is (state == State.WAITING)
    assert state == State.PARKED or is_near(stored.next_try_at, now() + BACK_OFF[0])
    is_gone = (isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException | ValueError)) or isinstance(
        error, smtplib.SMTPServerDisconnected
    )
    assert transport.acts == ["send", "close", "open"] if is_gone else ["send"]


def test_each_failure_waits_longer_and_the_tenth_parks() -> None:
    mail, minutes = put(), []
    for _attempt in range(9):
        due(mail)
        delivering._deliver(mail.pk, Transport(TimeoutError()))
        minutes.append(round((again(mail).next_try_at - now()).total_seconds() / 60))
    assert minutes == [1, 5, 15, 60, 120, 240, 480, 480, 480]
    due(mail)
    delivering._deliver(mail.pk, Transport(TimeoutError()))
    assert (again(mail).state, again(mail).attempts) == (State.PARKED, 10)


def test_a_mail_that_nobody_records_is_parked_after_its_last_try() -> None:
    mail = change(due(put()), attempts=9)
    assert delivering._claimed(mail.pk)
    mail = change(mail, next_try_at=now() - SECOND)
    assert delivering._claimed(mail.pk) is None
    assert (again(mail).state, again(mail).last_error) == (State.PARKED, "It was tried too often.")
    other = change(due(put()), attempts=10, last_error="452 full")
    delivering._claimed(other.pk)
    assert again(other).last_error == "452 full"


def test_what_would_come_too_late_or_is_not_wanted_is_settled_without_being_sent(user: User) -> None:
    late = change(due(put()), stale_after=now() - SECOND)
    in_time = change(due(put()), stale_after=now() + MINUTE)
    unknown = change(due(put()), topic="gone")
    inactive = due(put(user=make.UserFactory(is_active=False)))
    assert [delivering._deliver(mail.pk, Transport()) for mail in (late, in_time, unknown, inactive)] == [0, 1, 0, 0]
    assert [delivering.is_wanted(mail) for mail in (in_time, unknown, inactive)] == [True, False, False]
    found = [(again(mail).state, again(mail).last_error) for mail in (late, unknown, inactive)]
    said = "The recipient may not or does not want to get it any more."
    assert found == [(State.STALE, "It would have come too late."), *[(State.SUPPRESSED, said)] * 2]


def test_the_words_of_a_sign_in_are_kept_only_where_they_are_shown_or_may_be_sent_again() -> None:
    for state, is_kept in ((State.SENT, False), (State.SHOWN, True), (State.PARKED, True), (State.STALE, False)):
        mail = put(topic="account", priority=Priority.SIGN_IN)
        assert delivering._record(mail, state, "w") == 1
        stored = again(mail)
        assert (bool(stored.source), stored.state, stored.last_error, stored.claim) == (is_kept, state, "w", None)
        assert is_near(stored.settled_at, now())
        usual = put()
        delivering._record(usual, state)
        assert again(usual).source


def test_an_account_that_moved_gets_its_mail_at_the_new_address_but_not_its_links(user: User) -> None:
    usual, link = due(put(user=user)), due(put(user=user, topic="account"))
    user.email = "new@people.example"
    user.save()
    assert outbox.deliver_due() == 2
    assert sorted(message.to[0] for message in sent_mail.outbox) == ["new@people.example", "petr@people.example"]
    assert (again(usual).to_address, again(link).to_address) == ("new@people.example", "petr@people.example")


def test_so_many_are_sent_and_no_more() -> None:
    for _number in range(23):
        due(put())
    assert (outbox.deliver_due(most=1), outbox.deliver_due(most=21), outbox.deliver_due()) == (1, 21, 1)
    assert len(sent_mail.outbox) == 23


def test_a_house_that_shows_its_mails_sends_none_and_says_so() -> None:
    mail = due(put())
    with override_settings(MAIL_MODE="show"):
        assert outbox.deliver_due() == 1
    assert (again(mail).state, sent_mail.outbox) == (State.SHOWN, [])


def test_a_message_says_that_nobody_wrote_it_and_how_to_end_it(user: User) -> None:
    news, link = put(user=user, topic="news"), put(topic="account")
    message, plain = delivering.message_of(news), delivering.message_of(link)
    assert message.extra_headers["Message-ID"] == news.message_id
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert message.extra_headers["List-Unsubscribe"].startswith("<http://testserver/")
    assert message.extra_headers["List-Unsubscribe"].endswith(">")
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert set(plain.extra_headers) == {"Message-ID", "Auto-Submitted"}
    assert message.body.count("\n---\n") + message.body.count("\n--\n") == 1
    assert (message.subject, message.to) == (news.subject, ["petr@people.example"])
    assert CONTEXT["organisation"] in message.body


def test_the_sender_is_one_line_with_the_name_of_the_site() -> None:
    with override_settings(SITE_NAME=f"Net\nBcc: x {'n' * 60}", DEFAULT_FROM_EMAIL="office@net.example"):
        sender = delivering.sender_address()
    name, address = parseaddr(sender)
    assert (str(make_header(decode_header(name))), address) == (f"Net Bcc: x {'n' * 48}…", "office@net.example")


def test_a_mail_is_changed_within_an_act_only(monkeypatch: pytest.MonkeyPatch) -> None:
    mail = put()
    monkeypatch.setattr(transaction.get_connection(), "in_atomic_block", False)
    for change_it in (outbox.hold, outbox.call_back, outbox.send_again):
        with pytest.raises(RuntimeError, match="within the transaction of an action"):
            change_it(mail)


def test_turns_between_tenants_are_counted_for_each_priority_anew() -> None:
    busy, other = uuid.uuid4(), uuid.uuid4()

    def waiting(minutes: int, scope: uuid.UUID, priority: Priority = Priority.NORMAL) -> uuid.UUID:
        mail = put(scope_id=scope, priority=priority)
        return change(mail, next_try_at=now() - minutes * MINUTE).pk

    urgent = [waiting(9, busy, Priority.SIGN_IN), waiting(8, busy, Priority.SIGN_IN)]
    first, second, third = waiting(7, busy), waiting(6, busy), waiting(5, other)
    put(hold_seconds=60)
    assert delivering._due(10) == [*urgent, first, third, second]
    assert delivering._due(1) == urgent[:1]
