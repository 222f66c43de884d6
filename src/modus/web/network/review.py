"""Pages on which the office looks at profiles, decides on them, and grants waivers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from modus.core.time import today
from modus.directory import actions, queries, rules
from modus.web.network import pages
from modus.web.network.forms import ReviewForm, WaiverForm
from modus.web.ui import lights, mails, pieces, visitor
from modus.web.ui.audience import Audience, audience
from modus.web.ui.forms import carried_out, form_page, posted
from modus.web.ui.pictures import Picture, evidence_lines
from modus.web.ui.uploads import posted_files, takes_uploads

if TYPE_CHECKING:
    from modus.directory.models import Network, Profile

PER_PAGE = 100


@audience(Audience.OFFICE)
def profile_list(request: HttpRequest, network: Network) -> HttpResponse:
    asked = request.GET.get("status", "submitted")
    chosen = asked if asked in pages.STATUSES else "" if asked == "all" else "submitted"
    rows = queries.profiles_of_office(network).order_by("submitted_at", "sort_name")
    shown = list((rows.filter(status=chosen) if chosen else rows)[:PER_PAGE])
    table = pages.profile_table(network, shown, queries.profile_counts(network), chosen)
    return render(request, "network/profile_list.html", {"network": network, "table": table})


@audience(Audience.OFFICE)
def profile_review(request: HttpRequest, network: Network, profile: UUID) -> HttpResponse:
    found = _profile(network, profile)
    return _review_page(request, network, found, _form(found))


@audience(Audience.OFFICE, methods=("POST",))
def profile_decide(request: HttpRequest, network: Network, profile: UUID) -> HttpResponse:
    found = _profile(network, profile)
    form = _form(found, request.POST)
    back = reverse("network:profile-review", kwargs={"network": network.slug, "profile": profile})
    decided, asking = mails.done_after_preview(
        request, form, lambda said: _decide(found, form, said, visitor.person_of(request)), back=back
    )
    if asking:
        return asking
    if decided is None:
        return _review_page(request, network, found, form)
    words = {"name": decided.organisation.name, "status": decided.get_status_display()}
    mails.say_done(request, _("%(name)s: %(status)s.") % words)
    return redirect("network:profile-list", network=network.slug)


def _decide(profile: Profile, form: ReviewForm, said: dict[str, Any], by: Any) -> Profile:
    version, reason = said["version"], said["reason"]
    if said["decision"] == "publish":
        return actions.publish_profile(profile, version=version, by=by)
    if said["decision"] == "candidate":
        return actions.accept_as_candidate(profile, version=version, by=by)
    if said["decision"] == "refuse":
        return actions.refuse_profile(profile, reason=reason, version=version, by=by)
    return actions.ask_for_changes(profile, notes=form.notes(), reason=reason, version=version, by=by)


@audience(Audience.OFFICE, methods=("GET", "POST"))
@takes_uploads(*WaiverForm.takes)
def waiver_create(request: HttpRequest, network: Network, profile: UUID) -> HttpResponse:
    found = _profile(network, profile)
    form = WaiverForm(posted(request), posted_files(request), known=queries.waivable_rules(found, on=today()))
    by = visitor.person_of(request)

    def grant(said: dict[str, Any]) -> object:
        return actions.grant_waiver(found, **{**said, "rule": form.known[said["rule"]]}, by=by)

    if carried_out(form, grant):
        messages.success(request, _("The waiver is granted and shown on the profile."))
        return redirect("network:profile-review", network=network.slug, profile=found.pk)
    return form_page(request, "network/waiver_create.html", {"network": network, "profile": found, "form": form})


@audience(Audience.OFFICE, methods=("POST",))
def waiver_withdraw(request: HttpRequest, network: Network, profile: UUID, waiver: UUID) -> HttpResponse:
    found = _profile(network, profile)
    granted = next((one for one in queries.waivers_in_force(found, on=today()) if one.pk == waiver), None)
    if granted is None:
        raise Http404
    actions.withdraw_waiver(granted, by=visitor.person_of(request))
    messages.success(request, _("The waiver is withdrawn; the rule counts again from today."))
    return redirect("network:profile-review", network=network.slug, profile=found.pk)


def _profile(network: Network, key: UUID) -> Profile:
    """A profile that was handed in to this network.

    Raises: Http404 for drafts and for profiles of other networks, as for none.
    """
    found = queries.profiles_of_office(network).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _form(profile: Profile, data: Any = None) -> ReviewForm:
    groups = queries.visible_values(profile, "network", copy="values")
    asked = [(shown.name, shown.label) for group in groups for shown in group.fields]
    return ReviewForm(data, asked=asked, version=profile.version)


def _line(shown: queries.ShownField, form: ReviewForm) -> tuple[Any, Any, Picture | None]:
    picture = Picture(shown.picture, str(shown.label), side=64) if shown.picture else None
    return shown, form[f"note_{shown.name}"], picture


def _review_page(request: HttpRequest, network: Network, profile: Profile, form: ReviewForm) -> HttpResponse:
    rights, by = visitor.rights_of(request), visitor.person_of(request)
    groups = queries.visible_values(profile, "network", copy="values")
    context = {
        "network": network,
        "profile": profile,
        "form": form,
        "status": lights.status_badge(profile),
        "is_own": not rules.can_decide_on_profile(rights, network, profile, by=by),
        "is_waiting": profile.status == "submitted",
        "may_publish": profile.status in {"submitted", "candidate"},
        "changes": [pieces.Change(*line) for line in queries.shown_differences(profile, "network")],
        "groups": [(g.label, [_line(shown, form) for shown in g.fields]) for g in groups],
        "lights": lights.lights(profile, circle="network"),
        "waivers": evidence_lines(queries.waivers_with_evidence(profile, rights, on=today())),
        "notes": list(queries.open_notes(profile)),
    }
    return form_page(request, "network/profile_review.html", context)
