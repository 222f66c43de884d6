"""Pages on which a member is enrolled, with the check for organisations that are known already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from modus.core.errors import RuleBroken
from modus.core.time import today
from modus.directory import actions
from modus.directory.queries import enrolment
from modus.web.directory.forms.choices import TYPES
from modus.web.directory.forms.member import EnrolmentForm
from modus.web.ui import mails, visitor
from modus.web.ui.audience import Audience, audience
from modus.web.ui.forms import carried_out, form_page, posted
from modus.web.ui.selects import country_name

if TYPE_CHECKING:
    from modus.directory.models import Cluster, Membership


@audience(Audience.STAFF, methods=("GET", "POST"))
def member_create(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    first = {"country": cluster.organisation.country, "joined_on": today(), "membership_kind": "full"}
    form = EnrolmentForm(posted(request), initial=first)
    likely = _likely(cluster, form.data) if form.is_bound and not form.data.get("existing") else []
    membership = carried_out(form, lambda said: _enrol(cluster, form, likely, request))
    if membership:
        mails.say_done(request, _("%(name)s is now a member.") % {"name": membership.organisation.name})
        return redirect("directory:member-detail", cluster=cluster.slug, membership=membership.pk)
    context = {"cluster": cluster, "form": form, "likely": _lines(likely), "asks": bool(likely)}
    return form_page(request, "directory/member_create.html", context)


@audience(Audience.STAFF)
def member_duplicates(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    likely = _likely(cluster, request.GET)
    context = {"cluster": cluster, "likely": _lines(likely), "asks": bool(likely)}
    return render(request, "directory/_duplicates.html", context)


def _likely(cluster: Cluster, said: Any) -> list[enrolment.Likely]:
    name, website, country = (str(said.get(field, ""))[:300] for field in ("name", "website", "country"))
    return enrolment.likely_duplicates(cluster, name=name, website=website, country=country[:2], on=today())


def _enrol(cluster: Cluster, form: EnrolmentForm, likely: list[enrolment.Likely], request: HttpRequest) -> Membership:
    """Admit who was chosen among the known; else record anew, once it is said that it is none of the likely ones.

    Raises: RuleBroken as the action does, for an unknown choice, and while likely duplicates are not answered for.
    """
    organisation: Any = form.facts() if not form.cleaned_data["existing"] else None
    if organisation is None:
        organisation = enrolment.organisation_known_to(cluster, form.cleaned_data["existing"], on=today())
        if organisation is None:
            raise RuleBroken(_("Choose one of the organisations that are shown."))
    elif likely and not form.cleaned_data["is_another"]:
        raise RuleBroken(
            _("We may know this organisation already: admit it below, or say that it is another one."), field="name"
        )
    by, representative = visitor.person_of(request), form.representative()
    return actions.enrol_member(
        cluster, organisation=organisation, terms=form.terms(), representative=representative, by=by
    )


def _lines(likely: list[enrolment.Likely]) -> list[dict[str, object]]:
    """The likely organisations as they are shown: who, where, and why they may be the same."""
    return [
        {
            "id": line.organisation.pk,
            "name": line.organisation.name,
            "type": TYPES.get(line.organisation.kind, ""),
            "place": ", ".join(
                part for part in (line.organisation.city, country_name(line.organisation.country)) if part
            ),
            "reason": _("Same web address") if line.has_same_domain else _("Similar name"),
            "membership_id": line.membership_id,
        }
        for line in likely
    ]
