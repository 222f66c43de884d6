"""Large events are solved within a bound, and the same each time; small ones, see `test_orderly`."""

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from itertools import combinations

import pytest
from benchmarks.timetable.crowd import Size, crowd
from hypothesis import HealthCheck, given, settings

from modus.algorithms.timetable.answer import answer
from modus.algorithms.timetable.bound import select
from modus.algorithms.timetable.improve import Effort
from modus.algorithms.timetable.model import model_of
from modus.algorithms.timetable.problem import (
    Appointment,
    FaultyProblem,
    Goal,
    Lock,
    Objective,
    Participant,
    Problem,
    Reason,
    Request,
    Slot,
    Status,
    Table,
    Timetable,
)
from modus.algorithms.timetable.solve import Progress, solve
from modus.algorithms.timetable.verify import faults_of
from modus.algorithms.timetable.writing import summary
from tests.algorithms.timetable.problems import best_of, problems

QUICK = Effort(steps=500, tidy_steps=100)
CALM = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@CALM
@given(problems(most_requests=4))
def test_the_bound_holds_for_every_timetable(problem: Problem) -> None:
    bound = select(model_of(problem)).bound
    assert bound >= best_of(problem) - 1e-6


@pytest.mark.parametrize("busy", [0.05, 0.2])
def test_a_crowd_is_solved_within_a_valid_bound_and_the_same_each_time(busy: float) -> None:
    problem = crowd(Size(60, 12, 27, 300, busy, 2 * busy), seed=1)
    first, second = solve(problem, effort=QUICK, seed=3), solve(problem, effort=QUICK, seed=3)
    assert first == second
    assert first.interest_bound is not None
    assert first.gap is not None
    assert first.gap < 0.01
    assert faults_of(problem, first) == []


def test_progress_is_told_and_the_best_is_to_be_had_at_any_moment() -> None:
    problem = crowd(Size(120, 12, 30, 2000, 0.2, 0.4), seed=2)
    heard: list[tuple[str, int, Timetable]] = []

    def tell(progress: Progress) -> None:
        heard.append((progress.stage, progress.interest, progress.best()))
        assert 0 <= progress.gap < 0.2

    solve(problem, effort=Effort(steps=300, tidy_steps=20), tell=tell)
    assert heard[0][0] == "first timetable"
    points = [interest for stage, interest, _best in heard if stage != "fewer breaks"]
    assert points == sorted(points)
    assert all(best.score.interest == interest for _stage, interest, best in heard)


def test_a_search_ends_when_it_is_told_to() -> None:
    problem = crowd(Size(120, 12, 30, 2000, 0.2, 0.4), seed=2)
    asked = []

    def stop() -> bool:
        asked.append(True)
        return True

    found = solve(problem, effort=Effort(steps=10**9, tidy_steps=10**9), stop=stop)
    assert asked
    assert faults_of(problem, found) == []


def test_locks_stay_and_locks_that_clash_are_told() -> None:
    problem = crowd(Size(30, 8, 10, 100), seed=4)
    free = solve(problem, effort=QUICK)
    locks = tuple(Lock(one.request, one.slot, one.table) for one in free.appointments[:10])
    again = solve(replace(problem, locks=locks), effort=QUICK)
    assert set(free.appointments[:10]) <= set(again.appointments)
    one = problem.requests[0]
    other = next(r for r in problem.requests[1:] if set(r.people) & set(one.people))
    slot = next(s.id for s in problem.slots if problem.allows(one, s) and problem.allows(other, s))
    with pytest.raises(FaultyProblem, match="contradicts"):
        solve(replace(problem, locks=(Lock(one.id, slot), Lock(other.id, slot))))


def test_a_lock_on_a_slot_in_which_somebody_is_away_is_told() -> None:
    people = (Participant("ann", unavailable=frozenset({"a"})), Participant("bob"))
    problem = Problem(people, (Slot("a"), Slot("b")), (Table("t"),), (Request("r", ("ann", "bob")),), (Lock("r", "a"),))
    with pytest.raises(FaultyProblem, match="Lock of r: it cannot be held there"):
        solve(problem)


