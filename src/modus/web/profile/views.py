"""Pages on which an organisation keeps its profile."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from modus.core.errors import NotAllowed, RuleBroken
from modus.core.time import today
from modus.directory import actions, queries, rules
from modus.directory.queries.history import newest_change
from modus.web.profile import pages
from modus.web.profile.forms import GroupForm, StartForm, groups_of
from modus.web.ui import frames, lights, visitor
from modus.web.ui.audience import Audience, audience
from modus.web.ui.forms import carried_out, form_page, posted
from modus.web.ui.uploads import posted_files, takes_uploads

if TYPE_CHECKING:
    from modus.directory.models import Profile

BOTH = ("GET", "POST")


@audience(Audience.SIGNED_IN, methods=BOTH)
def organisation(request: HttpRequest, organisation: UUID) -> HttpResponse:
    """The way to an organisation's profile, or the first step of a new one."""
    found = _workplace(request, organisation)
    profiles = list(queries.profiles_of_organisation(organisation))
    cluster = getattr(found, "cluster", None)
    if request.method == "GET" and profiles and (cluster or "new" not in request.GET):
        return redirect("profile:detail", profile=profiles[0].pk)
    networks = queries.networks_with(found, on=today())
    first = "cluster" if cluster else "member"
    form = StartForm(posted(request), networks=networks, taken={profile.type for profile in profiles}, first=first)
    by = visitor.person_of(request)
    started = carried_out(form, lambda said: _start(found, form, said, by))
    if started:
        return redirect("profile:edit", profile=started.pk)
    return form_page(request, "profile/start.html", {"organisation": found, "form": form, "networks": networks})


def _start(found: Any, form: StartForm, said: dict[str, Any], by: Any) -> Profile:
    return actions.start_profile(found, network=form.known[said["network"]], type=said["type"], by=by)


@audience(Audience.SIGNED_IN)
def detail(request: HttpRequest, profile: UUID) -> HttpResponse:
    own = _own(request, profile)
    circle = request.GET.get("circle", "public")
    circle = circle if circle in pages.CIRCLES else "public"
    context = {
        "profile": own,
        "status": lights.status_badge(own),
        "lights": lights.lights(own, circle="staff"),
        "passports": pages.passports(own),
        "notes": pages.notes(own),
        "waivers": pages.waivers(own, visitor.rights_of(request)),
        "can_edit": rules.can_edit_profile(visitor.rights_of(request), own.organisation),
        "is_stale": own.is_stale(today()),
        "tabs": pages.preview_tabs(own, circle),
        "preview": pages.preview(own, circle),
    }
    return render(request, "profile/detail.html", context)


@audience(Audience.SIGNED_IN, methods=BOTH)
@takes_uploads(*GroupForm.takes)
def edit(request: HttpRequest, profile: UUID) -> HttpResponse:
    own = _editable(request, profile)
    groups = list(groups_of(own))
    group = request.GET.get("group", "")
    group = group if group in groups else groups[0]
    form = GroupForm(own, group, posted(request), posted_files(request))
    form.last_change = partial(newest_change, (own.pk,))
    by = visitor.person_of(request)
    saved = carried_out(form, lambda said: _save(own, form, said, by))
    if saved:
        messages.success(request, _("Saved. The public page stays as it is until the office publishes your changes."))
        return redirect(_next_address(request, saved, group))
    notes: dict[str, list[str]] = {}
    for note in queries.open_notes(own):
        notes.setdefault(note.field, []).append(note.text)
    context = {"profile": own, "form": form, "lines": form.lines(notes), "group": group, "notes": notes.get("", [])}
    sides = {"steps": pages.steps(own, group), "lights": lights.lights(own, circle="staff")}
    return form_page(request, "profile/edit.html", {**context, **sides})


def _save(own: Profile, form: GroupForm, said: dict[str, Any], by: Any) -> Profile:
    return actions.save_profile(
        own,
        values=form.values(),
        visibility=form.visibility(),
        uploads=form.uploads(),
        version=said["version"],
        by=by,
    )


def _next_address(request: HttpRequest, saved: Profile, group: str) -> str:
    """The next step, or the profile after the last one; the same step once the country is chosen."""
    groups = list(groups_of(saved))
    place = groups.index(group) + 1 if group in groups else 0
    edit_address = reverse("profile:edit", args=[saved.pk])
    if "stay" in request.POST or ("name" not in request.POST and group == "identity"):
        return f"{edit_address}?group={group}"
    return (
        f"{edit_address}?group={groups[place]}" if place < len(groups) else reverse("profile:detail", args=[saved.pk])
    )


@audience(Audience.SIGNED_IN, methods=("POST",))
def submit(request: HttpRequest, profile: UUID) -> HttpResponse:
    own = _editable(request, profile)
    try:
        actions.submit_profile(own, by=visitor.person_of(request))
    except RuleBroken as broken:
        messages.error(request, broken.message)
    else:
        messages.success(request, _("The network office has your profile now. You hear from it here."))
    return redirect("profile:detail", profile=own.pk)


@audience(Audience.SIGNED_IN, methods=("POST",))
def confirm(request: HttpRequest, profile: UUID) -> HttpResponse:
    own = _editable(request, profile)
    actions.confirm_profile(own, by=visitor.person_of(request))
    messages.success(request, _("Confirmed today. We ask again in a year."))
    return redirect("profile:detail", profile=own.pk)


@audience(Audience.SIGNED_IN, methods=BOTH)
def withdraw(request: HttpRequest, profile: UUID) -> HttpResponse:
    own = _editable(request, profile)
    if request.method == "POST":
        actions.withdraw_profile(own, by=visitor.person_of(request))
        messages.success(request, _("The profile is out of the directory. Submit it again whenever you like."))
        return redirect("profile:detail", profile=own.pk)
    return render(request, "profile/withdraw.html", {"profile": own})


def _own(request: HttpRequest, key: UUID) -> Profile:
    """A profile of an organisation for which the visitor speaks or in whose team she works.

    Raises: Http404 as for a profile that does not exist.
    """
    found = queries.profile_at(key)
    if found is None or rules.circle_of(visitor.rights_of(request), found) != "staff":
        raise Http404
    cluster = getattr(found.organisation, "cluster", None)
    if cluster and rules.can_enter(visitor.rights_of(request), cluster):
        frames.attach_space(request, cluster, "directory:profile")
    return found


def _editable(request: HttpRequest, key: UUID) -> Profile:
    """The same, if the visitor may change it.

    Raises: NotAllowed for those of the team who only read it.
    """
    found = _own(request, key)
    if not rules.can_edit_profile(visitor.rights_of(request), found.organisation):
        raise NotAllowed
    return found


def _workplace(request: HttpRequest, key: UUID) -> Any:
    """An organisation for which the visitor speaks, or which runs a cluster in whose team she is."""
    rights = visitor.rights_of(request)
    team = {s.organisation.pk for s in rights.standings if s.is_team}
    found = queries.organisation_at(key) if key in rights.speaks_for | team else None
    if found is None:
        raise Http404
    cluster = getattr(found, "cluster", None)
    if cluster and rules.can_enter(rights, cluster):
        frames.attach_space(request, cluster, "directory:profile")
    return found
