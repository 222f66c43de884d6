"""Who is asking: the person and her rights of today, each read at most once a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.http import HttpRequest

from modus.core.errors import NotAllowed
from modus.core.time import today
from modus.directory import queries
from modus.directory.queries import accounts
from modus.directory.rules import Rights

if TYPE_CHECKING:
    from modus.directory.models import Person


def person_or_none(request: HttpRequest) -> Person | None:
    """The person who is signed in, or nobody."""
    if not hasattr(request, "_person"):
        request._person = queries.person_of(request.user)  # type: ignore[attr-defined]
    return cast("Person | None", request._person)  # type: ignore[attr-defined]


def person_of(request: HttpRequest) -> Person:
    """The person who is signed in.

    Raises: NotAllowed for a visitor.
    """
    person = person_or_none(request)
    if person is None:
        raise NotAllowed
    return person


def rights_of(request: HttpRequest) -> Rights:
    """What that person may do today: nothing as long as she owes a second factor."""
    if not hasattr(request, "_rights"):
        rights = queries.rights_of(person_or_none(request), on=today())
        is_due = request.user.is_authenticated and accounts.second_factor_is_due(rights, request.user)
        request._owes_second_factor = is_due  # type: ignore[attr-defined]
        request._rights = Rights() if is_due else rights  # type: ignore[attr-defined]
    return cast("Rights", request._rights)  # type: ignore[attr-defined]


def owes_second_factor(request: HttpRequest) -> bool:
    """Whether somebody is signed in who must set up a second factor before anything else."""
    rights_of(request)
    return bool(request._owes_second_factor)  # type: ignore[attr-defined]
