"""The outbox of a network's office."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from modus.web.ui import mails
from modus.web.ui.audience import Audience, audience
from modus.web.ui.places import of_network

if TYPE_CHECKING:
    from modus.directory.models import Network


@audience(Audience.OFFICE)
def outbox(request: HttpRequest, network: Network) -> HttpResponse:
    return mails.outbox_page(request, of_network(network))


@audience(Audience.OFFICE)
def outbox_mail(request: HttpRequest, network: Network, mail: UUID) -> HttpResponse:
    return mails.mail_page(request, of_network(network), mail)


@audience(Audience.OFFICE, methods=("GET", "POST"))
def outbox_edit(request: HttpRequest, network: Network, mail: UUID) -> HttpResponse:
    return mails.edit_page(request, of_network(network), mail)


@audience(Audience.OFFICE, methods=("POST",))
def outbox_hold(request: HttpRequest, network: Network, mail: UUID) -> HttpResponse:
    return mails.hold_page(request, of_network(network), mail)


@audience(Audience.OFFICE, methods=("POST",))
def outbox_call_back(request: HttpRequest, network: Network, mail: UUID) -> HttpResponse:
    return mails.call_back_page(request, of_network(network), mail)


@audience(Audience.OFFICE, methods=("POST",))
def outbox_send_again(request: HttpRequest, network: Network, mail: UUID) -> HttpResponse:
    return mails.send_again_page(request, of_network(network), mail)
