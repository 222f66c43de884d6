"""The pages about tokens: shown once, revoked at once, and open to nobody who is not fully signed in."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from modus.core.journal import JournalLine
from modus.core.time import today
from modus.core.tokens import Token
from modus.directory.models import Cluster, Person
from modus.directory.rules import AREAS
from tests.api.calling import call
from tests.factories import directory as make
from tests.factories.tokens import token_of

pytestmark = [pytest.mark.row("P3"), pytest.mark.django_db]
SignIn = Callable[[Person], Client]


def said(place: str = "own", **more: Any) -> dict[str, Any]:
    usual = {"name": "Import", "place": place, "access": "write", "areas": list(AREAS)}
    return {**usual, "expires_on": today().isoformat(), **more}


@pytest.mark.attack("A-88")
def test_the_secret_is_shown_on_one_page_and_stands_nowhere_else(
    manager: Person, cluster: Cluster, signed_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = signed_in(manager)
    answer = client.post(reverse("account:token-create"), said(str(cluster.pk)))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    secret = answer.context["secret"]
    assert answer.content.decode().count(secret) == 1
    assert call("GET", "/api/v1/me", secret).json()["clusters"] == [{"slug": "optics", "name": "Optics Cluster"}]
    assert secret not in client.get(reverse("account:token-list")).content.decode()
    kept = [
        str(list(JournalLine.objects.values())),
        str([row.get_decoded() for row in Session.objects.all()]),
        caplog.text,
    ]
    assert not [where for where in kept if secret in where or secret[12:] in where]


@pytest.mark.attack("A-101")
def test_pressing_twice_makes_one_token_and_says_that_it_was_shown(manager: Person, signed_in: SignIn) -> None:
    client, sent = signed_in(manager), said(form_key="one press")
    secret = client.post(reverse("account:token-create"), sent).context["secret"]
    again = client.post(reverse("account:token-create"), sent, follow=True)
    assert again.redirect_chain == [(reverse("account:token-list"), 302)]
    page = again.content.decode()
    assert "was made once and shown then" in page
    assert secret not in page
    assert Token.objects.count() == 1


@pytest.mark.attack("A-88")
def test_a_revoked_token_opens_nothing_from_the_next_request_on(manager: Person, signed_in: SignIn) -> None:
    token, secret = token_of(manager)
    assert call("GET", "/api/v1/me", secret).status_code == 200
    answer = signed_in(manager).post(reverse("account:token-revoke", args=[token.pk]), follow=True)
    assert "is revoked" in answer.content.decode()
    assert call("GET", "/api/v1/me", secret).status_code == 401


def test_the_list_says_how_each_token_stands(manager: Person, cluster: Cluster, signed_in: SignIn) -> None:
    elsewhere = make.ClusterFactory()
    token_of(manager, cluster, name="First", areas=["members"], may_write=False, last_used_on=today())
    token_of(manager, elsewhere, name="Second")
    token_of(manager, name="Third", expires_on=make.LONG_AGO)
    page = signed_in(manager).get(reverse("account:token-list")).content.decode()
    for words in ("Reads: Members and their terms", "In use", "Opens nothing now", "Expired", "Optics Cluster"):
        assert words in page
    assert elsewhere.name not in page


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"expires_on": "2099-01-01"}, "at most a year ahead"),
        ({"areas": []}, "This field is required"),
        ({"place": "6f1c9c1e-0000-4000-8000-000000000000"}, "Choose from the list"),
        ({"access": "root"}, "Choose from the list"),
    ],
)
def test_a_wrong_answer_stands_beside_its_field(
    wrong: dict[str, Any], words: str, manager: Person, signed_in: SignIn
) -> None:
    answer = signed_in(manager).post(reverse("account:token-create"), {**said(), **wrong})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Token.objects.exists()


@pytest.mark.attack("A-07")
def test_the_cluster_of_another_is_no_choice(manager: Person, other_cluster: Cluster, signed_in: SignIn) -> None:
    answer = signed_in(manager).post(reverse("account:token-create"), said(str(other_cluster.pk)))
    assert answer.status_code == 422
    assert other_cluster.name not in answer.content.decode()


@pytest.mark.attack("A-05", "A-80")
def test_neither_a_visitor_nor_a_token_nor_half_a_sign_in_makes_a_token(manager: Person, cluster: Cluster) -> None:
    _token, secret = token_of(manager, cluster)
    halfway = Client()
    session = halfway.session
    session["account_login"] = {"user_pk": str(manager.user.pk), "email": manager.email}  # type: ignore[union-attr]
    session["account_authentication_methods"] = [{"method": "password", "at": 0}]
    session.save()
    before = Token.objects.count()
    for client, headers in ((Client(), {}), (Client(), {"authorization": f"Bearer {secret}"}), (halfway, {})):
        for name in ("account:token-create", "account:token-list"):
            answer = client.post(reverse(name), said(), headers=headers)
            assert answer.status_code in {302, 405}
            answer = client.get(reverse(name), headers=headers)
            assert answer.status_code == 302
            assert answer["Location"].startswith("/account/sign-in/?next=/account/tokens/")
    assert Token.objects.count() == before


def test_another_persons_token_is_not_found(manager: Person, signed_in: SignIn) -> None:
    token, _secret = token_of(make.PersonFactory())
    assert signed_in(manager).post(reverse("account:token-revoke", args=[token.pk])).status_code == 404
