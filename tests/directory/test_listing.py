"""The public directory: searched, counted and paged, and nothing hidden shines through."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from pytest_django import DjangoAssertNumQueries

from modus.core.time import today
from modus.directory.models import Network, Place
from modus.directory.queries.listing import PER_PAGE, Area, Listing, Search, directory_page, newest_entries
from modus.directory.queries.places import directory_spots
from tests.factories import directory as make
from tests.factories.listing import code_lists, listed

pytestmark = [pytest.mark.django_db, pytest.mark.row("A8")]


def found(words: str = "", **chosen: tuple[str, ...]) -> Listing:
    return directory_page(Search(words, chosen), on=today())


def names(listing: Listing) -> list[str]:
    return [entry.name for entry in listing.entries]


def counts(listing: Listing, facet: str) -> dict[str, int]:
    return {choice.code: choice.count for choice in listing.facets[facet]}


@pytest.fixture
def three(network: Network) -> None:
    code_lists()
    listed("Alpha", network=network, ecosystems=["health"], technologies=["photonics"], members=12, label="Gold Label")
    listed("Beta", network=network, ecosystems=["health", "electronics"], country="AT", members=120)
    listed("Gamma", network=network, ecosystems=["electronics"], country="AT", type="partnership")


def test_everything_listed_is_found_by_name(three: None) -> None:
    assert names(found()) == ["Alpha", "Beta", "Gamma"]
    assert found().total == 3


def test_facets_count_what_is_listed(three: None) -> None:
    listing = found()
    assert counts(listing, "country") == {"AT": 2, "CZ": 1}
    assert counts(listing, "ecosystem") == {"health": 2, "electronics": 2}
    assert counts(listing, "technology") == {"photonics": 1}
    assert counts(listing, "size") == {"s-0": 1, "s-100": 1}
    assert counts(listing, "label") == {"gold": 1, "none": 1}
    assert counts(listing, "type") == {"cluster": 2, "partnership": 1}


def test_values_of_one_facet_widen_and_facets_narrow(three: None) -> None:
    assert names(found(ecosystem=("health", "electronics"))) == ["Alpha", "Beta", "Gamma"]
    assert names(found(ecosystem=("health",), country=("AT",))) == ["Beta"]


def test_a_facet_does_not_count_its_own_choice_but_those_of_others(three: None) -> None:
    listing = found(country=("CZ",))
    assert counts(listing, "country") == {"AT": 2, "CZ": 1}
    assert counts(listing, "ecosystem") == {"health": 1}
    assert counts(listing, "type") == {"cluster": 1}


def test_counts_obey_the_search(three: None) -> None:
    listing = found("alpha")
    assert (listing.total, counts(listing, "country")) == (1, {"CZ": 1})


def test_two_choices_in_two_facets_are_counted_without_each_other(three: None) -> None:
    listing = found(country=("AT",), ecosystem=("health",))
    assert counts(listing, "country") == {"CZ": 1, "AT": 1}
    assert counts(listing, "ecosystem") == {"health": 1, "electronics": 2}
    assert counts(listing, "size") == {"s-100": 1}


def test_type_is_a_facet_like_the_others(three: None) -> None:
    listing = found(type=("partnership",))
    assert (names(listing), listing.total) == (["Gamma"], 1)
    assert counts(listing, "type") == {"cluster": 2, "partnership": 1}


def test_search_folds_diacritics_and_needs_all_words(network: Network) -> None:
    listed("Šumavský klastr", network=network, city="Plzeň")
    assert names(found("sumavsky plzen")) == ["Šumavský klastr"]
    assert names(found("sumavsky praha")) == []


@pytest.mark.attack("A-76")
@pytest.mark.parametrize(
    "words",
    ["' OR 1=1 --", '") UNION SELECT 1', "%", "_", "\\", "zq\x00zq", "zq\u202e", "'; DROP TABLE x; --", "a" * 10_000],
)
def test_a_search_never_becomes_part_of_the_question(three: None, words: str) -> None:
    assert found(words).total == 0


@pytest.mark.attack("A-76", "A-38")
@pytest.mark.parametrize("code", ["XX", "health' OR '1'='1", "", "HEALTH", "s-0 UNION", "__class__"])
def test_an_unknown_code_is_as_if_it_had_not_been_said(three: None, code: str) -> None:
    chosen = dict.fromkeys(("country", "ecosystem", "technology", "size", "label", "type"), (code,))
    listing = directory_page(Search("", chosen), on=today())
    assert (listing.total, listing.search.chosen) == (3, {})


HIDDEN: list[dict[str, Any]] = [
    {"is_listed": False},
    {"status": "candidate"},
    {"status": "withdrawn"},
    {"confirmed_on": today() - timedelta(days=549)},
]


@pytest.mark.attack("A-17", "A-93")
@pytest.mark.row("A7")
@pytest.mark.parametrize("why", HIDDEN)
def test_what_is_not_listed_is_neither_found_nor_counted(network: Network, why: dict[str, Any]) -> None:
    code_lists()
    profile = listed("Seen", network=network, ecosystems=["health"])
    hidden = listed("Hiddenword", network=network, ecosystems=["textiles"], country="BG", city="Sofia")
    type(hidden).objects.within(pk=hidden.pk).update(latitude=42.7, longitude=23.3, **why)
    for listing in (found(), found("hiddenword"), found(country=("BG",)), found("", ecosystem=("textiles",))):
        assert counts(listing, "country").get("BG", 0) == 0
        assert counts(listing, "ecosystem").get("textiles", 0) == 0
        assert "Hiddenword" not in names(listing)
    assert directory_spots(Search(), on=today()).total == 1
    assert [entry.id for entry in newest_entries(on=today())] == [profile.id]


@pytest.mark.attack("A-93")
@pytest.mark.row("A10")
def test_a_field_that_is_not_public_is_neither_shown_nor_searched_nor_counted(network: Network) -> None:
    code_lists()
    narrow = dict.fromkeys(("ecosystems", "topic", "city", "members", "label"), "network")
    listed(
        "Alpha",
        network=network,
        ecosystems=["health"],
        topic="canaryword",
        city="Brno",
        members=12,
        label="Gold",
        visibility=narrow,
    )
    listing = found()
    assert (listing.entries[0].summary, listing.entries[0].city, listing.entries[0].ecosystems) == ("", "", "")
    assert found("canaryword").total == 0
    assert {facet for facet, choices in listing.facets.items() if choices} == {"country", "type"}


@pytest.mark.row("A7")
@pytest.mark.parametrize(("days", "is_stale"), [(0, False), (365, False), (366, True), (548, True)])
def test_a_profile_is_marked_stale_after_a_year(network: Network, days: int, is_stale: bool) -> None:
    listed("Alpha", network=network, confirmed_on=today() - timedelta(days=days))
    assert found().entries[0].is_stale is is_stale


def test_pages_follow_each_other_without_gap_or_repeat(network: Network) -> None:
    for n in range(2 * PER_PAGE + 3):
        listed(f"Same name {n % 3}", network=network)
    seen, after = [], None
    for length in (PER_PAGE, PER_PAGE, 3):
        listing = directory_page(Search(after=after), on=today())
        assert len(listing.entries) == length
        seen += [entry.id for entry in listing.entries]
        after = listing.next_after
    assert (after, len(set(seen))) == (None, 2 * PER_PAGE + 3)
    back = directory_page(Search(before=listing.previous_before), on=today())
    assert [entry.id for entry in back.entries] == seen[PER_PAGE : 2 * PER_PAGE]


def test_a_key_that_no_longer_exists_leads_to_the_first_page(three: None) -> None:
    key = make.ProfileFactory(is_listed=False).pk
    assert names(directory_page(Search(after=key), on=today())) == ["Alpha", "Beta", "Gamma"]


def test_the_map_joins_those_of_one_place_and_counts_all(network: Network) -> None:
    Place.objects.create(
        geoname=1, name="Brno", folded_name="brno", country="CZ", latitude=49.19, longitude=16.6, population=380_000
    )
    for name in ("Alpha", "Beta"):
        listed(name, network=network, city="Brno")
    listed("Gamma", network=network)
    spots = directory_spots(Search(), on=today())
    assert (spots.total, [(spot.count, spot.places, spot.city) for spot in spots.spots]) == (3, [(2, 1, "Brno")])
    inside = directory_page(Search(area=spots.spots[0].area), on=today())
    assert (names(inside), inside.total, counts(inside, "country")) == (["Alpha", "Beta"], 2, {"CZ": 2})
    assert directory_page(Search(area=Area(0, 0, 1)), on=today()).total == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_the_directory_asks_a_fixed_number_of_questions(
    network: Network, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    code_lists()
    for n in range(rows):
        listed(f"Cluster {n}", network=network, ecosystems=["health"])
    with django_assert_num_queries(3):
        found("cluster", ecosystem=("health",), country=("CZ",))
    with django_assert_num_queries(3):
        found()
    with django_assert_num_queries(3):
        directory_spots(Search(), on=today())


def test_what_was_listed_before_types_were_facets_is_given_its_type(network: Network) -> None:
    migration = import_module("modus.directory.migrations.0005_the_type_is_a_facet")
    apps = MigrationLoader(connection).project_state().apps
    listed("Alpha", network=network, type="partnership")
    listed("Beta", network=network, is_listed=False)
    migration.take_back(apps, None)
    assert found().total == 0
    for _time in range(2):
        migration.write_types(apps, None)
        assert counts(found(), "type") == {"partnership": 1}
