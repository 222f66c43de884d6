"""Requests that nobody would write: made from the description, sent in process, and held against it."""

import re
from typing import Any
from urllib.parse import quote

import schemathesis
from django.http import HttpResponse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from requests import Request
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from modus.api.reference import document
from tests.api.calling import call, operations, written
from tests.attacks.walking import home_of, taken_back
from tests.factories.world import World, random_key
from tests.house.routes import Route
from tests.house.samples import parts_of

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# Whose things stand in the address: one's own, so that the act is reached, another's, nobody's, or made up.
WHOSE = ("own", "own", "own", "foreign", "nobody's", "made up")
PART = re.compile(r"<(?:\w+:)?(\w+)>")


def path_of(route: Route) -> str:
    """The path of an operation as the description writes it."""
    return "/" + PART.sub(r"{\1}", route.address)


def routes_by_operation() -> dict[tuple[str, str], Route]:
    return {(path_of(route), route.methods[0]): route for route in operations()}


def fuzz(route: Route, actor: str, world: World, *, examples: int, derandomize: bool) -> int:
    """Send an operation what is and what is not as described; how many requests were sent.

    Raises: AssertionError for a foreign canary, a Failure of schemathesis for a fault or another answer.
    """
    described = schemathesis.openapi.from_dict(document())[path_of(route)][route.methods[0]]
    right, wrong = (described.as_strategy(generation_mode=mode) for mode in GenerationMode)
    secret = "" if not route.is_personal else world.bearer(actor, who=route.audience)
    own = {world.a.canary, world.b.canary} if actor == "office" else {home_of(actor, world).canary}
    foreign = {tenant.canary for tenant in (world.a, world.b, world.c)} - own
    sent: list[int] = []

    @given(case=st.one_of(right, wrong), whose=st.sampled_from(WHOSE))
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=derandomize,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def check(case: Case, whose: str) -> None:
        address = placed(case, route, whose, actor, world)
        with taken_back():
            answer = sent_as(case, address, secret)
        sent.append(answer.status_code)
        text = answer.content.decode()
        leaks = [word for word in foreign if f"hidden-{word}" in text and f"hidden-{word}" not in str(case.body)]
        assert not leaks, f"{case.method} {address} tells {actor} of {leaks}"
        case.validate_response(as_schemathesis(case, address, answer), checks=CHECKS)

    check()
    return len(sent)


def placed(case: Case, route: Route, whose: str, actor: str, world: World) -> str:
    """The address of a case, with real things in it unless they are to be made up."""
    home = home_of(actor, world)
    other = world.b if home is world.a else world.a
    real = {**parts_of(route, home)}
    if whose == "foreign":
        real |= {name: value for name, value in parts_of(route, other).items() if name not in {"cluster", "network"}}
    if whose == "nobody's":
        real |= {name: random_key("uuid") for name, kind in route.parts if kind.startswith("uuid")}
    if whose == "made up":
        real = {name: str(value) for name, value in (case.path_parameters or {}).items()}
    return PART.sub(lambda part: quote(real[part.group(1)], safe=""), "/" + route.address)


def sent_as(case: Case, address: str, secret: str) -> HttpResponse:
    headers = {
        name.replace("-", "_"): str(value)
        for name, value in (case.headers or {}).items()
        if name.lower() == "idempotency-key" and str(value).isascii() and str(value).isprintable()
    }
    body = None if isinstance(case.body, schemathesis.core.NotSet) else case.body
    return call(case.method, address, secret, body, asked=asked_of(case), **headers)


def asked_of(case: Case) -> dict[str, Any]:
    query = case.query or {}
    return {str(name): value for name, value in query.items()} if isinstance(query, dict) else {}


def as_schemathesis(case: Case, address: str, answer: HttpResponse) -> Response:
    """The answer in the form that the checks read."""
    body = None if isinstance(case.body, schemathesis.core.NotSet) else written(case.body)
    request = Request(case.method, f"http://testserver{address}", data=body).prepare()
    headers = {name.lower(): [value] for name, value in answer.headers.items()}
    return Response(answer.status_code, headers, answer.content, request, 0.1, verify=False)
