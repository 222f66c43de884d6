"""Pages on which a person makes tokens for her programs, sees when they were used, and revokes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from modus.core import tokens
from modus.web.account.own_tokens import lines_of, places_of
from modus.web.account.token_form import TokenForm
from modus.web.ui import visitor
from modus.web.ui.audience import Audience, audience
from modus.web.ui.forms import carried_out, form_page, posted
from modus.web.ui.once import ShownOnce

if TYPE_CHECKING:
    from modus.core.tokens import Token


@audience(Audience.SIGNED_IN)
def token_list(request: HttpRequest) -> HttpResponse:
    lines = lines_of(_own(request), places_of(visitor.rights_of(request)))
    return render(request, "account/token_list.html", {"lines": lines})


@audience(Audience.SIGNED_IN, methods=("GET", "POST"))
@sensitive_variables("issued", "secret")
def token_create(request: HttpRequest) -> HttpResponse:
    form = TokenForm(posted(request), places=places_of(visitor.rights_of(request)))
    by = visitor.person_of(request)
    issued = carried_out(form, lambda said: tokens.issue_token(**form.facts(), by=by))
    if issued is None:
        return form_page(request, "account/token_create.html", {"form": form})
    # Not a redirect: the secret would have to wait in a session or an address. This page is its only place.
    token, secret = issued
    response = render(request, "account/token_shown.html", {"token": token, "secret": secret})
    words = _("“%(name)s” was made once and shown then. Who did not copy it revokes it and makes another.")
    return ShownOnce(response, location=reverse("account:token-list"), words=words % {"name": token.name})


@audience(Audience.SIGNED_IN, methods=("POST",))
def token_revoke(request: HttpRequest, machine_token: UUID) -> HttpResponse:
    token = next((own for own in _own(request) if own.pk == machine_token), None)
    if token is None:
        raise Http404
    tokens.revoke_token(token, by=visitor.person_of(request))
    messages.success(request, _("“%(name)s” is revoked and opens nothing any more.") % {"name": token.name})
    return redirect("account:token-list")


def _own(request: HttpRequest) -> list[Token]:
    user: Any = request.user
    return tokens.tokens_of(user.pk)
