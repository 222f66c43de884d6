"""Markup in every text that people may write: shown as text, never as markup."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import models, transaction

from modus.core.errors import RuleBroken
from modus.core.time import today
from modus.directory import models as directory
from modus.directory import rules
from tests.attacks.markup import Inspector, became
from tests.attacks.payloads import FAMILIES, FEW
from tests.attacks.walking import ask, named, routes, taken_back
from tests.factories import directory as make
from tests.factories import world as worlds
from tests.factories.world import World
from tests.house.routes import Route
from tests.house.samples import address_of
from tests.house.source import module_name, python_files


@pytest.mark.attack("A-30")
def test_the_inspector_sees_what_is_not_escaped() -> None:
    """Most families come to life in a page that escapes nothing; the others need a special place."""
    seen = 0
    for family in FAMILIES:
        inspector = Inspector()
        inspector.feed(f'<p title="{family}">{family}</p>')
        inspector.close()
        seen += bool(inspector.found)
    assert seen >= 50


READ_BY_MACHINES = {
    "type",
    "country",
    "nuts",
    "time_zone",
    "brand_colour",
    "token",
    "signature",
    "address",
    "domain",
    "registration_number",
}


def texts_of(model: type[models.Model]) -> list[models.Field]:
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and not field.unique
        and not isinstance(field, models.SlugField | models.URLField | models.EmailField)
        and field.name
        not in {"type", "country", "nuts", "time_zone", "brand_colour", "token", "signature", "address", "domain"}
        and field.name != "registration_number"
    ]


def poison(thing: Any, family: str) -> None:
    """Write the markup into every text of a row, as if every check before had failed."""
    fields = texts_of(type(thing))
    values = {field.name: family[: field.max_length or 1000] for field in fields}
    if isinstance(thing, directory.Profile):
        kept = {"country": "CZ"}
        names = [
            field.name for field in directory.profile_type(thing.type).fields if field.kind in {"text", "long-text"}
        ]
        values |= {"values": dict.fromkeys(names, family) | kept, "published": dict.fromkeys(names, family) | kept}
    type(thing)._base_manager.filter(pk=thing.pk).update(**values)


@pytest.fixture(scope="module")
def poisoned(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The world with markup in every text of cluster a; members and people beyond, one for each family."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = worlds.build()
        for number, family in enumerate(FAMILIES):
            person = make.member_of(world.a.cluster)
            for thing in (person, person.positions.get(), person.positions.get().organisation):
                poison(thing, family)
            membership = person.positions.get().organisation.memberships.get()
            poison(membership, family)
            world.a.things[f"membership {number}"] = membership
            world.a.things[f"person {number}"] = person
        for name in ("membership", "organisation", "person", "position", "profile", "draft", "note", "waiver", "view"):
            poison(world.a.things[name], FEW[0])
        for thing in (world.a.cluster.network, world.a.cluster.organisation, world.a.manager, world.people["office"]):
            poison(thing, FEW[0])
        yield world
        transaction.set_rollback(True)


@pytest.mark.attack("A-30", "A-31", "A-32", "A-35")
@pytest.mark.parametrize("route", routes(method="GET"), ids=named)
def test_what_people_write_is_shown_as_text(route: Route, poisoned: World) -> None:
    for actor in ("visitor", "own member", "manager", "office"):
        with taken_back():
            answer = ask(poisoned, actor, "GET", address_of(route, poisoned.a))
        assert answer.status_code < 500, f"{route.name} does not bear strange texts"
        assert became(answer) == [], actor


@pytest.mark.attack("A-30")
@pytest.mark.parametrize(
    "route", [r for r in routes(method="GET") if {"membership", "person"} & dict(r.parts).keys()], ids=named
)
def test_every_family_is_text_on_the_pages_of_members_and_people(route: Route, poisoned: World) -> None:
    part = next(name for name in ("membership", "person") if name in dict(route.parts))
    if "position" in dict(route.parts):
        return
    for number, family in enumerate(FAMILIES):
        thing = poisoned.a.things[f"{part} {number}"]
        with taken_back():
            answer = ask(poisoned, "manager", "GET", address_of(route, poisoned.a, **{part: str(thing.pk)}))
        assert answer.status_code < 500
        assert became(answer) == [], f"{family!r} at {route.name}"


def test_there_are_enough_families() -> None:
    assert len(set(FAMILIES)) >= 60


LINKS = (
    "javascript:xq7_x()",
    "JaVaScRiPt:xq7_x()",
    "java\tscript:xq7_x()",
    "data:text/html,xq7_x",
    "vbscript:xq7_x",
    "x",
)


@pytest.mark.attack("A-32", "A-37")
@pytest.mark.parametrize("link", LINKS)
def test_a_link_that_is_no_web_address_is_refused_on_the_way_in(link: str) -> None:
    """Links are shown as links, so only web addresses get in: in profiles, and in every form of ours."""
    for kind in directory.PROFILE_TYPES.values():
        for field in kind.fields:
            if field.kind == "link":
                with pytest.raises(RuleBroken):
                    rules.clean_value(field, link, on=today())
    for form_field in link_fields():
        with pytest.raises(ValidationError):
            form_field.run_validators(form_field.to_python(link))


def link_fields() -> list[forms.URLField]:
    """Every field for a link in a form of ours, and the address of evidence in the tables."""
    found = [
        field
        for path in python_files("web")
        if "forms" in path.as_posix()
        for kind in vars(import_module(module_name(path))).values()
        if isinstance(kind, type) and issubclass(kind, forms.Form)
        for field in kind.base_fields.values()
        if isinstance(field, forms.URLField)
    ]
    assert found
    return found
