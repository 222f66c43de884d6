"""Draw the logos of the invented clusters: simple shapes of our own, no letters, no art of others.

Usage: python docs/developer/demo/demo_logos.py [folder], by default src/modus/demo/logos.
"""

import sys
from collections.abc import Callable
from math import cos, pi, sin
from pathlib import Path

from PIL import Image, ImageDraw

SIDE, FINER = 512, 4
WHITE = "#ffffff"
FOLDER = Path(__file__).resolve().parents[3] / "src" / "modus" / "demo" / "logos"


def around(angle: float, radius: float) -> tuple[float, float]:
    """A point at an angle, in turns, and a distance from the middle; the whole picture is 2 wide."""
    return cos(2 * pi * angle) * radius, sin(2 * pi * angle) * radius


def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
    """Points of a picture that is 2 wide, in pixels."""
    half = SIDE * FINER / 2
    return [(half + x * half, half + y * half) for x, y in points]


def circle(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, colour: str) -> None:
    draw.ellipse(at((x - radius, y - radius), (x + radius, y + radius)), fill=colour)


def photonics(draw: ImageDraw.ImageDraw) -> None:
    """A beam goes through a prism and comes out as five."""
    width = 18 * FINER
    draw.line(at((-0.98, 0.24), (-0.2, 0.02)), fill="#0a5c68", width=width)
    for number, colour in enumerate(("#b3423a", "#d08a1d", "#3f8f4f", "#2a6fb0", "#6a4fa3")):
        draw.line(at((0.2, 0.02), (0.98, -0.06 + number * 0.15)), fill=colour, width=width)
    draw.polygon(at((0, -0.72), (0.66, 0.5), (-0.66, 0.5)), fill="#0a5c68")
    draw.polygon(at((0, -0.42), (0.41, 0.35), (-0.41, 0.35)), fill="#dcebed")


def mobility(draw: ImageDraw.ImageDraw) -> None:
    """A wheel whose spokes are roads that meet."""
    circle(draw, 0, 0, 0.92, "#16324f")
    circle(draw, 0, 0, 0.7, WHITE)
    for number in range(6):
        angle = number / 6
        draw.line(at(around(angle, 0.2), around(angle, 0.8)), fill="#e08a1e", width=34 * FINER)
    circle(draw, 0, 0, 0.28, "#16324f")
    circle(draw, 0, 0, 0.11, WHITE)


def food(draw: ImageDraw.ImageDraw) -> None:
    """Three leaves of an ear grow from one stem."""
    draw.line(at((0, 0.95), (0, -0.2)), fill="#2f6b2f", width=22 * FINER)
    for x, y in ((0.42, 0.3), (0.36, -0.3)):
        leaf(draw, -x, y, "#4c9a3f", turned=-1)
        leaf(draw, x, y, "#7cb342", turned=1)
    circle(draw, 0, -0.62, 0.3, "#d9a520")


def leaf(draw: ImageDraw.ImageDraw, x: float, y: float, colour: str, turned: int) -> None:
    steps = [number / 24 for number in range(25)]
    upper = [(x + turned * (0.84 * t - 0.42), y + 0.3 - 0.6 * t - 0.26 * sin(pi * t)) for t in steps]
    lower = [(x + turned * (0.84 * t - 0.42), y + 0.3 - 0.6 * t + 0.26 * sin(pi * t)) for t in reversed(steps)]
    draw.polygon(at(*upper, *lower), fill=colour)


LOGOS: dict[str, Callable[[ImageDraw.ImageDraw], None]] = {
    "moravian-photonics": photonics,
    "thrace-mobility": mobility,
    "norte-food": food,
}


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, paint in LOGOS.items():
        picture = Image.new("RGBA", (SIDE * FINER, SIDE * FINER), "#ffffff00")
        paint(ImageDraw.Draw(picture))
        picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(folder / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
