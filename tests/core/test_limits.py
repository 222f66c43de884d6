"""Counters of tries: shared by all workers, over after their stretch, blind to what a client writes about itself."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from modus.core import limits
from modus.core.limits import Counter, TooMany, client_address
from tests.parallel import in_parallel
from tests.parallel import own_connections as own_connections

FORGED = {
    "HTTP_FORWARDED": "for=10.9.9.9",
    "HTTP_X_REAL_IP": "10.9.9.8",
    "HTTP_CLIENT_IP": "10.9.9.7",
    "HTTP_X_CLIENT_IP": "10.9.9.6",
    "HTTP_TRUE_CLIENT_IP": "10.9.9.5",
    "HTTP_CF_CONNECTING_IP": "10.9.9.4",
}


@pytest.mark.django_db
@pytest.mark.attack("A-83")
def test_tries_are_counted_and_refused_from_the_one_after_the_most() -> None:
    assert [limits.spend("sign in", "jana", most=3, seconds=60) for _ in range(3)] == [2, 1, 0]
    with pytest.raises(TooMany) as first:
        limits.spend("sign in", "jana", most=3, seconds=60)
    with pytest.raises(TooMany) as second:
        limits.spend("sign in", "jana", most=3, seconds=60)
    assert (first.value.is_first, second.value.is_first) == (True, False)
    assert 1 <= second.value.retry_after <= 60
    assert limits.spend("sign in", "petr", most=3, seconds=60) == 2
    assert limits.spend("reset", "jana", most=3, seconds=60) == 2


@pytest.mark.django_db
def test_a_stretch_ends_and_nobody_is_kept_out_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = 1_800_000_000.0
    monkeypatch.setattr(limits.time, "time", lambda: clock)
    limits.spend("sign in", "jana", most=1, seconds=900)
    for wait in (1, 400, 899):
        clock = 1_800_000_000.0 + wait
        with pytest.raises(TooMany) as refused:
            limits.spend("sign in", "jana", most=1, seconds=900)
        assert refused.value.retry_after == 900 - wait
    clock = 1_800_000_000.0 + 900
    assert limits.spend("sign in", "jana", most=1, seconds=900) == 0


@pytest.mark.django_db
def test_a_rightful_try_is_given_back() -> None:
    for _ in range(10):
        limits.spend("sign in", "jana", most=2, seconds=60)
        limits.give_back("sign in", "jana")
    limits.spend("sign in", "jana", most=1, seconds=60)
    limits.forget("sign in", "jana")
    assert limits.spend("sign in", "jana", most=1, seconds=60) == 0


@pytest.mark.django_db
def test_keys_are_hashed_and_counters_that_are_over_go(monkeypatch: pytest.MonkeyPatch) -> None:
    limits.spend("sign in", "jana@people.example", most=1, seconds=60)
    row = Counter.objects.get()
    assert (len(row.key), "jana" in row.key) == (64, False)
    assert limits.purge() == 0
    monkeypatch.setattr(limits.time, "time", lambda: row.ends_at)
    assert limits.purge() == 1


@pytest.mark.django_db
def test_a_try_costs_one_statement() -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        limits.spend("sign in", "jana", most=1, seconds=60)
    assert len(asked) == 1


@pytest.mark.usefixtures("own_connections")
@pytest.mark.attack("A-83")
def test_tries_in_parallel_are_each_counted() -> None:
    def try_often() -> list[TooMany]:
        refused = []
        for _ in range(10):
            try:
                limits.spend("sign in", "jana", most=25, seconds=60)
            except TooMany as error:
                refused.append(error)
        return refused

    refused = [error for errors in in_parallel(try_often, 5) for error in errors]
    assert len(refused) == 25
    assert sum(error.is_first for error in refused) == 1


@pytest.mark.attack("A-84")
@pytest.mark.parametrize(
    ("meta", "is_behind_proxy", "address"),
    [
        ({"REMOTE_ADDR": "192.0.2.1"}, False, "192.0.2.1"),
        ({"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "10.0.0.1"}, False, "192.0.2.1"),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "10.0.0.1, 192.0.2.7"}, True, "192.0.2.7"),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "10.0.0.2,10.0.0.1,192.0.2.7"}, True, "192.0.2.7"),
        ({"REMOTE_ADDR": "192.0.2.1"}, True, "192.0.2.1"),
        ({"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "<script>"}, True, "192.0.2.1"),
        ({"REMOTE_ADDR": ""}, False, "unknown"),
        ({"REMOTE_ADDR": "2001:db8:1:2:3:4:5:6"}, False, "2001:db8:1:2::"),
        ({"REMOTE_ADDR": "2001:db8:1:2:ffff::1"}, False, "2001:db8:1:2::"),
        ({"REMOTE_ADDR": "::ffff:192.0.2.1"}, False, "192.0.2.1"),
    ],
)
def test_the_address_is_what_the_last_of_ours_saw(meta: dict[str, Any], is_behind_proxy: bool, address: str) -> None:
    assert client_address(meta, is_behind_proxy=is_behind_proxy) == address
    assert client_address({**meta, **FORGED}, is_behind_proxy=is_behind_proxy) == address
