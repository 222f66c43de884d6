"""Leaving a cluster, and closing the account."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from modus.core.time import today
from modus.directory import actions
from modus.directory.queries.own_person import own_positions
from modus.web.account import own_person
from modus.web.account.proving import proved
from modus.web.ui import visitor
from modus.web.ui.audience import Audience, audience
from modus.web.ui.forms import carried_out, form_page, posted

FORM = ("GET", "POST")


@audience(Audience.SIGNED_IN, methods=FORM)
def position_leave(request: HttpRequest, position: UUID) -> HttpResponse:
    own = visitor.person_of(request)
    row = next((one for one in own_positions(own, on=today()) if one.pk == position), None)
    if row is None:
        raise Http404
    form = forms.Form(posted(request))
    if carried_out(form, lambda _said: actions.leave_position(row, by=own)):
        messages.success(request, _("You have left %(name)s.") % {"name": row.organisation.name})
        return redirect("account:person")
    return form_page(request, "account/position_leave.html", {"form": form, "position": row})


@audience(Audience.SIGNED_IN, methods=FORM)
@proved
def close(request: HttpRequest) -> HttpResponse:
    own = visitor.person_of(request)
    form = forms.Form(posted(request))
    if carried_out(form, lambda _said: actions.close_account(own, by=own)):
        logout(request)
        messages.success(request, _("Your account is closed."))
        return redirect("public:home")
    context = {"form": form, "positions": own_person.page(own, form)["positions"]}  # type: ignore[arg-type]
    return form_page(request, "account/close.html", context)
