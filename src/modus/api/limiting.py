"""How often the door may be used: by token, by network without one, and how often somebody may ask for nothing."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest

from modus.core import limits

if TYPE_CHECKING:
    from modus.core.tokens import Token

MINUTE = 60
CALLS_OF_A_TOKEN = 600
CALLS_OF_A_NETWORK = 300
REFUSALS_OF_A_NETWORK = 60
# Whoever walks through ids meets mostly nothing; a program that knows what it asks for does not.
MISSES = 60


def network_of(request: HttpRequest) -> str:
    """Where a request comes from, as far as the socket or our own proxy says."""
    return limits.client_address(request.META, is_behind_proxy=settings.IS_BEHIND_PROXY)


def spend_by_token(token: "Token") -> None:
    """One call with a token.

    Raises: TooMany.
    """
    limits.spend("api by token", token.pk, most=CALLS_OF_A_TOKEN, seconds=MINUTE)


def spend_by_network(request: HttpRequest) -> None:
    """One call of what is open to everybody.

    Raises: TooMany.
    """
    limits.spend("api by network", network_of(request), most=CALLS_OF_A_NETWORK, seconds=MINUTE)


def spend_refusal(request: HttpRequest) -> None:
    """One call without a valid token.

    Raises: TooMany.
    """
    limits.spend("api refusals by network", network_of(request), most=REFUSALS_OF_A_NETWORK, seconds=MINUTE)


def spend_miss(request: HttpRequest) -> None:
    """One call for something that is not there, or not for the one who asks.

    Raises: TooMany.
    """
    token = getattr(request, "auth", None)
    limits.spend("api misses", token.pk if token else network_of(request), most=MISSES, seconds=MINUTE)
