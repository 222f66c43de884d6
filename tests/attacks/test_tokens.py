"""Public ids and tokens: long, from the system's own source of chance, told by nothing and telling nothing."""

import base64
import uuid

import pytest
from django.apps import apps
from django.db import models

from modus.core.users import User
from modus.directory.models import Person, Profile
from modus.directory.models.rule_set import new_token
from tests.attacks.walking import ask, named, routes, taken_back, words_of
from tests.factories.world import World
from tests.house.routes import Route
from tests.house.samples import address_of

# Tables of code lists and lines that are never named in an address may count.
COUNTED = {
    "Taxonomy",
    "Term",
    "TermChange",
    "Place",
    "ProfileTerm",
    "ClusterSlug",
    "Rule",
    "JournalLine",
    "JournalSeal",
    # A lane bears the id of its cluster, a job of the clock its name; neither stands in an address.
    "Lane",
    "ScheduledJob",
    "Counter",
}
MANY = 100_000


@pytest.mark.attack("A-15")
def test_tokens_hold_128_bits_and_never_meet() -> None:
    tokens = {new_token() for _ in range(MANY)}
    assert len(tokens) == MANY
    assert {len(base64.urlsafe_b64decode(token + "==")) for token in list(tokens)[:100]} == {16}


@pytest.mark.attack("A-15")
def test_tokens_use_every_bit() -> None:
    """Each of the 128 bits is set about every second time: nothing of time, order or address is in them."""
    sample = [int.from_bytes(base64.urlsafe_b64decode(new_token() + "=="), "big") for _ in range(4000)]
    shares = [sum(number >> bit & 1 for number in sample) / len(sample) for bit in range(128)]
    assert min(shares) > 0.45
    assert max(shares) < 0.55


@pytest.mark.attack("A-15", "A-96")
def test_ids_are_random_uuids() -> None:
    own = [model for model in apps.get_models() if model.__module__.startswith("modus.")]
    for model in own:
        if model.__name__ in COUNTED:
            continue
        key = model._meta.pk
        assert isinstance(key, models.UUIDField), f"{model.__name__} counts its rows; give it a UUID"
        assert key.default is uuid.uuid4, f"{model.__name__}: ids are random (uuid4), not told by time or address"


@pytest.mark.attack("A-15")
@pytest.mark.django_db
def test_ids_are_not_told_by_an_address() -> None:
    first, second = (User(email="same@people.example") for _ in range(2))
    assert first.pk != second.pk
    assert {first.pk.version, Person().pk.version, Profile().pk.version} == {4}


@pytest.mark.attack("A-96")
@pytest.mark.parametrize("route", [r for r in routes(method="GET") if not r.is_personal], ids=named)
def test_public_pages_tell_no_address_of_a_person(route: Route, world: World) -> None:
    with taken_back():
        said = words_of(ask(world, "visitor", "GET", address_of(route, world.a)))
    assert "@people.example" not in said
    assert "gravatar" not in said
