"""What the walks over all addresses share: requests that are taken back, and the database as one number."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.db import connection, transaction
from django.http import HttpResponse

from modus.web.ui.audience import Audience
from tests.factories.world import Tenant, World
from tests.house.routes import Route, all_routes

FORM = "application/x-www-form-urlencoded"
OF_A_CLUSTER = {Audience.MEMBER, Audience.STAFF, Audience.MANAGER}
# Tables that a refused request may touch: a session may be renewed, a limit of tries be counted.
NOT_FACTS = {"session", "counter"}


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever is written inside is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask(
    world: World, actor: str, method: str, address: str, data: dict[str, Any] | None = None, **headers: str
) -> HttpResponse:
    """One request of an actor; what it writes stays until the caller takes it back."""
    client = world.client(actor)
    if method in {"GET", "HEAD"}:
        return client.generic(method, f"{address}?{urlencode(data)}" if data else address, **headers)
    return client.generic(method, address, urlencode(data or {}, doseq=True), content_type=FORM, **headers)


@cache
def _questions() -> dict[str, str]:
    """What asks for all rows of each table of ours; written once, as Django writes longer than a database answers."""
    models = [model for model in apps.get_models() if model._meta.model_name not in NOT_FACTS]
    return {m._meta.label: m._base_manager.order_by("pk").values().query.sql_with_params()[0] for m in models}


def facts() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of ours as the database keeps it, by table."""
    found = {}
    with connection.cursor() as cursor:
        for label, question in _questions().items():
            cursor.execute(question)
            found[label] = cursor.fetchall()
    return found


def checksum() -> str:
    """The database as one number: equal when no row was changed."""
    return hashlib.sha256(repr(facts()).encode()).hexdigest()


def routes(*, method: str = "") -> list[Route]:
    return [route for route in all_routes() if not method or method in route.methods]


def home_of(actor: str, world: World) -> Tenant:
    """The cluster in which an actor stands."""
    away = {"other manager": world.b, "other staff": world.b, "manager elsewhere": world.c, "member elsewhere": world.c}
    return away.get(actor, world.a)


def words_of(answer: HttpResponse) -> str:
    """Everything that an answer says: its text, the sheets inside a workbook, and where it sends."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"\n".join(book.read(name) for name in book.namelist())
    return body.decode("utf-8", "replace") + answer.headers.get("Location", "")


def named(part: object) -> str:
    """How a walk names its cases."""
    return part.name if isinstance(part, Route) else str(part)


WHO_MAY = {"network": "office", "directory": "manager", "profile": "own member"}


def who_may(route: Route) -> str:
    """An actor for whom the page is open."""
    return WHO_MAY.get(route.name.partition(":")[0], "manager")
