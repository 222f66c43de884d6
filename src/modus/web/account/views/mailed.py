"""Pages of mailed links: ask for one, open it, and use it. Opening changes nothing; only a button does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, get_user_model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from modus.core import links
from modus.core.errors import RuleBroken
from modus.core.links import Purpose
from modus.directory import actions, queries
from modus.directory.queries import accounts
from modus.web.account import asking, limiting
from modus.web.account.forms import AddressForm, CodeForm, NewPasswordForm, SignUpForm
from modus.web.ui.audience import Audience, audience
from modus.web.ui.forms import carried_out, form_page, posted

if TYPE_CHECKING:
    from modus.core.links import MailedLink

FORM = ("GET", "POST")
PAGES = {
    Purpose.SIGN_IN: "account_sign_in_confirm",
    Purpose.SIGN_UP: "account_sign_up_finish",
    Purpose.NEW_PASSWORD: "account_new_password",
    Purpose.NEW_ADDRESS: "account_address_confirm",
    Purpose.OLD_ADDRESS: "account_address_undo",
}


@audience(Audience.EVERYBODY)
def link(request: HttpRequest, key: str) -> HttpResponse:
    """Open a link: this browser remembers its number, and the secret part leaves the address line."""
    found = links.link_with_token(key)
    if found is None or (found.purpose == Purpose.SIGN_UP and not asking.may_sign_up()):
        return dead_link(request)
    request.session[asking.OPENED] = str(found.pk)
    return without_referrer(redirect(PAGES[Purpose(found.purpose)]))


def dead_link(request: HttpRequest) -> HttpResponse:
    """One answer for a link that was used, is too old, was called back or never was."""
    return without_referrer(render(request, "account/link_dead.html", status=404))


def without_referrer(response: HttpResponse) -> HttpResponse:
    """An address with a secret in it is told to no other page and kept by no cache."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


@audience(Audience.EVERYBODY, methods=FORM)
def sign_up(request: HttpRequest) -> HttpResponse:
    if not asking.may_sign_up():
        return render(request, "account/signup_closed.html", status=403 if request.method == "POST" else 200)
    return _asked(request, asking.ask_to_sign_up, "account/signup.html")


@audience(Audience.EVERYBODY, methods=FORM)
def sign_in_link(request: HttpRequest) -> HttpResponse:
    return _asked(request, asking.ask_to_sign_in, "account/sign_in_link.html")


@audience(Audience.EVERYBODY, methods=FORM)
def password_reset(request: HttpRequest) -> HttpResponse:
    return _asked(request, asking.ask_for_password, "account/password_reset.html")


def _asked(request: HttpRequest, ask: Callable[[HttpRequest, str], None], template: str) -> HttpResponse:
    """A page with an address; after it, whatever the address, the same page."""
    form = AddressForm(posted(request), initial={"email": request.GET.get("email", "")[:254]})
    if form.is_bound and form.is_valid():
        ask(request, form.cleaned_data["email"])
        return redirect("account_link_sent")
    return form_page(request, template, {"form": form})


@audience(Audience.EVERYBODY, methods=FORM)
def link_sent(request: HttpRequest) -> HttpResponse:
    """Look into your mailbox; whoever reads it elsewhere types the code here."""
    form = CodeForm(posted(request))
    if form.is_bound and form.is_valid():
        limiting.spend_by_network(request, "code")
        limiting.spend_code(request.session.get(asking.ASKED, ""))
        found = asking.asked_link(request)
        if found is not None and links.has_code(found, form.cleaned_data["code"]):
            request.session[asking.OPENED] = str(found.pk)
            return redirect(PAGES[Purpose(found.purpose)])
        form.add_error("code", _("This code is not right, or the mail is too old. Ask for a new mail."))
    return form_page(request, "account/link_sent.html", {"form": form})


@audience(Audience.EVERYBODY, methods=FORM)
def sign_in_confirm(request: HttpRequest) -> HttpResponse:
    """Sign in by the link that was opened, in the browser in which it was asked for."""
    found = asking.opened_link(request, Purpose.SIGN_IN)
    if found is None or found.user is None:
        return dead_link(request)
    if not asking.is_of_this_browser(request, found):
        return render(request, "account/link_elsewhere.html", status=422 if request.method == "POST" else 200)
    if request.method == "GET" or request.method == "HEAD":
        return render(request, "account/sign_in_confirm.html", {"email": found.email})
    person = accounts.person_with_account(found.user)
    if person is None:
        return dead_link(request)
    try:
        actions.enter_by_link(found, by=person)
    except RuleBroken:
        return dead_link(request)
    return _enter(request, found, person.user)


@audience(Audience.EVERYBODY, methods=FORM)
def sign_up_finish(request: HttpRequest) -> HttpResponse:
    """Make the account for the address that was proved, and be signed in."""
    found = asking.opened_link(request, Purpose.SIGN_UP)
    if found is None or not asking.may_sign_up():
        return dead_link(request)
    form = SignUpForm(posted(request), user=get_user_model()(email=found.email))
    person = carried_out(form, lambda said: _made(found, said))
    if person:
        messages.success(request, _("Your account is made."))
        return _enter(request, found, person.user)
    return form_page(request, "account/sign_up_finish.html", {"form": form, "email": found.email})


def _made(found: MailedLink, said: dict[str, Any]) -> Any:
    names = {"given_name": said["given_name"], "family_name": said["family_name"]}
    return actions.make_account_by_link(found, password=said["password"], names=names, by=queries.clock())


@audience(Audience.EVERYBODY, methods=FORM)
def new_password(request: HttpRequest) -> HttpResponse:
    """Set a new password by the link that was opened; signing in comes after, with the second factor if any."""
    found = asking.opened_link(request, Purpose.NEW_PASSWORD)
    person = accounts.person_with_account(found.user) if found and found.user else None
    if found is None or person is None:
        return dead_link(request)
    form = NewPasswordForm(posted(request), user=person.user)

    def renew(said: dict[str, Any]) -> object:
        renewed = actions.renew_password_by_link(found, password=said["password"], by=person)
        return actions.revoke_tokens(renewed, by=renewed) if said["end_tokens"] else renewed

    if carried_out(form, renew):
        asking.forget(request)
        limiting.forgive_account("sign in", found.email)
        get_adapter().send_mail("password_changed", found.email, {})
        messages.success(request, _("Your password is changed, and all sessions have ended. Sign in with the new one."))
        return redirect("account_login")
    return form_page(request, "account/new_password.html", {"form": form, "email": found.email})


def _enter(request: HttpRequest, found: MailedLink, account: Any) -> HttpResponse:
    """Sign in, by way of the second factor where there is one."""
    asking.forget(request)
    record_authentication(request, account, method="code", email=found.email)
    onward = found.data.get(REDIRECT_FIELD_NAME) or None
    return perform_login(request, Login(user=account, redirect_url=onward, email=found.email))
