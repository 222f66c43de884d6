"""Journeys that a cluster's people make, from the first click to the last."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Page, expect

from modus.core.users import User
from modus.directory.models import Membership, Profile
from tests.browser.conftest import PASSWORD, Open
from tests.factories import directory as make
from tests.factories.world import World, user_of

pytestmark = pytest.mark.row("P1")


def give_password(user: User) -> None:
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def sign_in(page: Page, user: User) -> None:
    page.goto("/account/sign-in/")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.row("B1", "O2")
def test_a_manager_adds_a_member_finds_it_ends_it_and_takes_that_back(opened: Open, site: World) -> None:
    give_password(user_of(site.a.manager))
    page, watch = opened()
    sign_in(page, user_of(site.a.manager))
    expect(page).to_have_url(re.compile(r"/(home|space)/"))
    page.goto(f"/space/{site.a.cluster.slug}/members/new/")
    page.get_by_label("Country").select_option("CZ")
    page.get_by_label("Name", exact=True).fill("Čočky Vysočina")
    page.get_by_label("Type of organisation").select_option("small")
    page.get_by_role("main").get_by_role("button", name=re.compile("^(Add|Admit|Enrol)")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Čočky Vysočina")
    page.keyboard.press("Control+k")
    page.keyboard.type("cocky vys")
    page.get_by_role("dialog").get_by_role("link", name=re.compile("Čočky Vysočina")).first.wait_for()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Čočky Vysočina")
    membership = Membership.objects.within(cluster=site.a.cluster, organisation__name="Čočky Vysočina").get()
    page.goto(f"/space/{site.a.cluster.slug}/members/{membership.pk}/end/")
    page.get_by_role("button", name="End the membership").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("goes on").first).to_be_visible()
    membership.refresh_from_db()
    assert membership.left_on is None
    assert watch.of(page) == []


@pytest.mark.row("A8", "P1")
def test_a_visitor_filters_the_directory_and_opens_the_map_without_javascript(opened: Open) -> None:
    page, _watch = opened(java_script_enabled=False)
    page.goto("/directory/")
    expect(page.get_by_role("link", name="Optics Cluster")).to_be_visible()
    expect(page.get_by_role("link", name="Textiles Cluster")).to_be_visible()
    page.get_by_role("searchbox").first.fill("optics")
    page.get_by_role("searchbox").first.press("Enter")
    expect(page.get_by_role("link", name="Optics Cluster")).to_be_visible()
    expect(page.get_by_role("link", name="Textiles Cluster")).to_have_count(0)
    page.get_by_role("link", name="Map", exact=True).click()
    expect(page).to_have_url(re.compile(r"/directory/map/.*optics"))
    expect(page.locator("svg").first).to_be_visible()


@pytest.mark.row("A2", "A5")
def test_a_manager_fills_the_profile_and_the_office_publishes_it(opened: Open, site: World) -> None:
    profile: Any = site.a.things["profile"]
    for kind in ("small", "university"):
        make.MembershipFactory.create_batch(10, cluster=site.a.cluster, organisation__kind=kind, pays_fee=True)
    values = {**profile.values, **make.ENOUGH}
    Profile.objects.within(pk=profile.pk).update(status="draft", values=values, published={}, is_listed=False)
    page, watch = opened("manager")
    page.goto(f"/profile/{profile.pk}/edit/")
    expect(page.get_by_role("complementary").get_by_text(re.compile("met|fail|missing", re.I)).first).to_be_visible()
    page.get_by_label("Place", exact=True).fill("Olomouc")
    page.get_by_role("button", name="Save this step").click()
    expect(page.get_by_text("Saved. The public page stays as it is")).to_be_visible()
    profile.refresh_from_db()
    assert profile.values["city"] == "Olomouc"
    page.goto(f"/profile/{profile.pk}/")
    page.get_by_role("button", name=re.compile("^Submit")).click()
    expect(page.get_by_text("The network office has your profile now")).to_be_visible()
    profile.refresh_from_db()
    assert profile.status == "submitted"
    assert watch.of(page) == []
    office, office_watch = opened("office")
    office.goto(f"/office/{site.a.cluster.network.slug}/profiles/{profile.pk}/")
    office.get_by_role("button", name="Publish the profile").click()
    expect(office).to_have_url(re.compile(r"/profiles/$"))
    profile.refresh_from_db()
    assert (profile.status, profile.published.get("city")) == ("published", "Olomouc")
    assert office_watch.of(office) == []


@pytest.mark.attack("A-30", "A-31", "A-38")
def test_markup_in_every_text_runs_nowhere(opened: Open, site: World) -> None:
    """0 executions, 0 dialogs, 0 refusals of the policy: the output itself is clean."""
    from tests.attacks.payloads import FEW
    from tests.attacks.test_markup import poison

    tenant = site.a
    for number, name in enumerate(
        ("membership", "organisation", "person", "position", "profile", "draft", "note", "view")
    ):
        poison(tenant.things[name], FEW[number % 3])
    for thing in (tenant.cluster.network, tenant.cluster.organisation, tenant.manager, site.people["office"]):
        poison(thing, FEW[0])
    space, key = f"/space/{tenant.cluster.slug}", tenant.things
    addresses = {
        "visitor": [
            "/",
            "/directory/",
            "/directory/map/",
            f"/directory/{key['profile'].slug}/",
            "/search/?q=" + FEW[0],
        ],
        "manager": [
            "/home/",
            f"{space}/",
            f"{space}/members/",
            f"{space}/members/?q={FEW[0]}",
            f"{space}/members/{key['membership'].pk}/",
            f"{space}/members/{key['membership'].pk}/end/",
            f"{space}/people/",
            f"{space}/people/{key['person'].pk}/",
            f"{space}/settings/team/",
            f"/profile/{key['profile'].pk}/",
            f"/profile/{key['profile'].pk}/edit/",
        ],
        "office": [f"/office/{tenant.cluster.network.slug}/", f"/office/{tenant.cluster.network.slug}/profiles/"],
    }
    found = []
    for actor, walked in addresses.items():
        page, watch = opened(actor)
        for address in walked:
            page.goto(address)
            page.keyboard.press("Control+k")
            page.keyboard.type("xq7_x")
            page.wait_for_timeout(250)
            found += [f"{actor} {address}: {fault}" for fault in watch.of(page)]
            watch.faults.clear()
    assert not found, "\n".join(found)
