"""How values are read, each kind at its edges, without a database."""

from datetime import date
from typing import Any

import pytest

from modus.core.errors import RuleBroken
from modus.directory import rules
from modus.directory.models import profile_types as kinds
from modus.directory.models.profile_types import Field
from modus.directory.rules import brand
from modus.directory.rules.values import EUROPEAN_UNION, LARGEST_NUMBER, LONGEST_LINK

pytestmark = [pytest.mark.row("A1")]
TODAY = date(2026, 11, 26)
LINK = "https://optics.example/"


def read(kind: str, raw: Any, **more: Any) -> Any:
    return rules.clean_value(Field("a", "A", kind, **more), raw, on=TODAY)


@pytest.mark.parametrize("raw", [None, "", " \t", []])
@pytest.mark.parametrize("kind", ["text", "number", "link", "day", "terms", "codes", "countries", "picture"])
def test_what_is_empty_is_nothing_whatever_its_kind(kind: str, raw: Any) -> None:
    assert read(kind, raw) is None


@pytest.mark.parametrize(
    ("kind", "raw", "stored"),
    [
        ("text", " a\r\nb\x00 ", "a\nb"),
        ("text", "x" * 200, "x" * 200),
        ("long-text", "  x  ", "x"),
        ("number", 0, 0),
        ("number", LARGEST_NUMBER, LARGEST_NUMBER),
        ("decimal", 0, 0.0),
        ("decimal", " 1,255 ", 1.25),
        ("decimal", "0.128", 0.13),
        ("decimal", LARGEST_NUMBER, float(LARGEST_NUMBER)),
        ("year", 1800, 1800),
        ("year", " 2026 ", 2026),
        ("day", TODAY, "2026-11-26"),
        ("day", " 2026-01-02 ", "2026-01-02"),
        ("link", " optics.example ", "https://optics.example"),
        ("link", "http://optics.example", "http://optics.example"),
        ("link", LINK + "x" * (LONGEST_LINK - len(LINK)), LINK + "x" * (LONGEST_LINK - len(LINK))),
        ("mail", " Office@Optics.Example ", "office@optics.example"),
        ("phone", " +420 585 (0) 1/2-3 ", "+420 585 (0) 1/2-3"),
        ("country", " uk ", "GB"),
        ("country", "el", "GR"),
        ("country", "cz", "CZ"),
        ("countries", "cz; EL,\nuk, CZ", ["CZ", "GR", "GB"]),
        ("countries", ["CZ", " "], ["CZ"]),
        ("region", " cz064 ", "CZ064"),
        ("region", "CZ", "CZ"),
        ("codes", [["2.1", "2670"], "c"], [["2.1", "26.70"], ["2.1", "C"]]),
        ("terms", [" a ", "b", "a"], ["a", "b"]),
        ("terms", "x" * 40, ["x" * 40]),
    ],
)
def test_a_value_is_read_by_its_kind(kind: str, raw: Any, stored: Any) -> None:
    assert read(kind, raw) == stored


@pytest.mark.parametrize(
    ("kind", "raw", "words"),
    [
        ("text", "x" * 201, "at most 200 characters"),
        ("terms", "x" * 41, "at most 200 characters"),
        ("number", -1, "whole number that is not negative"),
        ("number", LARGEST_NUMBER + 1, "whole number"),
        ("number", True, "whole number"),
        ("number", "1.5", "whole number"),
        ("decimal", "-0.01", "number that is not negative, such as 0.5"),
        ("decimal", LARGEST_NUMBER + 0.01, "such as 0.5"),
        ("decimal", True, "such as 0.5"),
        ("decimal", "inf", "such as 0.5"),
        ("year", 1799, "year from 1800 to today"),
        ("year", 2027, "year from 1800 to today"),
        ("day", "26. 11. 2026", "a day as 2026-12-31"),
        ("link", LINK + "x" * (LONGEST_LINK + 1 - len(LINK)), "begins with https:// or http://"),
        ("link", "javascript:alert(1)", "begins with https:// or http://"),
        ("mail", "office", "a mail address, such as"),
        ("phone", "call me", "a telephone number, such as"),
        ("phone", "+420 1 ext. 2", "a telephone number, such as"),
        ("country", "XX", "a country from the list"),
        ("countries", "CZ, XX", "countries from the list"),
        ("region", "C", "a NUTS code"),
        ("region", "CZ0640", "a NUTS code"),
        ("codes", "W", "NACE codes of one to four levels"),
        ("codes", "26.705", "NACE codes"),
        ("codes", "2", "NACE codes"),
        ("picture", "key", "is uploaded, not written"),
        ("number", [1], "whole number"),
    ],
)
def test_what_does_not_fit_its_kind_is_refused_in_words_that_help(kind: str, raw: Any, words: str) -> None:
    with pytest.raises(RuleBroken, match=words) as refusal:
        read(kind, raw)
    assert refusal.value.field == "a"


