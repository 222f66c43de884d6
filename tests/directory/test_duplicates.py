"""Is it there already? What resembles a new organisation is shown, and nothing else."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from modus.core.errors import NotAllowed, RuleBroken
from modus.core.journal import JournalLine
from modus.core.time import today
from modus.directory import actions, queries
from modus.directory.models import Network, Organisation, Position, Profile
from modus.directory.queries.duplicates import Duplicate, likely_duplicates
from tests.factories import directory as make
from tests.factories.listing import listed

pytestmark = [pytest.mark.django_db, pytest.mark.row("A6")]
FACTS = {"name": "New Optics", "country": "CZ", "website": "https://new-optics.example/en"}


def hits(name: str = "", website: str = "", country: str = "CZ") -> list[Duplicate]:
    return likely_duplicates(name=name, website=website, country=country, on=today())


def test_a_like_name_in_the_same_country_is_found(network: Network) -> None:
    listed("Český optický klastr", network=network, name_english="Czech Optical Cluster")
    assert [hit.name for hit in hits("Cesky opticky klaster")] == ["Český optický klastr"]
    assert [hit.name for hit in hits("czech optical clusters")] == ["Český optický klastr"]
    assert hits("Cesky opticky klaster", country="AT") == []
    assert hits("Textile association") == []


def test_the_same_domain_is_found_in_every_country(network: Network) -> None:
    listed("Alpha", network=network, website="https://www.alpha.example/about")
    found = hits("Something else", "http://alpha.example", country="PT")
    assert [(hit.name, hit.has_same_domain) for hit in found] == [("Alpha", True)]


@pytest.mark.parametrize("website", ["", "https://www.facebook.com/alpha", "https://", "http://[bad"])
def test_a_shared_or_broken_domain_proves_nothing(network: Network, website: str) -> None:
    listed("Alpha", network=network, website="https://www.facebook.com/beta")
    assert hits("zzz", website) == []


@pytest.mark.attack("A-12")
def test_fewer_than_three_letters_find_nothing(network: Network) -> None:
    listed("Al", network=network)
    assert (hits("Al"), hits(" a "), hits("")) == ([], [], [])


@pytest.mark.attack("A-12")
def test_at_most_ten_are_shown(network: Network) -> None:
    for n in range(12):
        listed(f"Optics cluster {n}", network=network)
    assert len(hits("Optics cluster")) == 10


@pytest.mark.attack("A-12", "A-93")
@pytest.mark.parametrize("why", [{"is_listed": False}, {"status": "candidate"}])
def test_what_is_not_listed_is_never_named(network: Network, why: dict[str, Any]) -> None:
    listed("Hidden Optics", network=network, website="https://hidden.example", **why)
    assert hits("Hidden Optics", "https://hidden.example") == []


@pytest.mark.attack("A-93")
def test_a_website_that_is_not_public_is_not_found_by_its_domain(network: Network) -> None:
    listed("Alpha", network=network, website="https://alpha.example", visibility={"website": "network"})
    assert hits("zzz", "https://alpha.example") == []


def test_it_is_said_whether_somebody_speaks_for_it(network: Network) -> None:
    orphan, taken = listed("Optics one", network=network), listed("Optics two", network=network)
    make.PositionFactory(organisation=taken.organisation, role="representative")
    make.PositionFactory(organisation=orphan.organisation, role="colleague")
    assert {hit.slug: hit.is_spoken_for for hit in hits("Optics one")} == {orphan.slug: False, taken.slug: True}


@pytest.mark.parametrize("rows", [1, 3])
def test_the_check_asks_a_fixed_number_of_questions(
    network: Network, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(rows):
        listed(f"Optics cluster {n}", network=network)
    with django_assert_num_queries(2):
        assert len(hits("Optics cluster", "https://optics.example")) == rows


@pytest.mark.row("A1")
def test_who_registers_an_organisation_speaks_for_it_and_has_a_draft(network: Network) -> None:
    person = make.PersonFactory()
    profile = actions.register_organisation(FACTS, network=network, type="cluster", by=person)
    assert (profile.status, profile.type, profile.is_listed) == ("draft", "cluster", False)
    assert profile.values == FACTS
    assert profile.organisation.domain == "new-optics.example"
    assert profile.organisation_id in queries.rights_of(person, on=today()).speaks_for
    assert list(JournalLine.objects.order_by("id").values_list("event", flat=True)) == [
        "directory.organisation.recorded",
        "directory.position.given",
        "directory.profile.started",
    ]


@pytest.mark.parametrize(
    ("change", "field"), [({"website": "javascript:alert(1)"}, "website"), ({"country": "XX"}, "country")]
)
def test_a_registration_with_a_false_fact_leaves_nothing_behind(
    network: Network, change: dict[str, str], field: str
) -> None:
    before = Organisation.objects.across("test").count()
    with pytest.raises(RuleBroken) as broken:
        actions.register_organisation(FACTS | change, network=network, type="cluster", by=make.PersonFactory())
    assert broken.value.field == field
    assert (Organisation.objects.across("test").count(), Profile.objects.across("test").count()) == (before, 0)


def test_nobody_registers_without_an_account_or_an_unknown_type(network: Network) -> None:
    with pytest.raises(NotAllowed):
        actions.register_organisation(FACTS, network=network, type="cluster", by=make.PersonFactory(user=None))
    with pytest.raises(RuleBroken):
        actions.register_organisation(FACTS, network=network, type="empire", by=make.PersonFactory())


def test_one_person_registers_at_most_ten_organisations_a_day(network: Network) -> None:
    person = make.PersonFactory()
    for _ in range(10):
        make.PositionFactory(person=person, role="representative", starts_on=today())
    with pytest.raises(RuleBroken):
        actions.register_organisation(FACTS, network=network, type="cluster", by=person)
    assert Position.objects.within(person=person).count() == 10
