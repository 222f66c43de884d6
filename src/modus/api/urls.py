"""Addresses of the door for machines: each path once, with what its operations declare, and one answer for the rest."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from modus.api.audience import Audience, Declared
from modus.api.door import api
from modus.api.errors import problem
from modus.api.operations import OPERATIONS
from modus.api.reference import openapi, reference

app_name = "api"
VERSION = "v1/"
View = Callable[..., HttpResponse]


def declared(view: View, operations: Mapping[str, Declared], name: str) -> View:
    """A view with what it declares: HEAD goes with GET, other methods are refused, and nothing is kept on the way."""
    allowed = sorted({*operations, *(["HEAD"] if "GET" in operations else [])})

    @wraps(view)
    def answering(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        request.said = {"Cache-Control": "private, no-store"}  # type: ignore[attr-defined]
        if request.method == "HEAD":
            request.method = "GET"
        if (method := str(request.method)) in operations:
            request.declared = operations[method]  # type: ignore[attr-defined]
            response = view(request, **kwargs)
        else:
            response = problem(request, 405, Allow=", ".join(allowed))
        for header, value in request.said.items():  # type: ignore[attr-defined]
            response.headers[header] = value
        return response

    answering.__name__, answering.__module__ = name.replace("-", "_"), __name__
    answering.operations = operations  # type: ignore[attr-defined]
    answering.bounds_its_body = True  # type: ignore[attr-defined]  # api/reading.py, by the header as well
    return answering


def _paths() -> list[URLPattern]:
    """Every path once: the framework names one for each of its operations."""
    found = [pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern) and pattern.name in OPERATIONS]
    once = list({str(pattern.name): pattern for pattern in found}.items())
    return [
        path(f"{VERSION}{pattern.pattern}", declared(pattern.callback, OPERATIONS[name], name), name=name)
        for name, pattern in once
    ]


def _page(view: View, name: str) -> View:
    return declared(view, {"GET": Declared(name, "GET", Audience.SIGNED_IN, "")}, name)


def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    """An address that is none: the same answer as for a thing that is none."""
    return problem(request, 404)


nothing.operations = {}  # type: ignore[attr-defined]

urlpatterns = [
    path("", _page(reference, "reference"), name="reference"),
    path("openapi.json", _page(openapi, "openapi"), name="openapi"),
    *_paths(),
    path("<path:rest>", nothing, name="nothing"),
]
