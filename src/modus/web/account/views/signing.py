"""Signing in and out with a password, and changing it, by django-allauth; each page with its audience."""

from functools import wraps
from http import HTTPStatus
from typing import Any

from allauth.account import views as ready
from allauth.account.adapter import get_adapter
from allauth.mfa.base import views as factor_views
from allauth.mfa.webauthn import views as passkey_views
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse

from modus.web.account import proving
from modus.web.ui.audience import Audience, View, audience

FORM = ("GET", "POST")


def ours(view: View) -> View:
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


def _sign_in(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """The page to sign in also names the identity provider, if there is one."""
    response = ready.login(request, **kwargs)
    if getattr(response, "context_data", None) is not None:
        response.context_data["provider_name"] = settings.OIDC_NAME
    return response


sign_in = audience(Audience.EVERYBODY, methods=FORM)(ours(_sign_in))
sign_out = audience(Audience.EVERYBODY, methods=("POST",))(ours(ready.logout))
inactive = audience(Audience.EVERYBODY)(ours(ready.account_inactive))
password_change = audience(Audience.SIGNED_IN, methods=FORM)(ours(ready.password_change))
password_set = audience(Audience.SIGNED_IN, methods=FORM)(proving.proved(ours(ready.password_set)))
prove = audience(Audience.SIGNED_IN, methods=FORM, is_on_the_way_in=True)(ours(ready.reauthenticate))
prove_by_code = audience(Audience.SIGNED_IN, methods=FORM, is_on_the_way_in=True)(ours(factor_views.reauthenticate))
prove_by_passkey = audience(Audience.SIGNED_IN, methods=FORM, is_on_the_way_in=True)(
    ours(passkey_views.reauthenticate_webauthn)
)
second_step = audience(Audience.EVERYBODY, methods=FORM)(ours(factor_views.authenticate))
sign_in_passkey = audience(Audience.EVERYBODY, methods=FORM)(ours(passkey_views.login_webauthn))
