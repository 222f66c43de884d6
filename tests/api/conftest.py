"""The world that the door opens to, made as for the house tests."""

from tests.house.conftest import pytest_collection_modifyitems as pytest_collection_modifyitems
from tests.house.conftest import world as world
