"""Tables follow the order of the rooms, and rows of a tenant are only read by somebody's right."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from modus.core.scope import ScopedQuerySet
from tests.house.source import PACKAGE, ROOT, TESTS, in_words, levels, text_of

# Tables that hang on a tenant and may still be read freely, each with its reason.
READ_FREELY = {
    "Network": "a network is public: its name and its description",
    "ClusterSlug": "a short name is looked up before anybody knows whose it is",
    "ProfileTerm": "holds published codes only, and is reached through scoped profiles",
    "JournalLine": "lines are read by the thing or the scope that a query names",
}
TENANT = {"Cluster", "Organisation", "Person", "Profile", "Network"}


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("modus.")]


def room_of(model: type[models.Model]) -> str:
    return model.__module__.split(".")[1]


def points_down(room: str, target: str) -> bool:
    """Whether a table of a room may refer to a table of another: the same room, or one below, never a sibling."""
    order = {name: depth for depth, level in enumerate(levels()) for name in level}
    return room == target or order[target] > order[room]


def relations(model: type[models.Model]) -> list[models.Field]:
    return [field for field in model._meta.get_fields() if field.is_relation and not field.auto_created]


def test_foreign_keys_point_down() -> None:
    wrong = [
        f"{model.__name__}.{field.name} → {field.related_model.__name__}"
        for model in own_models()
        for field in relations(model)
        if not field.related_model.__module__.startswith("modus.")
        or not points_down(room_of(model), room_of(field.related_model))
    ]
    assert not wrong, f"Foreign keys may only point to the same room or a lower one: {wrong}"


@pytest.mark.parametrize(
    ("room", "target", "may"),
    [
        ("directory", "directory", True),
        ("directory", "core", True),
        ("insight", "directory", True),
        ("directory", "surveys", False),
        ("events", "opportunities", False),
        ("academy", "matchmaking", False),
    ],
)
def test_the_order_knows_down_up_and_sideways(room: str, target: str, may: bool) -> None:
    assert points_down(room, target) is may


def test_the_settings_name_the_rooms_in_the_order_of_the_law() -> None:
    order = {name: depth for depth, level in enumerate(levels()) for name in level}
    depths = [order[room] for room in settings.ROOMS]
    assert depths == sorted(depths, reverse=True), "ROOMS in settings.py stand from the bottom up, as in .importlinter."


def test_tables_of_a_tenant_are_scoped() -> None:
    open_ones = [
        model.__name__
        for model in own_models()
        if any(field.related_model.__name__ in TENANT for field in relations(model))
        and not isinstance(model._default_manager.get_queryset(), ScopedQuerySet)
        and model.__name__ not in READ_FREELY
    ]
    assert not open_ones, f"Give these `objects = ScopedQuerySet.as_manager()`, or a reason in READ_FREELY: {open_ones}"


def test_migrations_say_what_they_do() -> None:
    nameless = [
        in_words(path)
        for path in PACKAGE.glob("*/migrations/*.py")
        if path.stem != "__init__" and (not re.fullmatch(r"\d{4}(_[a-z]+)+", path.stem) or "auto" in path.stem)
    ]
    assert not nameless, f"Name migrations by what they do (makemigrations --name): {nameless}"


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    from django.db import connection
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.state import ProjectState

    loader = MigrationLoader(connection)
    detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
    changes = detector.changes(graph=loader.graph)
    assert not changes, f"The models differ from their migrations: modus makemigrations {' '.join(changes)} --name …"


def test_what_writes_for_good_puts_back_what_migrations_shipped() -> None:
    """After a test without it, those that follow find a database that no migration has filled, or fail to fill it."""
    wrong = [
        f"{in_words(path)}:{number}"
        for path in sorted(TESTS.rglob("*.py"))
        if path.name != Path(__file__).name
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if "django_db(transaction=True" in line and "serialized_rollback=True" not in line
    ]
    assert not wrong, f"Add serialized_rollback=True: {wrong}"


def test_every_table_about_people_is_told_to_those_who_answer_for_it() -> None:
    told = text_of(ROOT / "docs" / "administrator" / "data-and-privacy.md")
    untold = [
        model._meta.db_table
        for model in apps.get_models()
        if any(is_about_people(field) for field in model._meta.get_fields()) and f"`{model._meta.db_table}`" not in told
    ]
    assert not untold, f"Say in docs/administrator/data-and-privacy.md what is stored there and how long: {untold}"


def is_about_people(field: Any) -> bool:
    """Whether a column leads to an account or a person, or holds what one is known by."""
    if getattr(field, "related_model", None) is not None:
        return not field.auto_created and field.related_model.__name__ in {"User", "Person"}
    return field.name in {"by_id", "kept_by_id", "email", "to_address", "ip", "user_agent", "phone", "family_name"}
