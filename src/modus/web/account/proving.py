"""Proving once more who one is, before something that keeps strangers out is changed."""

import time
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from modus.web.ui.audience import View


def has_proved(request: HttpRequest) -> bool:
    """Whether this session has proved its owner within the last ten minutes, in signing in or since."""
    records = get_authentication_records(request, request.user)  # type: ignore[arg-type]
    newest = max((record.get("at", 0) for record in records), default=0)
    return time.time() - newest < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def proved(view: View) -> View:
    """A page for whoever has just proved who she is; others prove it first. What they sent is kept nowhere."""

    @wraps(view)
    def asking(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return view(request, **kwargs) if has_proved(request) else _ask(request)

    return asking


def _ask(request: HttpRequest) -> HttpResponse:
    """By password, code or passkey; who has none of them gets a link by mail."""
    methods = get_adapter().get_reauthentication_methods(request.user)
    if request.method == "POST":
        messages.info(request, _("Prove first that it is you, then do it again. Nothing was changed."))
    where = methods[0]["url"] if methods else reverse("account_sign_in_link")
    return redirect(f"{where}?{urlencode({REDIRECT_FIELD_NAME: request.path})}")
