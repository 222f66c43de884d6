"""Which colour a cluster may give its pages."""

import re

from django.utils.translation import gettext as _

from modus.algorithms.colour import contrast_of
from modus.core.errors import RuleBroken

HEX_COLOUR = re.compile(r"#[0-9a-f]{6}")
PAPER = "#faf9f6"
LEAST_CONTRAST = 4.5


def readable_colour(text: str) -> str:
    """A colour that can be read on paper, in small letters; empty for the usual one.

    Raises: RuleBroken.
    """
    colour = text.strip().lower()
    if not colour:
        return ""
    if not HEX_COLOUR.fullmatch(colour):
        message = _("Write the colour as # and six digits or letters from a to f, such as #0b5563.")
        raise RuleBroken(message, field="brand_colour")
    ratio = min(contrast_of(colour, "#ffffff"), contrast_of(colour, PAPER))
    if ratio < LEAST_CONTRAST:
        words = _("Too light: its contrast to paper is %(ratio).2f to 1, and 4.5 to 1 is the least that can be read.")
        raise RuleBroken(words % {"ratio": int(ratio * 100) / 100}, field="brand_colour")
    return colour
