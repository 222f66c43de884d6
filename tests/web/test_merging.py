"""Two people edit the same thing: nothing is overwritten unseen, and what only one of them changed is kept."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from modus.core.errors import Conflict
from modus.directory import actions
from modus.directory.models import Cluster, Membership, Person
from tests.attacks.test_forms import Fields
from tests.factories import directory as make

pytestmark = [pytest.mark.django_db]
SignIn = Callable[[Person], Client]


@pytest.fixture
def staff(cluster: Cluster) -> Person:
    person = make.PersonFactory(given_name="Sten", family_name="Aff", user=make.UserFactory())
    make.PositionFactory(person=person, organisation=cluster.organisation, role="staff")
    return person


@pytest.fixture
def row(cluster: Cluster) -> Membership:
    firm = make.OrganisationFactory(name="Quillon", city="Brno", keywords="lenses", kept_by=cluster, country="CZ")
    return make.MembershipFactory(cluster=cluster, organisation=firm, kind="full")


def edit_url(row: Membership) -> str:
    return reverse("directory:member-edit", args=[row.cluster.slug, row.pk])


def form_on(answer: HttpResponse) -> dict[str, str]:
    """The main form of a page as a browser would send it back."""
    page = answer.content.decode()
    reader = Fields()
    reader.feed(re.search(r'<form class="form.*?</form>', page, re.S)[0])  # type: ignore[index]
    return {name: value for name, value in reader.values.items() if not name.startswith("take-")}


def now(row: Membership) -> dict[str, Any]:
    row = Membership.objects.select_related("organisation").within(pk=row.pk).get()
    return {"city": row.organisation.city, "keywords": row.organisation.keywords, "kind": row.kind}


@pytest.mark.attack("A-32")
@pytest.mark.fault("F-35")
def test_what_both_changed_is_chosen_field_by_field(
    row: Membership, manager: Person, staff: Person, signed_in: SignIn
) -> None:
    """Also with hostile words: what the other wrote is text, whatever it looks like."""
    hers, his = signed_in(manager), signed_in(staff)
    first, second = form_on(hers.get(edit_url(row))), form_on(his.get(edit_url(row)))
    evil = "<img src=x onerror=alert(1)>"
    assert hers.post(edit_url(row), {**first, "city": evil}).status_code == 302
    answer = his.post(edit_url(row), {**second, "city": "Olomouc", "keywords": "mirrors"})
    words = answer.content.decode()
    assert (answer.status_code, now(row)["city"]) == (422, evil)
    assert f"{manager.name} saved on" in words
    assert "&lt;img src=x onerror=alert(1)&gt;" in words
    assert evil not in words
    assert "Brno" in words
    assert "Olomouc" in words
    assert 'name="take-keywords"' not in words
    again = form_on(answer)
    done = his.post(edit_url(row), {**again, "take-city": "mine"})
    assert (done.status_code, now(row)["city"], now(row)["keywords"]) == (302, "Olomouc", "mirrors")


def test_what_the_other_wrote_can_be_left_as_it_stands(
    row: Membership, manager: Person, staff: Person, signed_in: SignIn
) -> None:
    hers, his = signed_in(manager), signed_in(staff)
    first, second = form_on(hers.get(edit_url(row))), form_on(his.get(edit_url(row)))
    hers.post(edit_url(row), {**first, "city": "Zlín"})
    again = form_on(his.post(edit_url(row), {**second, "city": "Olomouc", "keywords": "mirrors"}))
    assert his.post(edit_url(row), {**again, "take-city": "theirs"}).status_code == 302
    assert now(row) == {"city": "Zlín", "keywords": "mirrors", "kind": "full"}


def test_without_a_choice_nothing_is_saved_and_the_question_is_asked_again(
    row: Membership, manager: Person, staff: Person, signed_in: SignIn
) -> None:
    hers, his = signed_in(manager), signed_in(staff)
    first, second = form_on(hers.get(edit_url(row))), form_on(his.get(edit_url(row)))
    hers.post(edit_url(row), {**first, "city": "Zlín"})
    again = form_on(his.post(edit_url(row), {**second, "city": "Olomouc"}))
    answer = his.post(edit_url(row), again)
    assert (answer.status_code, now(row)["city"]) == (422, "Zlín")
    assert 'name="take-city"' in answer.content.decode()


def test_a_third_change_while_choosing_is_a_new_question(
    row: Membership, manager: Person, staff: Person, signed_in: SignIn
) -> None:
    hers, his = signed_in(manager), signed_in(staff)
    first, second = form_on(hers.get(edit_url(row))), form_on(his.get(edit_url(row)))
    hers.post(edit_url(row), {**first, "city": "Zlín"})
    again = form_on(his.post(edit_url(row), {**second, "city": "Olomouc"}))
    hers.post(edit_url(row), {**form_on(hers.get(edit_url(row))), "city": "Opava"})
    answer = his.post(edit_url(row), {**again, "take-city": "mine"})
    assert (answer.status_code, now(row)["city"]) == (422, "Opava")
    assert "Opava" in answer.content.decode()


def test_what_only_one_of_two_changed_is_kept_without_a_question(
    row: Membership, manager: Person, staff: Person, signed_in: SignIn
) -> None:
    """Facts and terms, a checkbox among them."""
    hers, his = signed_in(manager), signed_in(staff)
    first, second = form_on(hers.get(edit_url(row))), form_on(his.get(edit_url(row)))
    hers.post(edit_url(row), {**first, "city": "Zlín", "pays_fee": "on"})
    assert his.post(edit_url(row), {**second, "keywords": "mirrors", "membership_kind": "associate"}).status_code == 302
    assert now(row) == {"city": "Zlín", "keywords": "mirrors", "kind": "associate"}
    assert Membership.objects.within(pk=row.pk).get().pays_fee is True


@pytest.mark.fault("F-35")
def test_two_tabs_of_one_person_are_two_editors_too(row: Membership, manager: Person, signed_in: SignIn) -> None:
    client = signed_in(manager)
    one, two = form_on(client.get(edit_url(row))), form_on(client.get(edit_url(row)))
    client.post(edit_url(row), {**one, "city": "Zlín"})
    assert client.post(edit_url(row), {**two, "city": "Olomouc"}).status_code == 422
    assert now(row)["city"] == "Zlín"


@pytest.mark.fault("F-35")
def test_different_records_in_two_tabs_never_mix(
    row: Membership, cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    other = make.MembershipFactory(
        cluster=cluster, organisation=make.OrganisationFactory(name="Zephyr", city="Opava", kept_by=cluster)
    )
    client = signed_in(manager)
    one, two = form_on(client.get(edit_url(row))), form_on(client.get(edit_url(other)))
    client.post(edit_url(row), {**one, "city": "Zlín"})
    client.post(edit_url(other), {**two, "city": "Olomouc"})
    assert (now(row)["city"], now(other)["city"]) == ("Zlín", "Olomouc")


def test_what_a_form_claims_to_have_shown_is_no_way_around_the_check(
    row: Membership, manager: Person, signed_in: SignIn
) -> None:
    """Broken, empty and foreign answers in the hidden field fall back to the check of the action."""
    client = signed_in(manager)
    first = form_on(client.get(edit_url(row)))
    client.post(edit_url(row), {**first, "city": "Zlín"})
    for shown in ("", "{", "[]", '"x"', "null"):
        answer = client.post(edit_url(row), {**first, "shown": shown, "city": "Olomouc"})
        assert (answer.status_code, now(row)["city"]) == (422, "Zlín"), shown
    assert client.post(edit_url(row), {**first, "shown": '{"nothing": ["x"], "city": 3}'}).status_code < 500


@pytest.mark.parametrize("name", ["settings", "person-edit", "account"])
@pytest.mark.fault("F-35")
def test_every_edit_form_asks_when_both_changed_a_field(
    name: str, cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    addresses = {
        "settings": reverse("directory:settings", args=[cluster.slug]),
        "person-edit": reverse("directory:person-edit", args=[cluster.slug, manager.pk]),
        "account": reverse("account:person"),
    }
    field, values = ("brand_colour", ("#0b5563", "#7a1f3d")) if name == "settings" else ("phone", ("1", "2"))
    client = signed_in(manager)
    one, two = (form_on(client.get(addresses[name])) for _tab in range(2))
    assert client.post(addresses[name], {**one, field: values[0]}).status_code == 302
    answer = client.post(addresses[name], {**two, field: values[1]})
    assert (answer.status_code, f'name="take-{field}"' in answer.content.decode()) == (422, True)
    assert client.post(addresses[name], {**form_on(answer), f"take-{field}": "mine"}).status_code == 302
    assert form_on(client.get(addresses[name]))[field] == values[1]


def test_a_profile_asks_when_both_changed_a_field(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    profile = make.ProfileFactory(
        organisation=cluster.organisation, network=cluster.network, values={"name": "Optics", "country": "CZ"}
    )
    url = reverse("profile:edit", args=[profile.pk])
    client = signed_in(manager)
    one, two = (form_on(client.get(url)) for _tab in range(2))
    client.post(url, {**one, "city": "Brno"})
    answer = client.post(url, {**two, "city": "Zlín", "short_name": "Opt"})
    assert (answer.status_code, 'name="take-city"' in answer.content.decode()) == (422, True)
    assert client.post(url, {**form_on(answer), "take-city": "theirs"}).status_code == 302
    saved = form_on(client.get(url))
    assert (saved["city"], saved["short_name"]) == ("Brno", "Opt")


def test_actions_refuse_a_state_that_is_past(cluster: Cluster, manager: Person, row: Membership) -> None:
    """Pages and machines alike: whoever names the state that she read is told when it is past."""
    stale = {"person": manager.state, "cluster": cluster.state}
    actions.correct_person(manager, facts={"phone": "1"}, version=stale["person"], by=manager)
    with pytest.raises(Conflict):
        actions.correct_person(manager, facts={"phone": "2"}, version=stale["person"], by=manager)
    settings = {"time_zone": "Europe/Sofia", "brand_colour": ""}
    actions.set_cluster_settings(cluster, **settings, version=stale["cluster"], by=manager)
    with pytest.raises(Conflict):
        actions.set_cluster_settings(cluster, **settings, version=stale["cluster"], by=manager)
    with pytest.raises(Conflict):
        actions.end_membership(row, left_on=row.joined_on, version=row.version + 1, by=manager)
