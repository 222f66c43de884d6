"""Indexes that only one of the databases has."""

import pytest
from django.db import connection

from modus.directory.models import Person

pytestmark = pytest.mark.django_db


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no trigrams")
def test_parts_of_names_are_found_by_trigrams() -> None:
    with connection.cursor() as cursor:
        kinds = connection.introspection.get_constraints(cursor, Person._meta.db_table)
    assert kinds["person_by_trigrams"]["type"] == "gin"
