"""Webhooks are connected, stopped, resumed, tested and removed by a cluster's managers or a network's office."""

from collections.abc import Collection
from datetime import datetime
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from modus.core import journal, outbound, webhooks
from modus.core.errors import NotAllowed, RuleBroken
from modus.core.journal import action
from modus.core.webhooks import Delivery, Send, Webhook
from modus.directory.models import Cluster, Network, Person
from modus.directory.queries.webhooks import events_of, may_keep_webhooks


@action
def connect_webhook(place: Cluster | Network, *, url: str, events: Collection[str], by: Person) -> Webhook:
    """Tell an address from now on what happens in a cluster or a network.

    Raises: NotAllowed; RuleBroken for an address that we do not call, an unknown event, or too many webhooks.
    """
    _require_keeper(place, by)
    if set(events) - set(events_of(place)):
        raise RuleBroken(_("Choose from the list."), field="events")
    webhook = webhooks.connect(place.pk, url=url, events=events, kept_by_id=by.pk)
    _record("connected", webhook, place, by=by)
    return webhook


@action
def stop_webhook(webhook: Webhook, *, place: Cluster | Network, by: Person) -> Webhook:
    """Tell the address nothing more; what still waits is dropped.

    Raises: NotAllowed.
    """
    _require_keeper(place, by, webhook)
    webhooks.stop(webhook)
    _record("stopped", webhook, place, by=by)
    return webhook


@action
def resume_webhook(webhook: Webhook, *, place: Cluster | Network, by: Person) -> Webhook:
    """Tell the address again what happens from now on; whoever resumes it keeps it.

    Raises: NotAllowed.
    """
    _require_keeper(place, by, webhook)
    webhooks.resume(webhook, kept_by_id=by.pk)
    _record("resumed", webhook, place, by=by)
    return webhook


@action
def remove_webhook(webhook: Webhook, *, place: Cluster | Network, by: Person) -> None:
    """Remove a webhook with its log.

    Raises: NotAllowed.
    """
    _require_keeper(place, by, webhook)
    _record("removed", webhook, place, by=by)
    webhooks.remove(webhook)


@action
def test_webhook(webhook: Webhook, *, place: Cluster | Network, by: Person) -> Delivery:
    """Send a test with the next round of deliveries.

    Raises: NotAllowed; RuleBroken while the webhook is stopped.
    """
    _require_keeper(place, by, webhook)
    if webhook.state != webhooks.WebhookState.ACTIVE:
        raise RuleBroken(_("This webhook is stopped. Resume it first."))
    _record("tested", webhook, place, by=by)
    return webhooks.put_test(webhook)


@action
def show_webhook_secret(webhook: Webhook, *, place: Cluster | Network, by: Person) -> str:
    """Show the secret, once.

    Raises: NotAllowed; RuleBroken when it was shown before.
    """
    _require_keeper(place, by, webhook)
    secret = webhooks.show_secret(webhook)
    _record("secret-shown", webhook, place, by=by)
    return secret


@action
def renew_webhook_secret(webhook: Webhook, *, place: Cluster | Network, by: Person) -> Webhook:
    """Make another secret; the old one signs nothing any more.

    Raises: NotAllowed.
    """
    _require_keeper(place, by, webhook)
    webhooks.renew_secret(webhook)
    _record("secret-renewed", webhook, place, by=by)
    return webhook


def deliver_webhooks(*, send: Send = outbound.send, at: datetime | None = None) -> int:
    """Tell all webhooks what is due; how many requests were sent."""
    return webhooks.deliver_due(may_keep=may_keep_webhooks, send=send, at=at)


def _require_keeper(place: Cluster | Network, by: Person, webhook: Webhook | None = None) -> None:
    if webhook is not None and webhook.scope_id != place.pk:
        raise NotAllowed
    if not may_keep_webhooks(by.pk, place.pk):
        raise NotAllowed


def _record(verb: str, webhook: Webhook, place: Cluster | Network, *, by: Person) -> None:
    """The journal names the host; the rest of an address may be a secret of the receiver."""
    host = urlsplit(webhook.url).hostname or ""
    journal.record(f"directory.webhook.{verb}", webhook, by=by, scope=place, changes={"host": host})
