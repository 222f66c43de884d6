"""What is proved is true: compared with trying everything, over small problems of every kind."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modus.algorithms.timetable.problem import (
    Appointment,
    Interest,
    Lock,
    Participant,
    Problem,
    Request,
    Slot,
    Status,
    Table,
)
from modus.algorithms.timetable.prove import prove_least_breaks
from modus.algorithms.timetable.score import breaks_of
from modus.algorithms.timetable.verify import faults_of

PEOPLE = "abcde"
DAYS = (("",) * 5, ("Mon", "Mon", "Mon", "Tue", "Tue"), ("Mon",) * 5)
SESSIONS = (("",) * 5, ("am", "am", "am", "pm", "pm"), ("am", "am", "pm", "pm", "pm"))


def problem(pairs: Sequence[str], slots: int = 5, tables: int = 2, **more: object) -> Problem:
    """People with one letter, requests called after those who meet, slots in one stretch."""
    names = sorted({person for pair in pairs for person in pair})
    return Problem(
        participants=tuple(map(Participant, names)),
        slots=tuple(Slot(f"s{n}") for n in range(slots)),
        tables=tuple(Table(f"t{n}") for n in range(tables)),
        requests=tuple(Request(pair, tuple(pair)) for pair in pairs),
        **more,  # type: ignore[arg-type]
    )


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Up to four requests in five slots, with everything that the encoding knows, most of it now and then."""

    def now_and_then(values: Sequence[object]) -> set[object]:
        return draw(st.sets(st.sampled_from(values), max_size=2)) if draw(st.integers(0, 2)) == 0 else set()

    days, sessions = draw(st.sampled_from(DAYS)), draw(st.sampled_from(SESSIONS))
    slots = tuple(Slot(f"s{n}", days[n], sessions[n]) for n in range(5))
    ids = [slot.id for slot in slots]
    largest = draw(st.sampled_from((2, 2, 3)))
    teams = draw(st.lists(st.permutations(PEOPLE).map(lambda order: order[:largest]), min_size=1, max_size=4))
    requests = tuple(
        Request(
            f"m{n}",
            tuple(team[: draw(st.integers(2, largest))]),
            session=draw(st.sampled_from(("", "", "am"))),
            slots=frozenset(ids) - now_and_then(ids),  # type: ignore[operator, arg-type]
        )
        for n, team in enumerate(teams)
    )
    return Problem(
        participants=tuple(
            Participant(one, frozenset(now_and_then(ids)), online_days=frozenset(now_and_then(days)))  # type: ignore[arg-type]
            for one in draw(st.sampled_from((PEOPLE, sorted({one for team in requests for one in team.people}))))
        ),
        slots=slots,
        tables=tuple(
            Table(f"t{n}", quiet=draw(st.booleans()), slots=frozenset(ids) - now_and_then(ids))  # type: ignore[operator, arg-type]
            for n in range(draw(st.integers(1, 2)))
        ),
        requests=requests,
        locks=(Lock("m0", draw(st.sampled_from(ids)), draw(st.sampled_from((None, "t0")))),)
        if draw(st.integers(0, 3)) == 0
        else (),
        precedences=(("m0", "m1"),) if len(teams) > 1 and draw(st.booleans()) else (),
    )


def seats(problem: Problem, held: Sequence[Appointment]) -> bool:
    """Whether the meetings of one slot can be put at tables, trying every way."""
    if not held:
        return True
    first, slot = held[0], problem.slots[problem.position[held[0].slot]]
    request = problem.request[first.request]
    locked = {lock.table for lock in problem.locks if lock.request == first.request} - {None}
    if problem.online_among(request, slot) == len(request.people):
        return not locked and seats(problem, held[1:])
    return any(
        problem.suits(table, request, slot)
        and table.id in (locked or {table.id})
        and seats(replace(problem, tables=tuple(one for one in problem.tables if one != table), locks=()), held[1:])
        for table in problem.tables
    )


def everything(problem: Problem) -> Iterator[list[Appointment]]:
    """Every way to hold all requests, from the definition."""
    wishes = [[slot for slot in problem.slots if problem.allows(one, slot)] for one in problem.requests]
    for slots in product(*wishes):
        held = [Appointment(one.id, slot.id) for one, slot in zip(problem.requests, slots, strict=True)]
        where = {one.request: problem.position[one.slot] for one in held}
        busy = [(person, one.slot) for one in held for person in problem.request[one.request].people]
        if (
            len(set(busy)) == len(busy)
            and all(where[first] < where[second] for first, second in problem.precedences)
            and all(problem.slots[where[lock.request]].id == lock.slot for lock in problem.locks)
            and not any(is_at_a_table_online(problem, lock) for lock in problem.locks)
            and all(
                # Whoever has a lock sits down first.
                seats(problem, sorted((one for one in held if one.slot == slot.id), key=lambda one: one.request))
                for slot in problem.slots
            )
        ):
            yield held


def is_at_a_table_online(problem: Problem, lock: Lock) -> bool:
    """Whether a lock names a table for people who are all online, where there is none."""
    request, slot = problem.request[lock.request], problem.slots[problem.position[lock.slot]]
    return lock.table is not None and problem.online_among(request, slot) == len(request.people)


def least_breaks(problem: Problem, fairness: int | None) -> int | None:
    """The fewest breaks, None when not everything can be held."""
    found = None
    for held in everything(problem):
        breaks = breaks_of(problem, held).values()
        fair = fairness is None or max(breaks) - min(breaks) <= fairness
        if fair and (found is None or sum(breaks) < found):
            found = sum(breaks)
    return found


