"""Who is told what by the acts of the directory: once, in the transaction, and only while it concerns them."""

from datetime import datetime, timedelta

import pytest
from django.core import mail as sent_mail
from django.utils import timezone

from modus.core import outbox
from modus.core.errors import NotAllowed
from modus.core.journal import JournalLine
from modus.core.outbox import Mail, State
from modus.core.time import now, today
from modus.directory import actions, notifications, queries
from modus.directory.models import Cluster, JoinRequest, Network, Person, Position, Profile
from tests.factories import directory as make

pytestmark = [pytest.mark.django_db, pytest.mark.row("P2")]


def told() -> list[tuple[str, str]]:
    """To whom, and on what, mails were put."""
    rows = Mail.objects.across("test").order_by("created_at", "to_address")
    return [(mail.to_address, mail.subject) for mail in rows]


def let_the_hold_end() -> None:
    Mail.objects.across("test").update(next_try_at=now() - timedelta(seconds=1))


def tomorrow_noon() -> datetime:
    """A moment at which everybody's daily mail is due, at whatever hour the tests run."""
    return timezone.localtime(now() + timedelta(days=1)).replace(hour=12)


@pytest.fixture
def profile(cluster: Cluster, manager: Person) -> Profile:
    """A profile that waits for the office."""
    return make.ProfileFactory(
        organisation=cluster.organisation,
        network=cluster.network,
        status="submitted",
        submitted_by=manager,
        submitted_at=now(),
    )


@pytest.fixture
def asked(cluster: Cluster, manager: Person) -> JoinRequest:
    """Somebody asked to join the organisation of the cluster."""
    applicant = make.PersonFactory(given_name="Eva", family_name="Nová")
    return JoinRequest.objects.create(person=applicant, organisation=cluster.organisation, kind="join", message="Hi")


@pytest.mark.row("A6")
def test_who_may_decide_is_told_of_a_request(cluster: Cluster, manager: Person, office: Person) -> None:
    member = make.member_of(cluster)
    actions.ask_for_organisation(cluster.organisation, message="I run\nthe [lab](https://h.example)", by=member)
    (mail,) = Mail.objects.across("test")
    assert (mail.to_address, mail.state) == (manager.user.email, State.DIGEST)
    assert "> I run" in outbox.preview_of(mail).text
    assert 'href="https://h.example' not in outbox.preview_of(mail).markup


@pytest.mark.row("A6")
def test_a_claim_is_told_to_the_office_and_not_to_colleagues(cluster: Cluster, office: Person) -> None:
    make.staff_of(cluster)
    applicant = make.member_of(cluster)
    actions.ask_for_organisation(cluster.organisation, message="", by=applicant)
    assert [address for address, _subject in told()] == [office.user.email]


@pytest.mark.row("A6")
def test_who_asked_is_told_the_decision(asked: JoinRequest, manager: Person) -> None:
    actions.refuse_request(asked, reason="You left us in May.", by=manager)
    (mail,) = Mail.objects.across("test")
    assert mail.to_address == asked.person.user.email
    assert mail.subject == "Your request to speak for Optics Cluster was refused"
    assert "> You left us in May." in outbox.preview_of(mail).text
    assert (mail.scope_id, mail.by_id) == (asked.organisation.cluster.pk, manager.pk)


@pytest.mark.row("A6")
def test_who_is_let_in_is_told_her_role_once(asked: JoinRequest, manager: Person) -> None:
    actions.approve_request(asked, role="staff", by=manager)
    assert told() == [(asked.person.user.email, "You now belong to Optics Cluster")]


@pytest.mark.row("A6")
def test_a_hand_over_is_told_to_the_new_manager_and_the_old(cluster: Cluster, manager: Person, office: Person) -> None:
    new = make.staff_of(cluster)
    actions.hand_over(cluster, to=new, starts_on=today(), by=office)
    assert {address for address, _subject in told()} == {new.user.email, manager.user.email}


