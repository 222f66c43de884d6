"""How accounts behave here: where one may be led, what is limited, and what is told by mail."""

from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from modus.core import outbox, sessions
from modus.core.limits import TooMany
from modus.core.time import now
from modus.directory import actions, queries
from modus.directory.queries import accounts
from modus.web.account import keeping, letters, limiting
from modus.web.ui import visitor


class AccountAdapter(DefaultAccountAdapter):
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The address or the password is not right."),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your password."),
        "incorrect_code": _("This code is not right, or it was used before."),
        "account_inactive": _("This account is switched off."),
    }

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

    def get_client_ip(self, request: HttpRequest) -> str:
        """Nobody's whereabouts are stored: the list of sessions says the device, and the limits keep hashes."""
        return "0.0.0.0"  # noqa: S104  not an address to listen at

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a try before any password is hashed, and tell the owner when there are too many.

        Raises: TooMany, the same whether or not there is an account.
        """
        address = credentials.get("email", "")
        limiting.spend_by_network(request, "sign in")
        try:
            limiting.spend_at_account("sign in", address)
        except TooMany as refused:
            if refused.is_first:
                self.tell_of_tries(address)
            raise
        self._tried = (request, address)

    def _rollback_login_failed_rl_usage(self) -> None:
        request, address = self._tried
        limiting.give_back(request, "sign in", address)

    def tell_of_tries(self, address: str) -> None:
        """Tell the owner of an account, if there is one, that somebody tries to get in."""
        account = accounts.account_with(address)
        if account:
            self.send_mail("too_many_tries", account.email, {})

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """An account whose address nobody has confirmed is entered by a mailed link only."""
        if user.is_active and not accounts.has_confirmed_address(user):
            return redirect("account_sign_in_link")
        return super().pre_login(request, user, **kwargs)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Our own pages ask (modus.web.account.proving), and keep nothing of what was sent while they ask."""
        return False

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        keeping.begin(request, visitor.rights_of(request))
        return response

    def logout(self, request: HttpRequest) -> None:
        """End the session on the server, and forget that it was there."""
        sessions.signed_out(str(request.session.session_key))
        super().logout(request)

    def set_password(self, user: Any, password: str) -> None:
        """Change a password by its owner; every open link of the account is dead from then on."""
        person = queries.person_of(user)
        if person:
            actions.change_own_password(person, password=password, by=person)
            user.refresh_from_db()

    def send_notification_mail(self, template_prefix: str, user: Any, *args: Any, **kwargs: Any) -> None:
        context = kwargs.get("context") or (args[0] if args else {})
        self.send_mail(template_prefix.rpartition("/")[2], user.email, context or {})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put one of our letters into the outbox, before all others; its link is a path of this site."""
        outbox.put(
            "account/mail/letter.txt",
            email,
            context=letters.letter(template_prefix, context),
            topic="account",
            by=None,
            priority=outbox.Priority.SIGN_IN,
            stale_after=now() + timedelta(seconds=letters.LETTERS[template_prefix].seconds),
        )

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account:person")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("public:home")
