"""Accounts as the doors may see them: whose address, confirmed or not."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings

from modus.core import sessions, users
from modus.core.users import User
from modus.directory.models import Person
from modus.directory.queries.rights import rights_of
from modus.directory.rules import Rights
from modus.directory.rules.rights import can_pass_without_second_factor

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def account_with(address: str) -> User | None:
    """The account of an address, if it may be used; one query."""
    return users.account_with(address)


def has_confirmed_address(account: Any) -> bool:
    """Whether somebody has proved that she reads the mailbox of an account; one query."""
    return users.has_confirmed(account)


def person_with_account(account: Any) -> Person | None:
    """The person behind an account, whoever asks; one query."""
    return Person.objects.within(user_id=account.pk).select_related("user").first()


def account_or_free(address: str) -> tuple[User | None, bool]:
    """The account of an address if it may be used, and whether the address has none at all; one query."""
    found = users.any_account_with(address)
    return (found if found and found.is_active else None), found is None


def has_second_factor(account: Any) -> bool:
    """Whether signing in to an account asks for more than a password; one query."""
    return Authenticator.objects.filter(user_id=account.pk, type__in=SECOND_FACTORS).exists()


def second_factor_is_due(rights: Rights, account: Any) -> bool:
    """Whether somebody has to set up a second factor before she may do anything; a query only where one is demanded."""
    return not may_be_without_second_factor(rights) and not has_second_factor(account)


def owes_second_factor(person: Person, *, on: date) -> bool:
    """The same by all her rights, for a door that knows a part of them; no query where no second factor is demanded."""
    if settings.SECOND_FACTOR == "no":
        return False
    return second_factor_is_due(rights_of(person, on=on), person.user)


def may_be_without_second_factor(rights: Rights) -> bool:
    """Whether the operator lets somebody with these rights do without a second factor; no query."""
    return can_pass_without_second_factor(rights, demanded_of=settings.SECOND_FACTOR)


@dataclass(frozen=True)
class SecondFactors:
    """What guards an account beside its password."""

    app: Authenticator | None
    passkeys: list[Authenticator]
    codes: Authenticator | None

    @property
    def is_any(self) -> bool:
        """Whether there is one at all; recovery codes alone are none."""
        return bool(self.app or self.passkeys)


def second_factors_of(account: Any) -> SecondFactors:
    """What guards an account beside its password; one query."""
    rows = list(Authenticator.objects.filter(user_id=account.pk).order_by("created_at", "pk"))
    kind = Authenticator.Type
    return SecondFactors(
        app=next((row for row in rows if row.type == kind.TOTP), None),
        passkeys=[row for row in rows if row.type == kind.WEBAUTHN],
        codes=next((row for row in rows if row.type == kind.RECOVERY_CODES), None),
    )


def sessions_of(account: Any) -> list[UserSession]:
    """The open sessions of an account, the one used last first; one query."""
    return sessions.sessions_of(account.pk)


def any_account_with(address: str) -> User | None:
    """The account of an address, also one that is switched off; one query."""
    return users.any_account_with(address)


def is_linked_to_provider(account: Any) -> bool:
    """Whether the identity provider opens an account; one query."""
    return SocialAccount.objects.filter(user_id=account.pk).exists()
