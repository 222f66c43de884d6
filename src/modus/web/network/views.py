"""The home of a network's office: what waits, and the figures of the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from modus.core.time import today
from modus.directory import queries
from modus.web.network import pages
from modus.web.ui.audience import Audience, audience

if TYPE_CHECKING:
    from modus.directory.models import Network


@audience(Audience.OFFICE)
def home(request: HttpRequest, network: Network) -> HttpResponse:
    waiting = queries.office_home(network, on=today())
    figures = queries.figures_of_network(network, on=today())
    context = {
        "network": network,
        "items": pages.waiting(network, waiting),
        "stats": pages.stats(network, waiting),
        "matrix": pages.figures(figures) if figures.kinds else None,
        "has_hidden": any(count is None for count in figures.table.counts.values()),
    }
    return render(request, "network/home.html", context)
