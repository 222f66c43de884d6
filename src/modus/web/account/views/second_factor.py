"""Setting up and removing what guards an account beside its password."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.adapter import get_adapter as get_factor_adapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from allauth.mfa.webauthn.internal import auth as passkeys
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from modus.directory import actions
from modus.directory.queries import accounts
from modus.web.account.proving import proved
from modus.web.account.second_factor import AppForm, qr_picture, seal_secret
from modus.web.account.views.sessions import seal_anew
from modus.web.ui import visitor
from modus.web.ui.audience import Audience, audience
from modus.web.ui.forms import carried_out, form_page, posted
from modus.web.ui.once import ShownOnce

FORM = ("GET", "POST")


class PasskeyAddForm(AddWebAuthnForm):
    """A new passkey with the name by which its owner knows it."""

    passwordless = None
    name = forms.CharField(
        label=gettext_lazy("Name of the passkey"),
        max_length=60,
        help_text=gettext_lazy("So that you know it again, such as: laptop at work."),
    )


@audience(Audience.SIGNED_IN, is_on_the_way_in=True)
def second_factor(request: HttpRequest) -> HttpResponse:
    factors = accounts.second_factors_of(request.user)
    context = {
        "factors": factors,
        "is_owed": visitor.owes_second_factor(request),
        "codes_left": len(factors.codes.wrap().get_unused_codes()) if factors.codes else 0,
        "codes_were_shown": bool(factors.codes and factors.codes.wrap().did_view),
    }
    return render(request, "account/second_factor.html", context)


@audience(Audience.SIGNED_IN, methods=FORM, is_on_the_way_in=True)
@proved
def app_add(request: HttpRequest) -> HttpResponse:
    own = visitor.person_of(request)
    form = AppForm(posted(request), user=request.user, initial={"sealed": seal_secret(_secret(), request.user)})

    def add(said: dict[str, Any]) -> object:
        return actions.add_app(own, secret=form.secret, session_key=_key(request), by=own)

    if carried_out(form, add):
        return _begun(request, "totp_activated", _("The app is added. Now keep your recovery codes."))
    if not form.secret:
        return redirect("account:app-add")
    address = get_factor_adapter().build_totp_url(request.user, form.secret)
    context = {"form": form, "picture": qr_picture(address), "address": address, "secret": _in_groups(form.secret)}
    return form_page(request, "account/app_add.html", context)


@audience(Audience.SIGNED_IN, methods=FORM, is_on_the_way_in=True)
@proved
def passkey_add(request: HttpRequest) -> HttpResponse:
    own = visitor.person_of(request)
    form = PasskeyAddForm(posted(request), user=request.user)

    def add(said: dict[str, Any]) -> object:
        name, credential = said["name"], said["credential"]
        return actions.add_passkey(own, name=name, credential=credential, session_key=_key(request), by=own)

    if carried_out(form, add):
        return _begun(request, "webauthn_added", _("The passkey is added. Now keep your recovery codes."))
    options = passkeys.begin_registration(request.user, True)  # type: ignore[arg-type]
    return form_page(request, "account/passkey_add.html", {"form": form, "options": options})


@audience(Audience.SIGNED_IN, methods=FORM)
@proved
def factor_remove(request: HttpRequest) -> HttpResponse:
    own = visitor.person_of(request)
    number = request.GET.get("number", "") or request.POST.get("number", "")
    factors = accounts.second_factors_of(request.user)
    rows = [*factors.passkeys, *([factors.app] if factors.app else [])]
    found = next((row for row in rows if str(row.pk) == number), None)
    if found is None:
        raise Http404
    form = forms.Form(posted(request))

    def remove(_said: dict[str, Any]) -> object:
        return actions.remove_second_factor(own, number=found.pk, session_key=_key(request), by=own)

    if carried_out(form, remove):
        seal_anew(request)
        is_app = found == factors.app
        get_adapter().send_notification_mail("totp_deactivated" if is_app else "webauthn_removed", request.user)
        messages.success(request, _("It is removed, and all other sessions have ended."))
        return redirect("account:second-factor")
    context = {"form": form, "number": number, "name": str(found), "is_last": len(rows) == 1}
    return form_page(request, "account/factor_remove.html", context)


@audience(Audience.SIGNED_IN, methods=FORM, is_on_the_way_in=True)
@proved
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """The codes are made by a button, shown in its answer, and never again."""
    own = visitor.person_of(request)
    form = forms.Form(posted(request))
    codes = carried_out(form, lambda _said: actions.renew_recovery_codes(own, by=own))
    response = form_page(request, "account/recovery_codes.html", {"form": form, "codes": codes or []})
    if not codes:
        return response
    get_adapter().send_notification_mail("recovery_codes_generated", request.user)
    words = _("Your codes were made once, and shown then. Who did not keep them makes new ones.")
    return ShownOnce(response, location=request.path, words=words)


def _begun(request: HttpRequest, mail: str, words: str) -> HttpResponse:
    seal_anew(request)
    get_adapter().send_notification_mail(mail, request.user)
    messages.success(request, words)
    return redirect("account:recovery-codes")


def _key(request: HttpRequest) -> str:
    return str(request.session.session_key)


def _secret() -> str:
    return str(generate_totp_secret())


def _in_groups(secret: str) -> str:
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
