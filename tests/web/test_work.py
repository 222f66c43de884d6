"""The pages of work in the background: begun by many rows, with progress, and only for whoever began it."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from modus.core import tasks
from modus.core.tasks import Context, queue
from modus.core.tasks.models import QueuedTask
from modus.core.time import now
from modus.directory import actions
from modus.directory.models import Cluster, Membership, Network, Person
from modus.web.ui.progress import in_words
from tests.factories import directory as make

pytestmark = [pytest.mark.django_db, pytest.mark.row("P1")]
SignIn = Callable[[Person], Client]
FRAGMENT = {"HX-Request": "true"}


def text(response: HttpResponse) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def rows(cluster: Cluster) -> list[Membership]:
    return make.MembershipFactory.create_batch(51, cluster=cluster, kind="full")


def send(client: Client, cluster: Cluster, rows: list[Membership], **more: object) -> HttpResponse:
    answers = {"chosen": [row.pk for row in rows], "kind": "honorary", "count": len(rows), **more}
    return client.post(reverse("directory:member-bulk", args=[cluster.slug]), answers)


def honorary(cluster: Cluster) -> int:
    return Membership.objects.within(cluster=cluster, kind="honorary").count()


@pytest.mark.row("B1")
def test_more_than_fifty_members_are_changed_in_the_background(
    cluster: Cluster, manager: Person, rows: list[Membership], signed_in: SignIn
) -> None:
    client = signed_in(manager)
    preview = text(client.post(reverse("directory:member-bulk", args=[cluster.slug]), {"all": "1"}))
    assert "the next page shows how far it is" in preview
    attempt = re.search(r'name="attempt" value="([0-9a-f-]{36})"', preview)
    assert attempt
    answers = [send(client, cluster, rows, attempt=attempt.group(1)) for _ in range(2)]
    page = answers[0]["Location"]
    assert (answers[1]["Location"], honorary(cluster), QueuedTask.objects.count()) == (page, 0, 1)
    waiting = text(client.get(page))
    assert "It waits for its turn" in waiting
    assert f'hx-get="{page}"' in waiting
    tasks.run_due()
    assert honorary(cluster) == 51
    done = text(client.get(page, headers=FRAGMENT))
    assert "51 of 51 (100 %)" in done
    assert "51 members are changed." in done
    assert ("hx-get" in done, "<html" in done) == (False, False)


def test_fifty_members_are_changed_at_once(
    cluster: Cluster, manager: Person, rows: list[Membership], signed_in: SignIn
) -> None:
    answer = send(signed_in(manager), cluster, rows[:50])
    assert (answer["Location"].partition("?")[0], honorary(cluster)) == (
        reverse("directory:member-list", args=[cluster.slug]),
        50,
    )
    assert not QueuedTask.objects.exists()


def half_done(cluster: Cluster, manager: Person, rows: list[Membership], steps: int) -> QueuedTask:
    """The work of a worker that did some steps and then died."""
    actions.begin_kind_change(cluster, memberships=rows, kind="honorary", key="k", by=manager)
    row = queue.claim("mortal", at=now() + timedelta(seconds=1))
    assert row
    context = Context(row)
    for membership in list(context.remaining(rows))[:steps]:
        with context.step():
            actions.change_membership_kinds(cluster, memberships=[membership], kind="honorary", by=manager)
            context.count("changed")
    return row


def test_the_page_shows_how_far_and_how_long_and_stops_with_a_true_report(
    cluster: Cluster, manager: Person, rows: list[Membership], signed_in: SignIn
) -> None:
    row, client = half_done(cluster, manager, rows, 17), signed_in(manager)
    QueuedTask.objects.update(started_at=now() - timedelta(seconds=170))
    page = reverse("home:task-detail", args=[row.pk])
    going = text(client.get(page))
    assert "17 of 51 (33 %) · about 6 minutes left" in going
    stop = reverse("home:task-cancel", args=[row.pk])
    assert f'action="{stop}"' in going
    assert text(client.get(client.post(stop)["Location"])).count("It stops before the next step.") >= 1
    queue.reap(at=now() + timedelta(hours=1))
    tasks.run_due(at=now() + timedelta(hours=2))
    stopped = text(client.get(page))
    assert "Stopped after 17 of 51. 17 members are changed. 34 others are as they were." in stopped
    assert (honorary(cluster), stop in stopped) == (17, False)


def test_a_reload_finds_the_same_work_and_so_does_the_list(
    cluster: Cluster, manager: Person, rows: list[Membership], signed_in: SignIn
) -> None:
    row, client = half_done(cluster, manager, rows, 2), signed_in(manager)
    page = reverse("home:task-detail", args=[row.pk])
    assert text(client.get(page)).count("2 of 51") == text(client.get(page)).count("2 of 51") == 1
    assert page in text(client.get(reverse("home:task-list")))


@pytest.mark.attack("A-02")
def test_work_is_nobody_elses(
    cluster: Cluster, manager: Person, office: Person, rows: list[Membership], signed_in: SignIn
) -> None:
    row = half_done(cluster, manager, rows, 1)
    for stranger in (make.staff_of(cluster), office):
        client = signed_in(stranger)
        answers = [client.get(reverse("home:task-detail", args=[key])) for key in (row.pk, uuid.uuid4())]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert client.post(reverse("home:task-cancel", args=[row.pk])).status_code == 404
        assert str(row.pk) not in text(client.get(reverse("home:task-list")))
    row.refresh_from_db()
    assert row.cancel_asked_at is None


@pytest.mark.attack("A-103")
def test_too_much_work_is_refused_in_words(
    cluster: Cluster, manager: Person, rows: list[Membership], signed_in: SignIn
) -> None:
    for number in range(100):
        actions.begin_kind_change(cluster, memberships=rows, kind="honorary", key=str(number), by=manager)
    answer = send(signed_in(manager), cluster, rows)
    assert (answer.status_code, "Too much work is waiting already." in text(answer)) == (422, True)


@pytest.mark.parametrize(
    ("state", "facts", "words"),
    [
        ("refused", {"error": "NotAllowed"}, "you may no longer do this"),
        ("refused", {"error": "RuleBroken", "result": {"message": "The day has passed."}}, "The day has passed."),
        ("parked", {"error": "OSError", "trace": "secret"}, "It failed several times and was put aside."),
        ("dropped", {}, "the order was damaged"),
        ("waiting", {"attempts": 2}, "is tried again by itself"),
        ("waiting", {"enqueued_at": now() - timedelta(minutes=5)}, "It waits longer than usual."),
    ],
)
def test_each_end_is_said_in_words(
    cluster: Cluster,
    manager: Person,
    rows: list[Membership],
    signed_in: SignIn,
    state: str,
    facts: dict[str, object],
    words: str,
) -> None:
    task = actions.begin_kind_change(cluster, memberships=rows, kind="honorary", key="k", by=manager)
    QueuedTask.objects.filter(pk=task.pk).update(state=state, **facts)
    page = text(signed_in(manager).get(reverse("home:task-detail", args=[task.pk])))
    assert words in page
    assert "secret" not in page


@pytest.mark.row("A3")
def test_the_office_checks_its_profiles_at_once_or_in_the_background(
    network: Network, cluster: Cluster, office: Person, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.ProfileFactory(
        organisation=cluster.organisation, network=network, status="published", is_listed=True, published={"name": "O"}
    )
    client, rule_set = signed_in(office), reverse("network:rule-set-detail", args=[network.slug, "eccp"])
    page = client.get(rule_set)
    assert "Check 1 profile" in text(page)
    at_once = client.post(f"{rule_set}check/", {"attempt": str(uuid.uuid4())}, follow=True)
    assert "1 profile is checked. 1 result changed." in text(at_once)
    monkeypatch.setattr(actions, "MANY", 0)
    attempt = str(uuid.uuid4())
    begun = [client.post(f"{rule_set}check/", {"attempt": attempt}) for _ in range(2)]
    assert begun[0]["Location"] == begun[1]["Location"]
    tasks.run_due()
    assert "1 profile is checked. Nothing changed since the last check." in text(client.get(begun[0]["Location"]))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (2, "a few seconds left"),
        (14, "about 10 seconds left"),
        (89, "about 90 seconds left"),
        (100, "about 2 minutes left"),
        (3000, "about 50 minutes left"),
    ],
)
def test_the_time_that_is_left_is_said_as_exactly_as_it_is_known(seconds: int, words: str) -> None:
    assert in_words(timedelta(seconds=seconds)) == words
