"""How accounts behave here: whoever signs up gets a person of her own and no right."""

from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit, urlunsplit

from allauth.account import app_settings as allauth_settings
from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from modus.core import outbox
from modus.core.time import now
from modus.directory import actions

# The mails that allauth asks for, each with its template.
MAILS = {
    "email_confirmation": "account/mail/email_confirmation.txt",
    "email_confirmation_signup": "account/mail/email_confirmation.txt",
    "password_reset_key": "account/mail/password_reset_key.txt",
    "account_already_exists": "account/mail/account_already_exists.txt",
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The address or the password is not right."),
        "too_many_login_attempts": _("Too many tries. Wait five minutes and try again."),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your password."),
        "invalid_password_reset": _("This link does not work any more."),
        "account_inactive": _("This account is switched off."),
        "rate_limited": _("Too many tries. Wait a minute and try again."),
    }

    @transaction.atomic
    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        user = super().save_user(request, user, form, commit)
        if commit:
            actions.record_own_person(user, given_name=user.email.partition("@")[0])
        return user

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.SIGN_UP_IS_OPEN)

    def is_safe_url(self, url: str | None) -> bool:
        """Whether one may be led there after signing in or out: a page of this site by its path, nothing else."""
        if not url or not url.startswith("/") or not url_has_allowed_host_and_scheme(url, allowed_hosts=None):
            return False
        try:
            resolve(urlsplit(url).path)
        except (Resolver404, ValueError):
            return False
        return True

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put a mail into the outbox, before all others; its links lead to the configured address, whatever the request
        says of its host."""
        name = template_prefix.rpartition("/")[2]
        outbox.put(
            MAILS[name],
            email,
            context={key: _path_of(value) for key, value in context.items() if key.endswith("_url")},
            topic="account",
            by=None,
            user=context.get("user"),
            priority=outbox.Priority.SIGN_IN,
            stale_after=now() + _life_of(name),
        )

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account:person")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("public:home")


def _path_of(address: str) -> str:
    parts = urlsplit(address)
    return urlunsplit(("", "", parts.path, parts.query, ""))


def _life_of(name: str) -> timedelta:
    """How long the link of a mail works: after that the mail is no longer worth sending."""
    if name.startswith("password_reset"):
        return timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    return timedelta(days=allauth_settings.EMAIL_CONFIRMATION_EXPIRE_DAYS)
