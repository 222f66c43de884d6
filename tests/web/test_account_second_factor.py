"""Second factors: set up, asked for, used once, never walked round; and demanded where the operator says so."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse

from modus.core.journal import JournalLine
from modus.core.limits import Counter
from modus.directory.models import Cluster, Person, Position
from tests.factories import directory as make
from tests.factories.tokens import token_of
from tests.web.accounts import ADDRESS, PHRASE, arrived, is_signed_in, link_in, sign_in

pytestmark = pytest.mark.django_db


def code_of(secret: str, *, steps: int = 0) -> str:
    """The code that an app shows now, or some half minutes off."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def add_app(client: Client) -> str:
    """Add an app on the pages; its secret."""
    page = client.get(reverse("account:app-add"))
    secret = page.context["form"].secret
    sealed = page.context["form"]["sealed"].value()
    answer = client.post(reverse("account:app-add"), {"sealed": sealed, "code": code_of(secret)})
    assert answer["Location"] == reverse("account:recovery-codes"), answer.content.decode()
    Counter.objects.all().delete()
    return str(secret)


@pytest.fixture
def owner(person: Person) -> Client:
    client = Client()
    sign_in(client)
    return client


def test_an_app_is_added_and_asked_for(owner: Client) -> None:
    secret = add_app(owner)
    codes = owner.post(reverse("account:recovery-codes")).context["codes"]
    assert len(set(codes)) == 10
    assert not [code for code in codes if code in owner.get(reverse("account:recovery-codes")).content.decode()]
    client = Client()
    assert sign_in(client)["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    assert client.get("/account/").status_code == 302
    page = client.get(reverse("mfa_authenticate"))
    assert "Your account asks for a second factor" in page.content.decode()
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 422
    assert client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})["Location"] == "/home/"
    assert is_signed_in(client)
    assert [message.subject for message in arrived()] == [
        "modus: An authenticator app was added",
        "modus: New recovery codes were made",
    ]
    events = set(JournalLine.objects.values_list("event", flat=True))
    assert {"directory.person.second-factor-added", "directory.person.recovery-codes-made"} <= events


@pytest.mark.attack("A-89")
@pytest.mark.parametrize("kind", ["app", "app, earlier code", "recovery"])
def test_a_code_works_once(owner: Client, kind: str) -> None:
    secret = add_app(owner)
    recovery = owner.post(reverse("account:recovery-codes")).context["codes"][0]
    code = {"app": code_of(secret), "app, earlier code": code_of(secret, steps=-1), "recovery": recovery}[kind]
    outcomes = []
    for _ in range(2):
        client = Client()
        sign_in(client)
        outcomes.append(client.post(reverse("mfa_authenticate"), {"code": code}).status_code)
    assert outcomes == [302, 422]


@pytest.mark.attack("A-89")
def test_the_code_that_added_an_app_signs_nobody_in(owner: Client) -> None:
    page = owner.get(reverse("account:app-add"))
    code = code_of(page.context["form"].secret)
    owner.post(reverse("account:app-add"), {"sealed": page.context["form"]["sealed"].value(), "code": code})
    client = Client()
    sign_in(client)
    assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 422


@pytest.mark.attack("A-83", "A-89")
def test_codes_are_not_guessed(owner: Client) -> None:
    secret = add_app(owner)
    arrived().clear()
    client = Client()
    sign_in(client)
    statuses = [client.post(reverse("mfa_authenticate"), {"code": f"00000{n}"}).status_code for n in range(9)]
    assert statuses == [422] * 8 + [429]
    assert client.post(reverse("mfa_authenticate"), {"code": code_of(secret)}).status_code == 429
    assert [message.subject for message in arrived()] == ["modus: Somebody tries to sign in as you"]


@pytest.mark.attack("A-89")
def test_no_other_way_in_leaves_out_the_second_factor(owner: Client) -> None:
    add_app(owner)
    Counter.objects.all().delete()
    new = "another long phrase"
    client = Client()
    client.post(reverse("account_reset_password"), {"email": ADDRESS})
    client.post(client.get(link_in(arrived()[-1]))["Location"], {"password": new})
    assert Authenticator.objects.filter(type="totp").exists()
    assert sign_in(client, password=new)["Location"] == reverse("mfa_authenticate")
    by_link = Client()
    by_link.post(reverse("account_sign_in_link"), {"email": ADDRESS})
    answer = by_link.post(by_link.get(link_in(arrived()[-1]))["Location"])
    assert (answer["Location"], is_signed_in(by_link)) == (reverse("mfa_authenticate"), False)


@pytest.mark.attack("A-89", "A-80")
def test_nothing_secret_stands_in_the_session(owner: Client) -> None:
    page = owner.get(reverse("account:app-add"))
    secret = page.context["form"].secret
    assert secret not in str(dict(owner.session))
    sealed = page.context["form"]["sealed"].value()
    owner.post(reverse("account:app-add"), {"sealed": sealed, "code": code_of(secret)})
    half = Client()
    sign_in(half)
    for session in (owner.session, half.session):
        assert not [word for word in (secret, PHRASE) if word in str(dict(session))]
    for name in ("account:app-add", "account:sessions", "account:recovery-codes", "account:passkey-add"):
        assert half.get(reverse(name))["Location"].startswith(reverse("account_login"))
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in stored


@pytest.mark.attack("A-28")
def test_adding_a_second_factor_ends_the_sessions_without_it(person: Person, owner: Client) -> None:
    other = Client()
    sign_in(other)
    before = owner.session.session_key
    add_app(owner)
    assert (owner.get("/account/").status_code, other.get("/account/").status_code) == (200, 302)
    assert owner.session.session_key != before


