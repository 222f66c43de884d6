"""After a timetable is out: nothing moves without need, nothing is left as a ghost, and freed places are used."""

from dataclasses import replace

import pytest
from benchmarks.timetable.crowd import Size, crowd
from hypothesis import HealthCheck, given, settings

from modus.algorithms.timetable.board import OUT
from modus.algorithms.timetable.deferred import accept_deferred, preference
from modus.algorithms.timetable.improve import Effort
from modus.algorithms.timetable.model import model_of
from modus.algorithms.timetable.problem import (
    FaultyProblem,
    Interest,
    Lock,
    Participant,
    Problem,
    Request,
    Slot,
    Table,
    Timetable,
)
from modus.algorithms.timetable.rounds import Guest, counted, mix_rounds
from modus.algorithms.timetable.situations import Standing, resolve, without_people, without_slot, without_table
from modus.algorithms.timetable.solve import solve
from modus.algorithms.timetable.verify import faults_of
from tests.algorithms.timetable.problems import all_timetables, problems

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


@CALM
@given(problems(most_requests=4))
def test_whatever_slot_or_table_goes_no_ghost_is_left_and_little_changes(problem: Problem) -> None:
    before = solve(problem, effort=QUICK)
    for changed in (without_slot(problem, problem.slots[0].id), without_table(problem, problem.tables[0].id)):
        after = resolve(changed, before)
        assert faults_of(changed, after, before) == []
        fewest = min(replace_changes(one, before) for one in all_timetables(changed))
        assert after.score.changes >= fewest
        still = {a.request for a in before.appointments if a.slot != problem.slots[0].id}
        moved = [a for a in after.appointments if a.request in still and a.slot != before.by_request[a.request].slot]
        assert len(moved) <= len(before.appointments) - len(still) + 1


def replace_changes(one: Timetable, before: Timetable) -> int:
    slots = {a.request: a.slot for a in one.appointments}
    return sum(slots.get(a.request) != a.slot for a in before.appointments)


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


def test_late_arrivals_take_what_is_free() -> None:
    problem, before = event()
    late = Participant("late")
    requests = tuple(Request(f"late{n}", ("late", f"p{n}")) for n in range(20))
    bigger = replace(problem, participants=(*problem.participants, late), requests=(*problem.requests, *requests))
    after = resolve(bigger, before)
    assert after.score.changes == 0
    assert set(before.appointments) <= set(after.appointments)


@CALM
@given(problems(most_requests=5, plain=True))
def test_deferred_acceptance_is_stable(problem: Problem) -> None:
    kinds = {"ann": "asks", "bob": "asks", "cem": "is asked", "dee": "is asked", "eva": "is asked"}
    people = tuple(replace(one, kind=kinds[one.id]) for one in problem.participants)
    across = tuple(r for r in problem.requests if {kinds[one] for one in r.people} == {"asks", "is asked"})
    two_sided = replace(problem, participants=people, requests=across)
    found = accept_deferred(two_sided, asking="asks")
    assert faults_of(two_sided, found) == []


def test_deferred_acceptance_passes_over_no_pair_that_both_prefer() -> None:
    people = tuple(Participant(f"b{n}", kind="buyer") for n in range(4)) + tuple(
        Participant(f"s{n}", most_meetings=2, kind="seller") for n in range(4)
    )
    levels = (Interest.WOULD, Interest.WANT, Interest.MUST)
    requests = tuple(
        Request(f"{b}{s}", (f"b{b}", f"s{s}"), (levels[(b * 2 + s) % 3], levels[(b + s * 2) % 3]))
        for b in range(4)
        for s in range(4)
    )
    problem = Problem(people, tuple(Slot(f"t{n}") for n in range(4)), (*(Table(f"t{n}") for n in range(4)),), requests)
    found = accept_deferred(problem, asking="buyer")
    model = model_of(problem)
    held = {model.index[a.request] for a in found.appointments}
    for request in set(range(len(requests))) - held:
        for person in model.members[request]:
            mine = [one for one in held if person in model.members[one]]
            room = min(model.caps[person], 4)
            likes = [one for one in mine if preference(model, one, person) < preference(model, request, person)]
            if len(mine) >= room and not likes:
                break
        else:
            raise AssertionError("a pair that both prefer was passed over")
    with pytest.raises(FaultyProblem, match="joins one buyer"):
        accept_deferred(replace(problem, requests=(Request("x", ("b0", "b1")),)), asking="buyer")


def test_groups_mix_so_that_nobody_meets_twice() -> None:
    guests = [Guest(f"g{n}", apart=f"cluster {n % 10}", mixed=f"country {n % 7}") for n in range(40)]
    found = mix_rounds(guests, rounds=4, size=5, seed=1)
    assert found == mix_rounds(guests, rounds=4, size=5, seed=1)
    assert found.keeps_the_rules
    assert counted(guests, found.groups) == found
    assert all(sorted(g for group in one for g in group) == sorted(g.id for g in guests) for one in found.groups)
    assert {len(group) for one in found.groups for group in one} == {5}


def test_rounds_that_cannot_be_say_what_they_break() -> None:
    found = mix_rounds([Guest("a"), Guest("b"), Guest("c")], rounds=3, size=3)
    assert found.repeated == 6
    with pytest.raises(ValueError, match="different ids"):
        mix_rounds([Guest("a"), Guest("a")], rounds=1, size=2)


def test_a_board_knows_what_it_holds() -> None:
    problem, before = event()
    standing = Standing(problem, before)
    assert standing.dropped == ()
    assert sum(place != OUT for place in standing.board.at) == len(before.appointments)
