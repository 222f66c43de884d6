"""How a request is read: JSON of bounded length and depth, and no parameter that was not declared."""

import json
from collections.abc import Iterable
from typing import Any, NoReturn, cast

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.parser import Parser

from modus.api.errors import Unreadable
from modus.core.errors import RuleBroken

LONGEST_BODY = 200_000
DEEPEST = 8


class ReadParser(Parser):
    """Gives the framework the body that was read when the request was admitted."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        return cast(dict[str, Any], request.body_read)  # type: ignore[attr-defined]


def read_body(request: HttpRequest) -> Any:
    """The body as JSON, nothing when there is none.

    Raises: Unreadable when it is too long, of another kind, no JSON or nested too deeply.
    """
    body = _body_of(request)
    if not body:
        return None
    if request.content_type != "application/json":
        raise Unreadable(415, _("Send the body as application/json."))
    try:
        read = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Unreadable(400, _("The body is no JSON.")) from error
    _require_plain(read, DEEPEST)
    return read


def require_no_body(request: HttpRequest) -> None:
    """Refuse what is said to an operation that takes nothing.

    Raises: RuleBroken.
    """
    said = getattr(request, "body_read", None)
    if said:
        name = str(next(iter(said)))[:60] if isinstance(said, dict) else None
        raise RuleBroken(_("There is no such field here."), field=name)


def require_declared(request: HttpRequest, *, once: Iterable[str], many: Iterable[str]) -> None:
    """Refuse what no operation declares, and an answer given twice where one is meant.

    Raises: RuleBroken naming the parameter.
    """
    single, several = frozenset(once), frozenset(many)
    for name, values in request.GET.lists():
        if name not in single | several:
            raise RuleBroken(_("There is no such parameter here."), field=name[:60])
        if name in single and len(values) > 1:
            raise RuleBroken(_("Say this once."), field=name)
        if any(not _is_plain(str(value)) for value in values):
            raise RuleBroken(_("There is a letter in it that cannot be stored."), field=name)


def _body_of(request: HttpRequest) -> bytes:
    try:
        body = request.body
    except RequestDataTooBig as error:
        raise Unreadable(413, _("The body is too long.")) from error
    if len(body) > LONGEST_BODY:
        raise Unreadable(413, _("The body is too long."))
    return body


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON.")


def _require_plain(value: Any, depth: int) -> None:
    """Nothing nested beyond measure, and no text that a database cannot keep."""
    if depth < 0:
        raise Unreadable(400, _("The body is nested too deeply."))
    if isinstance(value, str) and not _is_plain(value):
        raise Unreadable(400, _("There is a letter in the body that cannot be stored."))
    if isinstance(value, dict):
        for name, inner in value.items():
            _require_plain(name, depth)
            _require_plain(inner, depth - 1)
    elif isinstance(value, list):
        for inner in value:
            _require_plain(inner, depth - 1)


def _is_plain(text: str) -> bool:
    """Neither the zero byte, which PostgreSQL refuses, nor half of a letter, which no encoding knows."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
