"""Where one is signed in, and how that ends."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from modus.core import sessions as open_sessions
from modus.directory import actions
from modus.directory.queries import accounts
from modus.web.account.devices import device_in_words
from modus.web.ui import visitor
from modus.web.ui.audience import Audience, audience


@audience(Audience.SIGNED_IN)
def sessions(request: HttpRequest) -> HttpResponse:
    key = request.session.session_key
    rows = [
        {"number": row.pk, "device": device_in_words(row.user_agent), "row": row, "is_this": row.session_key == key}
        for row in accounts.sessions_of(request.user)
    ]
    rows.sort(key=lambda said: not said["is_this"])
    return render(request, "account/sessions.html", {"sessions": rows})


@audience(Audience.SIGNED_IN, methods=("POST",))
def session_end(request: HttpRequest) -> HttpResponse:
    number = request.POST.get("number", "")
    own = visitor.person_of(request)
    actions.end_session(own, number=int(number) if number.isdecimal() and len(number) < 18 else 0, by=own)
    messages.success(request, _("That session has ended."))
    return redirect("account:sessions")


@audience(Audience.SIGNED_IN, methods=("POST",))
def sessions_end(request: HttpRequest) -> HttpResponse:
    own = visitor.person_of(request)
    actions.end_other_sessions(own, session_key=str(request.session.session_key), by=own)
    seal_anew(request)
    messages.success(request, _("All other sessions have ended."))
    return redirect("account:sessions")


def seal_anew(request: HttpRequest) -> None:
    """Let this session go on, under a new key, after all others have ended."""
    old = str(request.session.session_key)
    request.user.refresh_from_db()  # type: ignore[union-attr]
    update_session_auth_hash(request, request.user)  # type: ignore[arg-type]
    open_sessions.has_new_key(old, str(request.session.session_key))
