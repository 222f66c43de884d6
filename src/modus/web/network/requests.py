"""Pages on which the office decides on claims and requests to join."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from modus.directory import queries
from modus.web.network.forms import DecisionForm
from modus.web.ui import mails, visitor
from modus.web.ui.audience import Audience, audience
from modus.web.ui.decisions import decide, request_lines
from modus.web.ui.forms import carried_out, form_page

if TYPE_CHECKING:
    from modus.directory.models import JoinRequest, Network

SHOWN = 100


@audience(Audience.OFFICE)
def request_list(request: HttpRequest, network: Network) -> HttpResponse:
    return _list_page(request, network, DecisionForm())


@audience(Audience.OFFICE, methods=("POST",))
def request_decide(request: HttpRequest, network: Network, join_request: UUID) -> HttpResponse:
    found = queries.requests_of_office(network.pk).filter(pk=join_request).first()
    if found is None:
        raise Http404
    form = DecisionForm(request.POST)
    decided = carried_out(form, lambda said: decide(found, said, by=visitor.person_of(request)))
    if decided:
        mails.say_done(request, _("Decided: %(status)s.") % {"status": decided.get_status_display()})
        return redirect("network:request-list", network=network.slug)
    return _list_page(request, network, form, wrong=found)


def _list_page(request: HttpRequest, network: Network, form: DecisionForm, wrong: Any = None) -> HttpResponse:
    rows = list(queries.requests_of_office(network.pk)[:SHOWN])
    url = partial(_decide_url, network.slug)
    waiting = [row for row in rows if row.status == "pending" and row.person_id != visitor.person_of(request).pk]
    lines = request_lines(waiting, form=form, url=url, wrong=wrong)
    decided = [row for row in rows if row.status != "pending"][::-1]
    return form_page(
        request, "network/request_list.html", {"network": network, "lines": lines, "decided": decided, "form": form}
    )


def _decide_url(network: str, waiting: JoinRequest) -> str:
    return reverse("network:request-decide", args=[network, waiting.pk])
