"""Tokens for tests, with the secret that only their maker ever sees."""

from datetime import timedelta
from typing import Any

from modus.core.time import today
from modus.core.tokens import SHOWN, Token, digest_of, new_secret
from modus.directory.models import Person
from modus.directory.rules import AREAS


def token_of(person: Person, place: Any = None, **facts: Any) -> tuple[Token, str]:
    """A token that reads and writes everything in a place, unless told otherwise; and its secret."""
    secret = new_secret()
    usual = {"areas": sorted(AREAS), "may_write": True, "expires_on": today() + timedelta(days=30), "name": "Program"}
    made = Token.objects.create(
        user=person.user,
        scope_id=place.pk if place else None,
        digest=digest_of(secret),
        beginning=secret[:SHOWN],
        **{**usual, **facts},
    )
    return made, secret
