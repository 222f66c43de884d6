"""The person behind the token, and the networks in which she can register an organisation."""

from typing import Any
from uuid import UUID

from ninja import Router, Schema

from modus.api import fields
from modus.api.audience import Audience, Call
from modus.api.directory.people import PersonChange, Position, shown_position
from modus.api.operations import operation
from modus.core.time import today
from modus.directory import actions
from modus.directory.queries.listing import open_networks
from modus.directory.queries.own_person import own_positions

router = Router(exclude_unset=True)


class Place(Schema):
    """A cluster or a network that the token opens."""

    slug: str
    name: str


class Token(Schema):
    """What this token may do."""

    name: str
    areas: list[str]
    may_write: bool
    expires_on: fields.Day


class Me(Schema):
    """Who calls, with which token; name and positions only with a token for one's own things."""

    token: Token
    clusters: list[Place]
    networks: list[Place]
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    phone: str = ""
    positions: list[Position] = []


class Network(Schema):
    """A network that takes registrations."""

    id: UUID
    slug: str
    name: str


@operation(router, "GET", "/me", name="me", who=Audience.BEARER, answer=Me)
def own_person(request: Call) -> dict[str, Any]:
    """Who you are, and what this token opens."""
    return _me(request)


@operation(router, "PATCH", "/me", name="me", who=Audience.OWN, area="people", answer=Me)
def own_person_correct(request: Call, said: PersonChange) -> dict[str, Any]:
    """Correct your own name, address and telephone number."""
    facts = {name: value for name, value in said.model_dump(exclude_unset=True).items() if value is not None}
    request.person = actions.correct_person(request.person, facts=facts, by=request.person)
    return _me(request)


@operation(router, "GET", "/networks", name="networks", who=Audience.BEARER, answer=list[Network])
def network_list(request: Call) -> list[dict[str, Any]]:
    """The networks in which an organisation can be registered."""
    return [{name: getattr(one, name) for name in Network.model_fields} for one in open_networks()]


def _me(request: Call) -> dict[str, Any]:
    token, rights = request.auth, request.rights
    seen = {
        "token": {name: getattr(token, name) for name in Token.model_fields},
        "clusters": [{"slug": cluster.slug, "name": cluster.name} for cluster in rights.clusters],
        "networks": [{"slug": network.slug, "name": network.name} for network in rights.offices],
    }
    if token.scope_id is not None:
        return seen
    facts = {name: getattr(request.person, name) for name in ("given_name", "family_name", "email", "phone")}
    held = own_positions(request.person, on=today())
    return {**seen, **facts, "positions": [shown_position(row) for row in held]}
