"""The webhooks of a network, for its office."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from modus.web.ui import hooks
from modus.web.ui.audience import Audience, audience

if TYPE_CHECKING:
    from modus.directory.models import Network


@audience(Audience.OFFICE, methods=("GET", "POST"))
def webhook_list(request: HttpRequest, network: Network) -> HttpResponse:
    return hooks.list_page(request, _room(network))


@audience(Audience.OFFICE)
def webhook_detail(request: HttpRequest, network: Network, webhook: UUID) -> HttpResponse:
    return hooks.detail_page(request, _room(network), webhook)


@audience(Audience.OFFICE, methods=("POST",))
def webhook_change(request: HttpRequest, network: Network, webhook: UUID) -> HttpResponse:
    return hooks.change(request, _room(network), webhook)


@audience(Audience.OFFICE, methods=("POST",))
def webhook_secret(request: HttpRequest, network: Network, webhook: UUID) -> HttpResponse:
    return hooks.secret_page(request, _room(network), webhook)


def _room(network: Network) -> hooks.Room:
    return hooks.Room(network, "network", {"network": network.slug})
