"""Work in the background in a real browser: the page follows it by itself, a reload finds it, a button stops it."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from modus.core import tasks
from modus.directory import actions
from tests.browser.conftest import Open
from tests.factories.world import World


@pytest.mark.row("P1")
def test_the_page_follows_the_work_without_a_reload_and_survives_one(opened: Open, site: World) -> None:
    page, watch = opened("manager")
    address = reverse("home:task-detail", args=[site.a.things["task"].pk])
    page.goto(address)
    expect(page.get_by_text("It waits for its turn")).to_be_visible()
    page.get_by_role("button", name="Stop").focus()
    with page.expect_response(lambda answer: address in answer.url):
        pass
    page.wait_for_function("document.activeElement.id === 'progress-stop'")
    tasks.run_due()
    page.get_by_text("1 member is changed.").wait_for()
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    page.reload()
    expect(page.get_by_text("1 member is changed.")).to_be_visible()
    assert watch.of(page) == []


@pytest.mark.row("P1")
def test_work_is_stopped_by_a_button(opened: Open, site: World) -> None:
    page, watch = opened("manager")
    row = actions.begin_kind_change(
        site.a.cluster, memberships=[site.a.things["membership"]], kind="honorary", key="k", by=site.a.manager
    )
    page.goto(reverse("home:task-detail", args=[row.pk]))
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("Stopped before it began. Nothing was changed.").wait_for()
    assert watch.of(page) == []
