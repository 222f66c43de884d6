"""Passkeys in a real Chromium with a virtual authenticator; the account pages in both themes, on a phone, with axe."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from playwright.sync_api import Page, expect

from modus.directory import actions
from tests.browser.axe import violations_of
from tests.browser.conftest import PASSWORD, Open
from tests.factories.world import World, user_of
from tests.web.accounts import arrived, link_in

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
# Whoever has one cluster is led on from her home to that.
INSIDE = re.compile(r"/home/$|/space/")
PAGES = (
    "/account/",
    "/account/sessions/",
    "/account/second-factor/",
    "/account/second-factor/app/",
    "/account/second-factor/passkey/",
    "/account/second-factor/codes/",
    "/account/address/",
    "/account/close/",
    "/account/password/",
)
OPEN_PAGES = (
    "/account/sign-in/",
    "/account/sign-in/link/",
    "/account/sign-up/",
    "/account/password/reset/",
    "/account/link/",
)


def give_password(site: World, actor: str) -> str:
    """Let somebody of the world sign in with a password; her address."""
    user = user_of(site.people[actor])
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return str(user.email)


def plug_in(page: Page) -> Any:
    """A virtual authenticator in this window."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return wire


def sign_in(page: Page, email: str) -> None:
    page.goto("/account/sign-in/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").first.click()
    expect(page.get_by_role("button", name="Sign out")).to_have_count(0)


@pytest.mark.attack("A-89")
def test_a_passkey_is_added_and_signs_in_alone_and_as_second_factor(site: World, opened: Open) -> None:
    email = give_password(site, "manager")
    page, watch = opened()
    plug_in(page)
    sign_in(page, email)
    page.wait_for_url(INSIDE)
    page.goto("/account/second-factor/passkey/")
    page.get_by_label("Name of the passkey").fill("Laptop at work")
    page.get_by_role("button", name="Add the passkey").click()
    page.get_by_role("button", name="Make and show my codes").click()
    expect(page.locator(".codes li")).to_have_count(10)
    assert Authenticator.objects.filter(type="webauthn").count() == 1
    page.goto("/account/second-factor/")
    expect(page.get_by_text("Laptop at work").first).to_be_visible()
    sign_out(page)
    page.goto("/account/sign-in/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(INSIDE)
    sign_out(page)
    sign_in(page, email)
    page.wait_for_url("**/sign-in/second/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(INSIDE)
    assert watch.of(page) == []


@pytest.mark.attack("A-20")
def test_an_invitation_is_opened_in_the_wrong_account_and_accepted_in_the_right_one(site: World, opened: Open) -> None:
    email = give_password(site, "participant")
    cluster, manager = site.a.cluster, site.a.manager
    actions.invite_person(cluster, organisation=cluster.organisation, role="staff", email=email, by=manager)
    link = link_in(arrived()[-1]).replace("http://testserver", "")
    page, watch = opened("trainer")
    page.goto(link)
    expect(page.get_by_text(f"This is for {email}, you are")).to_be_visible()
    page.get_by_role("button", name="Switch the account").click()
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Accept the invitation").click()
    page.wait_for_url(INSIDE)
    manager_page, _watch = opened("manager")
    manager_page.goto(f"/space/{cluster.slug}/settings/team/")
    expect(manager_page.locator("#invitations li", has_text=email).get_by_text("Accepted")).to_be_visible()
    assert watch.of(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_account_pages_have_no_barrier(site: World, opened: Open, scheme: str) -> None:
    email = give_password(site, "manager")
    page, watch = opened(color_scheme=scheme, viewport={"width": 360, "height": 740})
    broken = []
    for address in OPEN_PAGES:
        broken += faults_of(page, address)
    sign_in(page, email)
    page.wait_for_url(INSIDE)
    for address in (*PAGES, "/space/optics/settings/team/", "/space/optics/settings/team/invite/"):
        broken += faults_of(page, address)
    assert broken == []
    assert watch.of(page) == []
    call_command("account", email, "--switch-off")
    page.goto("/account/")
    assert "/account/sign-in/" in page.url


def faults_of(page: Page, address: str) -> list[str]:
    """What axe finds on a page, and whether it is wider than the screen."""
    page.goto(address)
    found = [f"{address}: {fault['id']}" for fault in violations_of(page)]
    is_too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*found, *([f"{address}: too wide"] if is_too_wide else [])]
