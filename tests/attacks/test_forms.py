"""Forms: what a form does not ask cannot be said, and what it offers is only what the person may see."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django.apps import apps
from django.http import HttpResponse

from modus.web.ui.audience import Audience
from tests.attacks.walking import ask, home_of, named, routes, taken_back
from tests.factories.world import World
from tests.house.routes import Route
from tests.house.samples import address_of

# What decides about rights, ownership and history; no form but those named below may change it.
PRIVILEGED = {
    "core.User": ("email", "is_active", "password"),
    "directory.Person": ("user_id", "is_clock"),
    "directory.Position": ("person_id", "organisation_id", "role"),
    "directory.Membership": ("cluster_id", "organisation_id"),
    "directory.Profile": ("organisation_id", "network_id", "type", "decided_by_id", "published", "is_listed"),
    "directory.Cluster": ("network_id", "organisation_id"),
    "directory.Network": ("operator_id", "slug"),
    "directory.JoinRequest": ("person_id", "organisation_id", "kind", "has_matching_domain"),
    "directory.Waiver": ("profile_id", "granted_by_id"),
    "directory.ValidationResult": ("profile_id", "is_met", "signature", "token"),
}
# The one form that gives a role without asking which.
GIVES = {"directory:hand-over": "manager"}
WHO_MAY = {"network": "office", "directory": "staff", "profile": "own member", "home": "own member"}


class Fields(HTMLParser):
    """The forms of a page as a browser would send them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.values: dict[str, str] = {}
        self.select = self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        name = facts.get("name") or ""
        if tag == "input" and name and (facts.get("type") not in {"checkbox", "radio"} or "checked" in facts):
            self.values.setdefault(name, facts.get("value") or "")
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and ("selected" in facts or self.select not in self.values):
            self.values[self.select] = facts.get("value") or ""
        elif tag == "textarea":
            self.area = name
            self.values[name] = ""

    def handle_endtag(self, tag: str) -> None:
        self.select = "" if tag == "select" else self.select
        self.area = "" if tag == "textarea" else self.area

    def handle_data(self, data: str) -> None:
        if self.area:
            self.values[self.area] += data


def fields_of(answer: HttpResponse) -> dict[str, str]:
    reader = Fields()
    if answer.status_code == 200 and not answer.streaming:
        reader.feed(answer.content.decode("utf-8", "replace"))
    return reader.values


def privileged() -> dict[str, dict[Any, tuple[Any, ...]]]:
    """The privileged columns of every row."""
    found = {}
    for label, columns in PRIVILEGED.items():
        rows = apps.get_model(label)._base_manager.values_list("pk", *columns)
        found[label] = {row[0]: row[1:] for row in rows}
    return found


def extras(world: World) -> dict[str, str]:
    """Fields that no form asks for, under every name that a careless one might take over."""
    other = world.b
    said = {
        "role": "manager",
        "roles": "office",
        "is_staff": "1",
        "is_superuser": "1",
        "is_active": "0",
        "is_clock": "1",
        "is_admin": "1",
        "is_listed": "1",
        "is_featured": "1",
        "is_met": "1",
        "email_verified": "1",
        "status": "published",
        "published": "{}",
        "tenant": other.cluster.slug,
        "cluster": str(other.cluster.pk),
        "cluster_id": str(other.cluster.pk),
        "network": str(world.c.cluster.network_id),
        "network_id": str(world.c.cluster.network_id),
        "organisation": str(other.cluster.organisation_id),
        "organisation_id": str(other.cluster.organisation_id),
        "person": str(other.manager.pk),
        "person_id": str(other.manager.pk),
        "user": str(other.manager.user_id),
        "user_id": str(other.manager.user_id),
        "owner": str(other.manager.pk),
        "by": str(other.manager.pk),
        "submitted_by": str(other.manager.pk),
        "decided_by": str(other.manager.pk),
        "granted_by": str(other.manager.pk),
        "operator": str(other.cluster.organisation_id),
        "created_at": "2000-01-01",
        "id": str(other.manager.pk),
        "pk": str(other.manager.pk),
        "password": "a phrase of somebody else",
        "signature": "x",
        "token": "x",
        "kind": "claim",
        "type": "cluster",
        "has_matching_domain": "1",
    }
    return said


@pytest.mark.attack("A-06")
@pytest.mark.parametrize("route", [route for route in routes() if {"GET", "POST"} <= set(route.methods)], ids=named)
def test_a_form_takes_nothing_that_it_does_not_ask(route: Route, world: World) -> None:
    """Send each form as it stands, with privileged fields beside: privileged columns stay as they were."""
    if route.name in {"account_login", "account_signup", "account_reset_password_from_key"}:
        return
    actor = "manager" if route.audience is Audience.MANAGER else WHO_MAY.get(route.name.partition(":")[0], "own member")
    address = address_of(route, home_of(actor, world))
    with taken_back():
        own = fields_of(ask(world, actor, "GET", address))
        before = privileged()
        told = {**{name: value for name, value in extras(world).items() if name not in own}, **own}
        answer = ask(world, actor, "POST", address, told)
        after = privileged()
    assert answer.status_code < 500, route.name
    for label, rows in before.items():
        changed = {key: (row, after[label].get(key)) for key, row in rows.items() if after[label].get(key) != row}
        assert not changed, f"{route.name} changed {label}: {changed}"
    new = after["directory.Position"].keys() - before["directory.Position"].keys()
    offered = GIVES.get(route.name, own.get("role", own.get("representative_role", "")))
    roles = {after["directory.Position"][key][2] for key in new}
    assert roles <= {"representative", "colleague", offered}, f"{route.name} gave the roles {roles}"


@pytest.mark.attack("A-08", "A-16")
@pytest.mark.parametrize("route", [r for r in routes(method="POST") if not r.name.startswith("account_")], ids=named)
def test_nobody_makes_herself_an_office(route: Route, world: World) -> None:
    """The widest role is given by the office alone: no address gives it, whatever is sent."""
    roles = {"role": "office", "representative_role": "office", "position-role": "office", "starts_on": "2024-01-01"}
    names = {"given_name": "Risen", "family_name": "Riser", "email": "risen@people.example", "name": "Risen"}
    positions = apps.get_model("directory.Position")._base_manager
    before = positions.filter(role="office").count()
    for actor in ("own member", "staff", "manager", "office"):
        with taken_back():
            address = address_of(route, home_of(actor, world))
            answer = ask(world, actor, "POST", address, {**names, **roles})
            assert answer.status_code < 500, route.name
            assert positions.filter(role="office").count() == before, f"{route.name} as {actor}"
