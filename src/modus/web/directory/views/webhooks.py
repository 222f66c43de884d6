"""The webhooks of a cluster, for its managers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from modus.web.ui import hooks
from modus.web.ui.audience import Audience, audience
from modus.web.ui.places import of_cluster

if TYPE_CHECKING:
    from modus.directory.models import Cluster


@audience(Audience.MANAGER, methods=("GET", "POST"))
def webhook_list(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    return hooks.list_page(request, of_cluster(cluster))


@audience(Audience.MANAGER)
def webhook_detail(request: HttpRequest, cluster: Cluster, webhook: UUID) -> HttpResponse:
    return hooks.detail_page(request, of_cluster(cluster), webhook)


@audience(Audience.MANAGER, methods=("POST",))
def webhook_change(request: HttpRequest, cluster: Cluster, webhook: UUID) -> HttpResponse:
    return hooks.change(request, of_cluster(cluster), webhook)


@audience(Audience.MANAGER, methods=("POST",))
def webhook_secret(request: HttpRequest, cluster: Cluster, webhook: UUID) -> HttpResponse:
    return hooks.secret_page(request, of_cluster(cluster), webhook)
