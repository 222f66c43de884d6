"""Tokens by which a program acts for a person: shown once, kept as a digest, for one place, some areas and a year."""

import hashlib
import re
import secrets
import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Protocol

from django.db import models
from django.utils.translation import gettext as _

from modus.core import journal
from modus.core.errors import NotAllowed, RuleBroken
from modus.core.journal import action
from modus.core.time import now, today
from modus.core.users import User

# Scanners for secrets find a token by its beginning; behind it stand 160 bits from the system's own source of chance.
PREFIX = "modus_"
SECRET_BYTES = 20
SECRET = re.compile(rf"{PREFIX}[0-9a-f]{{{2 * SECRET_BYTES}}}")
SHOWN = len(PREFIX) + 4
LONGEST_LIFE = timedelta(days=365)
MOST_TOKENS = 20


class Bearer(Protocol):
    """Somebody with an account; `token` is the one by which she acts at the moment, if she does."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def name(self) -> str: ...
    @property
    def user_id(self) -> uuid.UUID | None: ...
    @property
    def token(self) -> "Token | None": ...


class Token(models.Model):
    """What a program may do for a person: in one scope or, without one, with her own things; the last day counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    beginning = models.CharField(max_length=SHOWN)
    digest = models.CharField(max_length=64, unique=True)
    scope_id = models.UUIDField(null=True)
    areas = models.JSONField(default=list)
    may_write = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_on = models.DateField()
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.beginning}…)"

    def is_valid(self, on: date) -> bool:
        """Whether it opens anything on a day."""
        return self.revoked_at is None and self.expires_on >= on


@action
def issue_token(
    *, name: str, place: models.Model | None, areas: Sequence[str], may_write: bool, expires_on: date, by: Bearer
) -> tuple[Token, str]:
    """Make a token of the acting person; its secret is given back this one time and kept nowhere.

    Raises: NotAllowed for somebody without an account, and for whoever acts by a token herself; RuleBroken naming the
    field.
    """
    if by.user_id is None or by.token is not None:
        raise NotAllowed
    _require_facts(name.strip(), areas, expires_on)
    if valid_tokens(by.user_id).count() >= MOST_TOKENS:
        raise RuleBroken(_("You have %(n)d tokens already. Revoke one first.") % {"n": MOST_TOKENS})
    secret = new_secret()
    token = Token.objects.create(
        user_id=by.user_id,
        name=name.strip(),
        beginning=secret[:SHOWN],
        digest=digest_of(secret),
        scope_id=place.pk if place else None,
        areas=sorted(set(areas)),
        may_write=may_write,
        expires_on=expires_on,
    )
    changes = {"name": [None, token.name], "areas": [None, token.areas], "may_write": [None, may_write]}
    journal.record(
        "core.token.issued", token, by=by, scope=place, changes={**changes, "expires_on": [None, expires_on]}
    )
    return token, secret


@action
def revoke_token(token: Token, *, by: Bearer) -> Token:
    """Revoke a token: from the next request on it opens nothing.

    Raises: NotAllowed for everybody but its owner, and for whoever acts by a token; RuleBroken when it is revoked.
    """
    if by.user_id != token.user_id or by.token is not None:
        raise NotAllowed
    current = Token.objects.select_for_update().get(pk=token.pk)
    if current.revoked_at is not None:
        raise RuleBroken(_("This token is revoked already."))
    current.revoked_at = now()
    current.save(update_fields=["revoked_at"])
    journal.record("core.token.revoked", current, by=by, changes={"name": [current.name, None]})
    return current


def new_secret() -> str:
    """A secret that nobody can guess, with the beginning by which scanners find it."""
    return f"{PREFIX}{secrets.token_hex(SECRET_BYTES)}"


def digest_of(secret: str) -> str:
    """What is kept of a secret: with 160 bits of chance nobody finds it again, however fast she tries."""
    return hashlib.sha256(secret.encode()).hexdigest()


def tokens_of(user_id: uuid.UUID) -> list[Token]:
    """All tokens of a person, the newest first."""
    return list(Token.objects.filter(user_id=user_id))


def valid_tokens(user_id: uuid.UUID) -> models.QuerySet[Token]:
    """The tokens of a person that open something today."""
    return Token.objects.filter(user_id=user_id, revoked_at__isnull=True, expires_on__gte=today())


def token_behind(secret: str) -> Token | None:
    """The token that a program shows, if it is valid and its owner may still sign in; one query."""
    if not SECRET.fullmatch(secret):
        return None
    rows = Token.objects.select_related("user").filter(digest=digest_of(secret), user__is_active=True)
    token = rows.first()
    return token if token and token.is_valid(today()) else None


def note_use(token: Token) -> None:
    """Remember the day on which a token was used last; one write a day."""
    if token.last_used_on != today():
        Token.objects.filter(pk=token.pk).update(last_used_on=today())


def _require_facts(name: str, areas: Sequence[str], expires_on: date) -> None:
    if not name:
        raise RuleBroken(_("Say what the token is for."), field="name")
    if not areas:
        raise RuleBroken(_("Choose at least one area."), field="areas")
    if not today() <= expires_on <= today() + LONGEST_LIFE:
        raise RuleBroken(_("Choose a day from today on, at most a year ahead."), field="expires_on")
