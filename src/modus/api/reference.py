"""The door's description of itself: as OpenAPI for programs, and as a plain page for the people who write them."""

from collections import defaultdict
from functools import cache
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from modus.api import errors
from modus.api.bearer import bearer
from modus.api.door import api
from modus.api.errors import NoToken

PREFIX = "/api/v1/"


@cache
def document() -> dict[str, Any]:
    """The description as OpenAPI 3.1; refusals are said in the form of RFC 9457."""
    made: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=PREFIX))
    for operations in made["paths"].values():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    answer["content"] = {errors.CONTENT_TYPE: answer["content"]["application/json"]}
                    answer["description"] = str(errors.TITLES[int(status)])
    return made


def openapi(request: HttpRequest) -> HttpResponse:
    """The description, for whoever has a session or a token."""
    if not request.user.is_authenticated and not _has_token(request):
        return errors.no_token(request)
    return JsonResponse(document(), json_dumps_params={"ensure_ascii": False})


def reference(request: HttpRequest) -> HttpResponse:
    """Every operation in a line, for whoever is signed in; nothing can be tried out here."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    return render(request, "api/reference.html", {"areas": _areas()})


def _has_token(request: HttpRequest) -> bool:
    try:
        return bool(bearer(request))
    except NoToken:
        return False


def _areas() -> dict[str, list[dict[str, str]]]:
    """The operations by area, each with method, path and what it does."""
    areas: dict[str, list[dict[str, str]]] = defaultdict(list)
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            line = {"method": method.upper(), "path": path, "words": operation["summary"]}
            areas[operation["tags"][0]].append(line)
    return dict(areas)
