"""Links in mails: each proves once, for a while, that somebody reads a mailbox. Only the hash of a link is stored."""

import hashlib
import secrets
import uuid
from datetime import timedelta
from typing import Any

from django.db import models
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from modus.core.time import now
from modus.core.users import User

HOUR = 3600
DAY = 24 * HOUR
# Letters and digits that are not taken for one another; no vowels, so that no words come out.
CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ23456789"
CODE_LENGTH = 8


class Purpose(models.TextChoices):
    SIGN_IN = "sign-in", _("Sign in")
    SIGN_UP = "sign-up", _("Make an account")
    NEW_PASSWORD = "new-password", _("Set a new password")
    NEW_ADDRESS = "new-address", _("Confirm a new address")
    OLD_ADDRESS = "old-address", _("Take the change of an address back")


SECONDS = {
    Purpose.SIGN_IN: 15 * 60,
    Purpose.SIGN_UP: DAY,
    Purpose.NEW_PASSWORD: HOUR,
    Purpose.NEW_ADDRESS: DAY,
    Purpose.OLD_ADDRESS: 7 * DAY,
}


class MailedLink(models.Model):
    """A link that was mailed to an address; one without an account proves nothing and can never be used to sign in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=20, choices=Purpose)
    token_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64, blank=True)
    email = models.EmailField(max_length=254)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="mailed_links")
    data = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.purpose} until {self.ends_at}"


def make_link(
    purpose: Purpose, email: str, *, user: User | None, data: dict[str, Any] | None = None, code: str = ""
) -> tuple[MailedLink, str]:
    """Make a link for an address; gives its row and its secret part, which is stored nowhere. One statement."""
    token, at = secrets.token_urlsafe(32), now()
    link = MailedLink(
        purpose=purpose,
        token_hash=_hash_of(token),
        email=email,
        user=user,
        data=data or {},
        made_at=at,
        ends_at=at + timedelta(seconds=SECONDS[purpose]),
    )
    link.code_hash = _hash_of_code(link, code) if code else ""
    link.save(force_insert=True)
    return link, token


def new_code() -> str:
    """A code to type where no link can be opened: 38 bits, in two groups."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def link_with_token(token: str) -> MailedLink | None:
    """The link that a mail carried, if it can still be used; one statement, and nothing changes."""
    return _usable().filter(token_hash=_hash_of(token)).first()


def link_with_id(link_id: str, purpose: Purpose) -> MailedLink | None:
    """A link that this browser has opened, if it can still be used; one statement, and nothing changes."""
    try:
        key = uuid.UUID(link_id)
    except ValueError:
        return None
    return _usable().filter(pk=key, purpose=purpose).first()


def has_code(link: MailedLink, code: str) -> bool:
    """Whether this is the code that was mailed with a link; small letters and blanks do not matter."""
    bare = "".join(letter for letter in code.upper() if letter in CODE_LETTERS)
    given = _hash_of_code(link, f"{bare[:4]}-{bare[4:]}")
    return constant_time_compare(given, link.code_hash) and bool(link.code_hash)


def use_link(link: MailedLink) -> bool:
    """Use a link up; true for exactly one of those who try at the same time. One statement."""
    at = now()
    return MailedLink.objects.filter(pk=link.pk, used_at__isnull=True, ends_at__gt=at).update(used_at=at) == 1


def end_links_of(user: User, *purposes: Purpose) -> int:
    """Let every open link of an account lead nowhere any more; of some purposes, or of all."""
    rows = MailedLink.objects.filter(user=user, used_at__isnull=True)
    return (rows.filter(purpose__in=purposes) if purposes else rows).update(used_at=now())


def purge() -> int:
    """Delete the links that ended a week ago; for the clock."""
    return MailedLink.objects.filter(ends_at__lt=now() - timedelta(days=7)).delete()[0]


def _usable() -> models.QuerySet[MailedLink]:
    rows = MailedLink.objects.filter(used_at__isnull=True, ends_at__gt=now()).select_related("user")
    return rows.filter(models.Q(user__isnull=True) | models.Q(user__is_active=True))


def _hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _hash_of_code(link: MailedLink, code: str) -> str:
    # A code is short, so its hash needs the secret of the site and is worth nothing without it.
    return salted_hmac(f"modus.core.links.{link.pk}", code, algorithm="sha256").hexdigest()
