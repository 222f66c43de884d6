"""Forms whose sender was signed out meanwhile: what she sent is kept behind the sign-in and shown to her again.

Nothing is lost and nothing is done: after signing in the form stands there as it was sent, and waits for another press.
It works without JavaScript. What is kept belongs to the account that the form was given to, which its key proves, so
that nobody else who signs in at this browser sees it. A cookie says that there is something, so that other requests
need not ask.
"""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict

from modus.core import drafts
from modus.core.errors import RuleBroken
from modus.web.ui.once import FORM_KEY, owner_of

COOKIE = "__Host-unsent" if settings.IS_SECURE else "unsent"
WAITS_FOR = timedelta(hours=1)


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """The way to the sign-in and back; what a form has brought along is kept meanwhile."""
    response = redirect_to_login(request.get_full_path())
    if request.method == "POST" and _is_kept(request):
        seconds = int(WAITS_FOR.total_seconds())
        response.set_cookie(
            COOKIE, "1", max_age=seconds, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
        )
    return response


def take_unsent(request: HttpRequest) -> QueryDict | None:
    """What this account sent to this address when it was signed out; it is given once."""
    if request.method != "GET" or COOKIE not in request.COOKIES:
        return None
    owner = UUID(str(request.user.pk))
    kept = drafts.draft_at(_place(request), by_id=owner)
    if kept is None:
        return None
    drafts.discard(kept.address, by_id=owner)
    data = QueryDict(mutable=True)
    for name, said in kept.values.items():
        data.setlist(name, said)
    return data


def _is_kept(request: HttpRequest) -> bool:
    owner = owner_of(request.POST.get(FORM_KEY, ""))
    if owner is None:
        return False
    try:
        drafts.keep(_place(request), dict(request.POST.lists()), by_id=owner)
    except RuleBroken:
        return False
    return True


def _place(request: HttpRequest) -> str:
    return f"unsent {request.get_full_path()}"
