"""Signed webhooks: what happens in a scope is told to an address of its keepers, once the journal has it.

A delivery names the act and the things, never what they say; whoever may see more asks the API with a right of its own.
The form is that of Standard Webhooks (https://www.standardwebhooks.com): id, timestamp, signature by HMAC-SHA256.
"""

import base64
import hmac
import json
import uuid
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from django.db import connection, models, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from modus.core import outbound
from modus.core.errors import RuleBroken
from modus.core.journal import JournalLine, newest_number
from modus.core.time import now

MOST_OF_A_SCOPE = 10
# Two acts may end in another order than their numbers say; a line this old has none before it that is still to come.
SETTLED_AFTER = timedelta(minutes=10)
LINES_AT_ONCE = 500
# While somebody is sending, nobody else sends the same; whoever is killed meanwhile leaves it to the next.
LEASE = timedelta(minutes=2)
GIVEN_UP_AFTER = timedelta(hours=24)
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 360, 360)]
LOGGED_FOR = timedelta(days=30)
TEST_EVENT = "webhook.test"


class WebhookState(models.TextChoices):
    ACTIVE = "active", gettext_lazy("active")
    STOPPED = "stopped", gettext_lazy("stopped")
    ORPHANED = "orphaned", gettext_lazy("stopped: whoever set it up has no right to it any more")


class DeliveryState(models.TextChoices):
    WAITING = "waiting", gettext_lazy("waiting")
    DELIVERED = "delivered", gettext_lazy("delivered")
    PARKED = "parked", gettext_lazy("given up after 24 hours")
    DROPPED = "dropped", gettext_lazy("not sent: the right to it had ended")


class Reason(models.TextChoices):
    NONE = "", ""
    REFUSED = "refused", gettext_lazy("the address is not public any more")
    UNREACHABLE = "unreachable", gettext_lazy("nobody answered in time")
    STATUS = "status", gettext_lazy("another answer than 2xx")


