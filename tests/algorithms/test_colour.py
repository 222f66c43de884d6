"""Contrast of colours, held against the worked figures of the guideline."""

import pytest

from modus.algorithms.colour import contrast_of, luminance_of


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


@pytest.mark.parametrize("text", ["", "#fff", "0b5563", "#0b55zz"])
def test_luminance_refuses_what_is_no_colour(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        luminance_of(text)
