"""What went wrong, as one form for every refusal (RFC 9457): the same for what is foreign and what does not exist."""

import logging
from collections.abc import Sequence

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Schema

from modus.core.errors import NotAllowed
from modus.core.limits import TooMany

denied = logging.getLogger("modus.denied")

CONTENT_TYPE = "application/problem+json"
BEARER = 'Bearer realm="modus"'
TITLES = {
    400: gettext_lazy("This cannot be read."),
    401: gettext_lazy("A valid token is needed."),
    403: gettext_lazy("You may not do this."),
    404: gettext_lazy("There is nothing here."),
    405: gettext_lazy("This address does not take this method."),
    413: gettext_lazy("This is too long."),
    415: gettext_lazy("Send JSON."),
    422: gettext_lazy("This cannot be accepted."),
    429: gettext_lazy("Too many requests. Wait a little."),
    500: gettext_lazy("Something went wrong here. It was written down."),
    503: gettext_lazy("The database does not answer. Send the same again soon, with the same key."),
    507: gettext_lazy("There is no room to store this. Nothing was changed."),
}


class Fault(Schema):
    """What is wrong with one field; without a field, with the whole."""

    field: str | None
    message: str


class Problem(Schema):
    """A refusal; `request` is the number by which it is found again in the log."""

    status: int
    title: str
    errors: list[Fault]
    request: str


class NoToken(Exception):
    """There is no token, or one that opens nothing here (any more)."""


class OutOfScope(NotAllowed):
    """The token is valid, but not for this."""


class Unreadable(Exception):
    """A request that cannot be read, with the status that says why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def problem(request: HttpRequest, status: int, faults: Sequence[Fault] = (), **headers: str) -> JsonResponse:
    """The answer of a refusal."""
    number = getattr(request, "number", "")
    body = Problem(status=status, title=str(TITLES[status]), errors=list(faults), request=number).model_dump()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return JsonResponse(body, status=status, content_type=CONTENT_TYPE, headers=named)


def no_token(request: HttpRequest) -> JsonResponse:
    """The answer to a request without a valid token; a program learns from the header which kind is wanted."""
    is_shown = bool(request.headers.get("Authorization"))
    return problem(request, 401, WWW_Authenticate=f'{BEARER}, error="invalid_token"' if is_shown else BEARER)


def too_many(request: HttpRequest, error: TooMany) -> JsonResponse:
    """The answer to whoever asks too often, with the seconds after which she may ask again."""
    return problem(request, 429, Retry_After=str(error.retry_after))


def not_allowed(request: HttpRequest, error: NotAllowed) -> JsonResponse:
    """The answer to somebody of too narrow rights, or with a token of too narrow a scope."""
    note_denial(request, 403)
    if isinstance(error, OutOfScope):
        fault = Fault(field=None, message=_("The scope of this token does not include this."))
        return problem(request, 403, [fault], WWW_Authenticate=f'{BEARER}, error="insufficient_scope"')
    return problem(request, 403)


def note_denial(request: HttpRequest, status: int) -> None:
    """One line for whoever looks for probing: who and which operation, never what the object holds."""
    token = getattr(request, "auth", None)
    match = request.resolver_match
    if token is not None and match is not None:
        number = getattr(request, "number", "")
        denied.info("%s %s by token %s, request %s", status, match.view_name, token.pk, number)
