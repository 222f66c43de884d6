"""Another address, leaving and closing: confirmed where it must be, undone where it can be, ended at once."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from modus.core import links, tokens
from modus.core.journal import JournalLine
from modus.core.links import MailedLink, Purpose
from modus.core.time import today
from modus.core.users import User
from modus.directory.models import Cluster, Invitation, Person, Position
from tests.factories import directory as make
from tests.factories.tokens import token_of
from tests.web.accounts import ADDRESS, PHRASE, arrived, is_signed_in, link_in, make_person, sign_in

pytestmark = pytest.mark.django_db
NEW = "jana@new.example"


@pytest.fixture
def owner(person: Person) -> Client:
    client = Client()
    sign_in(client)
    return client


def asked(client: Client, email: str = NEW) -> dict[str, str]:
    """Ask for another address; the links by the mailbox to which they went."""
    client.post(reverse("account:address"), {"email": email})
    return {message.to[0]: link_in(message) for message in arrived()}


def used(link: str) -> int:
    client = Client()
    answer = client.get(link)
    return client.post(answer["Location"]).status_code if answer.status_code == 302 else answer.status_code


@pytest.mark.attack("A-25")
def test_a_new_address_counts_when_its_mailbox_has_confirmed_it(person: Person, owner: Client) -> None:
    other = Client()
    sign_in(other)
    mails = asked(owner, "Jana@New.example")
    assert set(mails) == {ADDRESS, NEW}
    assert sign_in(Client(), login=NEW).status_code == 422
    assert Client().get(mails[NEW]).status_code == 302
    assert User.objects.get().email == ADDRESS
    assert used(mails[NEW]) == 302
    person.refresh_from_db()
    assert (User.objects.get().email, person.email) == (NEW, NEW)
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [(NEW, True, True)]
    assert (other.get("/account/").status_code, used(mails[NEW])) == (302, 404)
    assert sign_in(Client(), login=NEW)["Location"] == "/home/"
    assert sign_in(Client()).status_code == 422


@pytest.mark.attack("A-25")
@pytest.mark.parametrize("when", ["before", "after"])
def test_the_old_mailbox_takes_the_change_back_for_a_week(person: Person, owner: Client, when: str) -> None:
    mails = asked(owner)
    _token, secret = token_of(person)
    if when == "after":
        assert used(mails[NEW]) == 302
    assert used(mails[ADDRESS]) == 302
    assert (User.objects.get().email, EmailAddress.objects.get().email) == (ADDRESS, ADDRESS)
    assert (used(mails[NEW]), owner.get("/account/").status_code, sign_in(Client()).status_code) == (404, 302, 422)
    assert tokens.token_behind(secret) is None
    client = Client()
    client.post(client.get(link_in(arrived()[-1]))["Location"], {"password": "another long phrase"})
    assert sign_in(client, password="another long phrase")["Location"] == "/home/"
    assert links.SECONDS[Purpose.OLD_ADDRESS] == 7 * 24 * 3600


@pytest.mark.attack("A-25")
def test_a_change_needs_a_proof_and_the_last_one_counts(person: Person, owner: Client) -> None:
    stale = Client()
    stale.force_login(person.user)
    assert stale.post(reverse("account:address"), {"email": NEW})["Location"].startswith(
        reverse("account_reauthenticate")
    )
    first = asked(owner)[NEW]
    second = asked(owner, "other@new.example")["other@new.example"]
    assert (used(first), used(second), User.objects.get().email) == (404, 302, "other@new.example")


@pytest.mark.attack("A-27")
def test_links_that_were_mailed_before_are_dead_after_a_change(person: Person, owner: Client) -> None:
    Client().post(reverse("account_reset_password"), {"email": ADDRESS})
    reset = link_in(arrived()[0])
    assert used(asked(owner)[NEW]) == 302
    assert Client().get(reset).status_code == 404


@pytest.mark.attack("A-25", "A-86")
def test_an_address_that_has_an_account_is_not_told(person: Person, owner: Client) -> None:
    make_person("petr@people.example")
    answers = []
    for email in ("petr@people.example", NEW):
        answer = owner.post(reverse("account:address"), {"email": email})
        answers.append((answer.status_code, answer["Location"]))
    assert answers[0] == answers[1]
    assert [message.to[0] for message in arrived()] == [ADDRESS, ADDRESS, NEW]
    assert owner.post(reverse("account:address"), {"email": ADDRESS}).status_code == 422


@pytest.mark.attack("A-29")
def test_an_address_that_was_taken_meanwhile_stays_with_its_owner(person: Person, owner: Client) -> None:
    link = asked(owner)[NEW]
    make_person(NEW)
    assert used(link) == 404
    assert sorted(User.objects.values_list("email", flat=True)) == [NEW, ADDRESS]


@pytest.mark.row("B1")
@pytest.mark.attack("A-18")
def test_whoever_leaves_is_out_at_once(person: Person, owner: Client, cluster: Cluster) -> None:
    position = make.PositionFactory(person=person, organisation=cluster.organisation, role="staff")
    page = reverse("account:position-leave", kwargs={"position": position.pk})
    assert "your role (Cluster staff)" in owner.get(page).content.decode()
    assert owner.get("/space/optics/").status_code == 200
    assert owner.post(page)["Location"] == "/account/"
    assert owner.get("/space/optics/").status_code == 404
    assert is_signed_in(owner)
    other = make.PositionFactory(organisation=cluster.organisation, role="staff")
    assert owner.post(reverse("account:position-leave", kwargs={"position": other.pk})).status_code == 404


@pytest.mark.row("A6")
def test_the_only_manager_hands_over_before_she_leaves(person: Person, owner: Client, cluster: Cluster) -> None:
    position = make.PositionFactory(person=person, organisation=cluster.organisation, role="manager")
    for address in (reverse("account:position-leave", kwargs={"position": position.pk}), reverse("account:close")):
        answer = owner.post(address)
        assert answer.status_code == 422
        assert "You are the only manager. Hand over to somebody first." in answer.content.decode()
    successor = make.staff_of(cluster)
    owner.post("/space/optics/settings/team/hand-over/", {"person": str(successor.pk), "starts_on": str(today())})
    assert JournalLine.objects.filter(event="directory.cluster.handed-over", by_id=person.pk).exists()
    assert owner.post(reverse("account:close"))["Location"] == "/"
    assert not User.objects.filter(email=ADDRESS).exists()


@pytest.mark.attack("A-23")
def test_a_closed_account_is_dead_everywhere(person: Person, owner: Client, cluster: Cluster) -> None:
    other = Client()
    sign_in(other)
    make.PositionFactory(person=person, organisation=cluster.organisation, role="staff")
    Client().post(reverse("account_reset_password"), {"email": ADDRESS})
    reset = link_in(arrived()[-1])
    assert owner.post(reverse("account:close"))["Location"] == "/"
    assert (owner.get("/account/").status_code, other.get("/account/").status_code) == (302, 302)
    assert (Client().get(reset).status_code, sign_in(Client()).status_code) == (404, 422)
    person.refresh_from_db()
    assert (person.user, User.objects.filter(email=ADDRESS).count()) == (None, 0)
    assert not Position.objects.within(person=person, ends_on__isnull=True).exists()
    assert JournalLine.objects.filter(event="directory.person.account-closed", by_id=person.pk).exists()


@pytest.mark.attack("A-18", "A-23")
def test_an_operator_switches_an_account_off_and_everything_of_it_is_dead(person: Person, owner: Client) -> None:
    Client().post(reverse("account_sign_in_link"), {"email": ADDRESS})
    Client().post(reverse("account_reset_password"), {"email": ADDRESS})
    mailed = [link_in(message) for message in arrived()]
    waiting = asked(owner)
    call_command("account", ADDRESS, "--switch-off")
    assert owner.get("/account/").status_code == 302
    assert {Client().get(link).status_code for link in [*mailed, *waiting.values()]} == {404}
    known, unknown = (
        Client().post(reverse("account_reset_password"), {"email": email})
        for email in (ADDRESS, "nobody@people.example")
    )
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert len(arrived()) == len(mailed) + len(waiting)
    call_command("account", ADDRESS, "--switch-on")
    assert {Client().get(link).status_code for link in mailed} == {404}
    assert sign_in(Client())["Location"] == "/home/"


def test_an_operator_helps_after_a_lost_device(person: Person, owner: Client) -> None:
    Authenticator.objects.create(user=person.user, type="totp", data={"secret": "x"})
    assert sign_in(Client())["Location"] == reverse("mfa_authenticate")
    call_command("account", ADDRESS, "--remove-second-factor")
    assert sign_in(Client())["Location"] == "/home/"
    assert owner.get("/account/").status_code == 302
    with pytest.raises(CommandError):
        call_command("account", "nobody@people.example", "--switch-off")


@pytest.mark.attack("A-18")
def test_what_waits_for_a_person_is_dropped_with_her_account(person: Person, cluster: Cluster, manager: Person) -> None:
    """An invitation lives with its mailbox, not with an account: a new account of the same mailbox may accept it."""
    from modus.directory import actions

    invitation = actions.invite_person(
        cluster, organisation=cluster.organisation, role="staff", email=ADDRESS, by=manager
    )
    call_command("account", ADDRESS, "--switch-off")
    client = Client()
    link = link_in(arrived()[0])
    client.get(link)
    assert client.post("/account/invitation/", {"given_name": "Eve", "password": PHRASE}).status_code in {200, 422}
    assert (User.objects.filter(email=ADDRESS).count(), Position.objects.within(person=person).count()) == (1, 0)
    assert Invitation.objects.within(pk=invitation.pk).get().accepted_at is None
    assert timedelta(0) < invitation.ends_at - links.now()
    assert not MailedLink.objects.filter(used_at__isnull=True).exists()
