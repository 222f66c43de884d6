"""Changing the address that one signs in with: asked for, confirmed by the new mailbox, undone by the old one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from modus.core.errors import RuleBroken
from modus.core.links import Purpose
from modus.directory import actions
from modus.directory.queries import accounts
from modus.web.account import asking, limiting
from modus.web.account.forms import AddressForm
from modus.web.account.proving import proved
from modus.web.account.views.mailed import dead_link
from modus.web.ui import visitor
from modus.web.ui.audience import Audience, audience
from modus.web.ui.forms import carried_out, form_page, posted

if TYPE_CHECKING:
    from collections.abc import Callable

FORM = ("GET", "POST")


@audience(Audience.SIGNED_IN, methods=FORM)
@proved
def address(request: HttpRequest) -> HttpResponse:
    own = visitor.person_of(request)
    form = AddressForm(posted(request))
    form.fields["email"].label = _("New address")
    if form.is_bound and form.is_valid():
        limiting.spend_mail_of(own)
        limiting.spend_mail_to(request, form.cleaned_data["email"])

    def ask(said: dict[str, Any]) -> object:
        return _asked(own, said["email"])

    if carried_out(form, ask):
        messages.success(request, _("Look into both mailboxes: the new one confirms, the old one can take it back."))
        return redirect("account:person")
    return form_page(request, "account/address.html", {"form": form})


@transaction.atomic
def _asked(own: Any, email: str) -> bool:
    """Ask, and write to both mailboxes; an address that has an account gets nothing, and nobody is told."""
    is_free = accounts.account_or_free(email)[1]
    confirming, undoing = actions.ask_for_address(own, email=email, by=own)
    get_adapter().send_mail("address_notice", own.user.email, {"link": asking.address_of(undoing), "new": email})
    with transaction.atomic():
        get_adapter().send_mail("address_confirm", email, {"link": asking.address_of(confirming)})
        transaction.set_rollback(not is_free)
    return True


@audience(Audience.EVERYBODY, methods=FORM)
def address_confirm(request: HttpRequest) -> HttpResponse:
    return _by_link(request, Purpose.NEW_ADDRESS, actions.confirm_new_address, "account/address_confirm.html")


@audience(Audience.EVERYBODY, methods=FORM)
def address_undo(request: HttpRequest) -> HttpResponse:
    return _by_link(request, Purpose.OLD_ADDRESS, actions.take_address_back, "account/address_undo.html")


def _by_link(request: HttpRequest, purpose: Purpose, act: Callable[..., Any], template: str) -> HttpResponse:
    found = asking.opened_link(request, purpose)
    person = accounts.person_with_account(found.user) if found and found.user else None
    if found is None or person is None:
        return dead_link(request)
    if request.method != "POST":
        return render(request, template, {"email": found.email, "present": person.user.email if person.user else ""})
    try:
        act(found, by=person)
    except RuleBroken:
        return dead_link(request)
    asking.forget(request)
    if purpose == Purpose.OLD_ADDRESS:
        asking.mail_password_link(found.email)
        messages.success(request, _("Your old address counts. Set a new password with the mail that is on its way."))
    else:
        messages.success(request, _("Your address is changed. Sign in with it from now on."))
    return redirect("account_login")
