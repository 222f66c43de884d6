"""Pages about the team of a cluster: who is in it, who joins, who leaves, and the hand-over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from modus.core.errors import RuleBroken
from modus.core.time import say_day, today
from modus.directory import actions
from modus.directory.queries import enrolment, people
from modus.web.directory import person_list
from modus.web.directory.forms.member import EndForm
from modus.web.directory.forms.person import HandOverForm, TeamForm
from modus.web.directory.views.invitations import cards_of
from modus.web.ui import mails, visitor
from modus.web.ui.audience import Audience, audience
from modus.web.ui.forms import carried_out, form_page, posted

if TYPE_CHECKING:
    from modus.directory.models import Cluster, Person


@audience(Audience.MANAGER, methods=("GET", "POST"))
def team(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    cards = cards_of(cluster)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "directory/_invitations.html", {"cluster": cluster, "cards": cards})
    form = TeamForm(posted(request), initial={"starts_on": today()})
    person = carried_out(form, lambda said: _join(request, cluster, form, said))
    if person:
        mails.say_done(request, _("%(name)s belongs to the team.") % {"name": person.name})
        return redirect("directory:team", cluster=cluster.slug)
    lines = [(row, person_list.held(row)) for row in people.team_of(cluster, on=today())]
    return form_page(request, "directory/team.html", {"cluster": cluster, "form": form, "lines": lines, "cards": cards})


@audience(Audience.MANAGER, methods=("GET", "POST"))
def team_position_end(request: HttpRequest, cluster: Cluster, position: UUID) -> HttpResponse:
    row = next((one for one in people.team_of(cluster, on=today()) if one.pk == position), None)
    if row is None:
        raise Http404
    form = EndForm(posted(request), initial={"ends_on": today(), "version": row.state})
    by = visitor.person_of(request)
    if carried_out(form, lambda said: actions.end_position(row, by=by, **said)):
        words = {"name": row.person.name, "day": say_day(form.cleaned_data["ends_on"])}
        mails.say_done(request, _("The position of %(name)s ends on %(day)s.") % words)
        return redirect("home:home") if row.person_id == by.pk else redirect("directory:team", cluster=cluster.slug)
    context = {"cluster": cluster, "position": row, "form": form, **person_list.end_words(row)}
    return form_page(request, "directory/position_end.html", context)


@audience(Audience.MANAGER, methods=("GET", "POST"))
def hand_over(request: HttpRequest, cluster: Cluster) -> HttpResponse:
    rows = [row for row in people.team_of(cluster, on=today()) if row.role != "manager"]
    form = HandOverForm(posted(request), people=[row.person for row in rows], initial={"starts_on": today()})
    by = visitor.person_of(request)

    def pass_on(said: dict[str, Any]) -> object:
        return actions.hand_over(cluster, to=form.known[said["person"]], starts_on=said["starts_on"], by=by)

    done, asking = mails.done_after_preview(request, form, pass_on, back=request.path)
    if asking:
        return asking
    if done:
        mails.say_done(request, _("The cluster has a new manager. You can now end your own position."))
        return redirect("directory:team", cluster=cluster.slug)
    return form_page(request, "directory/hand_over.html", {"cluster": cluster, "form": form, "has_people": bool(rows)})


def _join(request: HttpRequest, cluster: Cluster, form: TeamForm, said: dict[str, Any]) -> Person:
    """Take somebody into the team.

    Raises: RuleBroken when she is new here and has no name, and as the action does.
    """
    known = enrolment.person_with_address(cluster, said["email"], on=today())
    if known is None and not said["given_name"]:
        raise RuleBroken(_("Nobody in this cluster has this address. Say the given name too."), field="given_name")
    terms = {"role": said["role"], "starts_on": said["starts_on"]}
    by = visitor.person_of(request)
    return actions.engage_person(cluster, organisation=cluster.organisation, facts=form.facts(), terms=terms, by=by)
