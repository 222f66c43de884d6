"""Invitations: for one mailbox, accepted once, by the right account, in the name of who invited; and in plain sight."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from modus.core.errors import NotAllowed, RuleBroken
from modus.core.time import now, today
from modus.core.users import User
from modus.directory import actions
from modus.directory.models import Cluster, Invitation, JoinRequest, Person, Position
from modus.directory.queries import invitations
from tests.factories import directory as make
from tests.parallel import in_parallel
from tests.parallel import own_connections as own_connections
from tests.web.accounts import ADDRESS, PHRASE, arrived, is_signed_in, link_in, make_person, sign_in

SignIn = Callable[[Person], Client]
HERE = "/account/invitation/"
TEAM = "/space/optics/settings/team/"
NEW = "nora@people.example"


def invited(cluster: Cluster, manager: Person, email: str = ADDRESS, role: str = "staff") -> Invitation:
    return actions.invite_person(cluster, organisation=cluster.organisation, role=role, email=email, by=manager)


def opened(client: Client, link: str) -> Client:
    assert client.get(link)["Location"] == HERE
    return client


def copied(invitation: Invitation) -> str:
    token = invitations.token_of(invitation, invitations.BY_COPY)
    return reverse("account_invitation_link", kwargs={"key": token})


def roles_of(email: str) -> list[str]:
    return list(Position.objects.within(person__user__email=email).values_list("role", flat=True))


@pytest.mark.django_db
@pytest.mark.attack("A-24")
def test_an_invitation_is_accepted_by_a_button(person: Person, cluster: Cluster, manager: Person) -> None:
    invitation = invited(cluster, manager)
    mail = arrived()[0]
    assert (mail.to, mail.subject) == ([ADDRESS], "Optics Cluster: you are invited")
    client = Client()
    sign_in(client)
    page = opened(client, link_in(mail)).get(HERE).content.decode()
    assert f"This is for {ADDRESS}, and that is you." in page
    assert roles_of(ADDRESS) == []
    assert client.post(HERE)["Location"] == "/space/optics/"
    assert roles_of(ADDRESS) == ["staff"]
    invitation.refresh_from_db()
    assert (invitation.state(at=now()), invitation.accepted_by) == ("accepted", person)
    assert client.get(HERE).status_code == 404


@pytest.mark.django_db
@pytest.mark.attack("A-20")
def test_an_invitation_is_not_accepted_by_another_account(person: Person, cluster: Cluster, manager: Person) -> None:
    invitation = invited(cluster, manager)
    eve = make_person("eve@people.example")
    client = Client()
    sign_in(client, login="eve@people.example")
    opened(client, link_in(arrived()[0]))
    page = client.get(HERE).content.decode()
    assert f"This is for {ADDRESS}, you are eve@people.example." in page
    assert client.post(HERE, {"email": "eve@people.example", "role": "manager"}).status_code == 200
    assert roles_of("eve@people.example") == []
    with pytest.raises(NotAllowed):
        actions.accept_invitation(invitation, by=eve)
    answer = client.post(reverse("account_invitation_switch"))
    assert (answer["Location"], is_signed_in(client)) == ("/account/sign-in/?next=%2Faccount%2Finvitation%2F", False)
    assert client.post(answer["Location"], {"login": ADDRESS, "password": PHRASE})["Location"] == HERE
    assert "and that is you" in client.get(HERE).content.decode()
    assert client.post(HERE)["Location"] == "/space/optics/"


@pytest.mark.django_db
@pytest.mark.attack("A-20")
def test_role_and_place_come_from_the_database(person: Person, cluster: Cluster, manager: Person) -> None:
    other = make.ClusterFactory(slug="textiles")
    invited(cluster, manager)
    client = Client()
    sign_in(client)
    opened(client, link_in(arrived()[0]))
    client.post(HERE, {"role": "manager", "cluster": str(other.pk), "organisation": str(other.organisation_id)})
    assert roles_of(ADDRESS) == ["staff"]
    assert Position.objects.within(person=person).get().organisation == cluster.organisation


@pytest.mark.django_db
@pytest.mark.attack("A-26")
def test_who_has_no_account_makes_one_by_the_mail(cluster: Cluster, manager: Person, settings: object) -> None:
    settings.SIGN_UP_IS_OPEN = False  # type: ignore[attr-defined]
    invited(cluster, manager, NEW)
    client = opened(Client(), link_in(arrived()[0]))
    assert "Choose a password, and you are in." in client.get(HERE).content.decode()
    said = {"given_name": "Nora", "family_name": "New", "password": PHRASE}
    assert client.post(HERE, said | {"password": "short"}).status_code == 422
    assert client.post(HERE, said)["Location"] == "/space/optics/"
    assert (roles_of(NEW), client.get("/space/optics/").status_code) == (["staff"], 200)


@pytest.mark.django_db
@pytest.mark.attack("A-26", "A-81")
def test_a_link_that_was_copied_proves_no_mailbox(cluster: Cluster, manager: Person) -> None:
    invitation = invited(cluster, manager, NEW)
    first = arrived()[0]
    client = opened(Client(), copied(invitation))
    page = client.get(HERE).content.decode()
    assert "Choose a password" not in page
    assert client.post(HERE, {"given_name": "Eve", "password": PHRASE}).status_code == 200
    assert not User.objects.filter(email=NEW).exists()
    client.post(reverse("account_invitation_mail"))
    assert (arrived()[-1].to, link_in(arrived()[-1])) == ([NEW], link_in(first))
    assert "Choose a password" in opened(client, link_in(first)).get(HERE).content.decode()


@pytest.mark.django_db
@pytest.mark.attack("A-86")
def test_a_copied_link_does_not_tell_who_has_an_account(person: Person, cluster: Cluster, manager: Person) -> None:
    pages = []
    for email in (ADDRESS, "none@people.example"):
        client = opened(Client(), copied(invited(cluster, manager, email)))
        page = client.get(HERE)
        said = page.content.decode().replace(email, "x").replace(email.replace("@", "%40"), "x")
        pages.append(said.replace(str(page.context["csrf_token"]), ""))
    assert [len(page) for page in pages[:1]] == [len(page) for page in pages[1:]]


@pytest.mark.django_db
@pytest.mark.attack("A-21")
@pytest.mark.parametrize("end", ["expired", "revoked"])
def test_what_has_ended_stays_ended_also_by_a_new_password(
    person: Person, cluster: Cluster, manager: Person, end: str
) -> None:
    invitation = invited(cluster, manager)
    link = link_in(arrived()[0])
    client = Client()
    opened(client, link)
    if end == "expired":
        Invitation.objects.across("a test").update(ends_at=now())
    else:
        actions.revoke_invitation(invitation, by=manager)
    client.post(reverse("account_reset_password"), {"email": ADDRESS})
    page = client.get(link_in(arrived()[-1]))["Location"]
    client.post(page, {"password": "another long phrase"})
    sign_in(client, password="another long phrase")
    assert (client.get(link).status_code, client.get(HERE).status_code, client.post(HERE).status_code) == (404,) * 3
    assert roles_of(ADDRESS) == []
    with pytest.raises(RuleBroken):
        actions.accept_invitation(invitation, by=person)
    invitation.refresh_from_db()
    assert invitation.state(at=now()) == end


@pytest.mark.django_db
@pytest.mark.attack("A-21")
def test_an_invitation_that_ended_looks_like_one_that_never_was(cluster: Cluster, manager: Person) -> None:
    invitation = invited(cluster, manager)
    ended = copied(invitation)
    actions.revoke_invitation(invitation, by=manager)
    answers = [Client().get(link) for link in (ended, ended[:-2] + "x/", "/account/invitation/no-such/")]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}
    assert {answer["Referrer-Policy"] for answer in answers} == {"no-referrer"}


@pytest.mark.django_db
@pytest.mark.attack("A-18")
def test_nobody_is_appointed_by_who_may_not_appoint_any_more(person: Person, cluster: Cluster, manager: Person) -> None:
    invitation = invited(cluster, manager)
    Position.objects.within(person=manager).update(ends_on=today() - timedelta(days=1))
    with pytest.raises(RuleBroken):
        actions.accept_invitation(invitation, by=person)
    invitation.refresh_from_db()
    assert (roles_of(ADDRESS), invitation.accepted_at) == ([], None)


@pytest.mark.django_db
@pytest.mark.attack("A-20")
def test_a_request_that_waits_for_approval_goes_on_waiting(person: Person, cluster: Cluster, manager: Person) -> None:
    asked = JoinRequest.objects.create(person=person, organisation=cluster.organisation, kind="join")
    actions.accept_invitation(invited(cluster, manager), by=person)
    asked.refresh_from_db()
    assert asked.status == "pending"


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.usefixtures("own_connections")
@pytest.mark.attack("A-20", "A-101")
def test_an_invitation_is_accepted_once_by_many_at_once(person: Person, cluster: Cluster, manager: Person) -> None:
    invitation = invited(cluster, manager)

    def accept() -> str:
        try:
            actions.accept_invitation(invitation, by=person)
        except RuleBroken:
            return "too late"
        return "accepted"

    assert sorted(map(str, in_parallel(accept, 8))) == ["accepted"] + ["too late"] * 7
    assert roles_of(ADDRESS) == ["staff"]


@pytest.mark.django_db
@pytest.mark.attack("A-04")
def test_an_invitation_of_one_cluster_is_nothing_in_another(
    cluster: Cluster, other_cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    invitation = invited(cluster, manager)
    stranger = signed_in(make.manager_of(other_cluster))
    for act in ("resend", "revoke"):
        address = f"/space/textiles/settings/team/invitations/{invitation.pk}/{act}/"
        assert stranger.post(address).status_code == 404
    invitation.refresh_from_db()
    assert invitation.state(at=now()) == "sent"
    with pytest.raises(NotAllowed):
        actions.revoke_invitation(invitation, by=make.manager_of(other_cluster))
    with pytest.raises(NotAllowed):
        invited(cluster, make.staff_of(cluster), "x@people.example")


@pytest.mark.django_db
def test_many_are_invited_with_a_preview_and_a_result_for_each(
    person: Person, cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    make.PositionFactory(person=person, organisation=cluster.organisation, role="staff")
    invited(cluster, manager, "waits@people.example")
    arrived().clear()
    said = {
        "addresses": f"Nora <{NEW}>, {ADDRESS}\nwaits@people.example; no@address@x, NORA@people.example\nno-address\n",
        "organisation": str(cluster.organisation_id),
        "role": "staff",
    }
    client = signed_in(manager)
    page = client.post(f"{TEAM}invite/", said | {"act": "preview"})
    text = page.content.decode()
    for words in ("Will be invited.", "Holds this role already.", "Is invited already."):
        assert text.count(words) == 1, words
    assert text.count("This is no mail address.") == 2, "a line without any address is told too, not passed over"
    assert "Send one invitation" in text
    assert (Invitation.objects.within(cluster=cluster).count(), arrived()) == (1, [])
    page = client.post(f"{TEAM}invite/", said | {"act": "send"})
    assert page.content.decode().count("Sent.") == 1
    assert [message.to for message in arrived()] == [[NEW]]
    answer = client.post(f"{TEAM}invite/", said | {"addresses": "a@people.example b@people.example", "act": "send"})
    assert answer["Location"] == TEAM


@pytest.mark.django_db
def test_invitations_are_seen_with_their_state_and_renewed(
    cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    invitation = invited(cluster, manager)
    client = signed_in(manager)
    page = client.get(TEAM).content.decode()
    assert (ADDRESS in page, "Sent</span>" in page, f"http://testserver{copied(invitation)}" in page) == (True,) * 3
    guest = opened(Client(), copied(invitation))
    guest.get(HERE)
    assert "Sent</span>" in client.get(TEAM).content.decode()
    assert guest.post(reverse("account_invitation_opened")).status_code == 204
    fragment = client.get(TEAM, headers={"hx-request": "true"}).content.decode()
    assert ("Opened</span>" in fragment, "<html" in fragment) == (True, False)
    Invitation.objects.across("a test").update(ends_at=now())
    assert "Expired</span>" in client.get(TEAM).content.decode()
    client.post(f"{TEAM}invitations/{invitation.pk}/resend/")
    invitation.refresh_from_db()
    assert timedelta(days=13) < invitation.ends_at - now() <= timedelta(days=14)
    client.post(f"{TEAM}invitations/{invitation.pk}/revoke/")
    client.get(TEAM)
    assert ADDRESS not in client.get(TEAM).content.decode()


@pytest.mark.django_db
@pytest.mark.attack("A-87")
def test_invitations_are_few(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    client = signed_in(manager)
    invitation = invited(cluster, manager, NEW)
    address = f"{TEAM}invitations/{invitation.pk}/resend/"
    assert [client.post(address).status_code for _ in range(5)] == [302] * 3 + [429] * 2
    assert len(arrived()) == 4
    many = " ".join(f"n{n}@people.example" for n in range(100))
    said = {"addresses": many, "organisation": str(cluster.organisation_id), "role": "staff", "act": "send"}
    text = client.post(f"{TEAM}invite/", said).content.decode()
    assert text.count("Not sent: too many invitations today.") == 3
    over = client.post(f"{TEAM}invite/", said | {"addresses": many + " one@more.example", "act": "preview"})
    assert over.status_code == 422


@pytest.mark.django_db
@pytest.mark.attack("A-59")
def test_the_link_of_the_mail_is_shown_to_nobody_else(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    invited(cluster, manager, NEW)
    secret = link_in(arrived()[0]).rsplit("/", 2)[1]
    client = signed_in(manager)
    for page in (TEAM, "/account/mails/", "/space/optics/mails/"):
        assert secret not in client.get(page).content.decode()
