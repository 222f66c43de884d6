"""What axe finds on a page; tests/browser walks every page with it."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

Violation = dict[str, Any]


def violations_of(page: Page, **options: Any) -> list[Violation]:
    """The barriers on a page; axe is put into it once, and tells of nothing that is right: both take time."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    asked = {"resultTypes": ["violations"], **options}
    found: list[Violation] = page.evaluate("asked => axe.run(asked).then(told => told.violations)", asked)
    return found
