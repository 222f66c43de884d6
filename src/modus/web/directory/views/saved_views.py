"""Pages on which somebody keeps or forgets a view of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from modus.directory import actions, rules
from modus.directory.queries import views
from modus.web.directory import member_list, person_list
from modus.web.directory.forms.settings import ViewForm
from modus.web.ui import visitor
from modus.web.ui.audience import Audience, audience
from modus.web.ui.forms import carried_out, form_page, posted

if TYPE_CHECKING:
    from modus.directory.models import Cluster

LISTS = {"members": "directory:member-list", "people": "directory:person-list"}


@audience(Audience.MEMBER, methods=("GET", "POST"))
def saved_view_create(request: HttpRequest, cluster: Cluster, which: str) -> HttpResponse:
    if which not in LISTS:
        raise Http404
    query, by = _canonical(request, cluster, which), visitor.person_of(request)
    back = f"{reverse(LISTS[which], kwargs={'cluster': cluster.slug})}?{query}"
    form = ViewForm(posted(request))
    address = f"{cluster.pk}/{which}"
    view = carried_out(form, lambda said: actions.keep_view(address=address, name=said["name"], query=query, by=by))
    if view:
        messages.success(request, _("The view “%(name)s” is kept.") % {"name": view.name})
        return redirect(back)
    kept = views.saved_views(by, address=address)
    context = {"cluster": cluster, "form": form, "back": back, "kept": kept, "action": request.get_full_path()}
    template = "directory/_saved_view.html" if request.htmx else "directory/saved_view.html"  # type: ignore[attr-defined]
    return form_page(request, template, context)


@audience(Audience.MEMBER, methods=("POST",))
def saved_view_delete(request: HttpRequest, cluster: Cluster, view: UUID) -> HttpResponse:
    by = visitor.person_of(request)
    row = views.saved_view_of(by, view)
    if row is None:
        raise Http404
    which = row.address.rpartition("/")[2]
    actions.forget_view(row, by=by)
    messages.success(request, _("The view “%(name)s” is removed.") % {"name": row.name})
    return redirect(LISTS.get(which, LISTS["members"]), cluster=cluster.slug)


def _canonical(request: HttpRequest, cluster: Cluster, which: str) -> str:
    """The query that is kept: only what the list declares."""
    if which == "people":
        return person_list.PLAN.state(request.GET).query()
    is_team = rules.can_manage_members(visitor.rights_of(request), cluster)
    return member_list.list_state(request.GET, is_team=is_team).query()