@settings(max_examples=150, deadline=None)
@given(problems(), st.sampled_from((None, 0, 1, 2)))
def test_fewest_breaks_are_those_of_trying_everything(problem: Problem, fairness: int | None) -> None:
    expected = least_breaks(problem, fairness)
    proved = prove_least_breaks(problem, fairness=fairness)
    if expected is None:
        assert proved.status is Status.INFEASIBLE
    else:
        assert (proved.status, proved.score.breaks, proved.breaks_bound) == (Status.PROVED, expected, expected)
        assert faults_of(replace(problem, hold_all=True, fairness=fairness), proved) == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["ab", "ac", "ad", "bc", "bd", "cd"]), min_size=1, max_size=5, unique=True),
    st.integers(0, 2),
)
def test_fairness_holds_where_everybody_may_wait(pairs: list[str], fairness: int) -> None:
    asked = problem(pairs, slots=4, tables=1, fairness=fairness)
    expected = least_breaks(asked, fairness)
    proved = prove_least_breaks(asked)
    assert proved.status is (Status.INFEASIBLE if expected is None else Status.PROVED)
    assert expected is None or proved.score.breaks == expected


def test_everybody_waits_once_rather_than_one_alone() -> None:
    closed = frozenset({"s0", "s1", "s3", "s4"})
    alone = problem(["ab", "ac", "bc"], slots=5, tables=1)
    requests = tuple(replace(one, slots=frozenset({f"s{2 * n}"})) for n, one in enumerate(alone.requests))
    uneven = replace(alone, requests=requests)
    assert prove_least_breaks(uneven).score.breaks == 3
    assert prove_least_breaks(uneven, fairness=0).score.breaks == 3
    late = replace(uneven, requests=(*requests[:2], replace(requests[2], slots=frozenset({"s3"}))))
    assert prove_least_breaks(late, fairness=1).score.breaks == 2
    assert prove_least_breaks(late, fairness=0).status is Status.INFEASIBLE
    absent = replace(uneven, participants=(Participant("a", closed), *uneven.participants[1:]))
    assert prove_least_breaks(absent).status is Status.INFEASIBLE


def test_nothing_to_hold_has_no_breaks() -> None:
    proved = prove_least_breaks(problem([]))
    assert (proved.status, proved.score.breaks, proved.breaks_bound) == (Status.PROVED, 0, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"barred_pairs": frozenset({("a", "b")})},
        {"participants": (Participant("a", most_meetings=1), Participant("b"), Participant("c"))},
        {"requests": (Request("ab", ("a", "b"), (Interest.WANT, Interest.NO)),)},
        {"tables": ()},
        {"locks": (Lock("ab", "s0", "t0"), Lock("ac", "s0"))},
        {"precedences": (("ab", "ac"), ("ac", "ab"))},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_cannot_be_held_is_proved_impossible(change: dict[str, object]) -> None:
    asked = replace(problem(["ab", "ac"]), **change)  # type: ignore[arg-type]
    assert prove_least_breaks(asked).status is Status.INFEASIBLE


def test_one_table_is_not_promised_twice() -> None:
    asked = replace(problem(["ab", "cd"]), locks=(Lock("ab", "s0", "t0"), Lock("cd", "s0", "t0")))
    assert prove_least_breaks(asked).status is Status.INFEASIBLE


def test_who_is_online_cannot_be_locked_to_a_table() -> None:
    online = tuple(Participant(one, online_days=frozenset({""})) for one in "ab")
    asked = replace(problem(["ab"]), participants=online, locks=(Lock("ab", "s0", "t0"),))
    assert prove_least_breaks(asked).status is Status.INFEASIBLE


def test_a_search_that_is_stopped_claims_nothing() -> None:
    stopped = prove_least_breaks(problem(["ab", "ac", "bc"]), stop=lambda: True)
    assert (stopped.status, stopped.appointments, stopped.breaks_bound) == (Status.UNKNOWN, (), None)


def test_equal_seeds_give_equal_timetables() -> None:
    asked = problem(["ab", "ac", "ad", "bc", "bd", "cd", "ae", "be"], slots=7, tables=2)
    assert prove_least_breaks(asked, seed=3) == prove_least_breaks(asked, seed=3)


def test_buffers_between_sites_are_refused() -> None:
    asked = replace(problem(["ab", "ac"]), buffer_slots=1, tables=(Table("t", site="A"), Table("u", site="B")))
    with pytest.raises(ValueError, match="Buffers"):
        prove_least_breaks(asked)


def crowded() -> Problem:
    """Everybody meets everybody at too few tables, which takes the search more than a moment."""
    pairs = [one + other for place, one in enumerate("abcdef") for other in "abcdef"[place + 1 :]]
    return problem(pairs, slots=8, tables=2)


def test_a_search_that_is_stopped_midway_claims_only_what_it_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    for budget in ("EASY_CONFLICTS", "CONFLICTS_BETWEEN_LOOKS"):
        monkeypatch.setattr(f"modus.algorithms.timetable.prove.{budget}", 1)
    best = prove_least_breaks(crowded()).score.breaks
    for looks in range(0, 60, 3):
        left = iter(range(looks))
        stopped = prove_least_breaks(crowded(), stop=lambda left=left: next(left, None) is None)  # type: ignore[misc]
        assert stopped.status in (Status.UNKNOWN, Status.FOUND, Status.PROVED)
        if stopped.status is not Status.UNKNOWN:
            assert stopped.breaks_bound is not None
            assert stopped.breaks_bound <= best <= stopped.score.breaks
