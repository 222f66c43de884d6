"""Colours: how well one can be told from another, and how one is made readable."""

import re
from collections.abc import Sequence

STEPS = 64
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def contrast_of(first: str, second: str) -> float:
    """The contrast ratio of two colours.

    Parameters: two colours as "#rrggbb".
    Returns: a ratio from 1 (equal) to 21 (black and white); the order does not matter.
    Raises: ValueError when a text is no such colour.
    Cost: constant.
    Source: W3C, Web Content Accessibility Guidelines 2.2 (2023), definition of contrast ratio.
    """
    darker, lighter = sorted((luminance_of(first), luminance_of(second)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance_of(colour: str) -> float:
    """The relative luminance of a colour.

    Parameters: a colour as "#rrggbb".
    Returns: a number from 0 (black) to 1 (white).
    Raises: ValueError when the text is no such colour.
    Cost: constant.
    Source: W3C, Web Content Accessibility Guidelines 2.2 (2023), definition of relative luminance (sRGB).
    """
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mixed(colour: str, other: str, share: float) -> str:
    """A colour with a share of another one stirred in.

    Parameters: two colours as "#rrggbb"; a share from 0 (the first) to 1 (the other).
    Returns: a colour as "#rrggbb" in small letters.
    Raises: ValueError when a text is no such colour.
    Cost: constant.
    Source: linear interpolation of the sRGB components, as `color-mix(in srgb, …)` of `CSS Color 5` does it.
    """
    pairs = zip(_parts(colour), _parts(other), strict=True)
    return "#" + "".join(f"{round(own + (its - own) * share):02x}" for own, its in pairs)


def readable(colour: str, grounds: Sequence[str], *, towards: str, least: float = 4.5) -> str:
    """The colour nearest to the given one, on the straight way to another, that can be read on every ground.

    Parameters: a colour, grounds, and the colour to go to (black or white), all "#rrggbb"; the least contrast.
    Returns: a colour as "#rrggbb"; the end of the way when nothing before it has the least contrast.
    Raises: ValueError when a text is no such colour.
    Cost: at most 65 steps for each ground.
    Source: W3C, Web Content Accessibility Guidelines 2.2 (2023), success criterion 1.4.3.
    """
    steps = (mixed(colour, towards, step / STEPS) for step in range(STEPS + 1))
    fitting = (step for step in steps if all(contrast_of(step, ground) >= least for ground in grounds))
    return next(fitting, towards)


def _parts(colour: str) -> tuple[int, ...]:
    if not _COLOUR.fullmatch(colour):
        raise ValueError("A colour is # and six hexadecimal digits.")
    return tuple(int(colour[start : start + 2], 16) for start in (1, 3, 5))


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)
