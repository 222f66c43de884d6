"""Public pages are kept while nothing happens, for visitors without an account and nobody else."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from modus.core import journal
from modus.core.time import now
from modus.directory.models import Network, Person, Profile
from modus.web.ui import kept
from tests.factories import directory as make


@pytest.fixture(autouse=True)
def _pages_are_kept(settings: Any) -> Iterator[None]:
    settings.GUARD_READS = False
    kept.forget_all()
    yield
    kept.forget_all()


@pytest.fixture
def profile(network: Network) -> Profile:
    values = {"name": "Optika", "country": "CZ"}
    return make.ProfileFactory(
        network=network,
        slug="optika",
        status="published",
        is_listed=True,
        values=values,
        published=values,
        confirmed_on=now().date(),
    )


def test_page_is_kept_while_nothing_happens(
    profile: Profile, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = Client().get("/directory/optika/")
    with django_assert_num_queries(1):
        again = Client().get("/directory/optika/")
    assert again.content == first.content
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert again.headers["X-Request-Id"] != first.headers["X-Request-Id"]


def test_page_is_made_anew_after_an_act(profile: Profile, office: Person) -> None:
    assert Client().get("/directory/optika/").status_code == 200
    Profile.objects.within(pk=profile.pk).update(is_listed=False)
    journal.record("directory.profile.withdrawn", profile, by=office, scope=profile.network)
    assert Client().get("/directory/optika/").status_code == 404


def test_page_is_made_anew_after_a_minute(profile: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    Client().get("/directory/optika/")
    Profile.objects.within(pk=profile.pk).update(is_listed=False)
    monkeypatch.setattr(kept, "SECONDS_MAX", 0)
    assert Client().get("/directory/optika/").status_code == 404


def test_page_of_somebody_signed_in_is_not_kept(profile: Profile, office: Person) -> None:
    client = Client()
    client.force_login(office.user)
    own = client.get("/directory/optika/").content.decode()
    visitor = Client().get("/directory/optika/").content.decode()
    assert office.name in own
    assert office.name not in visitor
    assert client.get("/directory/optika/").content.decode() == own


def test_kept_pages_have_an_upper_limit(profile: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "PAGES_MAX", 3)
    for number in range(5):
        Client().get(f"/directory/?q=word{number}")
    assert len(kept._pages) == 3
