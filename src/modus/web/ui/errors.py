"""Error pages: one calm page for each refusal, the same for every address, so that nothing leaks."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from modus.core.errors import NotAllowed, RuleBroken
from modus.core.files import NoRoom
from modus.core.limits import TooMany

denied = logging.getLogger("modus.denied")


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
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return not_allowed(request)


def too_many_requests(request: HttpRequest, retry_after: int = 300) -> HttpResponse:
    """The answer to somebody who tries too often, the same whether or not what she tries at exists."""
    minutes = max(1, -(-retry_after // 60))
    response = render(request, "429.html", {"minutes": minutes}, status=429)
    response.headers["Retry-After"] = str(retry_after)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", {"number": getattr(request, "number", "")}, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is older than the session, or comes from elsewhere: nothing was changed."""
    return render(request, "403.html", {"is_csrf_failure": True}, status=403)


class ErrorsMiddleware:
    """Turn the two errors of actions, and too many tries, into answers where a view did not show them itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NotAllowed):
            return not_allowed(request)
        if isinstance(exception, NoRoom):
            return render(request, "507.html", {"message": exception.message}, status=507)
        if isinstance(exception, RuleBroken):
            return render(request, "422.html", {"message": exception.message}, status=422)
        if isinstance(exception, TooMany):
            return too_many_requests(request, exception.retry_after)
        return None
