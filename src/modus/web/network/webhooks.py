"""The webhooks of a network, for its office."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from modus.web.ui import hooks
from modus.web.ui.audience import Audience, audience
from modus.web.ui.places import of_network

if TYPE_CHECKING:
    from modus.directory.models import Network


@audience(Audience.OFFICE, methods=("GET", "POST"))
def webhook_list(request: HttpRequest, network: Network) -> HttpResponse:
    return hooks.list_page(request, of_network(network))


@audience(Audience.OFFICE)
def webhook_detail(request: HttpRequest, network: Network, webhook: UUID) -> HttpResponse:
    return hooks.detail_page(request, of_network(network), webhook)


@audience(Audience.OFFICE, methods=("POST",))
def webhook_change(request: HttpRequest, network: Network, webhook: UUID) -> HttpResponse:
    return hooks.change(request, of_network(network), webhook)


@audience(Audience.OFFICE, methods=("POST",))
def webhook_secret(request: HttpRequest, network: Network, webhook: UUID) -> HttpResponse:
    return hooks.secret_page(request, of_network(network), webhook)
