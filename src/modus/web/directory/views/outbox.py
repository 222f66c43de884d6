"""The outbox of a cluster, for its managers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from modus.web.ui import mails
from modus.web.ui.audience import Audience, audience
from modus.web.ui.places import of_cluster

if TYPE_CHECKING:
    from modus.directory.models import Cluster


@audience(Audience.MANAGER)
def outbox(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    return mails.outbox_page(request, of_cluster(cluster))


@audience(Audience.MANAGER)
def outbox_mail(request: HttpRequest, cluster: Cluster, mail: UUID) -> HttpResponse:
    return mails.mail_page(request, of_cluster(cluster), mail)


@audience(Audience.MANAGER, methods=("GET", "POST"))
def outbox_edit(request: HttpRequest, cluster: Cluster, mail: UUID) -> HttpResponse:
    return mails.edit_page(request, of_cluster(cluster), mail)


@audience(Audience.MANAGER, methods=("POST",))
def outbox_hold(request: HttpRequest, cluster: Cluster, mail: UUID) -> HttpResponse:
    return mails.hold_page(request, of_cluster(cluster), mail)


@audience(Audience.MANAGER, methods=("POST",))
def outbox_call_back(request: HttpRequest, cluster: Cluster, mail: UUID) -> HttpResponse:
    return mails.call_back_page(request, of_cluster(cluster), mail)


@audience(Audience.MANAGER, methods=("POST",))
def outbox_send_again(request: HttpRequest, cluster: Cluster, mail: UUID) -> HttpResponse:
    return mails.send_again_page(request, of_cluster(cluster), mail)
