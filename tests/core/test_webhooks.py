"""What happens in a scope is told once it is journalled: signed, without private words, again until it arrives."""

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from modus.core import webhooks
from modus.core.errors import RuleBroken
from modus.core.journal import JournalLine
from modus.core.outbound import AddressRefused, Answer, Unreachable
from modus.core.time import now
from modus.core.webhooks import Delivery, DeliveryState, Webhook, WebhookState
from tests.parallel import in_parallel
from tests.parallel import own_connections as own_connections

pytestmark = pytest.mark.django_db
SCOPE, OTHER, KEEPER = uuid.UUID(int=1), uuid.UUID(int=2), uuid.UUID(int=3)
URL = "https://hooks.example.org/in"


class Receiver:
    """A host that remembers what it got and answers as it is told."""

    def __init__(self, *answers: int | BaseException) -> None:
        self.answers = list(answers) or [200]
        self.got: list[tuple[str, bytes, dict[str, str]]] = []

    def __call__(self, method: str, url: str, *, body: bytes, headers: dict[str, str]) -> Answer:
        self.got.append((url, body, headers))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, BaseException):
            raise answer
        return Answer(answer, {}, b"private words of the receiver")


def connected(**facts: Any) -> Webhook:
    return webhooks.connect(SCOPE, **{"url": URL, "events": ["directory.membership"], "kept_by_id": KEEPER, **facts})


def happens(event: str = "directory.membership.admitted", scope: uuid.UUID = SCOPE) -> JournalLine:
    return JournalLine.objects.create(
        event=event,
        by_id=uuid.uuid4(),
        by_name="Ines Quill",
        subject_kind="membership",
        subject_id=uuid.uuid4(),
        scope_id=scope,
        changes={"member": [None, "Private Works"]},
    )


def deliver(receiver: Receiver, *, at: datetime | None = None, may: Callable[..., bool] = lambda *_: True) -> int:
    return webhooks.deliver_due(may_keep=may, send=receiver, at=at)


def test_an_act_is_told_once_with_ids_and_without_words() -> None:
    connected()
    line, receiver = happens(), Receiver()
    assert (deliver(receiver), deliver(receiver)) == (1, 0)
    url, body, _headers = receiver.got[0]
    said = json.loads(body)
    assert (url, said["type"], said["data"]["membership"]) == (URL, line.event, str(line.subject_id))
    assert set(said) == {"type", "timestamp", "data"}
    assert b"Private" not in body
    assert b"Ines" not in body


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """Checked as a receiver does it: secret from base64, id.timestamp.body, HMAC-SHA256; a changed body fails."""
    webhook, receiver = connected(), Receiver()
    happens()
    deliver(receiver)
    _url, body, headers = receiver.got[0]
    secret = webhooks.show_secret(webhook)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    assert len(key) == 32

    def signature(content: bytes) -> str:
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + content
        return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()

    assert hmac.compare_digest(headers["webhook-signature"], signature(body))
    assert headers["webhook-signature"] != signature(body + b" ")
    assert abs(int(headers["webhook-timestamp"]) - now().timestamp()) < 60


def test_a_secret_is_shown_once_and_a_new_one_signs_from_then_on() -> None:
    webhook = connected()
    first = webhooks.show_secret(webhook)
    with pytest.raises(RuleBroken):
        webhooks.show_secret(webhook)
    webhooks.renew_secret(webhook)
    assert webhooks.show_secret(webhook) != first
    assert first not in str(list(Webhook.objects.values()))


@pytest.mark.parametrize(
    ("event", "scope", "is_told"),
    [
        ("directory.membership.admitted", SCOPE, True),
        ("directory.membership.admitted", OTHER, False),
        ("directory.person.engaged", SCOPE, False),
        ("directory.memberships.admitted", SCOPE, False),
    ],
)
def test_only_what_was_chosen_in_ones_own_scope_is_told(event: str, scope: uuid.UUID, is_told: bool) -> None:
    happens()  # before the webhook was there
    connected()
    happens(event, scope)
    assert deliver(Receiver()) == int(is_told)


def test_an_act_that_ends_late_is_told_although_a_later_number_was_told_before() -> None:
    """Numbers are given when an act begins, lines are seen when it ends."""
    connected()
    late = happens()
    late_row = JournalLine.objects.filter(pk=late.pk).values().get()
    JournalLine.objects.filter(pk=late.pk)._raw_delete("default")
    happens()
    receiver = Receiver()
    assert deliver(receiver) == 1
    JournalLine.objects.bulk_create([JournalLine(**late_row)])
    assert deliver(receiver) == 1
    assert len({body for _url, body, _headers in receiver.got}) == 2