def test_locks_at_one_table_or_at_one_that_does_not_suit_are_told() -> None:
    people = tuple(Participant(name, online_days=frozenset({"Mon"} if name in "ab" else ())) for name in "abcdef")
    requests = (Request("ab", ("a", "b")), Request("cd", ("c", "d")), Request("ef", ("e", "f")))
    problem = Problem(people, (Slot("s", "Mon"),), (Table("t"), Table("u")), requests)
    assert len(solve(problem, effort=QUICK).appointments) == 3
    with pytest.raises(FaultyProblem, match="table t in s"):
        solve(replace(problem, locks=(Lock("cd", "s", "t"), Lock("ef", "s", "t"))))
    with pytest.raises(FaultyProblem, match="cannot be held there"):
        solve(replace(problem, locks=(Lock("ab", "s", "t"),)))


def test_everything_is_held_where_it_has_to_be_or_that_is_said() -> None:
    people = tuple(Participant(name) for name in "abc")
    requests = tuple(Request(f"{x}{y}", (x, y)) for x, y in ("ab", "bc", "ac"))
    problem = Problem(people, (Slot("1"), Slot("2"), Slot("3")), (Table("t"),), requests, hold_all=True)
    assert len(solve(problem).appointments) == 3
    assert solve(replace(problem, slots=problem.slots[:2])).status is Status.INFEASIBLE


def test_a_buffer_between_sites_is_kept() -> None:
    people = tuple(Participant(f"p{n}") for n in range(8))
    slots = tuple(Slot(f"s{n}") for n in range(6))
    tables = (Table("north", site="N"), Table("south", site="S"))
    requests = tuple(Request(f"{x}-{y}", (f"p{x}", f"p{y}")) for x in range(8) for y in range(x) if (x + y) % 3)
    points = Objective(goals=frozenset({Goal.INTEREST}))
    problem = Problem(people, slots, tables, requests, buffer_slots=1, objective=points)
    found = solve(problem, effort=QUICK)
    assert faults_of(problem, found) == []
    assert len(found.appointments) >= 10


def test_who_is_online_needs_no_time_between_sites() -> None:
    people = tuple(Participant(name, online_days=frozenset({""} if name in "ab" else ())) for name in "abcd")
    slots, tables = (Slot("1"), Slot("2"), Slot("3")), (Table("n", True, site="N"), Table("s", True, site="S"))
    requests = (Request("ab", ("a", "b")), Request("ac", ("a", "c")), Request("bd", ("b", "d")))
    locks = (Lock("ac", "1", "n"), Lock("bd", "3", "s"))
    found = solve(Problem(people, slots, tables, requests, locks, buffer_slots=1), effort=QUICK)
    assert found.by_request["ab"].slot == "2"
    assert found.status is Status.PROVED


def test_a_lock_at_a_quiet_table_takes_it_from_those_who_need_one() -> None:
    people = tuple(Participant(name, online_days=frozenset({""} if name == "c" else ())) for name in "abcd")
    requests = (Request("ab", ("a", "b")), Request("cd", ("c", "d")))
    problem = Problem(people, (Slot("1"),), (Table("plain"), Table("quiet", True)), requests)
    assert len(solve(problem, effort=QUICK).appointments) == 2
    locked = replace(problem, locks=(Lock("ab", "1", "quiet"),))
    assert [one.request for one in solve(locked, effort=QUICK).appointments] == ["ab"]


def test_whoever_needs_a_quiet_table_leaves_one_that_is_kept() -> None:
    people = tuple(Participant(name, online_days=frozenset({""} if name == "c" else ())) for name in "abcd")
    requests = (Request("ab", ("a", "b")), Request("cd", ("c", "d")))
    for tables in ((Table("one", True), Table("two", True)), (Table("two", True), Table("one", True))):
        problem = Problem(people, (Slot("1"),), tables, requests)
        earlier = answer(problem, [Appointment("ab", "1", "one")])
        found = solve(problem, effort=QUICK, earlier=earlier)
        assert {one.request: one.table for one in found.appointments} == {"ab": "one", "cd": "two"}


