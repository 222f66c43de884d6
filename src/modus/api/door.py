"""The door itself: its operations by area, its answers to every kind of refusal, and its description of itself."""

import logging
from typing import Any

from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from modus.api import errors, limiting
from modus.api.directory import ROUTERS
from modus.api.errors import Fault, NoToken, Unreadable, problem
from modus.api.reading import ReadParser
from modus.core import readiness
from modus.core.errors import NotAllowed, RuleBroken
from modus.core.files import NoRoom
from modus.core.limits import TooMany
from modus.core.readiness import Lack

log = logging.getLogger("modus.api")
ASK_AGAIN_SECONDS = 10

api = NinjaAPI(
    title="modus",
    version="1",
    description="Read and write what you may, with a token of your account. See the developer guide, page API.",
    urls_namespace="api",
    docs_url=None,
    openapi_url=None,
    parser=ReadParser(),
)
for area, router in ROUTERS.items():
    api.add_router("", router, tags=[area])


@api.exception_handler(NoToken)
@api.exception_handler(AuthenticationError)
def _no_token(request: HttpRequest, error: Exception) -> HttpResponse:
    try:
        limiting.spend_refusal(request)
    except TooMany as too_many:
        return errors.too_many(request, too_many)
    return errors.no_token(request)


@api.exception_handler(TooMany)
def _too_many(request: HttpRequest, error: TooMany) -> HttpResponse:
    return errors.too_many(request, error)


@api.exception_handler(NotAllowed)
def _not_allowed(request: HttpRequest, error: NotAllowed) -> HttpResponse:
    return errors.not_allowed(request, error)


@api.exception_handler(RuleBroken)
def _rule_broken(request: HttpRequest, error: RuleBroken) -> HttpResponse:
    return problem(request, 422, [Fault(field=error.field, message=error.message)])


@api.exception_handler(NoRoom)
def _no_room(request: HttpRequest, error: NoRoom) -> HttpResponse:
    return problem(request, 507, [Fault(field=error.field, message=error.message)])


@api.exception_handler(ValidationError)
def _not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return problem(request, 422, [_fault(one) for one in error.errors])


@api.exception_handler(Unreadable)
def _unreadable(request: HttpRequest, error: Unreadable) -> HttpResponse:
    return problem(request, error.status, [Fault(field=None, message=error.message)])


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(request, error.status_code)


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    errors.note_denial(request, 404)
    try:
        limiting.spend_miss(request)
    except TooMany as too_many:
        return errors.too_many(request, too_many)
    return problem(request, 404)


@api.exception_handler(DatabaseError)
@api.exception_handler(InterfaceError)
def _database_failed(request: HttpRequest, error: Exception) -> HttpResponse:
    lack = readiness.noted_lack_of(error)
    if lack is None:
        return _fault_of_ours(request, error)
    if lack is Lack.ROOM:
        return problem(request, 507)
    return problem(request, 503, Retry_After=str(ASK_AGAIN_SECONDS))


@api.exception_handler(Exception)
def _fault_of_ours(request: HttpRequest, error: Exception) -> HttpResponse:
    # Never what was sent: neither body nor headers come into the log.
    log.error("%s %s failed, request %s", request.method, request.path, getattr(request, "number", ""), exc_info=error)
    return problem(request, 500)


def _fault(error: dict[str, Any]) -> Fault:
    """What is wrong with one field, without repeating what was sent."""
    place = [str(part) for part in error.get("loc", ()) if part not in {"body", "query", "path", "said", "asked"}]
    if error.get("type") == "extra_forbidden":
        return Fault(field=".".join(place) or None, message=_("There is no such field here."))
    return Fault(field=".".join(place)[:200] or None, message=str(error.get("msg", "")).removeprefix("Value error, "))
