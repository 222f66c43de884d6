"""One form for each mailbox, however it was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modus.algorithms.addresses import canonical_address


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Jana@Example.ORG ", "jana@example.org"),
        ("jana@example.org.", "jana@example.org"),
        ("jana@bücher.example", "jana@xn--bcher-kva.example"),
        ("JANA@BÜCHER.example.", "jana@xn--bcher-kva.example"),
        ("ｊａｎａ＠ｅｘａｍｐｌｅ．ｏｒｇ", "jana@example.org"),
        ('"a@b"@example.org', '"a@b"@example.org'),
        ("jana", "jana"),
        ("", ""),
    ],
)
def test_an_address_is_brought_to_its_one_form(typed: str, stored: str) -> None:
    assert canonical_address(typed) == stored


def test_a_domain_that_has_no_ascii_form_keeps_its_strange_letters() -> None:
    assert canonical_address("a@é..example") == "a@é..example"


@given(st.text(alphabet=st.characters(codec="ascii"), max_size=30))
def test_the_form_is_its_own_form_and_case_does_not_matter(typed: str) -> None:
    once = canonical_address(typed.rstrip("."))
    assert canonical_address(once.strip().removesuffix(".")) == once.strip().removesuffix(".")
    assert canonical_address(typed.upper()) == canonical_address(typed.lower())
