"""The clusters to which a token reaches: settings, what happened there, and the views that the person keeps."""

from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, QueryDict
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from modus.api import fields
from modus.api.audience import Audience, Call
from modus.api.directory.members import MembersAsked
from modus.api.directory.people import PeopleAsked
from modus.api.operations import operation
from modus.api.paging import Asked, Limit
from modus.core.errors import RuleBroken
from modus.directory import actions
from modus.directory.queries import history, views
from modus.directory.rules import brand

router = Router(exclude_unset=True)
AREA = "clusters"
PATH = "/clusters/{slug:cluster}"
LISTS: dict[str, type[Asked]] = {"members": MembersAsked, "people": PeopleAsked}
PLACE_OF_A_PAGE = frozenset({"after", "limit"})


class Cluster(Schema):
    """A cluster and the zone in which its times are told."""

    id: UUID
    slug: str
    name: str
    network: str
    time_zone: str
    brand_colour: str


class Settings(fields.Body):
    """Settings that change; what is not said stays."""

    time_zone: fields.Zone | None = None
    brand_colour: Annotated[str, Field(max_length=7, description="As #rrggbb; empty for the usual one.")] | None = None


class Rename(fields.Body):
    """Another short name; the old one rests for a year."""

    slug: fields.Slug


class HistoryAsked(Asked):
    """Which part of the history."""

    limit: Limit = 50
    before: Annotated[int | None, Field(ge=1, le=9_223_372_036_854_775_807)] = None


class Line(Schema):
    """One act in words."""

    number: int
    at: str
    words: str
    by: str
    detail: str
    subject_kind: str
    subject: UUID


class History(Schema):
    """The newest acts first; `before` is asked for those further back."""

    items: list[Line]
    before: int | None


class View(Schema):
    """Filters and order of a list under a name."""

    id: UUID
    name: str
    query: str


class NewView(fields.Body):
    """A view to keep; `query` as the operation of the list takes it."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    query: Annotated[str, Field(max_length=500)] = ""


@operation(router, "GET", "/clusters", name="clusters", who=Audience.BEARER, area=AREA, answer=list[Cluster])
def cluster_list(request: Call) -> list[dict[str, Any]]:
    """The clusters that this token opens."""
    return [_cluster(cluster) for cluster in request.rights.clusters]


@operation(router, "GET", PATH, name="cluster", who=Audience.MEMBER, area=AREA, answer=Cluster)
def cluster_detail(request: Call, cluster: str) -> dict[str, Any]:
    """One cluster."""
    return _cluster(request.cluster)


@operation(router, "PATCH", PATH, name="cluster", who=Audience.MANAGER, area=AREA, answer=Cluster)
def cluster_set(request: Call, cluster: str, said: Settings) -> dict[str, Any]:
    """Set the time zone and the colour of a cluster."""
    own = request.cluster
    zone = own.time_zone if said.time_zone is None else said.time_zone
    colour = own.brand_colour if said.brand_colour is None else brand.readable_colour(said.brand_colour)
    return _cluster(actions.set_cluster_settings(own, time_zone=zone, brand_colour=colour, by=request.person))


@operation(router, "POST", f"{PATH}/rename", name="cluster-rename", who=Audience.MANAGER, area=AREA, answer=Cluster)
def cluster_rename(request: Call, cluster: str, said: Rename) -> dict[str, Any]:
    """Give a cluster another short name."""
    return _cluster(actions.rename_cluster(request.cluster, slug=said.slug, by=request.person))


@operation(router, "GET", f"{PATH}/history", name="history", who=Audience.STAFF, area=AREA, answer=History)
def history_list(request: Call, cluster: str, asked: Query[HistoryAsked]) -> dict[str, Any]:
    """What happened in a cluster, line by line of its journal."""
    lines = history.history_of_cluster(request.cluster, newest=asked.limit + 1, before=asked.before)
    shown = lines[: asked.limit]
    items = [
        {
            **{name: getattr(line, name) for name in ("number", "words", "by", "detail", "subject_kind")},
            "at": line.at.isoformat(),
            "subject": line.subject_id,
        }
        for line in shown
    ]
    return {"items": items, "before": shown[-1].number if len(lines) > len(shown) else None}


@operation(
    router, "GET", f"{PATH}/views/{{slug:which}}", name="views", who=Audience.MEMBER, area=AREA, answer=list[View]
)
def view_list(request: Call, cluster: str, which: str) -> list[dict[str, Any]]:
    """The views of a list (members or people) that you keep."""
    return [_view(row) for row in views.saved_views(request.person, address=_address(request, which))]


@operation(
    router,
    "POST",
    f"{PATH}/views/{{slug:which}}",
    name="views",
    who=Audience.MEMBER,
    area=AREA,
    answer=View,
    status=201,
)
def view_keep(request: Call, cluster: str, which: str, said: NewView) -> dict[str, Any]:
    """Keep a view of a list (members or people)."""
    address = _address(request, which)
    _require_declared(which, said.query)
    return _view(actions.keep_view(address=address, name=said.name, query=said.query, by=request.person))


@operation(
    router,
    "DELETE",
    f"{PATH}/views/{{slug:which}}/{{uuid:view}}",
    name="view",
    who=Audience.MEMBER,
    area=AREA,
    status=204,
)
def view_forget(request: Call, cluster: str, which: str, view: UUID) -> None:
    """Forget a view."""
    address = _address(request, which)
    row = views.saved_view_of(request.person, view)
    if row is None or row.address != address:
        raise Http404
    actions.forget_view(row, by=request.person)


def _address(request: Call, which: str) -> str:
    if which not in LISTS:
        raise Http404
    return f"{request.cluster.pk}/{which}"


def _require_declared(which: str, query: str) -> None:
    """Only what the list declares is kept.

    Raises: RuleBroken.
    """
    asked, declared = QueryDict(query), set(LISTS[which].model_fields) - PLACE_OF_A_PAGE
    if set(asked) - declared or any(len(values) > 1 for _name, values in asked.lists()):
        raise RuleBroken(_("There is no such parameter in this list."), field="query")
    try:
        LISTS[which].model_validate(asked.dict())
    except ValueError as error:
        raise RuleBroken(_("The list cannot be asked like that."), field="query") from error


def _cluster(cluster: Any) -> dict[str, Any]:
    facts = {name: getattr(cluster, name) for name in ("id", "slug", "name", "time_zone", "brand_colour")}
    return {**facts, "network": cluster.network.slug}


def _view(row: Any) -> dict[str, Any]:
    return {"id": row.pk, "name": row.name, "query": row.query}
