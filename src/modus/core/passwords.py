"""Passwords: how they are hashed, and which are refused. The list of common ones is Django's own, read offline."""

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from modus.algorithms.text import fold

LEAST_LENGTH = 12
MOST_LENGTH = 128
# What has to remain of a password when a word that everybody knows of its owner is taken out.
LEAST_REST = 8
SHORTEST_WORD = 4


class Argon2id(Argon2PasswordHasher):
    """Argon2id with 32 MiB, three passes and one lane: above the least that OWASP asks for (19 MiB, two passes).

    One lane and little memory, so that twenty people who sign in at once take 640 MiB and not 2 GiB.
    """

    time_cost = 3
    memory_cost = 32 * 1024
    parallelism = 1


class LengthValidator:
    """At least twelve characters, and not so many that hashing them is work for an attacker to give us."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > MOST_LENGTH:
            raise ValidationError(_("A password has at most %(most)d characters.") % {"most": MOST_LENGTH})
        if len(password) < LEAST_LENGTH:
            raise ValidationError(_("A password has at least %(least)d characters.") % {"least": LEAST_LENGTH})

    def get_help_text(self) -> str:
        return _("At least twelve characters; a sentence is easier to remember than signs.")


class KnownWordsValidator:
    """Not made of the address, the name or the name of the site: whoever guesses tries these first."""

    def validate(self, password: str, user: Any = None) -> None:
        plain = fold(password).replace(" ", "")
        for word in _words_about(user):
            if word in plain and len(plain.replace(word, "")) < LEAST_REST:
                raise ValidationError(
                    _("Too much of this password is your name, your address or the name of this site.")
                )

    def get_help_text(self) -> str:
        return _("Not your name, your address or the name of this site.")


def _words_about(user: Any) -> list[str]:
    """The words that everybody knows; a form may name more of them as `known_words` of the account."""
    address = getattr(user, "email", "") or ""
    words = [address, *address.split("@"), *address.replace("@", ".").split("."), settings.SITE_NAME]
    words += getattr(user, "known_words", ())
    folded = {fold(word).replace(" ", "") for word in words}
    return sorted((word for word in folded if len(word) >= SHORTEST_WORD), key=len, reverse=True)
