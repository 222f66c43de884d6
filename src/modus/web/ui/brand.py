"""The colour of a cluster in the place of the accent: readable on paper in light and in dark."""

from dataclasses import dataclass

from modus.algorithms.colour import mixed, readable


@dataclass(frozen=True)
class Theme:
    """The grounds of css/tokens.css on which the accent stands, and the colour to which it moves until it is read."""

    paper: str
    raised: str
    sunken: str
    towards: str
    softness: float


LIGHT = Theme("#faf9f6", "#ffffff", "#f2f1ec", towards="#000000", softness=0.1)
DARK = Theme("#111719", "#192124", "#0c1113", towards="#ffffff", softness=0.2)


@dataclass(frozen=True)
class Accent:
    """The accent and what goes with it, by the names of css/tokens.css."""

    accent: str
    accent_strong: str
    accent_soft: str
    on_accent: str


def accent_of(colour: str, theme: Theme) -> Accent:
    """The accent that a colour becomes in a theme, at least 4.5 to 1 on every ground of it.

    Raises: ValueError when the text is no colour as "#rrggbb".
    """
    soft = mixed(theme.paper, colour, theme.softness)
    accent = readable(colour, (theme.paper, theme.raised, theme.sunken, soft), towards=theme.towards)
    on_accent = theme.raised if theme is LIGHT else theme.sunken
    return Accent(accent, mixed(accent, theme.towards, 0.3), soft, on_accent)


def stylesheet_of(colour: str) -> str:
    """The style sheet that puts a colour in the place of the accent; an empty one for what is no colour."""
    try:
        light, dark = accent_of(colour, LIGHT), accent_of(colour, DARK)
    except ValueError:
        return ""
    lines = (
        f"  --{name.replace('_', '-')}: light-dark({getattr(light, name)}, {getattr(dark, name)});\n"
        for name in Accent.__dataclass_fields__
    )
    return f":root {{\n{''.join(lines)}}}\n"
