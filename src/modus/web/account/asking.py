"""A mail with a link is asked for: what happens is the same whether or not an account exists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from modus.core import links
from modus.core.links import Purpose
from modus.directory.queries import accounts
from modus.web.account import limiting

if TYPE_CHECKING:
    from modus.core.links import MailedLink

# In the session: the number of the link that was asked for here, and of the one that was opened here. Neither opens
# anything: the secret part stands in the mail alone.
ASKED = "link_asked"
OPENED = "link_opened"


def ask_to_sign_in(request: HttpRequest, address: str) -> None:
    """Mail a link to sign in to whoever has an account.

    Raises: TooMany.
    """
    _ask(request, address, Purpose.SIGN_IN, "sign_in_link")


def ask_for_password(request: HttpRequest, address: str) -> None:
    """Mail a link to set a new password to whoever has an account.

    Raises: TooMany.
    """
    _ask(request, address, Purpose.NEW_PASSWORD, "new_password")


def ask_to_sign_up(request: HttpRequest, address: str) -> None:
    """Mail a link to make an account; who has one already gets a link to sign in.

    Raises: TooMany.
    """
    limiting.spend_mail_to(request, address)
    account, is_free = accounts.account_or_free(address)
    purpose = Purpose.SIGN_UP if is_free else Purpose.SIGN_IN
    name = "sign_up" if is_free else "account_already_exists"
    _mail(request, address, account, purpose, name, is_mailed=bool(is_free or account))


def mail_password_link(address: str) -> None:
    """Mail a link to set a password to an account whose password was taken away."""
    account = accounts.account_with(address)
    if account:
        _link, token = links.make_link(Purpose.NEW_PASSWORD, account.email, user=account)
        get_adapter().send_mail("address_taken_back", account.email, {"link": address_of(token)})


def address_of(token: str) -> str:
    """The path that a mail carries; the outbox puts the configured address before it."""
    return reverse("account_link", kwargs={"key": token})


def asked_link(request: HttpRequest) -> MailedLink | None:
    """The link that was asked for in this browser, if it can still be used."""
    key = str(request.session.get(ASKED, ""))
    found = (links.link_with_id(key, purpose) for purpose in (Purpose.SIGN_IN, Purpose.SIGN_UP, Purpose.NEW_PASSWORD))
    return next((link for link in found if link), None)


def opened_link(request: HttpRequest, purpose: Purpose) -> MailedLink | None:
    """The link of a kind that was opened in this browser, if it can still be used."""
    return links.link_with_id(str(request.session.get(OPENED, "")), purpose)


def is_of_this_browser(request: HttpRequest, link: MailedLink) -> bool:
    """Whether a link was asked for in the browser in which it is used now."""
    return request.session.get(ASKED) == str(link.pk)


def forget(request: HttpRequest) -> None:
    """Nothing is asked for and nothing is open any more."""
    request.session.pop(ASKED, None)
    request.session.pop(OPENED, None)


def _ask(request: HttpRequest, address: str, purpose: Purpose, name: str) -> None:
    limiting.spend_mail_to(request, address)
    account = accounts.account_with(address)
    _mail(request, address, account, purpose, name, is_mailed=bool(account))


def _mail(request: HttpRequest, address: str, account: Any, purpose: Purpose, name: str, *, is_mailed: bool) -> None:
    """Make a link in any case, so that an address without an account costs the same; mail it if there is a reader.

    A mail goes to the address that is stored, never to the one that was typed.
    """
    code = links.new_code()
    said = {REDIRECT_FIELD_NAME: _next_of(request)}
    stored = account.email if account else address
    with transaction.atomic():
        link, token = links.make_link(purpose, stored, user=account, data=said, code=code if is_mailed else "")
        with transaction.atomic():
            get_adapter().send_mail(name, stored, {"link": address_of(token), "code": code})
            # Written and taken back, so that the answer takes as long.
            transaction.set_rollback(not is_mailed)
    request.session[ASKED] = str(link.pk)


def _next_of(request: HttpRequest) -> str:
    """Where to go on to afterwards: a page of this site, or nothing."""
    wanted = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or ""
    return wanted if get_adapter().is_safe_url(wanted) else ""


def may_sign_up() -> bool:
    """Whether people may make an account without an invitation."""
    return bool(settings.SIGN_UP_IS_OPEN)
