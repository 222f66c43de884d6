"""Signing in and out, passwords and addresses by django-allauth, each with its audience; and the own person."""

from functools import partial, wraps
from http import HTTPStatus
from typing import Any

from allauth.account import views as ready
from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from modus.directory.queries.history import newest_change
from modus.web.account import own_person
from modus.web.account.forms import PersonForm
from modus.web.ui import visitor
from modus.web.ui.audience import Audience, View, audience
from modus.web.ui.forms import carried_out, form_page, posted

FORM = ("GET", "POST")


def _ours(view: View) -> View:
    """A page of allauth that forgets a strange place to go on to, and answers 422 when it refuses a form."""

    @wraps(view)
    def answering(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        _forget_strange_next(request)
        response = view(request, **kwargs)
        if request.method == "POST" and response.status_code == HTTPStatus.OK:
            response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response

    return answering


def _forget_strange_next(request: HttpRequest) -> None:
    """A place to go on to that is no page of this site is not even repeated in the form."""
    if REDIRECT_FIELD_NAME in request.GET and not get_adapter().is_safe_url(request.GET[REDIRECT_FIELD_NAME]):
        kept = request.GET.copy()
        del kept[REDIRECT_FIELD_NAME]
        request.GET = kept  # type: ignore[assignment]


sign_in = audience(Audience.EVERYBODY, methods=FORM)(_ours(ready.login))
sign_out = audience(Audience.EVERYBODY, methods=("POST",))(_ours(ready.logout))
sign_up = audience(Audience.EVERYBODY, methods=FORM)(_ours(ready.signup))
inactive = audience(Audience.EVERYBODY)(_ours(ready.account_inactive))
address_sent = audience(Audience.EVERYBODY)(_ours(ready.email_verification_sent))
address_confirm = audience(Audience.EVERYBODY, methods=FORM)(_ours(ready.confirm_email))
password_reset = audience(Audience.EVERYBODY, methods=FORM)(_ours(ready.password_reset))
password_reset_sent = audience(Audience.EVERYBODY)(_ours(ready.password_reset_done))
password_reset_key = audience(Audience.EVERYBODY, methods=FORM)(_ours(ready.password_reset_from_key))
password_reset_done = audience(Audience.EVERYBODY)(_ours(ready.password_reset_from_key_done))
password_change = audience(Audience.SIGNED_IN, methods=FORM)(_ours(ready.password_change))
password_set = audience(Audience.SIGNED_IN, methods=FORM)(_ours(ready.password_set))
prove = audience(Audience.SIGNED_IN, methods=FORM)(_ours(ready.reauthenticate))


@audience(Audience.SIGNED_IN, methods=("GET", "POST"))
def person(request: HttpRequest) -> HttpResponse:
    own = visitor.person_of(request)
    form = PersonForm(posted(request), initial={**own_person.facts_of(own), "version": own.state})
    form.last_change = partial(newest_change, (own.pk,))
    saved = carried_out(form, lambda said: own_person.correct(own, said))
    if saved:
        messages.success(request, _("Saved."))
        return redirect("account:person")
    return form_page(request, "account/person.html", own_person.page(own, form))
