"""Open sessions of an account: which there are, and how one or all of them end on the server."""

import uuid
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings

from modus.core import users
from modus.core.time import now
from modus.core.users import User


def sessions_of(account_id: uuid.UUID) -> list[UserSession]:
    """The sessions of an account that may still be open, the one used last first; one statement."""
    rows = UserSession.objects.filter(user_id=account_id, last_seen_at__gt=_oldest())
    return list(rows.order_by("-last_seen_at", "-pk"))


def purge() -> int:
    """Forget the sessions that have run out by themselves; for the clock."""
    return UserSession.objects.filter(last_seen_at__lte=_oldest()).delete()[0]


def was_seen(key: str) -> None:
    """A session was used; one statement."""
    UserSession.objects.filter(session_key=key).update(last_seen_at=now())


def has_new_key(old: str, new: str) -> None:
    """A session goes on under another key; one statement."""
    UserSession.objects.filter(session_key=old).update(session_key=new)


def end_session(account_id: uuid.UUID, number: int) -> bool:
    """End one session of an account: with the next request it is nobody's."""
    found = UserSession.objects.filter(user_id=account_id, pk=number).first()
    if found is None:
        return False
    _forget(found.session_key)
    found.delete()
    return True


def end_all_sessions(user: User, *, but: str = "") -> None:
    """End every session of an account, also those that nobody listed; the one to keep has to be sealed anew."""
    for session in UserSession.objects.filter(user=user).exclude(session_key=but):
        _forget(session.session_key)
        session.delete()
    users.end_sessions(user)


def signed_out(key: str) -> None:
    """A session was ended by its owner; one statement."""
    UserSession.objects.filter(session_key=key).delete()


def _oldest() -> datetime:
    return now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)


def _forget(key: str) -> None:
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore()
    store.delete(key)
