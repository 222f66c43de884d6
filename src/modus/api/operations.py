"""Operations: each declares its audience and its area, and is guarded and answered in one way."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import partial, wraps
from typing import Any

from django.conf import settings
from ninja import Router
from ninja.operation import Operation
from ninja.responses import Status
from pydantic import TypeAdapter

from modus.api import limiting
from modus.api.audience import Audience, Call, Declared
from modus.api.bearer import bearer
from modus.api.errors import Problem
from modus.api.reading import require_declared, require_no_body
from modus.core import idempotency
from modus.core.reads import reading_only
from modus.directory import rules

Act = Callable[..., Any]
KEY = "Idempotency-Key"
CREATED = 201
REFUSALS = frozenset({400, 401, 403, 404, 405, 413, 415, 422, 429, 500, 503, 507})
# What the operations declare, by the name of their address and by method.
OPERATIONS: dict[str, dict[str, Declared]] = {}


def operation(
    router: Router,
    method: str,
    path: str,
    *,
    name: str,
    who: Audience,
    area: str = "",
    answer: Any = None,
    status: int = 200,
) -> Callable[[Act], Act]:
    """Register an operation: `name` is that of its address, `area` what a token has to include."""
    if area and area not in rules.AREAS:
        raise ValueError(f"No such area: {area}")
    declared = Declared(name, method, who, area)

    def decorate(act: Act) -> Act:
        @wraps(act)
        def guarded(request: Call, **said: Any) -> Any:
            once, many = parameters_of(registered)
            require_declared(request, once=once, many=many)
            if not takes_body(registered):
                require_no_body(request)
            if who is Audience.EVERYBODY:
                limiting.spend_by_network(request)
            if status == CREATED and KEY in request.headers:
                return Status(status, _once(request, declared, answer, partial(act, request, **said)))
            with reading_only() if settings.GUARD_READS and method == "GET" else nullcontext():
                return Status(status, act(request, **said))

        registered = _registered(router, declared, path, guarded, {status: answer, REFUSALS: Problem})
        return act

    return decorate


def _registered(router: Router, declared: Declared, path: str, guarded: Act, answers: dict[Any, Any]) -> Operation:
    OPERATIONS.setdefault(declared.name, {})[declared.method] = declared
    router.add_api_operation(
        path,
        [declared.method],
        guarded,
        auth=None if declared.who is Audience.EVERYBODY else bearer,
        response=answers,
        operation_id=guarded.__name__,
        summary=(guarded.__doc__ or guarded.__name__).strip().partition("\n")[0].rstrip("."),
        url_name=declared.name,
    )
    registered: Operation = guarded._ninja_operation  # type: ignore[attr-defined]
    return registered


def _once(request: Call, declared: Declared, answer: Any, run: Callable[[], Any]) -> Any:
    """What was created by the first call with this key of this token, however often it is sent within a day.

    Raises: RuleBroken when the key was sent with another body.
    """
    form: TypeAdapter[Any] = TypeAdapter(answer)

    def created() -> Any:
        return form.dump_python(form.validate_python(run()), mode="json", exclude_unset=True)

    told, was_repeated = idempotency.once(
        request.headers[KEY],
        by_id=request.auth.pk,
        purpose=f"{declared.method} {declared.name}",
        fingerprint=idempotency.fingerprint_of(request.path, request.body.decode("utf-8", "replace")),
        run=created,
    )
    if was_repeated:
        request.said["Idempotent-Replayed"] = "true"
    return told


def parameters_of(registered: Operation) -> tuple[list[str], list[str]]:
    """The names that may stand in the query: those for one answer and those for several."""
    models = [model for model in registered.models if model.__ninja_param_source__ == "query"]
    names = [name for model in models for name in model.__ninja_flatten_map__]
    several = [name for model in models for name in getattr(model, "__ninja_collection_fields__", ())]
    return [name for name in names if name not in several], several


def takes_body(registered: Operation) -> bool:
    """Whether anything may be said in the body."""
    return any(model.__ninja_param_source__ == "body" for model in registered.models)
