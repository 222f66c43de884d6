"""Chromium and a running site; without Chromium these tests are skipped, unless MODUS_REQUIRE_BROWSER says yes."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.factories import world as worlds
from tests.factories.world import World
from tests.parallel import own_connections as own_connections

CHROMIUM = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), "")
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]
PASSWORD = "a phrase for the browser"
# Milliseconds: long enough for a busy machine; nothing waits longer than it has to.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder runs in a browser and writes for good, so what migrations shipped is put back."""
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True))


@pytest.fixture(scope="session")
def chromium(django_db_setup: None) -> Iterator[Browser]:
    if not CHROMIUM:
        if os.environ.get("MODUS_REQUIRE_BROWSER", "").lower() in {"1", "yes", "true", "on"}:
            pytest.fail("Chromium is not installed, and MODUS_REQUIRE_BROWSER asks for it.")
        pytest.skip("Chromium is not installed")
    # Playwright's own loop runs in this thread; the ORM is used here only between its calls.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "yes"
    shipped = getattr(connection, "_test_serialized_contents", None)
    with sync_playwright() as playwright:
        # Beside Playwright's loop Django opens another connection, which has to know what migrations shipped.
        connection._test_serialized_contents = shipped  # type: ignore[attr-defined]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def live_server(own_connections: None) -> Iterator[LiveServer]:
    """A server whose threads have connections of their own: a script asks while a page is being sent."""
    server = LiveServer("localhost")
    yield server
    server.stop()


@pytest.fixture
def site(live_server: Any, db: None) -> World:
    """The standing world, served."""
    made = worlds.build()
    for actor in made.people:
        made.client(actor)
    return made


class Watch:
    """What a page did that it should not: faults in the console, refusals of the policy, dialogs, other hosts."""

    def __init__(self, page: Page, host: str) -> None:
        self.faults: list[str] = []
        self.host = host
        page.on("console", lambda message: self._console(message.type, message.text))
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (self.faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: self._request(request.url))
        page.add_init_script(
            "window.__refused = []; document.addEventListener('securitypolicyviolation',"
            " event => window.__refused.push(event.violatedDirective + ' ' + event.blockedURI));"
            "window.__ran = []; window.xq7_x = () => window.__ran.push(location.pathname);"
        )

    def _console(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and "status of 4" not in text:
            self.faults.append(f"{kind}: {text}")

    def _request(self, url: str) -> None:
        if not url.startswith((self.host, "data:", "blob:", "about:")):
            self.faults.append(f"asked {url}")

    def of(self, page: Page) -> list[str]:
        """Everything that was noticed until now."""
        refused = page.evaluate("window.__refused || []")
        ran = page.evaluate("window.__ran || []")
        return [*self.faults, *(f"refused: {what}" for what in refused), *(f"ran: {what}" for what in ran)]


Open = Callable[..., tuple[Page, Watch]]


@pytest.fixture
def opened(chromium: Browser, live_server: Any, site: World) -> Iterator[Open]:
    """Open a browser window in which somebody is signed in, or nobody."""
    contexts: list[BrowserContext] = []

    def open_window(actor: str = "visitor", **settings: Any) -> tuple[Page, Watch]:
        chosen = {"viewport": {"width": 1280, "height": 900}, "base_url": live_server.url, "reduced_motion": "reduce"}
        context = chromium.new_context(**{**chosen, **settings})
        contexts.append(context)
        if actor != "visitor":
            cookie = {"name": "session", "value": site.session(actor), "url": live_server.url, "httpOnly": True}
            context.add_cookies([cookie])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        return page, Watch(page, live_server.url)

    yield open_window
    for context in contexts:
        context.close()
