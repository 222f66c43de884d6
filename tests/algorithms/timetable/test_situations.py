"""After a timetable is out: nothing moves without need, nothing is left as a ghost, and freed places are used."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest
from benchmarks.timetable.crowd import Size, crowd
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from modus.algorithms.timetable.answer import answer
from modus.algorithms.timetable.board import OUT
from modus.algorithms.timetable.improve import Effort
from modus.algorithms.timetable.problem import (
    Appointment,
    FaultyProblem,
    Goal,
    Lock,
    Participant,
    Problem,
    Request,
    Timetable,
)
from modus.algorithms.timetable.situations import Standing, resolve, without_people, without_slot, without_table
from modus.algorithms.timetable.solve import solve
from modus.algorithms.timetable.verify import WrongTimetable, faults_of
from tests.algorithms.timetable.problems import PEOPLE, all_timetables, demanding, problems, some_timetable

QUICK = Effort(steps=200, tidy_steps=20)
CALM = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def event() -> tuple[Problem, Timetable]:
    problem = crowd(Size(60, 10, 20, 500), seed=6)
    return problem, solve(problem, effort=Effort(steps=100, tidy_steps=10))


def test_a_cancellation_fills_the_freed_places_and_moves_nobody() -> None:
    problem, before = event()
    person = max(
        problem.participants,
        key=lambda one: sum(one.id in problem.request[a.request].people for a in before.appointments),
    ).id
    standing = Standing(problem, before)
    change = standing.cancel([person])
    after = standing.timetable()
    assert set(change.dropped) == {
        a.request for a in before.appointments if person in problem.request[a.request].people
    }
    kept = set(before.appointments) - {a for a in before.appointments if a.request in change.dropped}
    assert kept <= set(after.appointments)
    assert {a.request for a in after.appointments} - {a.request for a in kept} == set(change.placed)
    assert len(change.placed) >= 1
    assert faults_of(without_people(problem, [person]), after, before) == []


@st.composite
def changed(draw: st.DrawFn) -> tuple[Problem, Timetable]:
    """Any timetable of any problem, and the problem after it lost a slot, a table, time, or got a lock or a new one."""
    problem = draw(demanding())
    before = some_timetable(draw, problem)
    slot = draw(st.sampled_from(problem.slots)).id
    person = draw(st.sampled_from(problem.participants))
    less = replace(person, unavailable=person.unavailable | {slot}, most_meetings=draw(st.sampled_from([None, 1, 2])))
    late = Request("late", tuple(draw(st.permutations(PEOPLE[:4]))[:2]))
    lock = Lock(draw(st.sampled_from(problem.requests)).id, slot)
    changes = (
        without_slot(problem, slot),
        without_table(problem, draw(st.sampled_from(problem.tables)).id),
        replace(problem, participants=tuple(less if one == person else one for one in problem.participants)),
        replace(problem, locks=(lock,)),
        replace(problem, requests=(*problem.requests, late)),
    )
    return draw(st.sampled_from(changes)), before


@settings(CALM, max_examples=100)
@given(changed())
def test_whatever_changes_the_fewest_meetings_do_and_no_ghost_is_left(given_: tuple[Problem, Timetable]) -> None:
    """The fewest changes of all timetables, then most earlier meetings, then most points."""
    problem, before = given_
    every = list(all_timetables(problem, before))
    try:
        after = resolve(problem, before)
    except FaultyProblem:
        assert not every
        return
    assert faults_of(problem, after, before) == []
    assert worth(after, before) == max(worth(one, before) for one in every)
    assert after.proved == (Goal.CHANGES,)


def worth(timetable: Timetable, before: Timetable) -> tuple[int, int, int]:
    again = timetable.by_request.keys() & before.by_request.keys()
    return -timetable.score.changes, len(again), timetable.score.interest


@settings(CALM, max_examples=100)
@given(changed(), st.sets(st.sampled_from(PEOPLE[:4]), min_size=1, max_size=2))
def test_a_cancellation_moves_nobody_and_leaves_no_freed_place_empty(
    given_: tuple[Problem, Timetable], gone: set[str]
) -> None:
    problem, before = given_
    assume(not faults_of(problem, answer_or_none(problem, before), before))
    standing = Standing(problem, before)
    assume(not standing.dropped)
    change = standing.cancel(gone)
    after, now = standing.timetable(), without_people(problem, gone)
    assert faults_of(now, after, before) == []
    lost = [one for one in before.appointments if gone & set(problem.request[one.request].people)]
    assert set(change.dropped) == {one.request for one in lost}
    assert set(before.appointments) - set(lost) <= set(after.appointments)
    new = set(after.appointments) - set(before.appointments)
    assert {one.request for one in new} == set(change.placed)
    slots = {one.slot for one in lost}
    people = {person for one in lost for person in problem.request[one.request].people}
    assert all(one.slot in slots or people & set(problem.request[one.request].people) for one in new)
    for one in additions(now, after):
        assert one.slot not in slots
        assert not people & set(problem.request[one.request].people)


def answer_or_none(problem: Problem, before: Timetable) -> Timetable:
    try:
        return answer(problem, before.appointments, earlier=before)
    except (WrongTimetable, KeyError):
        assume(False)
        raise


def additions(problem: Problem, timetable: Timetable) -> Iterator[Appointment]:
    """Every appointment that could be added as the timetable stands, by asking the verifier."""
    for left in timetable.left_out:
        for slot, table in product(problem.slots, (None, *problem.tables)):
            one = Appointment(left.request, slot.id, table and table.id)
            try:
                answer(problem, [*timetable.appointments, one])
            except WrongTimetable:
                continue
            yield one


@CALM
@given(problems(most_requests=4))
def test_nothing_changes_when_nothing_changed(problem: Problem) -> None:
    before = solve(problem, effort=QUICK)
    after = resolve(problem, before)
    assert after.score.changes == 0
    assert set(before.appointments) <= set(after.appointments)


def test_a_lock_pushes_only_what_is_in_its_way() -> None:
    problem, before = event()
    left = next(one for one in before.left_out if problem.may_be_held(problem.request[one.request]))
    request = problem.request[left.request]
    slot = next(slot for slot in problem.slots if problem.allows(request, slot))
    after = resolve(replace(problem, locks=(Lock(request.id, slot.id),)), before)
    assert after.by_request[request.id].slot == slot.id
    assert after.score.changes <= 12


@CALM
@given(changed(), st.lists(st.sampled_from(PEOPLE[:4]), min_size=1, max_size=2, unique=True))
def test_late_arrivals_move_nobody_and_take_what_is_free(given_: tuple[Problem, Timetable], met: list[str]) -> None:
    problem, before = given_
    assume(not faults_of(problem, answer_or_none(problem, before), before))
    bigger = replace(
        problem,
        participants=(*problem.participants, Participant("late")),
        requests=(*problem.requests, *(Request(f"late {one}", ("late", one)) for one in met)),
        fairness=None,
    )
    after = resolve(bigger, before)
    assert after.score.changes == 0
    assert list(additions(bigger, after)) == []


def test_late_arrivals_take_what_is_free() -> None:
    problem, before = event()
    late = Participant("late")
    requests = tuple(Request(f"late{n}", ("late", f"p{n}")) for n in range(20))
    bigger = replace(problem, participants=(*problem.participants, late), requests=(*problem.requests, *requests))
    after = resolve(bigger, before)
    assert after.score.changes == 0
    assert set(before.appointments) <= set(after.appointments)


def test_a_board_knows_what_it_holds() -> None:
    problem, before = event()
    standing = Standing(problem, before)
    assert standing.dropped == ()
    assert sum(place != OUT for place in standing.board.at) == len(before.appointments)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every event counts as large, so that small ones can be compared with every timetable that there is."""
    monkeypatch.setattr("modus.algorithms.timetable.orderly.MOST_COLUMNS", -1)
    monkeypatch.setattr("modus.algorithms.timetable.situations.MOST_COLUMNS", -1)


