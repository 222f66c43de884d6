"""Sessions are kept up: when they were last used, and a new key when what their owner may do has changed."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse

from modus.core import sessions

if TYPE_CHECKING:
    from modus.directory.rules import Rights

SEEN_EVERY_SECONDS = 600
SEEN = "seen_at"
RIGHTS = "rights"


class SessionsMiddleware:
    """After each page; it asks and writes nothing unless ten minutes have passed or the rights are other ones."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # A page that never asked who is there costs nothing; a session of another making bears no mark.
        if hasattr(request, "_cached_user") and request.user.is_authenticated and SEEN in request.session:
            _keep(request)
        return response


def begin(request: HttpRequest, rights: Rights) -> None:
    """Mark a new session with the time and with what its owner may do."""
    request.session[SEEN] = int(time.time())
    request.session[RIGHTS] = mark_of(rights)


def mark_of(rights: Rights) -> str:
    """What somebody may do as one word: another word when a role is given or taken."""
    held = sorted(f"{row.cluster.pk} {row.organisation.pk} {row.role}" for row in rights.standings)
    offices = sorted(str(network.pk) for network in rights.offices)
    return hashlib.sha256(f"{held} {offices} {sorted(map(str, rights.speaks_for))}".encode()).hexdigest()[:16]


def _keep(request: HttpRequest) -> None:
    rights = getattr(request, "_rights", None)
    if rights is not None and request.session.get(RIGHTS) != mark_of(rights):
        old = request.session.session_key
        request.session.cycle_key()
        request.session[RIGHTS] = mark_of(rights)
        sessions.has_new_key(str(old), str(request.session.session_key))
    if time.time() - request.session[SEEN] > SEEN_EVERY_SECONDS:
        request.session[SEEN] = int(time.time())
        sessions.was_seen(str(request.session.session_key))
