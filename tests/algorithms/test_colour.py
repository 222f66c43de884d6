"""Contrast of colours, held against the worked figures of the guideline."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modus.algorithms.colour import contrast_of, luminance_of, mixed, readable

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#0b5563", "#0b5563", 1.0),
    ],
)
def test_contrast_is_the_ratio_of_the_guideline(first: str, second: str, ratio: float) -> None:
    assert round(contrast_of(first, second), 2) == ratio
    assert contrast_of(first, second) == contrast_of(second, first)


def test_luminance_goes_from_black_to_white() -> None:
    assert [luminance_of(colour) for colour in ("#000000", "#ffffff")] == [0.0, pytest.approx(1.0)]


@pytest.mark.parametrize("text", ["", "#fff", "0b5563", "#0b55zz", "#+b55+f", "#0b5563;"])
def test_luminance_refuses_what_is_no_colour(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        luminance_of(text)


def test_mixing_goes_from_one_colour_to_the_other() -> None:
    shares = (0, 0.5, 1)
    assert [mixed("#000000", "#FFffff", share) for share in shares] == ["#000000", "#808080", "#ffffff"]


def test_a_colour_that_can_be_read_stays_as_it_is() -> None:
    assert readable("#0b5563", ["#ffffff"], towards="#000000") == "#0b5563"


def test_a_colour_that_cannot_be_read_goes_no_further_than_it_must() -> None:
    darker = readable("#ffd200", ["#ffffff"], towards="#000000")
    assert 4.5 <= contrast_of(darker, "#ffffff") < 4.7


def test_the_end_of_the_way_is_the_answer_when_nothing_before_can_be_read() -> None:
    assert readable("#777777", ["#777777"], towards="#000000", least=21) == "#000000"


@given(COLOURS, COLOURS)
def test_every_colour_becomes_readable_on_white_and_on_black(colour: str, other: str) -> None:
    assert contrast_of(readable(colour, ["#ffffff"], towards="#000000"), "#ffffff") >= 4.5
    assert contrast_of(readable(other, ["#000000"], towards="#ffffff"), "#000000") >= 4.5


@pytest.mark.parametrize(("shade", "share"), [(1, 1), (10, 10), (11, None)])
def test_the_darkest_colours_are_linear(shade: int, share: int | None) -> None:
    expected = share / 255 / 12.92 if share else ((11 / 255 + 0.055) / 1.055) ** 2.4
    assert luminance_of(f"#{shade:02x}{shade:02x}{shade:02x}") == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("step", [0, 1, 31, 63])
def test_the_way_has_64_steps_and_each_of_them_counts(step: int) -> None:
    wanted = mixed("#ffffff", "#000000", step / 64)
    least = contrast_of(wanted, "#ffffff")
    assert readable("#ffffff", ["#ffffff"], towards="#000000", least=least) == wanted