LARGE = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.mark.usefixtures("large")
@LARGE
@given(changed(), st.integers(0, 1))
def test_in_the_large_breaks_are_shared_fairly_again(given_: tuple[Problem, Timetable], fairness: int) -> None:
    """Only where there are locks may it say that it cannot be; nothing more fits that keeps breaks fair."""
    problem, before = given_
    fair = replace(problem, fairness=fairness)
    try:
        after = resolve(fair, before)
    except FaultyProblem:
        assert fair.locks
        return
    assert faults_of(fair, after, before) == []
    assert list(additions(fair, after)) == []


@pytest.mark.usefixtures("large")
@LARGE
@given(changed())
def test_in_the_large_everything_is_held_again_or_it_cannot_be(given_: tuple[Problem, Timetable]) -> None:
    problem, before = given_
    # With buffers between sites nobody seeks a fair share where everything is held.
    strict = replace(problem, hold_all=True, fairness=None if problem.buffer_slots else problem.fairness)
    try:
        after = resolve(strict, before)
    except FaultyProblem:
        assert not list(all_timetables(strict))
        return
    assert faults_of(strict, after, before) == []


def test_a_large_event_that_loses_a_slot_shares_breaks_fairly_with_few_changes() -> None:
    problem = replace(crowd(Size(120, 12, 50, 900), seed=1), fairness=1)
    before = solve(problem, effort=Effort(steps=100, tidy_steps=20))
    less = without_slot(problem, "s4")
    lost = sum(one.slot == "s4" for one in before.appointments)
    after = resolve(less, before)
    assert after == resolve(less, before)
    assert faults_of(less, after, before) == []
    assert lost < after.score.changes < 2 * lost
    assert len(after.appointments) > len(before.appointments) - lost


def test_a_large_event_that_loses_tables_holds_everything_with_few_changes() -> None:
    """Four tables fewer in each slot: what stood at them finds another one, though few seats are left."""
    problem = crowd(Size(120, 12, 50, 900), seed=1)
    chosen = solve(problem, effort=Effort(steps=100, tidy_steps=0)).by_request
    some = [one for one in problem.requests if one.id in chosen][: 12 * 45]
    strict = replace(problem, requests=tuple(some), hold_all=True)
    before = solve(replace(strict, hold_all=False), effort=QUICK)
    assert len(before.appointments) == len(some)
    less = replace(strict, tables=strict.tables[:46])
    after = resolve(less, before)
    pushed = sum(max(0, number - 46) for number in Counter(one.slot for one in before.appointments).values())
    assert faults_of(less, after, before) == []
    assert pushed <= after.score.changes < 6 * pushed
