"""A database that has no room or does not answer: an honest page, nothing half-written, and all is well afterwards."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from modus.core.idempotency import UsedKey
from modus.core.journal import JournalLine
from modus.directory.models import Cluster, Membership, Organisation, Person
from tests.api.calling import call
from tests.factories.tokens import token_of
from tests.full import no_room
from tests.parallel import own_connections as own_connections

SignIn = Callable[[Person], Client]
MOST_TRIES = 300
JOURNAL = "core_journalline"
full = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.usefixtures("own_connections")]


def form(name: str) -> dict[str, str]:
    said = {"name": name, "country": "CZ", "kind": "small", "membership_kind": "full", "joined_on": "2024-01-01"}
    return {**said, "form_key": f"key-{name}", "is_another": "on"}


def body(name: str) -> dict[str, object]:
    return {
        "organisation": {"name": name, "country": "CZ", "kind": "small"},
        "is_another": True,
        "terms": {"joined_on": "2024-01-01"},
    }


def standing(cluster: Cluster) -> dict[str, set[object]]:
    """What each table has of the members of the cluster that a test added."""
    firms = dict(Organisation.objects.across("test").filter(name__startswith="Firm ").values_list("pk", "name"))
    rows = Membership.objects.within(cluster=cluster).filter(organisation__in=firms)
    recorded = JournalLine.objects.filter(event="directory.organisation.recorded", subject_id__in=firms)
    return {
        "organisations": set(firms.values()),
        "memberships": set(rows.values_list("organisation__name", flat=True)),
        "journal": {firms[key] for key in recorded.values_list("subject_id", flat=True)},
    }


@pytest.mark.fault("F-13")
@full[0]
@full[1]
def test_a_full_disk_is_said_and_leaves_nothing_half_written(
    cluster: Cluster, manager: Person, signed_in: SignIn
) -> None:
    """On SQLite the first forms may still find a place in pages that are there."""
    client, url = signed_in(manager), reverse("directory:member-create", args=[cluster.slug])
    saved: set[object] = set()
    with no_room(JOURNAL):
        for name in map("Firm {}".format, itertools.islice(itertools.count(), MOST_TRIES)):
            refused = client.post(url, form(name))
            if refused.status_code != 302:
                break
            saved.add(name)
        assert refused.status_code == 507
        assert "There is no room to store anything. Nothing was changed." in refused.content.decode()
        assert all(names == saved for names in standing(cluster).values()), standing(cluster)
        assert client.get(url).status_code == 200
        assert client.get(reverse("directory:member-list", args=[cluster.slug])).status_code == 200
    assert not UsedKey.objects.filter(key=f"key-{name}").exists()
    assert client.post(url, form(name)).status_code == 302
    assert all(names == {*saved, name} for names in standing(cluster).values()), standing(cluster)


@pytest.mark.fault("F-13")
@full[0]
@full[1]
def test_a_program_is_told_of_a_full_disk_and_may_send_the_same_again(cluster: Cluster, manager: Person) -> None:
    _token, secret = token_of(manager, cluster)
    members = f"/api/v1/clusters/{cluster.slug}/members"
    saved: set[object] = set()
    with no_room(JOURNAL):
        for name in map("Firm {}".format, itertools.islice(itertools.count(), MOST_TRIES)):
            refused = call("POST", members, secret, body(name), idempotency_key=f"key-{name}")
            if refused.status_code != 201:
                break
            saved.add(name)
        assert (refused.status_code, refused["Content-Type"]) == (507, "application/problem+json")
        assert refused.json()["title"] == "There is no room to store this. Nothing was changed."
        assert all(names == saved for names in standing(cluster).values()), standing(cluster)
        assert call("GET", members, secret).status_code == 200
    assert call("POST", members, secret, body(name), idempotency_key=f"key-{name}").status_code == 201
    assert standing(cluster)["journal"] == {*saved, name}


@contextmanager
def away() -> Iterator[None]:
    """Every question gets what a server that was killed answers, once it does not listen any more."""

    def refuse(*_: object) -> None:
        try:
            psycopg.connect("postgresql://nobody@127.0.0.1:1/nothing", connect_timeout=2)
        except psycopg.OperationalError as error:
            raise OperationalError(str(error)) from error

    with connection.execute_wrapper(refuse):
        yield


@pytest.mark.django_db
@pytest.mark.fault("F-02")
def test_a_database_that_is_away_is_said_with_when_to_come_back(
    cluster: Cluster, manager: Person, signed_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    client, url = signed_in(manager), reverse("directory:member-create", args=[cluster.slug])
    with away():
        answers = [client.get("/directory/?q=away"), client.get(url), client.post(url, form("Firm"))]
    for answer in answers:
        assert (answer.status_code, answer["Retry-After"]) == (503, "10")
        assert "Its database does not answer" in answer.content.decode()
    assert "the database lacks answer" in caplog.text
    assert "Traceback" not in caplog.text
    assert client.post(url, form("Firm")).status_code == 302


@pytest.mark.django_db
@pytest.mark.fault("F-02")
def test_a_fault_of_the_database_outside_of_a_view_is_said_as_well(
    cluster: Cluster, manager: Person, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A middleware that asks the database has no view around it."""

    def keep(request: object) -> None:
        with away():
            Cluster.objects.across("test").exists()

    client = signed_in(manager)
    client.raise_request_exception = False
    session = client.session
    session["seen_at"] = 0
    session.save()
    monkeypatch.setattr("modus.web.account.keeping._keep", keep)
    assert client.get(reverse("directory:member-list", args=[cluster.slug])).status_code == 503


@pytest.mark.django_db
@pytest.mark.fault("F-02")
def test_a_session_that_cannot_be_saved_is_no_fault_of_the_visitor(
    cluster: Cluster, manager: Person, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database dies after the act and before its words are kept: she sends the form again, and it is done once."""
    client, url = signed_in(manager), reverse("directory:member-create", args=[cluster.slug])
    save = SessionStore.save

    def interrupted(self: SessionStore, must_create: bool = False) -> None:
        with away():
            save(self, must_create)

    with monkeypatch.context() as patched:
        patched.setattr(SessionStore, "save", interrupted)
        assert client.post(url, form("Firm 1")).status_code == 503
    assert client.post(url, form("Firm 1")).status_code == 302
    assert all(names == {"Firm 1"} for names in standing(cluster).values())


@pytest.mark.django_db
@pytest.mark.fault("F-02")
def test_a_program_is_told_that_the_database_is_away(cluster: Cluster, manager: Person) -> None:
    _token, secret = token_of(manager, cluster)
    with away():
        answer = call("GET", f"/api/v1/clusters/{cluster.slug}/members", secret)
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert answer.json()["title"].startswith("The database does not answer.")
