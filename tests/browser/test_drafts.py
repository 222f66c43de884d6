"""Drafts in a real browser: typing, a crash, another device, no network, and a session that ends while typing."""

import re
import time

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from modus.core.drafts import Draft
from modus.directory.models import Membership
from tests.browser.conftest import PASSWORD, Open
from tests.browser.test_journeys import give_password
from tests.factories.world import World, user_of

pytestmark = pytest.mark.row("P1")


def new_member(page: Page, site: World) -> None:
    page.goto(f"/space/{site.a.cluster.slug}/members/new/")


def until_kept(page: Page) -> None:
    expect(page.locator("[data-draft-saved]")).to_have_text("Draft kept")


def test_what_was_typed_comes_back_after_a_crash_and_on_another_device(opened: Open, site: World) -> None:
    page, watch = opened("manager")
    new_member(page, site)
    page.get_by_label("Name", exact=True).fill("Quillon Works")
    page.get_by_label("Town").fill("Zlín")
    until_kept(page)
    page.goto("about:blank")
    for device in (page, opened("manager")[0]):
        new_member(device, site)
        expect(device.get_by_text("You began this form before")).to_be_visible()
        device.get_by_role("button", name="Put it back").click()
        expect(device.get_by_label("Name", exact=True)).to_have_value("Quillon Works")
        expect(device.get_by_label("Town")).to_have_value("Zlín")
    assert watch.of(page) == []


def test_a_draft_is_discarded_for_good(opened: Open, site: World) -> None:
    page, _watch = opened("manager")
    new_member(page, site)
    page.get_by_label("Name", exact=True).fill("Quillon Works")
    until_kept(page)
    page.reload()
    page.get_by_role("button", name="Discard it").click()
    expect(page.get_by_text("You began this form before")).to_be_hidden()
    page.wait_for_load_state("networkidle")
    page.reload()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text("You began this form before")).to_be_hidden()
    assert Draft.objects.count() == 0


@pytest.mark.fault("F-37")
def test_without_a_network_it_stays_on_the_device(opened: Open, site: World) -> None:
    """The tab dies 5 seconds after the last key and the network never came back."""
    page, _watch = opened("manager")
    new_member(page, site)
    page.context.set_offline(True)
    page.get_by_label("Name", exact=True).fill("Quillon Works")
    expect(page.locator("[data-draft-saved]")).to_have_text("Kept on this device")
    page.wait_for_timeout(5000)
    page.goto("about:blank")
    page.context.set_offline(False)
    new_member(page, site)
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Quillon Works")
    until_kept(page)


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
@pytest.mark.fault("F-36")
def test_a_session_that_ends_while_typing_loses_nothing(opened: Open, site: World, has_script: bool) -> None:
    """The press leads to the sign-in, and behind it stands everything that was typed."""
    page, _watch = opened("manager", java_script_enabled=has_script)
    new_member(page, site)
    page.get_by_label("Country").select_option("CZ")
    page.get_by_label("Name", exact=True).fill("Čočky “Quillon”")
    page.get_by_label("Town").fill("Zlín")
    page.get_by_label("Type of organisation").select_option("small")
    give_password(user_of(site.a.manager))
    Session.objects.all().delete()
    page.get_by_role("main").get_by_role("button", name="Add the member").click()
    page.get_by_label("E-mail address").fill(user_of(site.a.manager).email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("You were signed out while you were writing")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Čočky “Quillon”")
    expect(page.get_by_label("Town")).to_have_value("Zlín")
    page.get_by_role("main").get_by_role("button", name="Add the member").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Čočky “Quillon”")
    rows = Membership.objects.within(cluster=site.a.cluster, organisation__name="Čočky “Quillon”")
    assert rows.count() == 1


@pytest.mark.attack("A-101")
def test_a_double_click_makes_one_member(opened: Open, site: World) -> None:
    page, _watch = opened("manager")
    new_member(page, site)
    page.get_by_label("Name", exact=True).fill("Quillon Works")
    page.get_by_label("Type of organisation").select_option("small")
    page.get_by_role("main").get_by_role("button", name="Add the member").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quillon Works")
    assert re.search(r"/members/[0-9a-f-]{36}/", page.url)
    time.sleep(0.5)
    assert Membership.objects.within(cluster=site.a.cluster, organisation__name="Quillon Works").count() == 1
