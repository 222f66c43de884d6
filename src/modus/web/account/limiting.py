"""How often the account pages may be tried: by network and by account, the same whether or not an account exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest

from modus.algorithms.addresses import canonical_address
from modus.core import limits

if TYPE_CHECKING:
    from modus.directory.models import Person

QUARTER_OF_AN_HOUR = 15 * 60
HOUR = 3600
DAY = 24 * HOUR
TRIES_OF_A_NETWORK = 90
TRIES_AT_AN_ACCOUNT = 8
TRIES_OF_A_CODE = 5
MAILS_OF_A_NETWORK = 30
MAILS_TO_AN_ADDRESS = 5
MAILS_TO_AN_ADDRESS_A_DAY = 10
MAILS_OF_A_PERSON_A_DAY = 20


def network_of(request: HttpRequest) -> str:
    """Where a request comes from, as far as the socket or our own proxy says."""
    return limits.client_address(request.META, is_behind_proxy=settings.IS_BEHIND_PROXY)


def spend_by_network(request: HttpRequest, purpose: str) -> None:
    """One try of everybody behind one address.

    Raises: TooMany.
    """
    limits.spend(f"{purpose} by network", network_of(request), most=TRIES_OF_A_NETWORK, seconds=QUARTER_OF_AN_HOUR)


def spend_at_account(purpose: str, address: str) -> None:
    """One try at an address, whether or not it has an account.

    Raises: TooMany.
    """
    key = canonical_address(address)
    limits.spend(f"{purpose} at account", key, most=TRIES_AT_AN_ACCOUNT, seconds=QUARTER_OF_AN_HOUR)


def give_back(request: HttpRequest, purpose: str, address: str) -> None:
    """Take back a try that was rightful, so that whoever signs in often is not kept out."""
    limits.give_back(f"{purpose} by network", network_of(request))
    limits.give_back(f"{purpose} at account", canonical_address(address))


def forgive_account(purpose: str, address: str) -> None:
    """Let the tries at an address begin anew: its owner has proved who she is."""
    limits.forget(f"{purpose} at account", canonical_address(address))


def spend_mail_to(request: HttpRequest, address: str) -> None:
    """One mail that a stranger makes us send.

    Raises: TooMany.
    """
    limits.spend("mails by network", network_of(request), most=MAILS_OF_A_NETWORK, seconds=QUARTER_OF_AN_HOUR)
    key = canonical_address(address)
    limits.spend("mails to address", key, most=MAILS_TO_AN_ADDRESS, seconds=HOUR)
    limits.spend("mails to address in a day", key, most=MAILS_TO_AN_ADDRESS_A_DAY, seconds=DAY)


def spend_mail_of(person: Person) -> None:
    """One mail that a person makes us send to an address that is not hers.

    Raises: TooMany.
    """
    limits.spend("mails of person in a day", person.pk, most=MAILS_OF_A_PERSON_A_DAY, seconds=DAY)


def spend_code(link_id: object) -> None:
    """One try to type the code of a mail.

    Raises: TooMany.
    """
    limits.spend("code", link_id, most=TRIES_OF_A_CODE, seconds=QUARTER_OF_AN_HOUR)


def is_used_before(purpose: str, key: object, *, seconds: int) -> bool:
    """Whether something that may be used once was used before; the first to ask uses it."""
    try:
        limits.spend(f"once: {purpose}", key, most=1, seconds=seconds)
    except limits.TooMany:
        return True
    return False
