"""The world that every address is walked in: made once for a module, every request taken back."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.factories import world as worlds
from tests.factories.world import World


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        made = worlds.build()
        for actor in made.people:
            made.client(actor)
            for who in ("", "staff of the cluster", "network office"):
                made.bearer(actor, who=who)
        yield made
        transaction.set_rollback(True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever walks in a world needs the database."""
    for item in items:
        if {"world", "poisoned"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.django_db)
