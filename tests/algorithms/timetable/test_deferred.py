"""Deferred acceptance: stable, best for those who ask, and held as far as slots allow; compared with trying all."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modus.algorithms.timetable.deferred import accept_deferred, preference, sides_of, stable_choice
from modus.algorithms.timetable.model import Model, model_of
from modus.algorithms.timetable.problem import FaultyProblem, Interest, Lock, Participant, Problem, Request, Slot, Table
from modus.algorithms.timetable.verify import faults_of
from tests.algorithms.timetable.problems import all_timetables, problems

CALM = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
KINDS = {"ann": "asks", "bob": "asks", "cem": "is asked", "dee": "is asked", "eva": "is asked"}


@st.composite
def two_sided(draw: st.DrawFn) -> Problem:
    """A problem of pairs between two kinds, now and then with a lock."""
    problem = draw(problems(most_requests=1, plain=True))
    people = tuple(replace(one, kind=KINDS[one.id]) for one in problem.participants)
    across = [(one, other) for one in ["ann", "bob"] for other in ["cem", "dee", "eva"]]
    levels = st.tuples(*[st.sampled_from(list(Interest)[1:])] * 2)
    pairs = draw(st.lists(st.sampled_from(across), min_size=1, max_size=5, unique=True))
    some = st.none() | st.frozensets(st.sampled_from([slot.id for slot in problem.slots]), max_size=2)
    requests = tuple(Request(f"r{n}", pair, draw(levels), slots=draw(some)) for n, pair in enumerate(pairs))
    locks = (Lock("r0", draw(st.sampled_from(problem.slots)).id),) if draw(st.integers(0, 3)) == 0 else ()
    return replace(problem, participants=people, requests=requests, locks=locks)


def is_stable(model: Model, room: dict[int, int], free: set[int], chosen: set[int]) -> bool:
    """Whether nobody has more than room, and no pair outside would both rather have each other: from the definition.

    `free`: the requests that may be chosen or not.
    """
    mine = {person: [one for one in chosen if person in model.members[one]] for person in room}
    if any(len(mine[person]) > room[person] for person in room):
        return False

    def would_take(person: int, request: int) -> bool:
        likes = preference(model, request, person)
        return room[person] > 0 and (
            len(mine[person]) < room[person] or any(preference(model, one, person) < likes for one in mine[person])
        )

    return not any(all(would_take(person, one) for person in model.members[one]) for one in free - chosen)


def rooms(problem: Problem) -> dict[int, int]:
    """How many each person can choose: their wish, the slots in which they are there, less the locked ones."""
    locked = Counter(person for lock in problem.locks for person in problem.request[lock.request].people)
    wish = [99 if one.most_meetings is None else one.most_meetings for one in problem.participants]
    time = [len(problem.slots) - len(one.unavailable) for one in problem.participants]
    return {n: min(wish[n], time[n]) - locked[one.id] for n, one in enumerate(problem.participants)}


def subsets(requests: set[int]) -> Iterator[set[int]]:
    return (set(some) for size in range(len(requests) + 1) for some in combinations(sorted(requests), size))


@CALM
@given(two_sided())
def test_the_choice_is_stable_and_the_best_for_whoever_asks(problem: Problem) -> None:
    try:
        model = model_of(problem)
    except FaultyProblem:
        return
    free = {one for one in range(len(model.members)) if not model.locked[one]}
    room = rooms(problem)
    if min(room.values()) < 0:
        return
    chosen = set(stable_choice(model, sides_of(model, "asks")))
    stable = [some for some in subsets(free) if is_stable(model, room, free, some)]
    assert chosen in stable
    for person in (number for number, one in enumerate(problem.participants) if one.kind == "asks"):
        mine = liked(model, person, chosen)
        assert all(liked(model, person, some) <= mine for some in stable)


def liked(model: Model, person: int, chosen: set[int]) -> list[tuple[int, int, int]]:
    """The choice as its person likes it, the best first; of two lists the later one is liked more."""
    return sorted((preference(model, one, person) for one in chosen if person in model.members[one]), reverse=True)


@CALM
@given(two_sided())
def test_as_many_of_the_choice_as_can_be_are_held_and_nothing_else(problem: Problem) -> None:
    try:
        found = accept_deferred(problem, asking="asks")
    except FaultyProblem:
        assert not list(all_timetables(problem))
        return
    assert faults_of(problem, found) == []
    model = model_of(problem)
    chosen = {model.names[one] for one in stable_choice(model, sides_of(model, "asks"))}
    locked = {lock.request for lock in problem.locks}
    assert found.by_request.keys() <= chosen | locked
    held = [set(one.by_request) for one in all_timetables(problem)]
    most = max(len(one) for one in held if one <= chosen | locked)
    assert len(found.appointments) == most


@CALM
@given(two_sided())
def test_where_everybody_is_there_the_timetable_itself_is_stable(problem: Problem) -> None:
    people = tuple(replace(one, unavailable=frozenset()) for one in problem.participants)
    requests = tuple(replace(one, slots=None) for one in problem.requests)
    tables = (Table("t"), Table("u"))
    open_house = replace(problem, participants=people, requests=requests, tables=tables, locks=())
    found = accept_deferred(open_house, asking="asks")
    model = model_of(open_house)
    held = {model.index[one] for one in found.by_request}
    assert is_stable(model, rooms(open_house), set(range(len(model.members))), held)


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
