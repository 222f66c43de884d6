"""The door's description of itself: as OpenAPI for programs, and as a plain page for the people who write them."""

import json
from collections import defaultdict
from functools import cache
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from ninja.responses import NinjaJSONEncoder

from modus.api import errors
from modus.api.bearer import bearer
from modus.api.door import api
from modus.api.errors import NoToken
from modus.api.operations import CREATED, KEY, REFUSALS
from modus.core.idempotency import LONGEST_KEY
from modus.core.limits import TooMany
from modus.directory import queries

PREFIX = "/api/v1/"
LABELS = {
    "own": gettext_lazy("Yourself and your token"),
    "directory": gettext_lazy("The public directory"),
    "clusters": gettext_lazy("Clusters"),
    "members": gettext_lazy("Members"),
    "people": gettext_lazy("People and the team"),
    "organisations": gettext_lazy("Organisations"),
    "profiles": gettext_lazy("Profiles"),
    "requests": gettext_lazy("Requests"),
    "office": gettext_lazy("The network office"),
}
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": KEY,
    "required": False,
    "description": "Send the same key again when an answer was lost: what was created is created once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
}


@cache
def document() -> dict[str, Any]:
    """The description as OpenAPI 3.1; refusals are said once, in the form of RFC 9457."""
    made: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix=PREFIX), cls=NinjaJSONEncoder))
    parts = made["components"]
    parts["responses"] = {_refusal(status): _described(status) for status in sorted(REFUSALS)}
    parts["parameters"] = {"IdempotencyKey": IDEMPOTENCY_KEY}
    for operations in made["paths"].values():
        for operation in operations.values():
            for status in REFUSALS:
                operation["responses"][str(status)] = {"$ref": f"#/components/responses/{_refusal(status)}"}
            if str(CREATED) in operation["responses"]:
                operation["parameters"].append({"$ref": "#/components/parameters/IdempotencyKey"})
    made["servers"] = []
    return made


def text() -> str:
    """The description as the file in the repository holds it."""
    return json.dumps(document(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _refusal(status: int) -> str:
    return f"Refusal{status}"


def _described(status: int) -> dict[str, Any]:
    form = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {"description": str(errors.TITLES[status]), "content": {errors.CONTENT_TYPE: form}}


def openapi(request: HttpRequest) -> HttpResponse:
    """The description, for whoever has a session or a token."""
    if not request.user.is_authenticated and not _has_token(request):
        return errors.no_token(request)
    return JsonResponse(document(), json_dumps_params={"ensure_ascii": False})


def reference(request: HttpRequest) -> HttpResponse:
    """Every operation in a line, for whoever is signed in; nothing can be tried out here."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    person = queries.person_of(request.user)
    frame = {"person_name": person.name if person else request.user.get_username()}
    return render(request, "api/reference.html", {"areas": _areas(), "frame": frame})


def _has_token(request: HttpRequest) -> bool:
    try:
        return bool(bearer(request))
    except (NoToken, TooMany):
        return False


def _areas() -> list[dict[str, Any]]:
    """The operations by area, each with method, path and what it does."""
    areas: dict[str, list[dict[str, str]]] = defaultdict(list)
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            line = {"method": method.upper(), "path": path, "words": operation["summary"]}
            areas[operation["tags"][0]].append(line)
    return [{"label": LABELS[area], "lines": lines} for area, lines in areas.items()]