def test_whoever_needs_a_quiet_table_gets_it_from_whoever_only_had_it() -> None:
    people = tuple(Participant(name, online_days=frozenset({""} if name == "c" else ())) for name in "abcd")
    requests = (Request("ab", ("a", "b")), Request("cd", ("c", "d")))
    problem = Problem(people, (Slot("1"),), (Table("plain"), Table("quiet", True)), requests)
    earlier = answer(problem, [Appointment("ab", "1", "quiet")])
    found = solve(problem, effort=QUICK, earlier=earlier)
    assert {one.request: one.table for one in found.appointments} == {"ab": "plain", "cd": "quiet"}


def test_interest_is_given_for_breaks_only_at_their_price() -> None:
    problem = crowd(Size(40, 10, 15, 120), seed=5)
    strict = solve(problem, effort=QUICK)
    priced = solve(replace(problem, objective=Objective(break_cost=30)), effort=QUICK)
    lost, fewer = strict.score.interest - priced.score.interest, strict.score.breaks - priced.score.breaks
    assert lost <= 30 * max(0, fewer)
    plain = solve(replace(problem, objective=Objective(goals=frozenset({Goal.INTEREST}))), effort=QUICK)
    assert plain.score.interest == strict.score.interest
    assert plain.score.breaks >= strict.score.breaks


def test_points_given_for_a_break_are_not_said_to_lack() -> None:
    people = tuple(Participant(name) for name in "abc")
    requests = (Request("ab", ("a", "b"), slots=frozenset("1")), Request("ac", ("a", "c"), slots=frozenset("3")))
    slots = tuple(Slot(name) for name in "123")
    found = solve(Problem(people, slots, (Table("t"),), requests, objective=Objective(break_cost=1000)), effort=QUICK)
    assert len(found.appointments) == 1
    assert found.gap
    assert "below the best" not in summary(found)
    assert "below the best" in summary(replace(found, proved=()))


def test_a_fair_share_of_breaks_leaves_nothing_out_that_would_fit() -> None:
    problem = replace(crowd(Size(60, 24, 30, 400), seed=1), fairness=1)
    found = solve(problem, effort=QUICK)
    assert found.score.break_spread <= 1
    assert Reason.WOULD_FIT not in {left.reason for left in found.left_out}


def triples(people: str, slots: int) -> Problem:
    """Everybody free, and each group of three wished for: the linear programme takes parts of many of them."""
    requests = tuple(Request("".join(group), group, given_worth=10) for group in combinations(people, 3))
    return Problem(
        tuple(Participant(name) for name in people),
        tuple(Slot(str(number)) for number in range(slots)),
        tuple(Table(str(number)) for number in range(len(people))),
        requests,
        objective=Objective(frozenset({Goal.INTEREST}), first_meetings=()),
    )


@pytest.mark.parametrize(("people", "slots", "meetings"), [("abcd", 2, 2), ("abcde", 3, 3), ("abcdefg", 3, 6)])
def test_parts_of_groups_do_not_hold_up_the_bound(people: str, slots: int, meetings: int) -> None:
    found = solve(triples(people, slots), effort=QUICK)
    assert len(found.appointments) == meetings
    assert found.status is Status.PROVED


