"""Signing in by the identity provider that the operator names (OpenID Connect), on top of allauth.socialaccount."""

import hashlib
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core.exceptions import ImmediateHttpResponse, SignupClosedException
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from modus.algorithms.addresses import canonical_address
from modus.directory import actions, queries
from modus.directory.queries import accounts

PROVIDER = "sso"


class SsoAdapter(OpenIDConnectOAuth2Adapter):
    """The way to the provider and back: one configured address, a signed answer, and our nonce in it."""

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        return f"{settings.SITE_ADDRESS}{reverse('openid_connect_callback')}"

    def get_access_token_data(
        self, request: HttpRequest, app: Any, client: Any, pkce_code_verifier: str | None = None
    ) -> Any:
        self._nonce = nonce_of(pkce_code_verifier or "")
        return super().get_access_token_data(request, app, client, pkce_code_verifier=pkce_code_verifier)

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """Take what the provider says of somebody, if it says so to us, now, and about one and the same person.

        Raises: OAuth2Error.
        """
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("The provider gave no ID token.")
        login = super().complete_login(request, app, token, **kwargs)
        said = login.account.extra_data
        if said["id_token"].get("nonce") != self._nonce:
            raise OAuth2Error("The ID token was not made for this sign-in.")
        if said.get("userinfo", {}).get("sub", said["id_token"]["sub"]) != said["id_token"]["sub"]:
            raise OAuth2Error("The provider speaks of two people.")
        return login

    def _decode_id_token(self, app: Any, id_token: str) -> Any:
        """Verify the signature although the token comes by TLS: one proof more, for one request more."""
        return jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
            verify_signature=True,
        )


class SsoProvider(OpenIDConnectProvider):
    """The provider of the settings; each sign-in carries a nonce that only this browser's session can tell."""

    def get_pkce_params(self) -> dict[str, str]:
        params = dict(super().get_pkce_params())
        return {**params, "nonce": nonce_of(params["code_verifier"])}

    def get_oauth2_adapter(self, request: HttpRequest) -> SsoAdapter:
        return SsoAdapter(request, PROVIDER)


def nonce_of(code_verifier: str) -> str:
    """The nonce that belongs to a sign-in; its secret stands in the session until the provider answers."""
    return hashlib.sha256(f"nonce {code_verifier}".encode()).hexdigest()


class SocialAdapter(DefaultSocialAccountAdapter):
    """Who may come in by the provider: whoever is linked; and, where sign-up is open, whoever has no account yet."""

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Any:
        found = super().get_provider(request, provider, client_id)
        return SsoProvider(request, app=found.app)

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Decide before anybody is signed in.

        Raises: ImmediateHttpResponse with the way to go on; SignupClosedException.
        """
        is_linking = sociallogin.state.get("process") == AuthProcess.CONNECT
        if is_linking and not request.user.is_authenticated:
            raise _back(request, _("Sign in first, then link your account on its page."))
        if is_linking or sociallogin.is_existing:
            return
        email = next((canonical_address(row.email) for row in sociallogin.email_addresses if row.verified is True), "")
        if not email:
            raise _back(request, _("The provider does not vouch for a mail address of yours."))
        if not accounts.account_or_free(email)[1]:
            raise _back(request, _("Your address has an account here. Sign in with it once, then link it on its page."))
        if not settings.SIGN_UP_IS_OPEN:
            raise SignupClosedException
        names = names_of(sociallogin.account.get_provider_account().get_user_data() or {}, email)
        person = actions.make_account(email, password=None, names=names, by=queries.clock())
        sociallogin.connect(request, person.user)

    def on_authentication_error(self, request: HttpRequest, provider: Any, **kwargs: Any) -> None:
        """Whatever went wrong, nobody is signed in; the page to sign in says so.

        Raises: ImmediateHttpResponse.
        """
        raise _back(request, _("Signing in with the provider did not work. Nothing was changed; try again."))

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return reverse("account:person")

    def send_notification_mail(self, template_prefix: str, user: Any, *args: Any, **kwargs: Any) -> None:
        context = {"provider": settings.OIDC_NAME}
        get_account_adapter().send_notification_mail(template_prefix, user, context)


def names_of(said: dict[str, Any], email: str) -> dict[str, str]:
    """The names that the provider gave, else the first part of the address."""
    given, family = (said.get(name) for name in ("given_name", "family_name"))
    first = given if isinstance(given, str) and given.strip() else email.partition("@")[0]
    return {"given_name": first[:100], "family_name": family[:100] if isinstance(family, str) else ""}


def _back(request: HttpRequest, words: str) -> ImmediateHttpResponse:
    messages.error(request, words)
    return ImmediateHttpResponse(redirect("account:person" if request.user.is_authenticated else "account_login"))
