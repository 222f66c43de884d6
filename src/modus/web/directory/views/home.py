"""The home of a cluster's space."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from modus.directory.rules import can_manage_members
from modus.web.directory import home_page
from modus.web.ui import visitor
from modus.web.ui.audience import Audience, audience

if TYPE_CHECKING:
    from modus.directory.models import Cluster


@audience(Audience.MEMBER)
def home(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    rights, person = visitor.rights_of(request), visitor.person_of(request)
    if can_manage_members(rights, cluster):
        return render(request, "directory/home_team.html", home_page.team_home(rights, cluster, person))
    return render(request, "directory/home_member.html", home_page.member_home(rights, cluster, person))


@audience(Audience.STAFF)
def profile(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """The way to the profile of the cluster organisation."""
    return redirect("profile:organisation", organisation=cluster.organisation_id)
