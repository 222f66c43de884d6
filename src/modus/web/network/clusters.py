"""Pages about a network's clusters: which there are, founding one, and handing one over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from modus.core.time import today
from modus.directory import actions, queries
from modus.directory.queries.network import cluster_page
from modus.web.network import pages
from modus.web.network.forms import ClusterForm, HandOverForm
from modus.web.ui import mails, visitor
from modus.web.ui.audience import Audience, audience
from modus.web.ui.forms import carried_out, form_page, posted

if TYPE_CHECKING:
    from modus.directory.models import Network


@audience(Audience.OFFICE)
def cluster_list(request: HttpRequest, network: Network) -> HttpResponse:
    state = pages.CLUSTERS_PLAN.state(request.GET)
    only = state.chosen["manager"] == "none"
    page = cluster_page(network, on=today(), only_without=only, after=state.after, before=state.before)
    context = {"network": network, "table": pages.cluster_table(network, page, state), "only_without": only}
    return render(request, "network/cluster_list.html", context)


@audience(Audience.OFFICE, methods=("GET", "POST"))
def cluster_create(request: HttpRequest, network: Network) -> HttpResponse:
    form = ClusterForm(posted(request), initial={"time_zone": network.time_zone})
    by = visitor.person_of(request)
    founded = carried_out(
        form,
        lambda said: actions.found_cluster_with_manager(
            network,
            organisation=form.organisation(),
            slug=said["slug"],
            time_zone=said["time_zone"],
            manager=form.manager(),
            by=by,
        ),
    )
    if founded:
        mails.say_done(request, _("%(name)s has a space and a manager now.") % {"name": founded.name})
        return redirect("network:cluster-list", network=network.slug)
    return form_page(request, "network/cluster_create.html", {"network": network, "form": form})


@audience(Audience.OFFICE, methods=("GET", "POST"))
def cluster_hand_over(request: HttpRequest, network: Network, cluster: str) -> HttpResponse:
    found = queries.cluster_of_office(cluster, network=network)
    if found is None:
        raise Http404
    form = HandOverForm(posted(request), initial={"starts_on": today()})
    by = visitor.person_of(request)
    position, asking = mails.done_after_preview(
        request,
        form,
        lambda said: actions.hand_over_to(found, manager=form.manager(), starts_on=said["starts_on"], by=by),
        back=request.path,
    )
    if asking:
        return asking
    if position:
        mails.say_done(request, _("%(name)s has a manager again.") % {"name": found.name})
        return redirect("network:cluster-list", network=network.slug)
    return form_page(request, "network/cluster_hand_over.html", {"network": network, "cluster": found, "form": form})
