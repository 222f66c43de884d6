"""How tests call the door: with a secret, in JSON, by the same table of addresses that is served."""

import json
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from tests.factories.world import World
from tests.house.routes import Route, all_operations

Data = dict[str, Any]


def call(
    method: str, address: str, secret: str = "", said: Any = None, *, asked: Data | None = None, **headers: str
) -> HttpResponse:
    """One request of a program; without a secret, of nobody. A fault of ours is an answer and not an exception."""
    cache.clear()
    named = {"authorization": f"Bearer {secret}", **headers} if secret else headers
    target = f"{address}?{urlencode(asked, doseq=True)}" if asked else address
    body = {} if said is None else {"data": written(said), "content_type": "application/json"}
    client = Client(raise_request_exception=False)
    return client.generic(method, target, headers={name.replace("_", "-"): v for name, v in named.items()}, **body)


def written(said: Any) -> bytes:
    """What is said as a body; bytes are sent as they are."""
    return said if isinstance(said, bytes) else json.dumps(said).encode()


def call_as(
    world: World, actor: str, route: Route, address: str, said: Any = None, *, asked: Data | None = None, **headers: str
) -> HttpResponse:
    """One request of an actor, with the token that she would try."""
    secret = "" if actor == "visitor" else world.bearer(actor, who=route.audience)
    return call(route.methods[0], address, secret, said, asked=asked, **headers)


def operations(*, method: str = "", personal: bool | None = None) -> list[Route]:
    """The operations of the door, without its pages about itself."""
    return [
        route
        for route in all_operations()
        if route.name not in {"api:reference", "api:openapi"}
        and (not method or method in route.methods)
        and (personal is None or route.is_personal == personal)
    ]


def named(part: object) -> str:
    """How a walk names its cases."""
    return f"{part.methods[0]} {part.name}" if isinstance(part, Route) else str(part)