def test_where_no_best_choice_is_found_in_time_the_search_finds_a_timetable(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[bool]()

    def gives_up(programme: object, worth: object) -> bool:
        asked.append(True)
        return False

    monkeypatch.setattr("modus.algorithms.timetable.bound._Programme.choose_whole", gives_up)
    problem = crowd(Size(60, 12, 27, 400), seed=0)
    found = solve(problem, effort=QUICK)
    assert asked
    assert found.gap is not None
    assert found.gap < 0.001
    assert faults_of(problem, found) == []


def hybrid(problem: Problem) -> Problem:
    """Every second person is online on the first day; a quarter of the tables are quiet."""
    return replace(
        problem,
        participants=tuple(
            replace(one, online_days=frozenset({"d0"} if number % 2 else ()))
            for number, one in enumerate(problem.participants)
        ),
        tables=tuple(replace(table, quiet=number % 4 == 0) for number, table in enumerate(problem.tables)),
    )


def at_two_sites(problem: Problem) -> Problem:
    tables = tuple(replace(table, site=("hall", "house")[number % 2]) for number, table in enumerate(problem.tables))
    return replace(problem, tables=tables, buffer_slots=1)


def with_groups(problem: Problem) -> Problem:
    """Every tenth request is one of four people, and every twentieth comes before the one after it."""
    names = [one.id for one in problem.participants]
    requests = tuple(
        replace(one, people=tuple(names[(number * 7 + step) % len(names)] for step in range(4)), interests=())
        if number % 10 == 0
        else one
        for number, one in enumerate(problem.requests)
    )
    orders = tuple((f"r{number}", f"r{number + 1}") for number in range(0, len(requests) - 1, 20))
    return replace(problem, requests=requests, precedences=orders)


def capped(problem: Problem) -> Problem:
    return replace(problem, participants=tuple(replace(one, most_meetings=5) for one in problem.participants))


def fair(problem: Problem) -> Problem:
    return replace(problem, fairness=1)


KINDS = (hybrid, at_two_sites, with_groups, capped, fair)


@pytest.mark.parametrize("size", [Size(60, 12, 8, 400), Size(100, 20, 12, 1_600)], ids=["few", "many"])
@pytest.mark.parametrize("kinds", [*((kind,) for kind in KINDS), KINDS], ids=[*(k.__name__ for k in KINDS), "all"])
def test_events_of_every_kind_keep_their_rules(size: Size, kinds: tuple[Callable[[Problem], Problem], ...]) -> None:
    """Where tables are few every move of the search is tried, also those that the small never need."""
    problem = reduce(lambda made, kind: kind(made), kinds, crowd(size, 1))
    found = solve(problem, effort=Effort(steps=60, tidy_steps=2))
    assert faults_of(problem, found) == []
    assert found.gap is not None
    assert found.gap < 0.6


def test_whoever_is_online_on_another_day_needs_a_table_today() -> None:
    """Ann and Bob could meet without a table on Monday, but are away then: the one table on Tuesday is all there is."""
    people = tuple(Participant(name, frozenset({"Mon"}), online_days=frozenset({"Mon"})) for name in "abcd")
    problem = Problem(
        people,
        (Slot("Mon", day="Mon"), Slot("Tue", day="Tue")),
        (Table("t"),),
        (Request("ab", ("a", "b"), given_worth=5), Request("cd", ("c", "d"), given_worth=3)),
        objective=Objective(frozenset({Goal.INTEREST}), first_meetings=()),
    )
    assert select(model_of(problem)).bound == pytest.approx(5)
    half = replace(problem, participants=tuple(replace(one, unavailable=frozenset()) for one in people))
    assert select(model_of(half)).bound == pytest.approx(8)


def test_the_few_quiet_tables_count_for_those_who_need_one() -> None:
    """On a day on which one of each pair is online there is room for two pairs, though there are three tables."""
    people = tuple(Participant(name, online_days=frozenset({""} if name in "abc" else ())) for name in "abcdef")
    tables = (Table("t0", quiet=True), Table("t1", quiet=True), Table("t2"))
    requests = tuple(Request(one + other, (one, other), given_worth=4) for one, other in ("ad", "be", "cf"))
    objective = Objective(frozenset({Goal.INTEREST}), first_meetings=())
    problem = Problem(people, (Slot("s"),), tables, requests, objective=objective)
    assert select(model_of(problem)).bound == pytest.approx(8)


@pytest.mark.parametrize("seed", range(1, 4))
def test_sixty_people_some_of_them_online_with_few_tables_get_the_best(seed: int) -> None:
    problem = crowd(Size(60, 12, 12, 300, online=0.35, quiet=0.4), seed, Objective(frozenset({Goal.INTEREST})))
    found = solve(problem, effort=QUICK)
    assert found.status is Status.PROVED
    assert faults_of(problem, found) == []
