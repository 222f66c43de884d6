"""Every page, as those who may see it: axe finds nothing in light and dark, wide and narrow; nothing overflows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from benchmarks.timetable.crowd import Size, crowd
from playwright.sync_api import Page, ViewportSize

from modus.algorithms.timetable.improve import Effort
from modus.algorithms.timetable.solve import solve
from modus.algorithms.timetable.writing import timetable_to_html
from modus.web.ui.audience import Audience
from tests.browser.axe import violations_of
from tests.browser.conftest import Open
from tests.factories.world import World
from tests.house.routes import Route, all_routes
from tests.house.samples import address_of

# Answers that are no pages of their own: files, and fragments that a page takes in.
NO_PAGES = ("export", "csv", "json", "robots", "sitemap", "duplicates", "palette")
# Whole spaces that answer with files, plain words or a way on to another page.
NO_PAGES_OF = {"files", "operations", "openid"}
READERS = {
    "public": "visitor",
    "account": "visitor",
    "mfa": "visitor",
    "home": "manager",
    "directory": "manager",
    "profile": "own member",
    "network": "office",
}
COLOURS_ONLY = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
NARROW: ViewportSize = {"width": 360, "height": 800}
NARROWEST: ViewportSize = {"width": 320, "height": 800}
WIDE: ViewportSize = {"width": 1280, "height": 900}


def pages() -> list[Route]:
    return [
        route
        for route in all_routes()
        if "GET" in route.methods
        and route.audience is not Audience.DEVELOPER
        and not route.name.rpartition(":")[2].endswith(NO_PAGES)
        and space_of(route) not in NO_PAGES_OF
    ]


def space_of(route: Route) -> str:
    return route.name.partition(":")[0].partition("_")[0]


def reader_of(route: Route) -> str:
    space = space_of(route)
    return "own member" if space in {"public", "account"} and route.is_personal else READERS[space]


def places() -> list[str]:
    return sorted({f"{space_of(route)} as {reader_of(route)}" for route in pages()})


@pytest.mark.row("P1")
@pytest.mark.parametrize("place", places())
def test_every_page_can_be_used_by_everybody(place: str, opened: Open, site: World) -> None:
    page, watch = opened(place.partition(" as ")[2])
    found = []
    for route in pages():
        if f"{space_of(route)} as {reader_of(route)}" == place:
            found += [f"{route.name}: {fault}" for fault in faults_of(page, address_of(route, site.a))]
            found += [f"{route.name}: {fault}" for fault in watch.of(page)]
            watch.faults.clear()
    assert not found, "\n".join(found)


@pytest.mark.row("P1")
def test_the_page_of_a_timetable_can_be_used_by_everybody(opened: Open, tmp_path: Path) -> None:
    """It is written by a command and opened as a file; somebody is away in it, and wishes stay open."""
    problem = crowd(Size(30, 12, 8, 120), seed=0)
    (tmp_path / "fair.html").write_text(
        timetable_to_html(problem, solve(problem, effort=Effort(steps=10, tidy_steps=1)))
    )
    page, _watch = opened("visitor")
    page.goto((tmp_path / "fair.html").as_uri())
    faults = list(faults_on(page))
    assert not faults, "\n".join(faults)


def faults_of(page: Page, address: str) -> Iterator[str]:
    answer = page.goto(address)
    if answer is None or answer.status != 200 or "html" not in answer.headers.get("content-type", ""):
        return
    yield from faults_on(page)


def faults_on(page: Page) -> Iterator[str]:
    """The barriers of a page that is open, in both themes and at each width."""
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light")
    yield from violations(page, "light, wide", {})
    page.emulate_media(color_scheme="dark")
    yield from violations(page, "dark, wide", COLOURS_ONLY)
    page.set_viewport_size(NARROW)
    yield from violations(page, "dark, narrow", COLOURS_ONLY)
    page.emulate_media(color_scheme="light")
    yield from violations(page, "light, narrow", {})
    for size in (NARROW, NARROWEST):
        page.set_viewport_size(size)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            yield f"{wide} px too wide at {size['width']} px: {widest(page)}"


def violations(page: Page, how: str, options: dict[str, Any]) -> Iterator[str]:
    for violation in violations_of(page, **options):
        nodes = [node["html"][:120] for node in violation["nodes"][:2]]
        yield f"{how}: {violation['id']} at {nodes}"


def widest(page: Page) -> str:
    """The element that reaches furthest to the right."""
    return str(
        page.evaluate(
            "[...document.querySelectorAll('body *')]"
            ".map(e => [e.getBoundingClientRect().right, e.outerHTML.slice(0, 90)])"
            ".sort((a, b) => b[0] - a[0])[0]"
        )
    )


@pytest.mark.row("P1")
@pytest.mark.parametrize("address", ["/no/such/page/", "/space/optics/settings/"])
def test_refusals_can_be_read_by_everybody(address: str, opened: Open) -> None:
    page, _watch = opened("own member")
    page.goto(address)
    assert not list(violations(page, "light", {}))
    page.emulate_media(color_scheme="dark")
    assert not list(violations(page, "dark", COLOURS_ONLY))
