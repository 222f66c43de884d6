"""Queues, keys, seals and mails are locked before they are changed, so that nobody works at the same row."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import models, transaction

from modus.core import outbox, seals, tasks, tokens
from modus.core.idempotency import UsedKey, once
from modus.core.outbox import Mail, State
from modus.core.seals import JournalSeal
from modus.core.tasks import queue
from modus.core.tasks.models import Lane, QueuedTask
from modus.core.time import database_now, now, today
from modus.core.tokens import Token
from modus.core.webhooks import Delivery
from tests.core import sample_tasks as sample
from tests.core.actor import ANNA
from tests.core.test_webhooks import Receiver, connected, deliver, happens
from tests.factories import directory as make
from tests.row_locks import locks_of, only_where_rows_are_locked

pytestmark = [pytest.mark.django_db, pytest.mark.attack("A-16"), only_where_rows_are_locked]


def put(scope: Lane | None = None) -> QueuedTask:
    return tasks.enqueue(sample.leave, key=uuid.uuid4().hex, by=ANNA, scope=scope, word="w")


def lane() -> Lane:
    return Lane(pk=uuid.uuid4())


def put_into_a_lane() -> Any:
    own = lane()
    return lambda: put(own)


def claim_from_a_lane() -> Any:
    put(lane())
    return lambda: queue.claim("one", at=database_now())


def claim_of_the_house() -> Any:
    put()
    return lambda: queue.claim("one", at=database_now())


def reap() -> Any:
    put()
    queue.claim("one", at=database_now())
    return lambda: queue.reap(at=database_now() + timedelta(days=1))


def cancel() -> Any:
    row = put()
    return lambda: tasks.ask_to_cancel(row, by=ANNA)


def park() -> Any:
    row = put()
    return lambda: tasks.park(row, by=ANNA)


def retry() -> Any:
    row = tasks.park(put(), by=ANNA)
    return lambda: tasks.retry(row, by=ANNA)


def use_a_key() -> Any:
    return lambda: once("k", by_id=uuid.uuid4(), purpose="p", fingerprint="f", run=dict)


def seal() -> Any:
    return seals.seal_lines


def deliver_to_a_webhook() -> Any:
    connected()
    happens()
    return lambda: deliver(Receiver())


def revoke_a_token() -> Any:
    person = make.PersonFactory()
    token, _secret = tokens.issue_token(
        name="Reports", place=None, areas=["people"], may_write=False, expires_on=today(), by=person
    )
    return lambda: tokens.revoke_token(token, by=person)


def mail(**facts: Any) -> Mail:
    number = uuid.uuid4()
    at = now()
    said = {"to_address": "a@people.example", "topic": "account", "subject": "s", "source": "s", "language": "en"}
    return Mail.objects.create(
        id=number, message_id=f"<{number.hex}@x>", not_before=at, next_try_at=at, **{**said, **facts}
    )


def call_a_mail_back() -> Any:
    held = mail()

    @transaction.atomic
    def act() -> None:
        outbox.call_back(held)

    return act


def gather_mails() -> Any:
    user = make.UserFactory()
    mail(user=user, state=State.DIGEST)
    return lambda: outbox.build_digests((now() + timedelta(days=1)).replace(hour=12))


@pytest.mark.parametrize(
    ("prepare", "model"),
    [
        (put_into_a_lane, Lane),
        (cancel, QueuedTask),
        (park, QueuedTask),
        (retry, QueuedTask),
        (use_a_key, UsedKey),
        (seal, JournalSeal),
        (revoke_a_token, Token),
        (call_a_mail_back, Mail),
        (gather_mails, Mail),
    ],
)
def test_what_is_changed_is_locked_first(prepare: Callable[[], Any], model: type[models.Model]) -> None:
    assert locks_of(prepare(), model) >= 1


@pytest.mark.parametrize(
    ("prepare", "model"),
    [
        (claim_from_a_lane, Lane),
        (claim_from_a_lane, QueuedTask),
        (claim_of_the_house, QueuedTask),
        (reap, QueuedTask),
        (deliver_to_a_webhook, Delivery),
    ],
)
def test_who_takes_the_next_piece_of_work_passes_over_what_another_has(
    prepare: Callable[[], Any], model: type[models.Model]
) -> None:
    act = prepare()
    assert locks_of(act, model, passing_over=True) >= 1
