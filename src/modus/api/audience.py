"""Whom an operation is for, and how a token is held against it before anything of the request is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from modus.api.errors import NoToken, OutOfScope
from modus.core.errors import NotAllowed
from modus.directory import rules

if TYPE_CHECKING:
    from modus.core.tokens import Token
    from modus.directory.models import Cluster, Network, Person
    from modus.directory.rules import Rights


class Audience(StrEnum):
    """Whom an operation is for; `OWN` wants a token for the person's own things, those below one for their place.

    `SIGNED_IN` is for the two pages about the door itself, which a session opens too.
    """

    EVERYBODY = "everybody"
    SIGNED_IN = "signed in"
    BEARER = "whoever has a token"
    OWN = "a person herself"
    MEMBER = "members of the cluster"
    STAFF = "staff of the cluster"
    MANAGER = "managers of the cluster"
    OFFICE = "network office"


OF_A_CLUSTER = {
    Audience.MEMBER: rules.can_enter,
    Audience.STAFF: rules.can_manage_members,
    Audience.MANAGER: rules.can_manage_cluster,
}


@dataclass(frozen=True)
class Declared:
    """What an operation declares of itself: the name of its address, its method, its audience and its area."""

    name: str
    method: str
    who: Audience
    area: str


class Call(HttpRequest):
    """A request that was admitted: by which token, who asks, what she may do, and the place in the address.

    `said` are headers that the answer bears beside its body.
    """

    auth: "Token"
    said: dict[str, str]
    person: "Person"
    rights: "Rights"
    cluster: "Cluster"
    network: "Network"


def admit(call: Call, declared: Declared, at: Mapping[str, Any]) -> None:
    """Hold the token against what the operation declares, and put the place of the address beside the request.

    Raises: OutOfScope for a token that does not include this; NoToken for the place of another; NotAllowed.
    """
    token = call.person.token
    if token is None or (declared.area and declared.area not in token.areas):
        raise OutOfScope
    if declared.method != "GET" and not token.may_write:
        raise OutOfScope
    if declared.who is Audience.OWN and token.scope_id is not None:
        raise OutOfScope
    if declared.who in OF_A_CLUSTER:
        call.cluster = _at(call.rights.clusters, at["cluster"])
        if not OF_A_CLUSTER[declared.who](call.rights, call.cluster):
            raise NotAllowed
    elif declared.who is Audience.OFFICE:
        call.network = _at(call.rights.offices, at["network"])


def _at(places: Any, slug: str) -> Any:
    """The place of the token, if it is the one in the address.

    Raises: OutOfScope when the token is for another kind of place; NoToken when it is for another place.
    """
    if not places:
        raise OutOfScope
    place = next((own for own in places if own.slug == slug), None)
    if place is None:
        raise NoToken
    return place