def test_settled_acts_are_not_looked_at_again() -> None:
    webhook = connected()
    line = happens()
    deliver(Receiver(), at=now() + webhooks.SETTLED_AFTER + timedelta(minutes=1))
    webhook.refresh_from_db()
    assert webhook.told_until == line.pk


@pytest.mark.parametrize("failure", [500, 404, 302, Unreachable("x"), AddressRefused("x")], ids=str)
@pytest.mark.fault("F-33")
def test_what_does_not_arrive_is_tried_for_a_day_then_parked_and_shown(failure: int | Exception) -> None:
    """With growing pauses; the log says status or reason, never what the other host wrote."""
    webhook, receiver = connected(), Receiver(failure)
    happens()
    begin = moment = now()
    tries = []
    while moment < begin + timedelta(hours=30):
        if deliver(receiver, at=moment):
            tries.append(moment - begin)
        moment += timedelta(minutes=15)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.due_at) == (DeliveryState.PARKED, None)
    assert 5 <= len(tries) <= 12
    assert timedelta(hours=12) < tries[-1] <= timedelta(hours=24)
    assert webhooks.of_scope(SCOPE).get(pk=webhook.pk).parked == 1
    assert "private words" not in str(list(Delivery.objects.values()))
    assert bool(delivery.status) is isinstance(failure, int)


def test_what_arrives_at_the_second_try_is_delivered_under_the_same_id() -> None:
    connected()
    happens()
    receiver, begin = Receiver(503, 200), now()
    deliver(receiver, at=begin)
    assert deliver(receiver, at=begin) == 0
    deliver(receiver, at=begin + timedelta(minutes=2))
    assert Delivery.objects.get().state == DeliveryState.DELIVERED
    assert len({headers["webhook-id"] for _url, _body, headers in receiver.got}) == 1
    assert len({headers["webhook-timestamp"] for _url, _body, headers in receiver.got}) == 2


@pytest.mark.attack("A-18", "A-64")
def test_whose_right_has_ended_is_told_nothing_more() -> None:
    """Asked before each sending: what was put while she had the right is dropped too."""
    webhook, receiver = connected(), Receiver(503)
    happens()
    deliver(receiver)
    happens()
    asked: list[tuple[uuid.UUID, uuid.UUID]] = []

    def may(person: uuid.UUID, scope: uuid.UUID) -> bool:
        asked.append((person, scope))
        return False

    assert deliver(receiver, at=now() + timedelta(hours=1), may=may) == 0
    assert asked == [(KEEPER, SCOPE)]
    webhook.refresh_from_db()
    assert webhook.state == WebhookState.ORPHANED
    assert {one.state for one in Delivery.objects.all()} == {DeliveryState.DROPPED}
    webhooks.resume(webhook, kept_by_id=OTHER)
    happens()
    assert deliver(Receiver(), at=now() + timedelta(hours=1)) == 1


def test_who_is_killed_while_sending_leaves_it_to_the_next() -> None:
    connected()
    happens()
    with pytest.raises(KeyboardInterrupt):
        deliver(Receiver(KeyboardInterrupt()))
    assert deliver(Receiver()) == 0
    assert deliver(Receiver(), at=now() + webhooks.LEASE + timedelta(seconds=1)) == 1


@pytest.mark.usefixtures("own_connections")
def test_several_senders_share_the_work() -> None:
    connected()
    for _number in range(20):
        happens()
    receiver = Receiver()
    got = in_parallel(lambda: deliver(receiver), 4)
    assert sum(got) == 20, got
    assert len({headers["webhook-id"] for _url, _body, headers in receiver.got}) == 20


@pytest.mark.attack("A-61", "A-62")
@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/",
        "https://127.0.0.1/",
        "https://169.254.169.254/",
        "ftp://a.example/",
        "https://localhost/",
    ],
)
def test_addresses_of_our_own_network_are_refused_when_they_are_typed(url: str) -> None:
    with pytest.raises(AddressRefused):
        connected(url=url)
    assert Webhook.objects.count() == 0


def test_a_scope_has_so_many_webhooks_and_each_is_told_something() -> None:
    with pytest.raises(RuleBroken):
        connected(events=[])
    for _number in range(webhooks.MOST_OF_A_SCOPE):
        connected()
    with pytest.raises(RuleBroken):
        connected()


def test_the_log_is_forgotten_after_a_month() -> None:
    webhook = connected()
    webhooks.put_test(webhook)
    deliver(Receiver())
    webhooks.put_test(webhook)
    later = now() + webhooks.LOGGED_FOR + timedelta(days=1)
    assert webhooks.purge_old(at=later) == 1
    assert Delivery.objects.get().state == DeliveryState.WAITING
