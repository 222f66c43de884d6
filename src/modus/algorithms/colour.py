"""Colours: how well one can be told from another."""


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
    if len(colour) != 7 or colour[0] != "#":
        raise ValueError("A colour is # and six hexadecimal digits.")
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)