def test_a_short_text_and_a_long_link_name_their_own_limits() -> None:
    with pytest.raises(RuleBroken, match="at most 3 characters"):
        read("text", "four", longest=3)
    assert read("text", "fou", longest=3) == "fou"


@pytest.mark.parametrize(
    ("raw", "code"),
    [("a", "A"), ("V", "V"), ("26", "26"), ("267", "26.7"), (" 26.7 ", "26.7"), ("2670", "26.70"), ("26.70", "26.70")],
)
def test_a_nace_code_has_one_form(raw: str, code: str) -> None:
    assert rules.nace_code(raw) == code
    assert rules.nace_code(code) == code


def test_a_region_begins_as_its_country_does_and_two_countries_differ() -> None:
    fits = {
        (code, country): rules.nuts_fits_country(code, country)
        for code in ("CZ06", "EL30", "UKC1", "GR3", "GB1")
        for country in ("CZ", "GR", "GB")
    }
    assert {pair for pair, fit in fits.items() if fit} == {("CZ06", "CZ"), ("EL30", "GR"), ("UKC1", "GB")}


def test_a_field_of_the_union_is_asked_in_its_27_countries() -> None:
    of_all, of_union = Field("a", "A"), Field("a", "A", eu_only=True)
    asked = {country: rules.is_asked(of_union, country=country) for country in ("CZ", "GR", "NO", "")}
    assert asked == {"CZ": True, "GR": True, "NO": False, "": False}
    assert (rules.is_asked(of_all, country="NO"), len(EUROPEAN_UNION)) == (True, 27)


def test_every_kind_of_field_has_words_of_its_own_for_what_does_not_fit() -> None:
    """Where no kind is named, the length is what is wrong."""
    named = (kinds.NUMBER, kinds.DECIMAL, kinds.LINK, kinds.MAIL, kinds.PHONE, kinds.YEAR, kinds.DAY, kinds.COUNTRY)
    named += (kinds.COUNTRIES, kinds.CODES, kinds.PICTURE, kinds.REGION)
    said = set()
    for kind in named:
        with pytest.raises(RuleBroken) as refusal:
            read(kind, "!")
        said.add(refusal.value.message)
    assert len(said) == len(named)


@pytest.mark.parametrize(
    ("text", "colour"), [("", ""), ("  ", ""), (" #0B5563 ", "#0b5563"), ("#000000", "#000000"), ("#737373", "#737373")]
)
def test_a_colour_that_can_be_read_is_kept_in_small_letters(text: str, colour: str) -> None:
    assert brand.readable_colour(text) == colour


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("blue", "as # and six"),
        ("#0b556", "as # and six"),
        ("#0b5563;", "as # and six"),
        ("x#0b5563", "as # and six"),
        ("#ffffff", "contrast to paper is 1.00 to 1"),
        ("#747474", "contrast to paper is 4.43 to 1"),
    ],
)
def test_a_colour_that_cannot_be_read_is_refused_with_its_contrast(text: str, words: str) -> None:
    with pytest.raises(RuleBroken, match=words) as refusal:
        brand.readable_colour(text)
    assert refusal.value.field == "brand_colour"