@pytest.mark.row("A5")
def test_the_office_is_told_that_a_profile_waits(cluster: Cluster, manager: Person, office: Person) -> None:
    draft = make.ProfileFactory(organisation=cluster.organisation, network=cluster.network, type="member")
    draft.values = {"name": "Optics Cluster", "country": "CZ", "city": "Brno", "products": "Lenses", "kind": "small"}
    draft.save()
    actions.submit_profile(draft, by=manager)
    assert told() == [(office.user.email, "The profile of Optics Cluster waits for you")]


@pytest.mark.row("A5")
def test_who_submitted_gets_the_reason_and_the_notes(profile: Profile, manager: Person, office: Person) -> None:
    actions.ask_for_changes(profile, notes={"mailbox": "Is it shared?"}, reason="Nearly there", by=office)
    (mail,) = Mail.objects.across("test")
    text = outbox.preview_of(mail).text
    assert mail.to_address == manager.user.email
    assert "> Nearly there" in text
    assert "> Is it shared?" in text
    assert mail.scope_id == profile.network_id


@pytest.mark.row("A5")
def test_a_refused_profile_says_why(profile: Profile, office: Person) -> None:
    actions.refuse_profile(profile, reason="Not a cluster", by=office)
    assert "> Not a cluster" in outbox.preview_of(Mail.objects.across("test").get()).text


def test_who_gets_or_loses_a_role_is_told(cluster: Cluster, manager: Person) -> None:
    person = make.PersonFactory()
    position = actions.give_position(
        person, organisation=cluster.organisation, role="staff", starts_on=today(), by=manager
    )
    actions.end_position(position, ends_on=today(), by=manager)
    assert [subject.partition(" on ")[0] for _address, subject in told()] == [
        "Optics Cluster: you have a new role",
        "Optics Cluster: your role ends",
    ]


def test_somebody_without_an_account_is_asked_to_make_one(cluster: Cluster, manager: Person) -> None:
    person = make.PersonFactory(user=None, email="new@people.example")
    actions.give_position(person, organisation=cluster.organisation, role="staff", starts_on=today(), by=manager)
    text = outbox.preview_of(Mail.objects.across("test").get()).text
    assert "Make an account:\nhttp://testserver/account/sign-up/" in text


def test_nobody_is_told_what_she_did_herself_nor_what_an_import_brought(cluster: Cluster, manager: Person) -> None:
    position = Position.objects.within(person=manager).get()
    make.manager_of(cluster)
    actions.end_position(position, ends_on=today(), by=manager)
    actions.give_position(
        make.PersonFactory(),
        organisation=cluster.organisation,
        role="staff",
        starts_on=today(),
        by=queries.clock(),
    )
    assert told() == []


@pytest.mark.attack("A-18")
def test_a_mail_is_not_sent_when_the_right_has_ended(profile: Profile, manager: Person, office: Person) -> None:
    other = make.manager_of(profile.organisation.cluster)
    actions.refuse_profile(profile, reason="No", by=office)
    Position.objects.within(person=other).update(ends_on=today() - timedelta(days=1))
    let_the_hold_end()
    outbox.deliver_due()
    assert [message.to for message in sent_mail.outbox] == [[manager.user.email]]


@pytest.mark.attack("A-18")
def test_the_daily_mail_leaves_out_what_was_decided_meanwhile(
    asked: JoinRequest, manager: Person, office: Person
) -> None:
    other = make.manager_of(asked.organisation.cluster)
    notifications.tell_request_made(asked, by=asked.person)
    assert {mail.to_address for mail in Mail.objects.within(state=State.DIGEST)} == {
        manager.user.email,
        other.user.email,
    }
    actions.refuse_request(asked, reason="No", by=manager)
    assert outbox.build_digests(tomorrow_noon()) == 0
    assert {mail.state for mail in Mail.objects.within(topic="queue")} == {State.SUPPRESSED}


# --- The yearly reminder ----------------------------------------------------------------------------------------------


