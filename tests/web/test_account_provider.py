"""Signing in by an identity provider: linked accounts only, no side door, and nothing taken that was not asked for."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from modus.core.users import User
from modus.directory.models import Person
from tests.identity_provider import CLIENT, Provider, serving
from tests.web.accounts import ADDRESS, arrived, is_signed_in, sign_in

pytestmark = pytest.mark.django_db
NEW = {"sub": "n1", "email": "Nora@People.example", "email_verified": True, "given_name": "Nora"}
OWN = {"sub": "j1", "email": ADDRESS, "email_verified": True}


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    with serving(Provider(dict(NEW))) as served:
        settings.OIDC_NAME = "Campus"
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {
                "OAUTH_PKCE_ENABLED": True,
                "APPS": [
                    {
                        "provider_id": "sso",
                        "name": "Campus",
                        "client_id": CLIENT,
                        "secret": "x",
                        "settings": {"server_url": served.address},
                    }
                ],
            }
        }
        yield served


def come_back(client: Client, provider: Provider, name: str = "account_sso_sign_in", **data: str) -> HttpResponse:
    """Go to the provider and return; the answer to what the page posts."""
    answer = client.post(reverse(name), data)
    assert answer["Location"].startswith(f"{provider.address}/authorize?"), answer["Location"]
    here = provider.consent(answer["Location"])
    page = client.get(here)
    assert page.status_code == 200
    return client.post(here)  # type: ignore[return-value]


@pytest.mark.attack("A-24")
def test_whoever_has_no_account_gets_one_where_sign_up_is_open(provider: Provider) -> None:
    client = Client()
    assert "Sign in with Campus" in client.get(reverse("account_login")).content.decode()
    answer = client.post(reverse("account_sso_sign_in"))
    here = provider.consent(answer["Location"])
    client.get(here)
    assert (User.objects.count(), is_signed_in(client)) == (0, False)
    assert client.post(here)["Location"] == "/home/"
    person = Person.objects.within(user__email="nora@people.example").get()
    assert (person.given_name, is_signed_in(client), person.positions.count()) == ("Nora", True, 0)
    again = Client()
    assert come_back(again, provider)["Location"] == "/home/"
    assert User.objects.count() == 1
    assert {"state", "nonce", "code_challenge"} <= set(provider.asked)


@pytest.mark.attack("A-81")
def test_nobody_signs_up_through_the_provider_when_that_is_closed(provider: Provider, settings: Any) -> None:
    settings.SIGN_UP_IS_OPEN = False
    client = Client()
    assert "Accounts are made by invitation" in come_back(client, provider).content.decode()
    assert (User.objects.count(), is_signed_in(client)) == (0, False)


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_for_which_the_provider_does_not_vouch_counts_for_nothing(provider: Provider, verified: Any) -> None:
    provider.claims = {**NEW, "email_verified": verified}
    client = Client()
    assert come_back(client, provider)["Location"] == reverse("account_login")
    assert (User.objects.count(), is_signed_in(client)) == (0, False)


def test_an_account_is_linked_by_its_owner_and_unlinked(person: Person, provider: Provider) -> None:
    provider.claims = dict(OWN)
    stranger, owner = Client(), Client()
    assert come_back(stranger, provider)["Location"] == reverse("account_login")
    assert "link it on its page" in stranger.get(reverse("account_login")).content.decode()
    assert not is_signed_in(stranger)
    sign_in(owner)
    assert come_back(owner, provider, "account:provider-link")["Location"] == "/account/"
    assert "Remove the link with Campus" in owner.get("/account/").content.decode()
    assert come_back(stranger, provider)["Location"] == "/home/"
    assert owner.post(reverse("account:provider-unlink"))["Location"] == "/account/"
    assert not SocialAccount.objects.exists()
    assert come_back(Client(), provider)["Location"] == reverse("account_login")
    assert [message.subject for message in arrived()] == [
        "modus: A way to sign in was added",
        "modus: A way to sign in was removed",
    ]


def test_a_link_needs_a_proof(person: Person, provider: Provider) -> None:
    client = Client()
    client.force_login(person.user)
    for name in ("account:provider-link", "account:provider-unlink"):
        assert client.post(reverse(name))["Location"].startswith(reverse("account_reauthenticate"))


@pytest.mark.attack("A-56")
@pytest.mark.parametrize("elsewhere", ["//h.example", "https://h.example/", "/\\h.example", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere_at_the_last_step(provider: Provider, elsewhere: str) -> None:
    assert come_back(Client(), provider, next=elsewhere)["Location"] == "/home/"
    assert come_back(Client(), provider, next="/register/")["Location"] == "/register/"


def lies() -> list[tuple[str, dict[str, Any]]]:
    return [
        ("nonce", {"nonce": "another"}),
        ("audience", {"aud": "another"}),
        ("issuer", {"iss": "https://h.example"}),
        ("too old", {"exp": 1}),
        ("two people", {"sub": "another"}),
    ]


@pytest.mark.parametrize(("what", "claims"), lies(), ids=[name for name, _claims in lies()])
def test_a_token_that_was_not_made_for_this_is_refused(provider: Provider, what: str, claims: dict[str, Any]) -> None:
    provider.lies = claims
    client = Client()
    assert come_back(client, provider)["Location"] == reverse("account_login")
    assert (User.objects.count(), is_signed_in(client)) == (0, False), what


def test_a_token_with_a_false_signature_is_refused(provider: Provider) -> None:
    provider.signing_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    client = Client()
    assert come_back(client, provider)["Location"] == reverse("account_login")
    assert (User.objects.count(), is_signed_in(client)) == (0, False)


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(provider: Provider) -> None:
    asking, other = Client(), Client()
    here = provider.consent(asking.post(reverse("account_sso_sign_in"))["Location"])
    for address in (here, here.replace("state=", "state=x")):
        assert other.post(address)["Location"] == reverse("account_login")
        assert not is_signed_in(other)
    assert asking.post(here)["Location"] == "/home/"
    assert asking.post(here).status_code == 302
    assert User.objects.count() == 1


def test_without_settings_there_is_no_provider(person: Person) -> None:
    assert "provider" not in Client().get(reverse("account_login")).content.decode()
    assert Client().post(reverse("account_sso_sign_in")).status_code == 404
    assert Client().get(reverse("openid_connect_callback")).status_code == 404


def test_a_provider_that_does_not_answer_is_no_fault(provider: Provider, settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = "http://127.0.0.1:9"
    client = Client()
    assert client.post(reverse("account_sso_sign_in"))["Location"] == reverse("account_login")
    assert "The provider does not answer" in client.get(reverse("account_login")).content.decode()
