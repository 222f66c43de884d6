"""Forms that are sent twice, as people meet them: a double click, the way back, a lost answer, a correction."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from modus.core.idempotency import UsedKey
from modus.directory.models import Cluster, Membership, Person
from tests.parallel import in_parallel
from tests.parallel import own_connections as own_connections

pytestmark = [pytest.mark.django_db]
SignIn = Callable[[Person], Client]
PARALLEL = 20


def create_url(cluster: Cluster) -> str:
    return reverse("directory:member-create", args=[cluster.slug])


def key_on(client: Client, url: str) -> str:
    found = re.search(r'<form class="form".*?name="form_key" value="([^"]+)"', client.get(url).content.decode(), re.S)
    assert found
    return found[1]


def firm(key: str, name: str = "Quillon Works") -> dict[str, str]:
    said = {"country": "CZ", "name": name, "kind": "small", "membership_kind": "full", "joined_on": "2024-01-01"}
    return {**said, "form_key": key}


def members(cluster: Cluster) -> list[str]:
    return [row.organisation.name for row in Membership.objects.within(cluster=cluster).select_related("organisation")]


def test_who_pressed_again_sees_the_first_result_said_once(
    cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    """The answer of the first press was lost after it was carried out: the second leads to what it made."""
    client = signed_in(manager)
    sent = firm(key_on(client, create_url(cluster)))
    first = client.post(create_url(cluster), sent)
    page = client.post(create_url(cluster), sent, follow=True)
    assert page.redirect_chain == [(first["Location"], 302)]
    assert page.content.decode().count("Quillon Works is now a member.") == 1
    assert members(cluster) == ["Quillon Works"]


def test_who_went_back_and_pressed_again_is_told_the_same_again(
    cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    client = signed_in(manager)
    sent = firm(key_on(client, create_url(cluster)))
    client.post(create_url(cluster), sent, follow=True)
    page = client.post(create_url(cluster), sent, follow=True)
    assert "Quillon Works is now a member." in page.content.decode()
    assert members(cluster) == ["Quillon Works"]


def test_other_answers_from_the_way_back_are_asked_for_once_more(
    cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    """What was typed stays, with a new key: sending it again makes the second one."""
    client = signed_in(manager)
    key = key_on(client, create_url(cluster))
    client.post(create_url(cluster), firm(key))
    page = client.post(create_url(cluster), firm(key, "Zephyr Mills"))
    words = page.content.decode()
    assert page.status_code == 422
    assert "You sent this form before, with other answers" in words
    assert 'value="Zephyr Mills"' in words
    assert members(cluster) == ["Quillon Works"]
    new = re.search(r'<form class="form".*?name="form_key" value="([^"]+)"', words, re.S)
    assert new
    assert new[1] != key
    client.post(create_url(cluster), firm(new[1], "Zephyr Mills"))
    assert sorted(members(cluster)) == ["Quillon Works", "Zephyr Mills"]


def test_a_form_that_was_refused_is_corrected_and_sent_with_the_same_key(
    cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    client = signed_in(manager)
    key = key_on(client, create_url(cluster))
    assert client.post(create_url(cluster), firm(key, "")).status_code == 422
    assert client.post(create_url(cluster), firm(key)).status_code == 302
    assert members(cluster) == ["Quillon Works"]


def test_nothing_that_was_typed_is_kept_with_the_key(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    client = signed_in(manager)
    client.post(create_url(cluster), firm(key_on(client, create_url(cluster)), "Ambervale Secret"), follow=True)
    row = UsedKey.objects.get()
    assert (row.by_id, len(row.fingerprint)) == (manager.user_id, 64)
    assert "CZ" not in row.fingerprint


def test_a_sign_in_is_never_answered_from_before(manager: Person) -> None:
    """Its answer is the session, which a kept redirect would not give."""
    Client().post(reverse("account_login"), {"login": manager.email, "password": "wrong", "form_key": "k"})
    assert UsedKey.objects.count() == 0


@pytest.mark.usefixtures("own_connections")
@pytest.mark.attack("A-101")
def test_twenty_presses_at_once_make_one_member(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    first = signed_in(manager)
    sent = firm(key_on(first, create_url(cluster)))
    cookies = {name: morsel.value for name, morsel in first.cookies.items()}

    def press() -> tuple[int, str]:
        answer = Client(headers={"cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())}).post(
            create_url(cluster), sent
        )
        return answer.status_code, answer.headers.get("Location", "")

    got = in_parallel(press, PARALLEL)
    assert len(set(got)) == 1, got
    assert got[0][0] == 302
    assert members(cluster) == ["Quillon Works"]
