"""Accounts as the doors may see them: whose address, confirmed or not."""

from typing import Any

from modus.core import users
from modus.core.users import User
from modus.directory.models import Person


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
