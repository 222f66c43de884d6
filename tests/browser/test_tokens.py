"""A token is made, used and revoked in a real browser; the two pages that no walk opens are usable by everybody."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.test_pages import COLOURS_ONLY, faults_of, violations


@pytest.mark.row("P1", "P3")
def test_a_token_is_made_used_and_revoked(opened: Open) -> None:
    page, watch = opened("manager")
    page.goto("/account/")
    page.get_by_role("link", name="Your tokens").click()
    page.get_by_role("link", name="Make a token").click()
    page.get_by_label("What is it for?").fill("Accounting")
    page.get_by_label("Where it counts").select_option(label="Optics Cluster")
    page.get_by_role("button", name="Make the token").click()
    secret = page.get_by_label("Accounting").input_value()
    assert secret.startswith("modus_")
    assert secret not in page.url
    assert not list(violations(page, "light", {}))
    page.emulate_media(color_scheme="dark")
    assert not list(violations(page, "dark", COLOURS_ONLY))
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    bearer = {"authorization": f"Bearer {secret}"}
    assert page.request.get("/api/v1/clusters/optics/members", headers=bearer).status == 200
    page.get_by_role("link", name="I have copied it").click()
    page.get_by_role("button", name=re.compile("Revoke ?: Accounting")).click()
    expect(page.get_by_text("“Accounting” is revoked")).to_be_visible()
    assert page.request.get("/api/v1/clusters/optics/members", headers=bearer).status == 401
    assert watch.of(page) == []


@pytest.mark.row("P1", "P3")
def test_the_page_about_the_api_can_be_used_by_everybody(opened: Open) -> None:
    page, watch = opened("manager")
    assert list(faults_of(page, "/api/")) == []
    assert watch.of(page) == []
