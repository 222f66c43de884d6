"""Error pages: one calm page for each refusal, the same for every address, so that nothing leaks."""

import logging
import sys
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from modus.core import readiness
from modus.core.errors import NotAllowed, RuleBroken
from modus.core.files import NoRoom
from modus.core.limits import TooMany
from modus.core.readiness import Lack

denied = logging.getLogger("modus.denied")
# A server that was killed is back within seconds; whoever asks every ten does not hinder it.
ASK_AGAIN_SECONDS = 10


def _note_denial(request: HttpRequest, status: int) -> None:
    """One line for whoever looks for probing: who and which page, never what the object holds."""
    user = getattr(request, "user", None)
    match = getattr(request, "resolver_match", None)
    if user is not None and user.is_authenticated and match is not None:
        denied.info("%s %s by %s, request %s", status, match.view_name, user.pk, getattr(request, "number", ""))


def not_allowed(request: HttpRequest) -> HttpResponse:
    _note_denial(request, 403)
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    _note_denial(request, 404)
    return render(request, "404.html", status=404)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    answer = lacking(request, exception, is_certain=False) if exception else None
    return answer or render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return not_allowed(request)


def too_many_requests(request: HttpRequest, retry_after: int = 300) -> HttpResponse:
    """The answer to somebody who tries too often, the same whether or not what she tries at exists."""
    minutes = max(1, -(-retry_after // 60))
    response = render(request, "429.html", {"minutes": minutes}, status=429)
    response.headers["Retry-After"] = str(retry_after)
    return response


def no_room(request: HttpRequest, words: str) -> HttpResponse:
    return render(request, "507.html", {"message": words}, status=507)


def no_answer(request: HttpRequest) -> HttpResponse:
    """The database is away: nothing is wrong with what was asked, and the same may be asked again soon."""
    response = render(request, "503.html", status=503)
    response.headers["Retry-After"] = str(ASK_AGAIN_SECONDS)
    return response


def lacking(request: HttpRequest, error: BaseException, *, is_certain: bool) -> HttpResponse | None:
    """The answer when the database lacked something; nothing for every other fault.

    It is certain that nothing was changed while a view was at work; before and after it, it is not.
    """
    lack = readiness.noted_lack_of(error)
    if lack is Lack.ANSWER:
        return no_answer(request)
    if lack is Lack.ROOM and is_certain:
        return no_room(request, _("There is no room to store anything. Nothing was changed. Try again later."))
    if lack is Lack.ROOM:
        return no_room(
            request,
            _("There is no room to store anything. Send it again later; if it was kept, it is not done a second time."),
        )
    return None


def server_error(request: HttpRequest) -> HttpResponse:
    """The last answer: Django asks for it while the fault is at hand, also for one outside of every view."""
    fault = sys.exception()
    answer = lacking(request, fault, is_certain=False) if fault else None
    return answer or render(request, "500.html", {"number": getattr(request, "number", "")}, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is older than the session, or comes from elsewhere: nothing was changed."""
    return render(request, "403.html", {"is_csrf_failure": True}, status=403)


class ErrorsMiddleware:
    """Turn the two errors of actions, too many tries and what is lacking into answers, where a view did not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NotAllowed):
            return not_allowed(request)
        if isinstance(exception, NoRoom):
            return no_room(request, exception.message)
        if isinstance(exception, RuleBroken):
            return render(request, "422.html", {"message": exception.message}, status=422)
        if isinstance(exception, TooMany):
            return too_many_requests(request, exception.retry_after)
        return lacking(request, exception, is_certain=True)
