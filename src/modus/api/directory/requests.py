"""Requests to speak for an organisation: asking, what waits for a decision, deciding, and taking back."""

from typing import Annotated, Any
from uuid import UUID

from django.http import Http404
from ninja import Query, Router, Schema

from modus.api import fields
from modus.api.audience import Audience, Call
from modus.api.operations import operation
from modus.api.paging import Page, PageAsked, page_of
from modus.core.time import today
from modus.directory import actions, queries
from modus.directory.queries.paging import Stretch, slice_of

router = Router(exclude_unset=True)
AREA = "requests"
ONE = "/requests/{uuid:join_request}"


class Asking(fields.Body):
    """A few words to those who decide."""

    message: fields.LongText = ""


class Decision(fields.Body):
    """Approve with a role (the first that is offered, when none is said), or refuse with a reason."""

    decision: Annotated[str, fields.OneOf(("approve", "refuse"))]
    role: fields.Role | None = None
    reason: fields.LongText = ""


class Request(Schema):
    """A wish to speak for an organisation."""

    id: UUID
    organisation: UUID
    organisation_name: str
    person_name: str
    kind: str
    message: str
    status: str
    has_matching_domain: bool
    asked_at: str
    decided_at: str | None
    reason: str
    roles: list[str] = []


@operation(router, "GET", "/requests", name="requests", who=Audience.OWN, area=AREA, answer=Page[Request])
def request_list(request: Call, asked: Query[PageAsked]) -> dict[str, Any]:
    """What you have asked for, the newest first."""
    rows = queries.requests_of(request.person).select_related("person", "organisation__cluster")
    stretch = Stretch("asked_at", is_descending=True, after=asked.after, size=asked.limit)
    return request_page(request, rows, stretch, with_roles=False)


@operation(
    router, "GET", "/requests/waiting", name="requests-waiting", who=Audience.BEARER, area=AREA, answer=Page[Request]
)
def request_waiting_list(request: Call, asked: Query[PageAsked]) -> dict[str, Any]:
    """What waits for your decision in the place of this token, the oldest first."""
    rows = queries.requests_to_decide(request.person, request.rights, on=today())
    return request_page(request, rows, Stretch("asked_at", after=asked.after, size=asked.limit), with_roles=True)


@operation(
    router,
    "POST",
    "/organisations/{uuid:organisation}/requests",
    name="organisation-requests",
    who=Audience.OWN,
    area=AREA,
    answer=Request,
    status=201,
)
def request_ask(request: Call, organisation: UUID, said: Asking) -> dict[str, Any]:
    """Ask to speak for an organisation that you can see."""
    found = queries.organisation_to_ask_for(organisation, rights=request.rights, on=today())
    if found is None:
        raise Http404
    made = actions.ask_for_organisation(found, message=said.message, by=request.person)
    return shown(made, with_roles=False)


@operation(router, "POST", f"{ONE}/decide", name="request-decide", who=Audience.BEARER, area=AREA, answer=Request)
def request_decide(request: Call, join_request: UUID, said: Decision) -> dict[str, Any]:
    """Decide on a request that waits for you."""
    found = queries.requests_to_decide(request.person, request.rights, on=today()).filter(pk=join_request).first()
    if found is None:
        raise Http404
    if said.decision == "approve":
        decided = actions.approve_request(found, role=said.role or "", by=request.person)
    else:
        decided = actions.refuse_request(found, reason=said.reason, by=request.person)
    return shown(decided, with_roles=False)


@operation(router, "POST", f"{ONE}/withdraw", name="request-withdraw", who=Audience.OWN, area=AREA, answer=Request)
def request_withdraw(request: Call, join_request: UUID) -> dict[str, Any]:
    """Take back what you have asked for."""
    own = queries.requests_of(request.person).filter(pk=join_request).first()
    if own is None:
        raise Http404
    return shown(actions.withdraw_request(own, by=request.person), with_roles=False)


def request_page(request: Call, rows: Any, stretch: Stretch, *, with_roles: bool) -> dict[str, Any]:
    """A page of requests."""
    part = slice_of(rows, stretch, anchors=rows)
    items = [shown(row, with_roles=with_roles) for row in part.rows]
    return page_of(request, items, last=part.rows[-1].pk if items else None, has_next=part.has_next)


def shown(row: Any, *, with_roles: bool) -> dict[str, Any]:
    """A request as the answer shows it; the roles that can be given, to those who decide."""
    names = ("id", "kind", "message", "status", "has_matching_domain", "reason")
    return {
        **{name: getattr(row, name) for name in names},
        "organisation": row.organisation_id,
        "organisation_name": row.organisation.name,
        "person_name": row.person.name,
        "asked_at": row.asked_at.isoformat(),
        "decided_at": row.decided_at.isoformat() if row.decided_at else None,
        **({"roles": [role for role, _label in queries.offered_roles(row)]} if with_roles else {}),
    }
