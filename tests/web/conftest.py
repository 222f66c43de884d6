"""Somebody with an account, for the tests of the account pages."""

import pytest

from modus.directory.models import Person
from tests.web.accounts import make_person


@pytest.fixture
def person(db: None) -> Person:
    """Somebody with a password and a confirmed address."""
    return make_person()