@pytest.mark.row("A7")
def test_a_profile_of_last_year_is_to_be_confirmed_once(cluster: Cluster, manager: Person) -> None:
    old = make.ProfileFactory(
        organisation=cluster.organisation,
        network=cluster.network,
        is_listed=True,
        status="published",
        confirmed_on=today() - timedelta(days=400),
    )
    clock = queries.clock()
    assert actions.remind_of_profiles(on=today(), by=clock) == [old]
    assert actions.remind_of_profiles(on=today(), by=clock) == []
    assert told() == [(manager.user.email, "Please confirm the profile of Optics Cluster")]
    assert actions.remind_of_profiles(on=today() + timedelta(days=200), by=clock) == [old]
    assert told()[-1][1] == "The profile of Optics Cluster is no longer listed"
    assert JournalLine.objects.filter(event="directory.profile.reminded").count() == 2


@pytest.mark.row("A7")
def test_a_profile_that_was_confirmed_meanwhile_is_not_nudged(cluster: Cluster, manager: Person) -> None:
    old = make.ProfileFactory(
        organisation=cluster.organisation,
        network=cluster.network,
        is_listed=True,
        published={"name": "x"},
        status="published",
        confirmed_on=today() - timedelta(days=400),
    )
    actions.remind_of_profiles(on=today(), by=queries.clock())
    actions.confirm_profile(old, by=manager)
    assert outbox.build_digests(tomorrow_noon()) == 0
    assert Mail.objects.within(topic="reminders").get().state == State.SUPPRESSED


def test_only_the_clock_reminds(cluster: Cluster, manager: Person) -> None:
    old = make.ProfileFactory(organisation=cluster.organisation, network=cluster.network)
    with pytest.raises(NotAllowed):
        actions.remind_of_profile(old, on=today(), by=manager)


# --- Who may handle a mail --------------------------------------------------------------------------------------------


@pytest.fixture
def waiting(asked: JoinRequest, manager: Person) -> Mail:
    actions.refuse_request(asked, reason="No", by=manager)
    return Mail.objects.across("test").get()


def test_the_managers_of_a_cluster_handle_its_mails(waiting: Mail, manager: Person) -> None:
    actions.hold_mail(waiting, by=manager)
    actions.edit_mail(waiting, subject="Sorry", text="Not this time.", version=1, by=manager)
    actions.call_back_mail(waiting, by=manager)
    actions.send_mail_again(waiting, by=manager)
    let_the_hold_end()
    assert outbox.deliver_due() == 1
    assert sent_mail.outbox[0].subject == "Sorry"
    events = JournalLine.objects.filter(subject_id=waiting.pk).values_list("event", flat=True)
    assert sorted(events) == [f"directory.mail.{verb}" for verb in ("called-back", "edited", "held", "sent-again")]


@pytest.mark.attack("A-02")
@pytest.mark.parametrize("who", ["staff", "member", "other manager", "office", "recipient"])
def test_nobody_else_handles_them(
    waiting: Mail, cluster: Cluster, other_cluster: Cluster, network: Network, asked: JoinRequest, who: str
) -> None:
    person = {
        "staff": lambda: make.staff_of(cluster),
        "member": lambda: make.member_of(cluster),
        "other manager": lambda: make.manager_of(other_cluster),
        "office": lambda: make.office_of(network),
        "recipient": lambda: asked.person,
    }[who]()
    for act in (actions.hold_mail, actions.call_back_mail, actions.send_mail_again):
        with pytest.raises(NotAllowed):
            act(waiting, by=person)
    with pytest.raises(NotAllowed):
        actions.edit_mail(waiting, subject="x", text="x", version=1, by=person)


def test_who_caused_a_mail_calls_it_back_although_she_manages_nothing(cluster: Cluster) -> None:
    staff, colleague = make.staff_of(cluster), make.PersonFactory()
    firm = make.MembershipFactory(cluster=cluster).organisation
    actions.give_position(colleague, organisation=firm, role="colleague", starts_on=today(), within=cluster, by=staff)
    mail = Mail.objects.across("test").get()
    assert actions.call_back_mail(mail, by=staff).state == State.CALLED_BACK
