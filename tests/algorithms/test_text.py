"""Folding, domains and likeness of names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modus.algorithms.text import domain_of, fold, likeness


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Kolář", "kolar"),
        ("Čočky s.r.o.", "cocky s.r.o."),
        ("Ørsted  Ærø", "orsted aero"),
        ("Łódź", "lodz"),
        ("STRASSE", "strasse"),
        ("straße", "strasse"),
        ("Ｆｕｌｌ", "full"),
    ],
)
def test_fold_makes_spellings_equal(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_what_is_folded_can_be_printed_and_stored(text: str) -> None:
    assert fold(text).isprintable()


@given(st.text())
def test_fold_twice_is_fold_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("https://www.example.org/en", "example.org"),
        ("example.org", "example.org"),
        ("HTTP://Example.ORG.:80/", "example.org"),
        ("jana@example.org", "example.org"),
        ("", ""),
        ("http://[broken", ""),
        ("https://a\x00b.example", ""),
        ("a\u202egro.example", ""),
    ],
)
def test_domain_of_an_address(address: str, domain: str) -> None:
    assert domain_of(address) == domain


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_a_share_and_symmetric(left: str, right: str) -> None:
    assert 0 <= likeness(left, right) == likeness(right, left) <= 1


@given(st.text(min_size=1, max_size=40).filter(lambda text: any(map(str.isalnum, fold(text)))))
def test_likeness_of_equals_is_one(text: str) -> None:
    assert likeness(text, text) == 1


def test_likeness_sees_through_spelling() -> None:
    assert likeness("Optika Brno s.r.o.", "OPTIKA BRNO, s. r. o.") > 0.7 > 0.3 > likeness("Optika Brno", "Textil Plzeň")
