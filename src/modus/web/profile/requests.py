"""Pages on which people ask to speak for an organisation, and on which those who may decide do so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from modus.core.time import today
from modus.directory import actions, queries
from modus.web.profile.forms import AskForm, DecisionForm
from modus.web.ui import mails, visitor
from modus.web.ui.audience import Audience, audience
from modus.web.ui.decisions import decide, request_lines
from modus.web.ui.forms import carried_out, form_page, posted

if TYPE_CHECKING:
    from modus.directory.models import JoinRequest


@audience(Audience.SIGNED_IN)
def request_list(request: HttpRequest) -> HttpResponse:
    return _list_page(request, DecisionForm())


@audience(Audience.SIGNED_IN, methods=("POST",))
def request_decide(request: HttpRequest, join_request: UUID) -> HttpResponse:
    waiting = next((one for one in _waiting(request) if one.pk == join_request), None)
    if waiting is None:
        raise Http404
    form = DecisionForm(request.POST)
    decided = carried_out(form, lambda said: decide(waiting, said, by=visitor.person_of(request)))
    if decided:
        mails.say_done(request, _("Decided: %(status)s.") % {"status": decided.get_status_display()})
        return redirect("profile:request-list")
    return _list_page(request, form, wrong=waiting)


@audience(Audience.SIGNED_IN, methods=("GET", "POST"))
def request_create(request: HttpRequest, organisation: UUID) -> HttpResponse:
    found = queries.organisation_to_ask_for(organisation, rights=visitor.rights_of(request), on=today())
    if found is None:
        raise Http404
    by = visitor.person_of(request)
    form = AskForm(posted(request))
    if carried_out(form, lambda said: actions.ask_for_organisation(found, message=said["message"], by=by)):
        messages.success(request, _("Asked. You see here when it is decided."))
        return redirect("profile:request-list")
    is_claim = not queries.somebody_speaks_for(found, on=today())
    return form_page(
        request, "profile/request_create.html", {"organisation": found, "form": form, "is_claim": is_claim}
    )


@audience(Audience.SIGNED_IN, methods=("POST",))
def request_withdraw(request: HttpRequest, join_request: UUID) -> HttpResponse:
    by = visitor.person_of(request)
    own = next((one for one in queries.requests_of(by) if one.pk == join_request), None)
    if own is None:
        raise Http404
    actions.withdraw_request(own, by=by)
    messages.success(request, _("Taken back."))
    return redirect("profile:request-list")


def _waiting(request: HttpRequest) -> list[JoinRequest]:
    return list(queries.requests_to_decide(visitor.person_of(request), visitor.rights_of(request), on=today()))


def _list_page(request: HttpRequest, form: DecisionForm, wrong: Any = None) -> HttpResponse:
    lines = request_lines(_waiting(request), form=form, url=_decide_url, wrong=wrong)
    asked = list(queries.requests_of(visitor.person_of(request)))
    return form_page(request, "profile/request_list.html", {"lines": lines, "asked": asked, "form": form})


def _decide_url(waiting: JoinRequest) -> str:
    return reverse("profile:request-decide", args=[waiting.pk])
