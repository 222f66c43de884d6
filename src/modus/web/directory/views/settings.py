"""Pages of the cluster's settings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from modus.directory import actions
from modus.directory.queries.history import newest_change
from modus.web.directory.forms.settings import RenameForm, SettingsForm
from modus.web.ui import brand, visitor
from modus.web.ui.audience import Audience, audience
from modus.web.ui.forms import carried_out, form_page, posted

if TYPE_CHECKING:
    from modus.directory.models import Cluster


@audience(Audience.MEMBER)
def colours(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """The cluster's colour as a style sheet; its address carries the colour, so that it may be kept."""
    sheet = HttpResponse(brand.stylesheet_of(cluster.brand_colour), content_type="text/css; charset=utf-8")
    sheet.headers["Cache-Control"] = "private, max-age=86400"
    return sheet


@audience(Audience.MANAGER, methods=("GET", "POST"))
def settings(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    by = visitor.person_of(request)
    first = {"time_zone": cluster.time_zone, "brand_colour": cluster.brand_colour, "version": cluster.state}
    form = SettingsForm(posted(request), initial=first)
    form.last_change = partial(newest_change, (cluster.pk,), reader_cluster=cluster)
    if carried_out(form, lambda said: actions.set_cluster_settings(cluster, by=by, **said)):
        messages.success(request, _("The settings are saved."))
        return redirect("directory:settings", cluster=cluster.slug)
    context = {"cluster": cluster, "form": form, "rename": RenameForm(initial={"slug": cluster.slug})}
    return form_page(request, "directory/settings.html", context)


@audience(Audience.MANAGER, methods=("GET", "POST"))
def cluster_rename(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    by, old = visitor.person_of(request), cluster.slug
    form = RenameForm(posted(request), initial={"slug": old})
    renamed = carried_out(form, lambda said: actions.rename_cluster(cluster, slug=said["slug"], by=by))
    if renamed:
        words = _("The short name is now %(slug)s. Links with the old one lead nowhere.") % {"slug": renamed.slug}
        messages.success(request, words)
        return redirect("directory:settings", cluster=renamed.slug)
    return form_page(request, "directory/cluster_rename.html", {"cluster": cluster, "form": form})
