"""To the identity provider and back; and the link between it and an account."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter as get_social_adapter
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from requests import RequestException

from modus.directory import actions
from modus.web.account.provider import PROVIDER, SsoAdapter
from modus.web.account.proving import proved
from modus.web.ui import visitor
from modus.web.ui.audience import Audience, audience


@audience(Audience.EVERYBODY, methods=("POST",))
def sso_sign_in(request: HttpRequest) -> HttpResponse:
    return _to_provider(request, AuthProcess.LOGIN, get_next_redirect_url(request))


@audience(Audience.SIGNED_IN, methods=("POST",))
@proved
def provider_link(request: HttpRequest) -> HttpResponse:
    return _to_provider(request, AuthProcess.CONNECT, None)


@audience(Audience.EVERYBODY, methods=("GET", "POST"))
def sso_return(request: HttpRequest) -> HttpResponse:
    """The provider sends a browser back by GET, which may change nothing: the page posts what came at once."""
    _require_provider()
    if request.method != "POST":
        response = render(request, "account/sso_return.html", {"here": request.get_full_path()})
        response.headers["Cache-Control"] = "no-store"
        return response
    return OAuth2CallbackView.adapter_view(SsoAdapter(request, PROVIDER))(request)


@audience(Audience.SIGNED_IN, methods=("POST",))
@proved
def provider_unlink(request: HttpRequest) -> HttpResponse:
    own = visitor.person_of(request)
    actions.unlink_provider(own, by=own)
    get_adapter().send_notification_mail("account_disconnected", request.user, {"provider": settings.OIDC_NAME})
    messages.success(request, _("The link is removed."))
    return redirect("account:person")


def _to_provider(request: HttpRequest, process: AuthProcess, onward: str | None) -> HttpResponse:
    _require_provider()
    provider: Any = get_social_adapter().get_provider(request, PROVIDER)
    try:
        return provider.redirect(request, process, next_url=onward)
    except (OAuth2Error, RequestException):
        messages.error(request, _("The provider does not answer. Sign in another way, or try again in a minute."))
        return redirect("account_login")


def _require_provider() -> None:
    if not settings.OIDC_NAME:
        raise Http404