class Webhook(models.Model):
    """An address that is told what happens in a scope; its secret is derived, so that no copy of the rows holds it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scope_id = models.UUIDField(db_index=True)
    kept_by_id = models.UUIDField()
    url = models.URLField(max_length=500)
    events = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=WebhookState, default=WebhookState.ACTIVE)
    secret_number = models.PositiveIntegerField(default=1)
    is_secret_shown = models.BooleanField(default=False)
    told_until = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One act told to one webhook: when it is due again, and how the last try ended. The answer's body is not kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    line_id = models.BigIntegerField(null=True)
    event = models.CharField(max_length=80)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=12, choices=Reason, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-line_id"]
        constraints = [models.UniqueConstraint(fields=["webhook", "line_id"], name="an_act_is_told_once")]
        indexes = [models.Index(fields=["due_at"], condition=models.Q(due_at__isnull=False), name="delivery_by_due")]

    def __str__(self) -> str:
        return f"{self.event} to {self.webhook_id}"


class Send(Protocol):
    """How a request leaves: `outbound.send`, or one like it."""

    def __call__(self, method: str, url: str, *, body: bytes, headers: dict[str, str]) -> outbound.Answer: ...


MayKeep = Callable[[uuid.UUID, uuid.UUID], bool]


def connect(scope_id: uuid.UUID, *, url: str, events: Collection[str], kept_by_id: uuid.UUID) -> Webhook:
    """Tell an address from now on what happens in a scope; `events` are the beginnings of their names.

    Raises: RuleBroken for an address that we do not call, without events, or when there are too many already.
    """
    if outbound.target_of(url).scheme != "https":
        raise outbound.AddressRefused(_("Give an address that begins with https://."), field="url")
    if not events:
        raise RuleBroken(_("Choose at least one kind of event."), field="events")
    if Webhook.objects.filter(scope_id=scope_id).count() >= MOST_OF_A_SCOPE:
        raise RuleBroken(_("There are %(n)d webhooks already. Remove one first.") % {"n": MOST_OF_A_SCOPE})
    return Webhook.objects.create(
        scope_id=scope_id, url=url, events=sorted(events), kept_by_id=kept_by_id, told_until=newest_number()
    )


def of_scope(scope_id: uuid.UUID) -> models.QuerySet[Webhook]:
    """The webhooks of a scope, with how many of their deliveries wait and were given up."""
    waiting = models.Count("deliveries", filter=models.Q(deliveries__state=DeliveryState.WAITING))
    parked = models.Count("deliveries", filter=models.Q(deliveries__state=DeliveryState.PARKED))
    return Webhook.objects.filter(scope_id=scope_id).annotate(waiting=waiting, parked=parked)


def stop(webhook: Webhook, *, state: WebhookState = WebhookState.STOPPED) -> None:
    """Tell nothing more; what still waits is dropped."""
    webhook.state = state
    webhook.save(update_fields=["state"])
    webhook.deliveries.filter(state=DeliveryState.WAITING).update(state=DeliveryState.DROPPED, due_at=None)


def resume(webhook: Webhook, *, kept_by_id: uuid.UUID) -> None:
    """Tell again what happens from now on, by the right of whoever resumes it."""
    webhook.state, webhook.kept_by_id, webhook.told_until = WebhookState.ACTIVE, kept_by_id, newest_number()
    webhook.save(update_fields=["state", "kept_by_id", "told_until"])


def remove(webhook: Webhook) -> None:
    webhook.delete()


def put_test(webhook: Webhook) -> Delivery:
    """Tell that this is a test."""
    body = _body(TEST_EVENT, now(), {"scope_id": str(webhook.scope_id)})
    return Delivery.objects.create(webhook=webhook, event=TEST_EVENT, body=body, due_at=now(), created_at=now())


def show_secret(webhook: Webhook) -> str:
    """The secret, this one time.

    Raises: RuleBroken when it was shown before.
    """
    shown = Webhook.objects.filter(pk=webhook.pk, is_secret_shown=False).update(is_secret_shown=True)
    if not shown:
        raise RuleBroken(_("The secret was shown already. Make a new one if it is lost."))
    return secret_of(webhook)


def renew_secret(webhook: Webhook) -> None:
    """Make another secret; the old one signs nothing from now on."""
    webhook.secret_number += 1
    webhook.is_secret_shown = False
    webhook.save(update_fields=["secret_number", "is_secret_shown"])


def secret_of(webhook: Webhook) -> str:
    """The secret as receivers know it."""
    return "whsec_" + base64.b64encode(_secret(webhook)).decode()


def deliver_due(*, may_keep: MayKeep, send: Send = outbound.send, most: int = 100, at: datetime | None = None) -> int:
    """Tell what has happened and is due; how many requests were sent. Safe in several processes, and to be killed.

    `may_keep(person, scope)` says whether the keeper of a webhook still has the right to it; asked before each sending.
    """
    moment = at or now()
    for webhook in Webhook.objects.filter(state=WebhookState.ACTIVE):
        _feed(webhook, at=moment)
    sent = 0
    for _number in range(most):
        delivery = _claimed(at=moment)
        if delivery is None:
            break
        if not may_keep(delivery.webhook.kept_by_id, delivery.webhook.scope_id):
            stop(delivery.webhook, state=WebhookState.ORPHANED)
            continue
        _send(delivery, send, at=moment)
        sent += 1
    return sent


def purge_old(*, at: datetime | None = None) -> int:
    """Forget deliveries that are done for a month; how many there were."""
    done = Delivery.objects.exclude(state=DeliveryState.WAITING).filter(created_at__lt=(at or now()) - LOGGED_FOR)
    return done.delete()[0]


def _feed(webhook: Webhook, *, at: datetime) -> None:
    """Put the acts of the scope since the last time into deliveries; an act that was put already is not put again."""
    lines = list(JournalLine.objects.filter(scope_id=webhook.scope_id, id__gt=webhook.told_until).order_by("id"))
    lines = lines[:LINES_AT_ONCE]
    Delivery.objects.bulk_create(
        [_delivery(webhook, line, at=at) for line in lines if _is_told(webhook.events, line.event)],
        ignore_conflicts=True,
    )
    settled = [line.pk for line in lines if line.at < at - SETTLED_AFTER]
    if settled:
        Webhook.objects.filter(pk=webhook.pk, told_until__lt=settled[-1]).update(told_until=settled[-1])


def _is_told(events: Sequence[str], event: str) -> bool:
    return any(event.startswith(f"{beginning}.") for beginning in events)


def _delivery(webhook: Webhook, line: JournalLine, *, at: datetime) -> Delivery:
    ids = {"number": line.pk, line.subject_kind: str(line.subject_id), "scope_id": str(line.scope_id)}
    body = _body(line.event, line.at, ids)
    return Delivery(webhook=webhook, line_id=line.pk, event=line.event, body=body, due_at=at, created_at=at)


def _body(event: str, at: datetime, ids: dict[str, object]) -> str:
    return json.dumps({"type": event, "timestamp": at.isoformat(), "data": ids}, separators=(",", ":"))


def _claimed(*, at: datetime) -> Delivery | None:
    """The next delivery that is due, now ours until the lease ends."""
    with transaction.atomic():
        lock = {"skip_locked": connection.features.has_select_for_update_skip_locked, "of": ("self",)}
        rows = Delivery.objects.select_for_update(**lock) if connection.vendor == "postgresql" else Delivery.objects  # type: ignore[arg-type]
        due = rows.select_related("webhook").filter(due_at__lte=at, webhook__state=WebhookState.ACTIVE)
        delivery = due.order_by("due_at").first()
        if delivery is not None:
            delivery.attempts += 1
            delivery.due_at = at + LEASE
            delivery.save(update_fields=["attempts", "due_at"])
    return delivery


def _send(delivery: Delivery, send: Send, *, at: datetime) -> None:
    webhook, body = delivery.webhook, delivery.body.encode()
    status, reason = None, Reason.NONE
    try:
        answer = send("POST", webhook.url, body=body, headers=signed_headers(webhook, delivery.id, body, at=at))
        status = answer.status
        reason = Reason.NONE if 200 <= status < 300 else Reason.STATUS
    except outbound.AddressRefused:
        reason = Reason.REFUSED
    except outbound.Unreachable:
        reason = Reason.UNREACHABLE
    _note(delivery, status, reason, at=at)


def _note(delivery: Delivery, status: int | None, reason: Reason, *, at: datetime) -> None:
    """Write down how it ended: delivered, due again later, or given up."""
    again = at + WAITS[min(delivery.attempts, len(WAITS)) - 1]
    if not reason:
        delivery.state, delivery.due_at = DeliveryState.DELIVERED, None
    elif again > delivery.created_at + GIVEN_UP_AFTER:
        delivery.state, delivery.due_at = DeliveryState.PARKED, None
    else:
        delivery.due_at = again
    delivery.status, delivery.reason = status, reason
    delivery.save(update_fields=["state", "due_at", "status", "reason"])


def signed_headers(webhook: Webhook, number: uuid.UUID, body: bytes, *, at: datetime) -> dict[str, str]:
    """What a receiver needs to know that this is ours, whole, and not sent again by somebody else later."""
    name, moment = f"msg_{number.hex}", str(int(at.timestamp()))
    return {
        "Content-Type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{_signature(webhook, f'{name}.{moment}.'.encode() + body)}",
    }


def _signature(webhook: Webhook, content: bytes) -> str:
    return base64.b64encode(hmac.new(_secret(webhook), content, "sha256").digest()).decode()


def _secret(webhook: Webhook) -> bytes:
    """256 bits that follow from the installation's key, so that no row and no copy of the rows holds them."""
    told = f"{webhook.pk}.{webhook.secret_number}"
    return salted_hmac("modus.core.webhooks", told, algorithm="sha256").digest()