def test_a_secret_belongs_to_one_account_and_lasts_an_hour(owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = owner.get(reverse("account:app-add"))
    secret, sealed = page.context["form"].secret, page.context["form"]["sealed"].value()
    stranger = Client()
    from tests.web.accounts import make_person

    make_person("eve@people.example")
    sign_in(stranger, login="eve@people.example")
    said = {"sealed": sealed, "code": code_of(secret)}
    assert stranger.post(reverse("account:app-add"), said)["Location"] == reverse("account:app-add")
    assert owner.post(reverse("account:app-add"), said | {"sealed": sealed + "x"}).status_code == 302
    assert not Authenticator.objects.exists()


@pytest.mark.attack("A-89")
def test_what_keeps_strangers_out_is_changed_after_a_proof_only(person: Person) -> None:
    client = Client()
    client.force_login(person.user)
    for name in ("account:app-add", "account:passkey-add", "account:recovery-codes", "account:factor-remove"):
        for answer in (client.get(reverse(name)), client.post(reverse(name), {"number": "1"})):
            assert answer["Location"] == f"{reverse('account_reauthenticate')}?next={reverse(name).replace('/', '%2F')}"
    where = client.get(reverse("account:app-add"))["Location"]
    assert client.post(where, {"password": "a false phrase"}).status_code == 422
    assert client.post(where, {"password": PHRASE})["Location"] == reverse("account:app-add")
    assert client.get(reverse("account:app-add")).status_code == 200


def test_a_second_factor_is_removed_with_its_codes(owner: Client) -> None:
    add_app(owner)
    number = Authenticator.objects.get(type="totp").pk
    page = owner.get(reverse("account:factor-remove"), {"number": number})
    assert "the last second factor" in page.content.decode()
    assert owner.post(reverse("account:factor-remove"), {"number": number}).status_code == 302
    assert not Authenticator.objects.exists()
    assert sign_in(Client())["Location"] == "/home/"
    assert owner.get(reverse("account:factor-remove"), {"number": number}).status_code == 404


def test_nobody_removes_the_second_factor_of_another(owner: Client) -> None:
    from tests.web.accounts import make_person

    other = make_person("petr@people.example")
    theirs = Authenticator.objects.create(user=other.user, type="totp", data={"secret": "x"})
    for method in (owner.get, owner.post):
        assert method(reverse("account:factor-remove"), {"number": theirs.pk}).status_code == 404
    assert Authenticator.objects.count() == 1


@pytest.fixture
def world(cluster: Cluster, person: Person, settings: object) -> Cluster:
    """The person is staff of a cluster, and staff need a second factor."""
    settings.SECOND_FACTOR = "staff"  # type: ignore[attr-defined]
    make.PositionFactory(person=person, organisation=cluster.organisation, role="staff")
    return cluster


@pytest.mark.attack("A-80")
def test_who_owes_a_second_factor_gets_no_further(world: Cluster, owner: Client) -> None:
    due = reverse("account:second-factor")
    for address in (
        "/home/",
        "/space/optics/",
        "/space/optics/members/",
        "/account/",
        "/account/sessions/",
        "/register/",
    ):
        assert owner.get(address)["Location"] == due, address
    assert owner.post("/account/", {"given_name": "Eve"})["Location"] == due
    assert "Your role needs a second factor" in owner.get(due).content.decode()
    assert world.name not in owner.get("/search/", {"q": "optics"}).content.decode()
    add_app(owner)
    assert owner.get("/space/optics/").status_code == 200


def test_who_needs_a_second_factor_keeps_the_last_one(world: Cluster, owner: Client) -> None:
    add_app(owner)
    number = Authenticator.objects.get(type="totp").pk
    answer = owner.post(reverse("account:factor-remove"), {"number": number})
    assert answer.status_code == 422
    assert "Add another one before you remove this" in answer.content.decode()
    Position.objects.within(role="staff").update(role="colleague")
    assert owner.post(reverse("account:factor-remove"), {"number": number}).status_code == 302


@pytest.mark.parametrize(
    ("demanded_of", "role", "is_due"),
    [
        ("no", "manager", False),
        ("staff", "manager", True),
        ("staff", "staff", True),
        ("staff", "office", True),
        ("staff", "colleague", False),
        ("all", "colleague", True),
    ],
)
def test_the_operator_says_of_whom_a_second_factor_is_demanded(
    person: Person, owner: Client, cluster: Cluster, settings: object, demanded_of: str, role: str, is_due: bool
) -> None:
    settings.SECOND_FACTOR = demanded_of  # type: ignore[attr-defined]
    place = cluster.network.operator if role == "office" else cluster.organisation
    make.PositionFactory(person=person, organisation=place, role=role)
    assert (
        owner.get("/home/").status_code == 302 and owner.get("/home/")["Location"].endswith("/second-factor/")
    ) is is_due


def test_the_page_draws_its_picture_without_anything_inline(owner: Client) -> None:
    page = owner.get(reverse("account:app-add")).content.decode()
    assert '<svg class="qr"' in page
    assert "data:image" not in page
    assert "style=" not in page


@pytest.mark.attack("A-80")
def test_a_token_opens_nothing_while_a_second_factor_is_owed(world: Cluster, person: Person, owner: Client) -> None:
    _token, secret = token_of(person)
    machine = Client(headers={"authorization": f"Bearer {secret}"})
    assert machine.get("/api/v1/me").status_code == 403
    add_app(owner)
    assert machine.get("/api/v1/me").status_code == 200
