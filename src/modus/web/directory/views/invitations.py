"""Inviting people to a cluster: preview, send, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from modus.core import limits
from modus.core.errors import NotAllowed, RuleBroken
from modus.core.limits import TooMany
from modus.core.time import now, today
from modus.directory import actions
from modus.directory.queries import invitations, people
from modus.web.directory.forms.invitation import InvitationForm
from modus.web.ui import visitor
from modus.web.ui.audience import Audience, audience
from modus.web.ui.forms import carried_out, form_page, posted
from modus.web.ui.pieces import Badge

if TYPE_CHECKING:
    from modus.directory.models import Cluster, Invitation, Person
    from modus.web.directory.forms.invitation import Typed

DAY = 24 * 3600
INVITATIONS_OF_A_PERSON_A_DAY = 100
INVITATIONS_OF_A_CLUSTER_A_DAY = 200
INVITATIONS_TO_AN_ADDRESS_A_DAY = 3
TONES = {"sent": "accent", "opened": "accent", "accepted": "good", "expired": "warn", "revoked": ""}


@dataclass(frozen=True)
class Line:
    """What becomes of one address: whether it is or will be invited, and why not."""

    text: str
    words: str
    is_good: bool


@audience(Audience.MANAGER, methods=("GET", "POST"))
def invitation_create(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    """Addresses first, then what would become of each, then the sending; without the preview nothing is sent."""
    places = [cluster.organisation, *people.workplaces_within(visitor.rights_of(request), cluster, on=today())]
    form = InvitationForm(posted(request), organisations=places, initial={"organisation": str(cluster.organisation_id)})
    is_sent = request.POST.get("act") == "send"

    def walk(said: dict[str, Any]) -> list[Line]:
        place, role = form.known[said["organisation"]], said["role"]
        by = visitor.person_of(request) if is_sent else None
        return [_line(cluster, typed, place, role, by=by) for typed in said["addresses"]]

    lines = carried_out(form, walk) or []
    good = sum(line.is_good for line in lines)
    if is_sent and lines and good == len(lines):
        words = ngettext("%(n)d invitation is on its way.", "%(n)d invitations are on their way.", good)
        messages.success(request, words % {"n": good})
        return redirect("directory:team", cluster=cluster.slug)
    context = {"cluster": cluster, "form": form, "lines": lines, "good": good, "is_sent": is_sent}
    return form_page(request, "directory/invitation_create.html", context)


@audience(Audience.MANAGER, methods=("POST",))
def invitation_resend(request: HttpRequest, cluster: Cluster, invitation: UUID) -> HttpResponse:
    row = _one(cluster, invitation)
    _spend(cluster, row.email, by=visitor.person_of(request))
    actions.resend_invitation(row, by=visitor.person_of(request))
    messages.success(request, _("Sent again to %(email)s; it lasts another fortnight.") % {"email": row.email})
    return redirect("directory:team", cluster=cluster.slug)


@audience(Audience.MANAGER, methods=("POST",))
def invitation_revoke(request: HttpRequest, cluster: Cluster, invitation: UUID) -> HttpResponse:
    row = _one(cluster, invitation)
    actions.revoke_invitation(row, by=visitor.person_of(request))
    messages.success(
        request, _("The invitation of %(email)s is revoked. Its links lead nowhere.") % {"email": row.email}
    )
    return redirect("directory:team", cluster=cluster.slug)


def cards_of(cluster: Cluster) -> list[dict[str, Any]]:
    """One card for each invitation: its state in a word, and what can be done with it."""
    return [_card(row) for row in invitations.invitations_of(cluster)]


def _card(row: Invitation) -> dict[str, Any]:
    state = row.state(at=now())
    path = reverse("account_invitation_link", kwargs={"key": invitations.token_of(row, invitations.BY_COPY)})
    return {
        "row": row,
        "badge": Badge(str(state.label), TONES[state]),
        "can_change": state != "accepted",
        "link": f"{settings.SITE_ADDRESS}{path}" if row.is_open(at=now()) else "",
    }


def _one(cluster: Cluster, invitation: UUID) -> Invitation:
    row = invitations.invitation_of(cluster, invitation)
    if row is None:
        raise Http404
    return row


def _line(cluster: Cluster, typed: Typed, place: Any, role: str, *, by: Person | None) -> Line:
    """What would become of an address, or what became of it when somebody sends."""
    expected = _expected(cluster, typed, place, role)
    return _sent(cluster, typed, place, role, by=by) if by and expected.is_good else expected


def _expected(cluster: Cluster, typed: Typed, place: Any, role: str) -> Line:
    if not typed.address:
        return Line(typed.text, _("This is no mail address."), is_good=False)
    standing = invitations.standing_of_address(cluster, typed.address, organisation_id=place.pk, role=role)
    words = {"held": _("Holds this role already."), "invited": _("Is invited already."), "": _("Will be invited.")}
    return Line(typed.address, words[standing], is_good=not standing)


def _sent(cluster: Cluster, typed: Typed, place: Any, role: str, *, by: Person) -> Line:
    try:
        _spend(cluster, typed.address, by=by)
        actions.invite_person(cluster, organisation=place, role=role, email=typed.address, by=by)
    except TooMany:
        return Line(typed.address, _("Not sent: too many invitations today. Try again tomorrow."), is_good=False)
    except NotAllowed:
        return Line(typed.address, _("Not sent: you may not give this role there."), is_good=False)
    except RuleBroken as broken:
        return Line(typed.address, broken.message, is_good=False)
    return Line(typed.address, _("Sent."), is_good=True)


def _spend(cluster: Cluster, address: str, *, by: Person) -> None:
    """One invitation of a person, of a cluster and to an address.

    Raises: TooMany.
    """
    limits.spend("invitations to address", address, most=INVITATIONS_TO_AN_ADDRESS_A_DAY, seconds=DAY)
    limits.spend("invitations of person", by.pk, most=INVITATIONS_OF_A_PERSON_A_DAY, seconds=DAY)
    limits.spend("invitations of cluster", cluster.pk, most=INVITATIONS_OF_A_CLUSTER_A_DAY, seconds=DAY)
