"""What is sent twice is done once: in any order, in parallel, after a failure, and until the key is too old."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from modus.core import idempotency
from modus.core.errors import RuleBroken
from modus.core.idempotency import KEPT_FOR, KeyReused, UsedKey, once
from modus.core.time import now
from modus.core.users import User
from tests.parallel import in_parallel
from tests.parallel import own_connections as own_connections

SENDER, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)
PARALLEL, ROUNDS = 20, 20


def maker(email: str = "") -> Callable[[], dict[str, str]]:
    """Something that creates a row each time it is carried out, and says which."""

    def run() -> dict[str, str]:
        user = User.objects.create(email=email or f"{uuid.uuid4().hex}@people.example")
        return {"id": str(user.pk)}

    return run


def send(key: str = "k", *, by_id: uuid.UUID = SENDER, purpose: str = "p", fingerprint: str = "f") -> tuple[Any, bool]:
    return once(key, by_id=by_id, purpose=purpose, fingerprint=fingerprint, run=maker())


@pytest.mark.django_db
def test_the_second_sending_gets_the_first_answer_and_makes_nothing() -> None:
    first, second = send(), send()
    assert (first[0], first[1], second[1]) == (second[0], False, True)
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_a_key_with_other_contents_is_refused_and_makes_nothing() -> None:
    send()
    with pytest.raises(KeyReused):
        send(fingerprint="g")
    assert issubclass(KeyReused, RuleBroken)
    assert User.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("other", [{"by_id": OTHER}, {"purpose": "q"}, {"key": "l"}], ids=str)
def test_keys_of_others_and_for_other_purposes_are_other_keys(other: dict[str, Any]) -> None:
    first, second = send(), send(**other)
    assert not second[1]
    assert first[0] != second[0]


@pytest.mark.django_db
def test_what_failed_can_be_sent_again_with_the_same_key() -> None:
    def fail() -> None:
        maker()()
        raise RuleBroken("no")

    with pytest.raises(RuleBroken):
        once("k", by_id=SENDER, purpose="p", fingerprint="f", run=fail)
    assert User.objects.count() == 0
    assert send(fingerprint="corrected")[1] is False


@pytest.mark.django_db
def test_what_did_nothing_leaves_its_key_free() -> None:
    assert once("k", by_id=SENDER, purpose="p", fingerprint="f", run=lambda: None) == (None, False)
    assert UsedKey.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "k" * (idempotency.LONGEST_KEY + 1)])
def test_a_key_without_measure_is_refused(key: str) -> None:
    with pytest.raises(RuleBroken):
        send(key)
    assert User.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["k", "k" * idempotency.LONGEST_KEY])
def test_a_key_of_least_and_of_most_letters_is_taken(key: str) -> None:
    assert (send(key)[1], send(key)[1], UsedKey.objects.get().key) == (False, True, key)


@pytest.mark.django_db
def test_an_answer_just_small_enough_is_kept() -> None:
    answer = "x" * (idempotency.LARGEST_ANSWER - len('""'))
    assert once("k", by_id=SENDER, purpose="p", fingerprint="f", run=lambda: answer) == (answer, False)
    assert once("k", by_id=SENDER, purpose="p", fingerprint="f", run=lambda: "other") == (answer, True)


@pytest.mark.django_db
def test_a_key_that_came_back_when_it_was_old_is_kept_as_long_as_a_new_one() -> None:
    send()
    UsedKey.objects.update(at=now() - KEPT_FOR - timedelta(minutes=1))
    second = send(fingerprint="g")
    assert send(fingerprint="g") == (second[0], True)
    assert idempotency.purge_old() == 0
    assert idempotency.purge_old(at=now() + KEPT_FOR + timedelta(minutes=1)) == 1
    assert UsedKey.objects.count() == 0


@pytest.mark.django_db
def test_a_key_at_the_end_of_its_time_still_stands() -> None:
    first = send()
    UsedKey.objects.update(at=now() - KEPT_FOR + timedelta(minutes=1))
    assert send() == (first[0], True)


def test_a_fingerprint_tells_contents_apart_and_not_the_order_of_names() -> None:
    same = {idempotency.fingerprint_of({"a": 1, "b": 2}), idempotency.fingerprint_of({"b": 2, "a": 1})}
    others = {idempotency.fingerprint_of({"a": 2, "b": 1}), idempotency.fingerprint_of({"a": 1}, {"b": 2})}
    assert (len(same), len(same | others)) == (1, 3)


@pytest.mark.django_db
def test_an_answer_too_large_to_keep_undoes_the_act() -> None:
    def run() -> str:
        maker()()
        return "x" * idempotency.LARGEST_ANSWER

    with pytest.raises(ValueError, match="too large"):
        once("k", by_id=SENDER, purpose="p", fingerprint="f", run=run)
    assert User.objects.count() == 0


@pytest.mark.django_db
def test_an_old_key_is_gone() -> None:
    first = send()
    UsedKey.objects.update(at=now() - KEPT_FOR - timedelta(minutes=1))
    second = send(fingerprint="g")
    assert (second[1], first[0] != second[0], UsedKey.objects.count()) == (False, True, 1)
    assert send(fingerprint="g") == (second[0], True)


@pytest.mark.django_db
def test_the_clock_forgets_old_keys_only() -> None:
    send("old")
    UsedKey.objects.update(at=now() - KEPT_FOR - timedelta(minutes=1))
    send("new")
    assert idempotency.purge_old() == 1
    assert [row.key for row in UsedKey.objects.all()] == ["new"]


def test_a_fingerprint_is_of_the_contents_and_not_of_their_order() -> None:
    assert idempotency.fingerprint_of({"a": 1, "b": [2]}) == idempotency.fingerprint_of({"b": [2], "a": 1})
    assert idempotency.fingerprint_of({"a": 1}) != idempotency.fingerprint_of({"a": "1"})
    assert idempotency.fingerprint_of("ab", "c") != idempotency.fingerprint_of("a", "bc")


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=some.lists(some.tuples(some.sampled_from("ab"), some.sampled_from("fg"), some.booleans()), max_size=12))
def test_any_order_of_sendings_makes_one_object_for_each_key(sent: list[tuple[str, str, bool]]) -> None:
    """Held against a dictionary: the first sending that succeeds decides, for its key, what all later ones get."""
    UsedKey.objects.all().delete()
    User.objects.all().delete()
    model: dict[str, tuple[str, Any]] = {}
    for key, fingerprint, fails in sent:

        def run(fails: bool = fails) -> Any:
            made = maker()()
            if fails:
                raise RuleBroken("no")
            return made

        try:
            answer, was_repeated = once(key, by_id=SENDER, purpose="p", fingerprint=fingerprint, run=run)
        except KeyReused:
            assert model[key][0] != fingerprint
        except RuleBroken:
            assert key not in model
        else:
            assert was_repeated is (key in model)
            assert model.setdefault(key, (fingerprint, answer)) == (fingerprint, answer)
    assert User.objects.count() == len(model)


@pytest.mark.usefixtures("own_connections")
@pytest.mark.attack("A-101")
@pytest.mark.fault("F-04")
def test_twenty_at_once_make_one_object() -> None:
    """20 threads × 20 rounds with one key each round: one object, one that made it, the same answer for all."""
    for number in range(ROUNDS):
        key = f"round {number}"
        got = in_parallel(lambda key=key: send(key), PARALLEL)
        assert not [one for one in got if isinstance(one, Exception)], got
        assert len({answer["id"] for answer, _again in got}) == 1
        assert sorted(again for _answer, again in got) == [False] + [True] * (PARALLEL - 1)
    assert User.objects.count() == ROUNDS


@pytest.mark.usefixtures("own_connections")
@pytest.mark.attack("A-101")
@pytest.mark.fault("F-04")
def test_twenty_at_once_of_which_the_first_fail_make_one_object() -> None:
    """Whoever waits behind a sending that is undone does the work herself."""
    left = [PARALLEL // 2]

    def run() -> Any:
        made = maker()()
        if left[0] > 0:
            left[0] -= 1
            raise RuleBroken("no")
        return made

    got = in_parallel(lambda: once("k", by_id=SENDER, purpose="p", fingerprint="f", run=run), PARALLEL)
    assert sum(isinstance(one, RuleBroken) for one in got) == PARALLEL // 2
    assert User.objects.count() == 1
