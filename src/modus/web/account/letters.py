"""The letters about accounts, what each says; all have one form: a text, perhaps a link and a code, a closing word."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from modus.core.links import DAY, HOUR


@dataclass(frozen=True)
class Letter:
    """The words of a mail, and after how many seconds it is not worth sending; `text` may name `site` and more."""

    subject: str | Promise
    text: str | Promise
    closing: str | Promise = ""
    seconds: int = DAY


NOT_YOU = gettext_lazy(
    "If it was not you: set a new password at once, and end all other sessions on the page of your account."
)
DO_NOTHING = gettext_lazy("If it was not you, do nothing: without this mail nobody gets any further.")

LETTERS = {
    "sign_in_link": Letter(
        gettext_lazy("Your link to sign in"),
        gettext_lazy("Open this page in the browser in which you asked for it. It works once, for 15 minutes."),
        DO_NOTHING,
        HOUR // 4,
    ),
    "sign_up": Letter(
        gettext_lazy("Make your account"),
        gettext_lazy(
            "Somebody wants to make an account with this address at %(site)s. If it was you, go on here within a day."
        ),
        DO_NOTHING,
    ),
    "account_already_exists": Letter(
        gettext_lazy("You have an account already"),
        gettext_lazy(
            "Somebody tried to make an account with this address at %(site)s, but you have one already. "
            "If it was you, sign in with this link, in the browser in which you asked, within 15 minutes."
        ),
        gettext_lazy("If it was not you, do nothing."),
        HOUR // 4,
    ),
    "new_password": Letter(
        gettext_lazy("Set a new password"),
        gettext_lazy(
            "You, or somebody else, asked for a new password for your account at %(site)s. "
            "Open this page within an hour to set one."
        ),
        gettext_lazy("If you did not ask, do nothing: your password stays as it is."),
        HOUR,
    ),
    "too_many_tries": Letter(
        gettext_lazy("Somebody tries to sign in as you"),
        gettext_lazy(
            "There were too many tries to sign in to your account at %(site)s with a wrong password or code. "
            "We take no more for up to 15 minutes. You can sign in meanwhile with a link by mail."
        ),
        gettext_lazy("If it was you, nothing is lost. If not, your account is as safe as its password."),
    ),
    "password_changed": Letter(
        gettext_lazy("Your password was changed"),
        gettext_lazy("The password of your account at %(site)s was changed, and all other sessions have ended."),
        NOT_YOU,
    ),
    "password_set": Letter(
        gettext_lazy("Your password was set"),
        gettext_lazy("Your account at %(site)s has a password now, and all other sessions have ended."),
        NOT_YOU,
    ),
    "address_confirm": Letter(
        gettext_lazy("Confirm your new address"),
        gettext_lazy(
            "Somebody wants to sign in at %(site)s with this address from now on. "
            "If it was you, confirm it within a day."
        ),
        DO_NOTHING,
    ),
    "address_notice": Letter(
        gettext_lazy("Your address is about to change"),
        gettext_lazy(
            "Somebody signed in to your account at %(site)s asked to change its address to %(new)s. "
            "If it was you, confirm the mail that went there. If not, stop it or take it back here, within seven days."
        ),
    ),
    "address_taken_back": Letter(
        gettext_lazy("Your address stays"),
        gettext_lazy(
            "The change of the address of your account at %(site)s was taken back. All sessions have ended and the "
            "password is taken away: set a new one here within an hour."
        ),
    ),
    "totp_activated": Letter(
        gettext_lazy("An authenticator app was added"),
        gettext_lazy("Signing in to your account at %(site)s now also asks for a code of an authenticator app."),
        NOT_YOU,
    ),
    "totp_deactivated": Letter(
        gettext_lazy("The authenticator app was removed"),
        gettext_lazy("Signing in to your account at %(site)s does not ask for a code of an app any more."),
        NOT_YOU,
    ),
    "webauthn_added": Letter(
        gettext_lazy("A passkey was added"),
        gettext_lazy("You can now sign in to your account at %(site)s with a further passkey."),
        NOT_YOU,
    ),
    "webauthn_removed": Letter(
        gettext_lazy("A passkey was removed"),
        gettext_lazy("One of the passkeys of your account at %(site)s does not work any more."),
        NOT_YOU,
    ),
    "recovery_codes_generated": Letter(
        gettext_lazy("New recovery codes were made"),
        gettext_lazy("Your account at %(site)s has new recovery codes. The old ones do not work any more."),
        NOT_YOU,
    ),
    "account_connected": Letter(
        gettext_lazy("A way to sign in was added"),
        gettext_lazy("Your account at %(site)s can now also be entered by %(provider)s."),
        NOT_YOU,
    ),
    "account_disconnected": Letter(
        gettext_lazy("A way to sign in was removed"),
        gettext_lazy("Your account at %(site)s cannot be entered by %(provider)s any more."),
        NOT_YOU,
    ),
}


def letter(name: str, context: Mapping[str, Any]) -> dict[str, Any]:
    """What the template of all letters shows."""
    words = LETTERS[name]
    said = {"site": settings.SITE_NAME, "new": context.get("new", ""), "provider": context.get("provider", "")}
    return {
        "subject": str(words.subject),
        "text": str(words.text) % said,
        "closing": str(words.closing),
        "code": context.get("code", ""),
        **({"link_url": context["link"]} if "link" in context else {}),
    }
