"""Accounts: who may sign in. Who a person is and what she may do stands in the directory."""

import uuid
from collections.abc import Iterator
from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from modus.algorithms.addresses import canonical_address


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an account; without a password it can only be entered by a reset link."""
        user = self.model(email=canonical_address(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=canonical_address(email or ""))


class User(AbstractBaseUser):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # Counted up to end every session at once; it is part of what each session is checked against at each request.
    sessions_ended = models.PositiveIntegerField(default=0)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(email=Lower("email")), name="address_is_lower_case")]

    def __str__(self) -> str:
        return self.email

    def get_session_auth_hash(self) -> str:
        """What a session must hold to be this account's: it changes with the password and when sessions are ended."""
        return self._sealed(None)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under former secrets of the site."""
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._sealed(secret)

    def _sealed(self, secret: str | bytes | None) -> str:
        said = f"{self.password} {self.sessions_ended}"
        return salted_hmac("modus.core.users.session", said, secret=secret, algorithm="sha256").hexdigest()


def any_account_with(email: str) -> User | None:
    """The account of an address, also one that is switched off; one statement."""
    return User.objects.filter(email=canonical_address(email)).first()


def account_with(email: str) -> User | None:
    """The account of an address, if it may be used; one statement."""
    found = any_account_with(email)
    return found if found and found.is_active else None


def has_confirmed(user: User) -> bool:
    """Whether somebody has proved that she reads the mailbox of this account."""
    return EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists()


def confirm_address(user: User) -> None:
    """Let the address of an account count as confirmed, as the only one that it has."""
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})


def end_sessions(user: User) -> None:
    """End every session of an account; one that is to stay has to be sealed anew."""
    User.objects.filter(pk=user.pk).update(sessions_ended=F("sessions_ended") + 1)
    user.refresh_from_db(fields=["sessions_ended"])


def open_account(email: str, password: str | None) -> User:
    """Open an account whose address counts as confirmed, because an operator vouches for it."""
    user = User.objects.create_user(email, password)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user
