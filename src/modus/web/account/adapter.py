"""How accounts behave here: whoever signs up gets a person of her own and no right."""

from typing import Any, ClassVar
from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from modus.directory import actions


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

    def get_from_email(self) -> str:
        return str(settings.DEFAULT_FROM_EMAIL)

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
        """Send a mail whose links lead to the configured address, whatever the request says of its host."""
        said = {name: _at_site(value) if name.endswith("_url") else value for name, value in context.items()}
        super().send_mail(template_prefix, email, {**said, "site_name": settings.SITE_NAME})

    def format_email_subject(self, subject: str) -> str:
        return f"{settings.SITE_NAME}: {subject}"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account:person")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("public:home")


def _at_site(address: str) -> str:
    site, parts = urlsplit(settings.SITE_ADDRESS), urlsplit(address)
    return urlunsplit((site.scheme, site.netloc, parts.path, parts.query, ""))
