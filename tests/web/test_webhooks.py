"""The pages of webhooks: connect, show the secret once, test, stop, resume, remove; and the log."""

import re
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from modus.core.journal import JournalLine
from modus.core.time import today
from modus.core.webhooks import Delivery, Webhook
from modus.directory import actions
from modus.directory.models import Cluster, Network, Person, Position
from tests.core.test_webhooks import Receiver
from tests.factories import directory as make

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
URL = "https://hooks.example.org/in?key=hidden-key"


def connect(client: Client, cluster: Cluster, **said: object) -> Webhook:
    client.post(reverse("directory:webhook-list", args=[cluster.slug]), {"url": URL, "events": "directory.membership"})
    return Webhook.objects.get()


def page(client: Client, cluster: Cluster, webhook: Webhook) -> str:
    return client.get(reverse("directory:webhook-detail", args=[cluster.slug, webhook.pk])).content.decode()


def act(client: Client, cluster: Cluster, webhook: Webhook, name: str) -> int:
    url = reverse("directory:webhook-change", args=[cluster.slug, webhook.pk])
    return client.post(url, {"act": name}).status_code


def test_a_manager_connects_a_webhook_and_sees_what_was_told(
    cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    client = signed_in(manager)
    webhook = connect(client, cluster)
    make.MembershipFactory(cluster=cluster)
    actions.admit_member(
        cluster,
        organisation=make.OrganisationFactory(name="Quillon"),
        terms={"kind": "full", "joined_on": today()},
        by=manager,
    )
    receiver = Receiver(200)
    assert actions.deliver_webhooks(send=receiver) == 1
    words = page(client, cluster, webhook)
    assert "directory.membership.admitted" in words
    assert "delivered" in words
    assert "private words of the receiver" not in words


def test_the_secret_is_shown_once_and_not_kept_as_an_answer(
    cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    client = signed_in(manager)
    webhook = connect(client, cluster)
    url = reverse("directory:webhook-secret", args=[cluster.slug, webhook.pk])
    shown = client.post(url, {"form_key": "k"}).content.decode()
    assert re.search(r"whsec_[A-Za-z0-9+/=]{44}", shown)
    again = client.post(url, {"form_key": "k"})
    assert (again.status_code, "whsec_" in again.content.decode()) == (422, False)
    assert "whsec_" not in page(client, cluster, webhook)


def test_a_webhook_is_stopped_resumed_tested_and_removed(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    client = signed_in(manager)
    webhook = connect(client, cluster)
    assert act(client, cluster, webhook, "stop") == 302
    assert act(client, cluster, webhook, "test") == 422
    assert "Resume the webhook" in page(client, cluster, webhook)
    assert act(client, cluster, webhook, "resume") == 302
    assert act(client, cluster, webhook, "test") == 302
    assert Delivery.objects.get().event == "webhook.test"
    assert act(client, cluster, webhook, "renew") == 302
    assert act(client, cluster, webhook, "explode") == 422
    assert act(client, cluster, webhook, "remove") == 302
    assert Webhook.objects.count() == 0


def test_a_private_address_is_refused_beside_its_field(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    url = reverse("directory:webhook-list", args=[cluster.slug])
    for address in ("https://10.0.0.1/", "https://2130706433/", "https://user@hooks.example.org/"):
        answer = signed_in(manager).post(url, {"url": address, "events": "directory.membership"})
        assert (answer.status_code, "This address cannot be called" in answer.content.decode()) == (422, True)
    assert Webhook.objects.count() == 0


def test_a_cluster_is_not_told_what_is_the_networks(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    url = reverse("directory:webhook-list", args=[cluster.slug])
    assert signed_in(manager).post(url, {"url": URL, "events": "directory.profile"}).status_code == 422


def test_the_office_has_its_own(network: Network, office: Person, cluster: Cluster, signed_in: SignIn) -> None:
    client = signed_in(office)
    url = reverse("network:webhook-list", args=[network.slug])
    assert client.post(url, {"url": URL, "events": "directory.profile"}).status_code == 302
    webhook = Webhook.objects.get()
    assert webhook.scope_id == network.pk
    foreign = reverse(
        "network:webhook-detail",
        args=[network.slug, Webhook.objects.create(scope_id=cluster.pk, kept_by_id=office.pk, url=URL, events=[]).pk],
    )
    assert client.get(foreign).status_code == 404


@pytest.mark.attack("A-18")
@pytest.mark.parametrize("way", ["position ends", "account is closed"])
def test_a_manager_who_left_is_told_nothing(way: str, cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    webhook = connect(signed_in(manager), cluster)
    other = make.manager_of(cluster)
    actions.admit_member(
        cluster, organisation=make.OrganisationFactory(), terms={"kind": "full", "joined_on": today()}, by=other
    )
    if way == "position ends":
        Position.objects.within(person=manager).delete()
    else:
        type(manager.user).objects.filter(pk=manager.user_id).update(is_active=False)
    receiver = Receiver()
    assert (actions.deliver_webhooks(send=receiver), receiver.got) == (0, [])
    words = page(signed_in(other), cluster, webhook)
    assert "has no right to it any more" in words
    assert act(signed_in(other), cluster, webhook, "resume") == 302


def test_the_journal_does_not_repeat_the_secret_part_of_an_address(
    cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    connect(signed_in(manager), cluster)
    line = JournalLine.objects.get(event="directory.webhook.connected")
    assert line.changes == {"host": "hooks.example.org"}


def test_the_command_sends_what_is_due(cluster: Cluster, manager: Person, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("webhooks")
    assert "0 sent" in capsys.readouterr().out
