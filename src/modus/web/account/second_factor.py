"""Second factors by allauth.mfa: secrets are stored sealed, a code works once, and tries are limited."""

import base64
import hashlib
from functools import lru_cache
from typing import Any

import qrcode
from allauth.account.adapter import get_adapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.internal.auth import validate_totp_code
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm, ReauthenticateWebAuthnForm
from cryptography.fernet import Fernet
from django import forms
from django.conf import settings
from django.core import signing
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from modus.core.limits import TooMany
from modus.web.account import limiting

# Longer than any code is taken: one half minute before and one after the present.
SECONDS_OF_A_CODE = 180
SECONDS_TO_ADD_AN_APP = 3600


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right, or it was used before."),
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret, so that the database alone opens no account."""
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _seal().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return str(settings.SITE_NAME)

    def _get_site_name(self) -> str:
        return str(settings.SITE_NAME)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        get_adapter().send_notification_mail(*args, **kwargs)


@lru_cache(maxsize=2)
def _fernet(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"second factor {secret}".encode()).digest()))


def _seal() -> Fernet:
    return _fernet(settings.SECRET_KEY)


def _spend(user: Any) -> None:
    """Count a try at the second factor, and tell the owner when there are too many.

    Raises: TooMany.
    """
    try:
        limiting.spend_at_account("second factor", user.email)
    except TooMany as refused:
        if refused.is_first:
            get_adapter().tell_of_tries(user.email)
        raise


def _code_once(form: Any, clean: Any) -> str:
    """Take a code that is right and was never taken before."""
    _spend(form.user)
    code = str(clean())
    key = f"{form.user.pk} {''.join(code.split())}"
    if limiting.is_used_before("code of second factor", key, seconds=SECONDS_OF_A_CODE):
        raise form.adapter().validation_error("incorrect_code")
    limiting.forgive_account("second factor", form.user.email)
    return code


class _CodeField:
    """How the code is asked for."""

    fields: dict[str, forms.Field]
    adapter = staticmethod(SecondFactorAdapter)

    def _ask_plainly(self) -> None:
        self.fields["code"].label = _("Code")
        self.fields["code"].help_text = _("Six digits from your authenticator app, or one of your recovery codes.")
        self.fields["code"].widget = forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "20"}
        )


class CodeOnceForm(_CodeField, AuthenticateForm):
    """The code at signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ask_plainly()

    def clean_code(self) -> str:
        """Take a code that is right and was never taken before.

        Raises: TooMany.
        """
        return _code_once(self, super().clean_code)


class ProofCodeForm(_CodeField, ReauthenticateForm):
    """The code once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ask_plainly()

    def clean_code(self) -> str:
        """Take a code that is right and was never taken before.

        Raises: TooMany.
        """
        return _code_once(self, super().clean_code)


class PasskeyForm(AuthenticateWebAuthnForm):
    """What a passkey answers at signing in with a password."""

    def clean_credential(self) -> Any:
        """Take the answer of a passkey of this account.

        Raises: TooMany.
        """
        _spend(self.user)
        return super().clean_credential()


class ProofPasskeyForm(ReauthenticateWebAuthnForm):
    """What a passkey answers before something that matters."""

    def clean_credential(self) -> Any:
        """Take the answer of a passkey of this account.

        Raises: TooMany.
        """
        _spend(self.user)
        return super().clean_credential()


class AppForm(forms.Form):
    """The first code of an app; its secret travels with the form, signed for this account, and is kept nowhere else."""

    code = forms.CharField(
        label=_("Code from the app"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    sealed = forms.CharField(widget=forms.HiddenInput, max_length=500)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    @property
    def secret(self) -> str:
        """The secret that the form carries; empty when it is not this account's or an hour old."""
        sealed = str(self["sealed"].value() or "")
        return open_secret(sealed, self.user)

    def clean_code(self) -> str:
        """The code that the app shows for this secret now.

        Raises: TooMany.
        """
        limiting.spend_at_account("second factor", self.user.email)
        code = "".join(str(self.cleaned_data["code"]).split())
        if not self.secret or not validate_totp_code(self.secret, code):
            raise forms.ValidationError(_("This code is not right. Wait for the next one, and type that."))
        limiting.is_used_before("code of second factor", f"{self.user.pk} {code}", seconds=SECONDS_OF_A_CODE)
        limiting.forgive_account("second factor", self.user.email)
        return code


def seal_secret(secret: str, user: Any) -> str:
    """Bind a new secret to an account for an hour."""
    return signing.dumps([secret, str(user.pk)], salt="modus.second-factor")


def open_secret(sealed: str, user: Any) -> str:
    """The secret that was bound to an account, or nothing."""
    try:
        secret, owner = signing.loads(sealed, salt="modus.second-factor", max_age=SECONDS_TO_ADD_AN_APP)
    except signing.BadSignature:
        return ""
    return str(secret) if owner == str(user.pk) else ""


def qr_picture(text: str) -> SafeString:
    """A QR code as an SVG of one path, black on white in both themes, so that cameras read it."""
    code = qrcode.QRCode(border=3)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    return format_html(
        '<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="{1}"><rect width="{0}" height="{0}" fill="#fff"/>'
        '<path d="{2}" fill="#000"/></svg>',
        len(rows),
        _("QR code for the authenticator app"),
        path,
    )
