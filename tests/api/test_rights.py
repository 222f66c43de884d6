"""A token opens what its scope and its person's rights of the moment have in common; nothing else opens the door."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from modus.api import limiting
from modus.core import limits
from modus.core.time import today
from modus.core.tokens import Token
from modus.directory.models import Cluster, Membership, Network, Person, Position
from tests.api.calling import call
from tests.factories import directory as make
from tests.factories.tokens import token_of
from tests.factories.world import random_key

pytestmark = [pytest.mark.row("P3"), pytest.mark.django_db]
MEMBERS = "/api/v1/clusters/optics/members"
YESTERDAY = today() - timedelta(days=1)


def problem_of(answer: Any) -> dict[str, Any]:
    assert answer["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["request"] == answer["X-Request-Id"]
    return body


@pytest.mark.attack("A-01")
def test_without_a_token_the_answer_says_which_is_wanted() -> None:
    answer = call("GET", MEMBERS)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="modus"')
    assert problem_of(answer)["title"] == "A valid token is needed."


@pytest.mark.attack("A-01", "A-88")
@pytest.mark.parametrize("shown", ["Bearer x", "Bearer ", "Basic eDp5", "Bearer modus_" + "0" * 40, "bearer", "é"])
def test_what_is_no_token_is_refused_alike(shown: str) -> None:
    answer = call("GET", MEMBERS, authorization=shown)
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer["WWW-Authenticate"]


@pytest.mark.attack("A-51", "A-52")
def test_a_session_opens_no_operation(manager: Person) -> None:
    """So that no page elsewhere can act by the cookie of a browser: the door needs no token against forgery."""
    client = Client()
    client.force_login(manager.user)
    assert client.get(MEMBERS).status_code == 401
    assert client.post(MEMBERS, "{}", content_type="application/json").status_code == 401


@pytest.mark.attack("A-88")
def test_a_token_in_the_address_opens_nothing(manager: Person, cluster: Cluster) -> None:
    _token, secret = token_of(manager, cluster)
    for name in ("token", "access_token", "api_key", "Authorization"):
        assert call("GET", MEMBERS, asked={name: secret}).status_code == 401


@pytest.mark.attack("A-18", "A-88")
def test_the_next_request_is_refused_when_the_right_the_account_or_the_token_ends(
    manager: Person, cluster: Cluster
) -> None:
    def end_position() -> None:
        Position.objects.within(person=manager).update(ends_on=YESTERDAY)

    def close_account() -> None:
        type(manager.user).objects.filter(pk=manager.user_id).update(is_active=False)

    def expire() -> None:
        Token.objects.update(expires_on=YESTERDAY)

    for end in (end_position, close_account, expire):
        Position.objects.within(person=manager).update(ends_on=None)
        _token, secret = token_of(manager, cluster)
        assert call("GET", MEMBERS, secret).status_code == 200
        end()
        assert call("GET", MEMBERS, secret).status_code == 401, end.__name__
        assert call("GET", "/api/v1/me", secret).status_code == 401, end.__name__
        type(manager.user).objects.filter(pk=manager.user_id).update(is_active=True)


@pytest.mark.attack("A-18")
def test_a_members_token_ends_with_the_membership(cluster: Cluster) -> None:
    person = make.member_of(cluster)
    _token, secret = token_of(person, cluster)
    assert call("GET", MEMBERS, secret).status_code == 200
    Membership.objects.within(cluster=cluster).update(left_on=YESTERDAY)
    assert call("GET", MEMBERS, secret).status_code == 401


@pytest.mark.attack("A-05")
def test_a_token_does_only_what_its_scope_names(manager: Person, cluster: Cluster, network: Network) -> None:
    reader = token_of(manager, cluster, may_write=False)[1]
    narrow = token_of(manager, cluster, areas=["people"])[1]
    own = token_of(manager)[1]
    for secret, method, address in (
        (reader, "POST", MEMBERS),
        (reader, "PATCH", "/api/v1/clusters/optics"),
        (narrow, "GET", MEMBERS),
        (narrow, "POST", MEMBERS),
        (own, "GET", MEMBERS),
        (narrow, "GET", "/api/v1/networks/north/clusters"),
        (narrow, "PATCH", "/api/v1/me"),
        (narrow, "GET", "/api/v1/requests"),
    ):
        answer = call(method, address, secret, {} if method != "GET" else None)
        assert answer.status_code == 403, f"{method} {address}"
        assert 'error="insufficient_scope"' in answer["WWW-Authenticate"]
        assert problem_of(answer)["errors"][0]["message"] == "The scope of this token does not include this."
    assert call("GET", MEMBERS, reader).status_code == 200
    assert call("GET", "/api/v1/clusters/optics/people", narrow).status_code == 200


@pytest.mark.attack("A-04", "A-05")
def test_a_token_for_one_cluster_opens_no_other_of_her_own(
    manager: Person, cluster: Cluster, other_cluster: Cluster
) -> None:
    """Neither the other nor one that does not exist: the same answer to the byte."""
    make.PositionFactory(person=manager, organisation=other_cluster.organisation, role="manager")
    _token, secret = token_of(manager, cluster)
    other = call("GET", "/api/v1/clusters/textiles/members", secret)
    nowhere = call("GET", f"/api/v1/clusters/{random_key('slug')}/members", secret)
    assert (other.status_code, nowhere.status_code) == (401, 401)
    bodies = [answer.content.replace(answer["X-Request-Id"].encode(), b"") for answer in (other, nowhere)]
    assert bodies[0] == bodies[1]
    assert [line["slug"] for line in call("GET", "/api/v1/clusters", secret).json()] == ["optics"]


@pytest.mark.attack("A-05")
def test_no_operation_makes_tokens_or_shows_them(manager: Person, cluster: Cluster) -> None:
    _token, secret = token_of(manager, cluster)
    for address in ("tokens", "me/tokens", "clusters/optics/tokens", "token"):
        for method in ("GET", "POST"):
            assert call(method, f"/api/v1/{address}", secret, {} if method == "POST" else None).status_code == 404
    assert secret not in call("GET", "/api/v1/me", secret).content.decode()


def test_the_day_of_use_is_remembered(manager: Person, cluster: Cluster) -> None:
    token, secret = token_of(manager, cluster)
    call("GET", MEMBERS, secret)
    token.refresh_from_db()
    assert token.last_used_on == today()


@pytest.mark.attack("A-12")
def test_whoever_walks_through_ids_is_stopped_after_sixty(manager: Person, cluster: Cluster) -> None:
    _token, secret = token_of(manager, cluster)
    codes = [call("GET", f"/api/v1/clusters/optics/people/{random_key('uuid')}", secret) for _ in range(62)]
    assert [answer.status_code for answer in codes] == [404] * 60 + [429] * 2
    assert 0 < int(codes[-1]["Retry-After"]) <= 60


@pytest.mark.attack("A-12")
def test_who_tries_tokens_is_stopped_and_others_are_not(manager: Person, cluster: Cluster) -> None:
    codes = [call("GET", MEMBERS, f"modus_{number:040x}").status_code for number in range(61)]
    assert codes == [401] * 60 + [429]
    assert call("GET", MEMBERS, token_of(manager, cluster)[1]).status_code == 200


def test_a_token_has_its_calls_of_a_minute(manager: Person, cluster: Cluster) -> None:
    token, secret = token_of(manager, cluster)
    for _number in range(limiting.CALLS_OF_A_TOKEN):
        limits.spend("api by token", token.pk, most=limiting.CALLS_OF_A_TOKEN, seconds=60)
    answer = call("GET", MEMBERS, secret)
    assert answer.status_code == 429
    assert problem_of(answer)["title"].startswith("Too many requests")
    assert int(answer["Retry-After"]) > 0


@pytest.mark.attack("A-91")
def test_a_fault_of_ours_says_a_number_and_the_log_says_no_secret(
    manager: Person, cluster: Cluster, caplog: pytest.LogCaptureFixture
) -> None:
    def down(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "directory_organisation" in sql and sql.startswith("INSERT"):
            raise OperationalError("the database is away")
        return execute(sql, params, many, context)

    _token, secret = token_of(manager, cluster)
    said = {
        "organisation": {"name": "canary-name", "country": "CZ", "kind": "small"},
        "terms": {"joined_on": "2024-01-01"},
    }
    caplog.set_level(logging.DEBUG)
    with connection.execute_wrapper(down):
        answer = call("POST", MEMBERS, secret, said, cookie="session=canary-cookie")
    assert answer.status_code == 500
    assert problem_of(answer)["errors"] == []
    assert "away" not in answer.content.decode()
    assert answer["X-Request-Id"] in caplog.text
    for word in (secret, "canary-name", "canary-cookie"):
        assert word not in caplog.text
