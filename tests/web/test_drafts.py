"""What was typed survives: kept while typing, and behind the sign-in when a session had ended; only for its writer."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from modus.core import drafts
from modus.core.drafts import Draft
from modus.directory.models import Cluster, Membership, Person
from tests.factories import directory as make
from tests.web.test_merging import form_on

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
PASSWORD = "a phrase for the tests"


def keep(client: Client, address: str, values: Any, **more: Any) -> HttpResponse:
    body = json.dumps({"address": address, "values": values})
    return client.post(reverse("home:drafts"), body, content_type="application/json", **more)


def create_url(cluster: Cluster) -> str:
    return reverse("directory:member-create", args=[cluster.slug])


def members(cluster: Cluster) -> list[str]:
    return [row.organisation.name for row in Membership.objects.within(cluster=cluster).select_related("organisation")]


def test_a_draft_comes_back_on_another_device(manager: Person, office: Person, signed_in: SignIn) -> None:
    assert keep(signed_in(manager), "/x/#form", {"name": "Quillon"}).status_code == 200
    other_device = signed_in(manager).get(reverse("home:drafts"), {"address": "/x/#form"}).json()
    assert (other_device["values"], "saved_at" in other_device) == ({"name": "Quillon"}, True)
    assert signed_in(office).get(reverse("home:drafts"), {"address": "/x/#form"}).json() == {}


def test_a_draft_is_discarded(manager: Person, signed_in: SignIn) -> None:
    client = signed_in(manager)
    keep(client, "/x/#form", {"name": "Quillon"})
    body = json.dumps({"address": "/x/#form"})
    assert client.post(reverse("home:draft-discard"), body, content_type="application/json").status_code == 204
    assert Draft.objects.count() == 0


@pytest.mark.attack("A-51")
def test_drafts_are_taken_from_ones_own_pages_only(manager: Person) -> None:
    """Without a token, and as the text that a strange page could send without asking: nothing is kept."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(manager.user)
    assert keep(client, "/x/#form", {"a": "b"}).status_code == 403
    plain = Client()
    plain.force_login(manager.user)
    body = json.dumps({"address": "/x/#form", "values": {"a": "b"}})
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        assert plain.post(reverse("home:drafts"), body, content_type=kind).status_code == 422
    assert Client().post(reverse("home:drafts"), body, content_type="application/json").status_code == 302
    assert Draft.objects.count() == 0


@pytest.mark.parametrize(
    "body", ["", "[]", '"x"', "{}", '{"address": 1}', '{"address": "/", "values": []}', "{", "\xff"]
)
def test_what_is_no_draft_is_refused(body: str, manager: Person, signed_in: SignIn) -> None:
    answer = signed_in(manager).post(reverse("home:drafts"), body, content_type="application/json")
    assert (answer.status_code, Draft.objects.count()) == (422, 0)


def test_a_draft_is_forgotten_when_its_form_is_carried_out(
    cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    client, url = signed_in(manager), create_url(cluster)
    form = form_on(client.get(url))
    keep(client, f"{url}#{form['draft_key']}", {"name": "Quillon"})
    keep(client, "/another/#form", {"name": "Zephyr"})
    assert client.post(url, {**form, "name": ""}).status_code == 422
    assert Draft.objects.count() == 2
    assert client.post(url, {**form, "name": "Quillon", "kind": "small"}).status_code == 302
    assert [row.address for row in Draft.objects.all()] == ["/another/#form"]


@pytest.mark.parametrize("client_side", ["expired", "flushed"])
def test_what_was_sent_after_the_session_ended_stands_in_the_form_after_signing_in(
    client_side: str, cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    """Without a script: 0 characters lost, nothing done unasked, one member after another press."""
    client, url = signed_in(manager), create_url(cluster)
    form = {**form_on(client.get(url)), "name": "Čočky “Quillon” <&>\n", "kind": "small", "city": "Zlín " * 20}
    if client_side == "expired":
        client.session.flush()
    else:
        del client.cookies["session"]
    answer = client.post(url, form)
    assert (answer.status_code, members(cluster)) == (302, [])
    client.force_login(manager.user)
    page = client.get(url)
    words = page.content.decode()
    assert page.status_code == 200
    assert "You were signed out while you were writing" in words
    again = form_on(page)
    for name in ("name", "kind", "city", "country", "membership_kind"):
        assert again[name].strip() == form[name].strip()
    assert members(cluster) == []
    assert client.post(url, again).status_code == 302
    assert members(cluster) == [form["name"].strip()]
    assert "You were signed out" not in client.get(url).content.decode()


def test_who_signs_in_at_the_same_browser_does_not_see_it(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    staff = make.PersonFactory(given_name="Sten", user=make.UserFactory())
    make.PositionFactory(person=staff, organisation=cluster.organisation, role="staff")
    client, url = signed_in(manager), create_url(cluster)
    form = form_on(client.get(url))
    del client.cookies["session"]
    client.post(url, {**form, "name": "Quillon Secret"})
    client.force_login(staff.user)
    assert "Quillon Secret" not in client.get(url).content.decode()


def test_strangers_cannot_fill_the_sessions(cluster: Cluster) -> None:
    """Only a form that was given to an account is kept for it."""
    client = Client()
    for key in ("", "x", "a.b.c", f"x.{'0' * 32}.{'0' * 20}"):
        client.post(create_url(cluster), {"name": "x" * 5000, "form_key": key})
    assert Draft.objects.count() == 0
    assert "unsent" not in client.cookies


def test_a_password_is_never_kept_for_later(manager: Person, signed_in: SignIn, cluster: Cluster) -> None:
    client, url = signed_in(manager), create_url(cluster)
    form = form_on(client.get(url))
    del client.cookies["session"]
    client.post(url, {**form, "new_password": PASSWORD})
    kept = Draft.objects.get()
    assert kept.address == f"unsent {url}"
    assert PASSWORD not in str(kept.values)


def test_a_draft_never_lets_newer_facts_be_overwritten(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    """It carries what its form had shown, so that it is merged like a form that stayed open."""
    firm = make.OrganisationFactory(name="Quillon", city="Brno", keywords="", kept_by=cluster, country="CZ")
    row = make.MembershipFactory(cluster=cluster, organisation=firm)
    url = reverse("directory:member-edit", args=[cluster.slug, row.pk])
    client = signed_in(manager)
    old = form_on(client.get(url))
    drafts.keep(
        f"{url}#form", {"keywords": "lenses", "city": old["city"], "shown": old["shown"]}, by_id=manager.user_id
    )
    client.post(url, {**old, "city": "Zlín"})
    kept = drafts.draft_at(f"{url}#form", by_id=manager.user_id)
    assert kept is None, "the form was carried out"
    client.post(url, {**form_on(client.get(url)), "keywords": "lenses", "city": old["city"], "shown": old["shown"]})
    firm.refresh_from_db()
    assert (firm.city, firm.keywords) == ("Zlín", "lenses")
