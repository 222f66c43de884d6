"""Pages about mails: the outbox of a cluster and of the office, one's own mails, what is asked before mails go out."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as sent_mail
from django.test import Client, override_settings
from django.urls import reverse

from modus.core import outbox
from modus.core.outbox import Mail, State
from modus.core.time import now, today
from modus.directory.models import Cluster, JoinRequest, Network, Person, Position, Profile
from tests.attacks.payloads import FEW
from tests.factories import directory as make

pytestmark = [pytest.mark.django_db, pytest.mark.row("P2")]
SignIn = Callable[[Person], Client]


def put(scope: Any, *, to: str = "petr@people.example", by: Person | None = None, **said: Any) -> Mail:
    words = {
        "role": "Colleague",
        "organisation": "Lens Works",
        "last": "1 Jan",
        "by": "Jana",
        "account_url": "/account/",
    }
    context = words | said.pop("context", {})
    settled = {"topic": "positions", "hold_seconds": 60} | said
    return outbox.put(
        "directory/mail/position_ended.txt", to, context=context, by=by, scope_id=scope.pk if scope else None, **settled
    )


def again(mail: Mail) -> Mail:
    return Mail.objects.within(pk=mail.pk).get()


def page(client: Client, name: str, **at: Any) -> str:
    answer = client.get(reverse(name, kwargs=at))
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_outbox_says_to_whom_what_when_and_by_whom(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    put(cluster, by=manager)
    said = page(signed_in(manager), "directory:outbox", cluster="optics")
    for words in ("petr@people.example", "Lens Works: your role ends on 1 Jan", "Waiting", manager.name, "(Brussels)"):
        assert words in said


def test_the_outbox_is_narrowed_by_state(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    waiting, parked = put(cluster, to="one@people.example"), put(cluster, to="two@people.example")
    Mail.objects.within(pk=parked.pk).update(state=State.PARKED)
    answer = signed_in(manager).get(reverse("directory:outbox", args=["optics"]), {"state": "parked"})
    said = answer.content.decode()
    assert "two@people.example" in said
    assert "one@people.example" not in said
    assert waiting.state == State.WAITING


@pytest.mark.parametrize("count", [1, 3, 60])
def test_the_outbox_asks_the_same_number_of_questions_whatever_its_length(
    cluster: Cluster, manager: Person, signed_in: SignIn, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        put(cluster, to=f"p{number}@people.example")
    client = signed_in(manager)
    with django_assert_num_queries(6):
        client.get(reverse("directory:outbox", args=["optics"]))


def test_a_long_outbox_has_pages(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    for number in range(60):
        put(cluster, to=f"p{number:02}@people.example")
    client = signed_in(manager)
    first = page(client, "directory:outbox", cluster="optics")
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    second = client.get(
        reverse("directory:outbox", args=["optics"]) + following[1].replace("&amp;", "&")
    ).content.decode()
    addresses = re.findall(r"p\d\d@people\.example", first), re.findall(r"p\d\d@people\.example", second)
    assert len(set(addresses[0])) == 50
    assert set(addresses[0]) | set(addresses[1]) == {f"p{n:02}@people.example" for n in range(60)}


def test_a_mail_is_held_edited_called_back_and_sent_again(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    mail, client = put(cluster), signed_in(manager)
    at = ["optics", mail.pk]
    held = client.post(reverse("directory:outbox-hold", args=at))
    assert held["Location"] == reverse("directory:outbox-edit", args=at)
    form = client.get(held["Location"]).content.decode()
    assert "Jana ended your role at Lens Works: Colleague." in form
    assert "http://testserver/account/" not in form.partition("<textarea")[2].partition("</textarea>")[0]
    said = {"subject": "Thank you", "text": "It was good.\n\nCome back.", "version": "1"}
    assert client.post(held["Location"], said).status_code == 302
    assert client.post(held["Location"], said).status_code == 422, "somebody saved since"
    shown = page(client, "directory:outbox-mail", cluster="optics", mail=mail.pk)
    assert "<p>It was good.</p>" in shown
    assert client.post(reverse("directory:outbox-call-back", args=at)).status_code == 302
    assert again(mail).state == State.CALLED_BACK
    assert client.post(reverse("directory:outbox-call-back", args=at)).status_code == 422
    assert client.post(reverse("directory:outbox-send-again", args=at)).status_code == 302
    assert again(mail).state == State.WAITING


def test_the_office_has_an_outbox_of_its_own(network: Network, office: Person, signed_in: SignIn) -> None:
    mail = put(network)
    client = signed_in(office)
    assert "petr@people.example" in page(client, "network:outbox", network="north")
    assert client.post(reverse("network:outbox-call-back", args=["north", mail.pk])).status_code == 302


@pytest.mark.attack("A-02")
def test_a_mail_of_another_cluster_is_none(
    cluster: Cluster, other_cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    mail = put(other_cluster)
    client = signed_in(manager)
    assert client.get(reverse("directory:outbox-mail", args=["optics", mail.pk])).status_code == 404
    for act in ("hold", "call-back", "send-again"):
        assert client.post(reverse(f"directory:outbox-{act}", args=["optics", mail.pk])).status_code == 404


@pytest.mark.attack("A-33")
@pytest.mark.parametrize("typed", FEW)
def test_the_preview_runs_nothing_and_is_what_is_sent(
    cluster: Cluster, manager: Person, signed_in: SignIn, typed: str
) -> None:
    mail = put(cluster, context={"organisation": typed, "by": typed})
    shown = page(signed_in(manager), "directory:outbox-mail", cluster="optics", mail=mail.pk)
    body = shown.partition('<div class="letter-body">')[2].partition("</div>")[0]
    assert "<script" not in body
    assert "<img" not in body
    assert not re.search(r"<[^>]*onmouseover", body)
    assert re.findall(r'href="([^"]+)"', body) == ["http://testserver/account/"]
    Mail.objects.within(pk=mail.pk).update(next_try_at=now() - timedelta(seconds=1))
    outbox.deliver_due()
    sent = sent_mail.outbox[0].alternatives[0].content
    words = body.partition("<hr>")[0].strip()
    assert words in sent, "the preview and the mail are made by the same code"


@pytest.mark.attack("A-22")
def test_a_preview_holds_no_address_that_ends_mails(cluster: Cluster, manager: Person, signed_in: SignIn) -> None:
    mail = put(cluster)
    assert "/mail/stop/" not in page(signed_in(manager), "directory:outbox-mail", cluster="optics", mail=mail.pk)


# --- Before and after an act ------------------------------------------------------------------------------------------


@pytest.fixture
def profile(cluster: Cluster, manager: Person) -> Profile:
    return make.ProfileFactory(
        organisation=cluster.organisation,
        network=cluster.network,
        status="submitted",
        submitted_by=manager,
        submitted_at=now(),
    )


def decide(client: Client, profile: Profile, **said: str) -> Any:
    data = {"decision": "changes", "reason": "More, please", "note_name": "", "version": str(profile.version)}
    return client.post(reverse("network:profile-decide", args=["north", profile.pk]), data | said)


@pytest.mark.row("A5")
def test_before_several_people_are_told_the_page_says_who_when_and_what(
    profile: Profile, manager: Person, office: Person, signed_in: SignIn
) -> None:
    other = make.manager_of(profile.organisation.cluster)
    client = signed_in(office)
    asking = decide(client, profile)
    said = asking.content.decode()
    assert asking.status_code == 200
    for words in (manager.user.email, other.user.email, "60 seconds after you confirm", "More, please", "2 people"):
        assert words in said
    assert Profile.objects.within(pk=profile.pk).get().status == "submitted", "nothing has happened yet"
    assert not Mail.objects.across("test").exists()
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', said))
    kept.pop("csrfmiddlewaretoken", None)
    done = client.post(reverse("network:profile-decide", args=["north", profile.pk]), kept, follow=True)
    assert Profile.objects.within(pk=profile.pk).get().status == "changes-asked"
    assert Mail.objects.across("test").count() == 2
    toast = done.content.decode()
    assert 'data-toast="60"' in toast
    assert "2 mails, to " in toast
    action = re.search(r'action="(/account/mails/caused/\w+/call-back/)"', toast)
    assert action
    listed = client.get(action[1].removesuffix("call-back/")).content.decode()
    assert listed.count("More, please") >= 2
    assert client.post(action[1]).status_code == 302
    assert {mail.state for mail in Mail.objects.across("test")} == {State.CALLED_BACK}


@pytest.mark.row("A5")
def test_one_person_is_told_without_a_further_question(profile: Profile, office: Person, signed_in: SignIn) -> None:
    answer = decide(signed_in(office), profile)
    assert answer.status_code == 302
    assert Mail.objects.across("test").count() == 1


def test_what_was_not_asked_for_is_refused_as_before(profile: Profile, office: Person, signed_in: SignIn) -> None:
    make.manager_of(profile.organisation.cluster)
    assert decide(signed_in(office), profile, reason="").status_code == 422
    assert not Mail.objects.across("test").exists()


def test_nobody_calls_back_what_another_caused(
    profile: Profile, manager: Person, office: Person, signed_in: SignIn
) -> None:
    decide(signed_in(office), profile)
    act = Mail.objects.across("test").get().request_id
    client = signed_in(manager)
    assert client.get(reverse("account:mail-act", args=[act])).status_code == 404
    assert client.post(reverse("account:mail-call-back", args=[act])).status_code == 404
    assert Mail.objects.across("test").get().state == State.WAITING


@pytest.mark.attack("A-11")
def test_who_asks_does_not_learn_the_addresses_of_those_who_decide(
    cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    applicant = make.member_of(cluster)
    client = signed_in(applicant)
    answer = client.post(reverse("profile:request-create", args=[cluster.organisation_id]), {"message": "Hi"})
    act = Mail.objects.across("test").get().request_id
    assert act == answer["X-Request-Id"]
    assert manager.user.email not in page(client, "account:mail-act", act=act)
    assert JoinRequest.objects.within(person=applicant).count() == 1


def test_the_new_manager_and_the_old_are_shown_before_a_hand_over(
    cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    new, third = make.staff_of(cluster), make.manager_of(cluster)
    client = signed_in(manager)
    data = {"person": str(new.pk), "starts_on": str(today())}
    asking = client.post(reverse("directory:hand-over", args=["optics"]), data)
    assert new.user.email in asking.content.decode()
    assert third.user.email in asking.content.decode()
    assert not Position.objects.within(person=new, role="manager").exists()
    assert (
        client.post(reverse("directory:hand-over", args=["optics"]), {**data, "mails_seen": "yes"}).status_code == 302
    )
    assert Position.objects.within(person=new, role="manager").exists()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_looking_at_a_form_that_sends_begins_nothing_that_could_write(
    cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    assert signed_in(manager).get(reverse("directory:hand-over", args=["optics"])).status_code == 200


# --- One's own mails --------------------------------------------------------------------------------------------------


def test_a_person_sees_her_own_mails_and_nobody_elses(manager: Person, office: Person, signed_in: SignIn) -> None:
    own = put(None, to=manager.user.email, user=manager.user)
    foreign = put(None, to=office.user.email, user=office.user, context={"organisation": "Foreign Firm"})
    client = signed_in(manager)
    said = page(client, "account:mail-list")
    assert own.subject in said
    assert "Foreign Firm" not in said
    assert "Jana ended your role" in page(client, "account:mail-detail", mail=own.pk)
    assert client.get(reverse("account:mail-detail", args=[foreign.pk])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_own_mails_asks_the_same_number_of_questions(
    manager: Person, signed_in: SignIn, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        put(None, to=manager.user.email, user=manager.user)
    client = signed_in(manager)
    with django_assert_num_queries(5):
        client.get(reverse("account:mail-list"))


def test_the_words_of_a_sign_in_mail_are_only_seen_where_nothing_is_sent(manager: Person, signed_in: SignIn) -> None:
    mail = put(None, to=manager.user.email, user=manager.user, topic="account", priority=10)
    Mail.objects.within(pk=mail.pk).update(next_try_at=now() - timedelta(seconds=1))
    client = signed_in(manager)
    assert "Jana ended" not in page(client, "account:mail-detail", mail=mail.pk)
    with override_settings(MAIL_MODE="show"):
        outbox.deliver_due()
        assert "Jana ended" in page(client, "account:mail-detail", mail=mail.pk)
        assert "This site sends no mail" in page(client, "account:mail-list")
    assert sent_mail.outbox == []


def test_a_person_chooses_what_she_hears_and_when(manager: Person, signed_in: SignIn) -> None:
    client = signed_in(manager)
    form = page(client, "account:mail")
    assert "Hour of the daily mail" in form
    said = {"positions": "never", "profiles": "daily", "queue": "at-once", "reminders": "daily", "hour": "18"}
    assert client.post(reverse("account:mail"), said).status_code == 302
    assert outbox.frequencies_of(manager.user) == {name: said[name] for name in said if name != "hour"}
    assert outbox.habit_of(manager.user).hour == 18
    assert client.post(reverse("account:mail"), {**said, "hour": "24"}).status_code == 422
    assert client.post(reverse("account:mail"), {**said, "queue": "hourly"}).status_code == 422
