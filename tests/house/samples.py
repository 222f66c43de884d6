"""What stands for the parts of each address when all addresses are walked."""

from typing import Any

from django.urls import reverse

from tests.factories.world import Tenant, random_key
from tests.house.routes import Route

# Parts of addresses whose object depends on the page; by page and part, else by part alone.
SPECIAL: dict[tuple[str, str], str] = {
    ("directory:team-position-end", "position"): "team position",
    ("account:position-leave", "position"): "own position",
    ("profile", "profile"): "draft",
    ("network", "join_request"): "claim",
    ("network", "webhook"): "network webhook",
    ("profile:request-withdraw", "join_request"): "asked",
    ("network", "mail"): "office mail",
    ("api:team-position-end", "position"): "team position",
    ("api:profile", "profile"): "draft",
    ("api:profile-submit", "profile"): "draft",
    ("api:profile-confirm", "profile"): "draft",
    ("api:profile-withdraw", "profile"): "draft",
    ("api:request-withdraw", "join_request"): "asked",
}
# Parts that choose among words of ours and name nobody's object.
WORDS = {
    "format": "csv",
    "which": "members",
    "facet": "country",
    "kind": "cluster",
    "type": "member",
    "code": "eccp",
    "version": "1",
    "list": "ecosystem",
    "taxonomy": "ecosystem",
    "uidb36": "1",
    "key": "no-such-key",
    "decision": "publish",
    "act": "publish",
    "country": "CZ",
    "field": "city",
    "form": "original",
    "signed": "no-such-key",
}
THINGS = {
    "invitation": "invitation",
    "membership": "membership",
    "member": "membership",
    "organisation": "organisation",
    "person": "person",
    "position": "position",
    "profile": "profile",
    "note": "note",
    "rule_set": "rule_set",
    "rule": "rule",
    "waiver": "waiver",
    "result": "result",
    "request": "join",
    "join_request": "join",
    "webhook": "webhook",
    "view": "view",
    "file": "file",
    "saved_view": "view",
    "task": "task",
    "mail": "mail",
    "machine_token": "token",
}
# These parts lead to somebody's object: the foreign-key walk puts another's in their place.
SCOPES = ("cluster", "network")


class NoSample(LookupError):
    """A new address has a part for which nobody said what may stand there."""


def parts_of(route: Route, tenant: Tenant) -> dict[str, str]:
    """What stands in the address when it is to lead to the tenant's things."""
    return {name: part(route, name, kind, tenant) for name, kind in route.parts}


def part(route: Route, name: str, kind: str, tenant: Tenant) -> str:
    if name == "cluster":
        return tenant.cluster.slug
    if name == "network":
        return tenant.cluster.network.slug
    if name == "token":
        return str(tenant.things["result"].token)
    if name in THINGS or is_special(route, name):
        return key_of(thing(route, name, tenant), kind)
    if name == "slug":
        return str(tenant.things["profile"].slug)
    if name in WORDS:
        return WORDS[name]
    raise NoSample(f"Say in tests/house/samples.py what stands for <{kind}:{name}> in {route.name} ({route.address}).")


def is_special(route: Route, name: str) -> bool:
    return (route.name, name) in SPECIAL or (route.name.partition(":")[0], name) in SPECIAL


def thing(route: Route, name: str, tenant: Tenant) -> Any:
    special = SPECIAL.get((route.name, name)) or SPECIAL.get((route.name.partition(":")[0], name))
    return tenant.things[special or THINGS[name]]


def key_of(found: Any, kind: str) -> str:
    """The slug or the code where the address asks for words, else the id."""
    words = getattr(found, "slug", "") or getattr(found, "code", "")
    return str(words) if kind == "slug" and words else str(found.pk)


def address_of(route: Route, tenant: Tenant, **other: str) -> str:
    """The address of a page at the tenant's things, with some parts put otherwise."""
    return reverse(route.name, kwargs={**parts_of(route, tenant), **other})


def has_thing(route: Route) -> bool:
    """Whether an address leads to an object by its id."""
    return any(name in THINGS or is_special(route, name) or name == "token" for name, _kind in route.parts)


def strange_address(route: Route, tenant: Tenant) -> str:
    """The same address with ids that belong to nothing."""
    strange = {
        name: random_key(kind)
        for name, kind in route.parts
        if name not in SCOPES and (name in THINGS or is_special(route, name) or name in {"token", "slug"})
    }
    return address_of(route, tenant, **strange)
