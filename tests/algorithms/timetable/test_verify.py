"""The verifier is attacked: a right timetable is made wrong in every way, and each is found and named."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from modus.algorithms.timetable.answer import answer
from modus.algorithms.timetable.problem import (
    Appointment,
    FaultyProblem,
    Goal,
    Interest,
    LeftOut,
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
from modus.algorithms.timetable.score import breaks_of, score_of
from modus.algorithms.timetable.verify import Kind, WrongTimetable, faults_of, verified

SLOTS = tuple(Slot(f"s{n}", day="Mon", session="am" if n < 3 else "pm") for n in range(5))


def small_problem() -> Problem:
    """Six people, five slots, three tables at two sites, one quiet; one lock, one order, one refusal."""
    return Problem(
        participants=(
            Participant("ann", unavailable=frozenset({"s4"})),
            Participant("bob"),
            Participant("cem", most_meetings=2),
            Participant("dee", online_days=frozenset({"Mon"})),
            Participant("eva", kind="seller"),
            Participant("fay", online_days=frozenset({"Mon"})),
        ),
        slots=SLOTS,
        tables=(Table("t1", site="A"), Table("t2", site="B", slots=frozenset({"s0", "s2"})), Table("q", True, "A")),
        requests=(
            Request("ab", ("ann", "bob")),
            Request("ac", ("ann", "cem"), session="am"),
            Request("bd", ("bob", "dee")),
            Request("ce", ("cem", "eva")),
            Request("df", ("dee", "fay")),
            Request("be", ("bob", "eva"), (Interest.MUST, Interest.NO)),
            Request("bc", ("bob", "cem"), (Interest.WOULD, Interest.WOULD)),
        ),
        locks=(Lock("ab", "s0", "t1"),),
        precedences=(("ab", "ac"),),
        buffer_slots=1,
    )


RIGHT = (
    Appointment("ab", "s0", "t1"),
    Appointment("ac", "s1", "q"),
    Appointment("bd", "s2", "q"),
    Appointment("ce", "s3", "t1"),
    Appointment("df", "s0", None),
)


def right() -> Timetable:
    return answer(small_problem(), RIGHT)


def with_held(*held: Appointment) -> Timetable:
    """A timetable with these appointments that counts them rightly, whatever else is wrong with them."""
    problem, true = small_problem(), right()
    names = {one.request for one in held}
    out = tuple(LeftOut(r.id, Reason.WOULD_FIT) for r in problem.requests if r.id not in names)
    return replace(
        true,
        appointments=held,
        left_out=out,
        score=score_of(problem, held),
        breaks_by_person=breaks_of(problem, held),
    )


def moved(request: str, slot: str, table: str | None) -> Timetable:
    return with_held(*(Appointment(request, slot, table) if one.request == request else one for one in RIGHT))


def test_a_right_timetable_is_accepted_and_says_why_requests_are_left_out() -> None:
    assert verified(small_problem(), right()) == right()
    assert {left.request: left.reason for left in right().left_out} == {
        "be": Reason.REFUSED,
        "bc": Reason.CAP_REACHED,
    }


ATTACKS: dict[str, tuple[Kind, Callable[[], Timetable]]] = {
    "person in two meetings": (Kind.DOUBLE_PERSON, lambda: moved("ac", "s0", "q")),
    "two meetings at one table": (Kind.DOUBLE_TABLE, lambda: moved("ce", "s2", "q")),
    "slot in which somebody is away": (Kind.CLOSED_SLOT, lambda: moved("ab", "s4", "t1")),
    "slot of the wrong session": (Kind.CLOSED_SLOT, lambda: moved("ac", "s3", "q")),
    "lost lock": (Kind.LOCK, lambda: with_held(*RIGHT[1:])),
    "moved lock": (Kind.LOCK, lambda: moved("ab", "s1", "t1")),
    "lock at another table": (Kind.LOCK, lambda: moved("ab", "s0", "q")),
    "ghost request": (Kind.GHOST, lambda: replace(right(), appointments=(*RIGHT, Appointment("gh", "s0", "t1")))),
    "ghost slot": (Kind.GHOST, lambda: replace(right(), appointments=(*RIGHT[1:], Appointment("ab", "s9", "t1")))),
    "ghost table": (Kind.GHOST, lambda: replace(right(), appointments=(*RIGHT[1:], Appointment("ab", "s0", "t9")))),
    "ghost left out": (Kind.GHOST, lambda: replace(right(), left_out=(LeftOut("gh", Reason.REFUSED),))),
    "table that is not there": (Kind.WRONG_TABLE, lambda: moved("ce", "s3", "t2")),
    "loud table for a mixed pair": (Kind.WRONG_TABLE, lambda: moved("bd", "s2", "t1")),
    "no table for people on site": (Kind.WRONG_TABLE, lambda: moved("ce", "s3", None)),
    "a table for people online": (Kind.WRONG_TABLE, lambda: moved("df", "s3", "q")),
    "a refused meeting": (Kind.REFUSED, lambda: with_held(*RIGHT, Appointment("be", "s4", "t1"))),
    "more meetings than wanted": (Kind.CAP, lambda: with_held(*RIGHT, Appointment("bc", "s4", "t1"))),
    "held twice": (Kind.TWICE, lambda: with_held(*RIGHT, Appointment("ce", "s4", "t1"))),
    "wrong order": (Kind.ORDER, lambda: with_held(Appointment("ac", "s0", "q"), Appointment("ab", "s0", "t1"))),
    "no time between sites": (Kind.BUFFER, lambda: with_held(*RIGHT[:3], Appointment("ce", "s2", "t2"))),
    "too many points": (Kind.COUNT, lambda: replace(right(), score=replace(right().score, interest=999))),
    "too few breaks": (Kind.COUNT, lambda: replace(right(), breaks_by_person={})),
    "a request forgotten": (Kind.COUNT, lambda: replace(right(), left_out=right().left_out[:1])),
    "a wrong reason": (
        Kind.REASON,
        lambda: replace(right(), left_out=(right().left_out[0], LeftOut("bc", Reason.NO_COMMON_SLOT))),
    ),
    "a bound below": (Kind.BOUND, lambda: replace(right(), interest_bound=1.0)),
    "too many breaks as least": (Kind.BOUND, lambda: replace(right(), breaks_bound=99)),
    "a proof without bound": (Kind.BOUND, lambda: replace(right(), status=Status.PROVED)),
    "fewest breaks without a bound": (
        Kind.BOUND,
        lambda: replace(right(), interest_bound=999.0, proved=(Goal.INTEREST, Goal.BREAKS)),
    ),
    "an impossible one that holds": (Kind.COUNT, lambda: replace(right(), status=Status.INFEASIBLE)),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_the_verifier_finds(name: str) -> None:
    kind, attack = ATTACKS[name]
    faults = faults_of(small_problem(), attack())
    assert kind in {fault.kind for fault in faults}
    assert all(str(fault).endswith(".") for fault in faults)


def test_the_verifier_finds_what_has_to_be_held_and_uneven_breaks() -> None:
    strict = replace(small_problem(), hold_all=True, fairness=0)
    kinds = {fault.kind for fault in faults_of(strict, right())}
    assert {Kind.NOT_HELD, Kind.FAIRNESS} <= kinds
    with pytest.raises(WrongTimetable, match="has to be held"):
        verified(strict, right())


def test_breaks_end_with_the_day() -> None:
    slots = (Slot("a", "Mon"), Slot("b", "Mon"), Slot("c", "Tue"), Slot("d", "Tue"))
    people = (Participant("x"), Participant("y"))
    problem = Problem(people, slots, (Table("t"),), (Request("1", ("x", "y")), Request("2", ("x", "y"))))
    held = [Appointment("1", "a", "t"), Appointment("2", "d", "t")]
    assert breaks_of(problem, held) == {"x": 0, "y": 0}
    same_day = replace(problem, slots=tuple(replace(slot, day="") for slot in slots))
    assert breaks_of(same_day, held) == {"x": 1, "y": 1}


def test_score_counts_first_meetings_and_changes() -> None:
    problem = small_problem()
    score = score_of(problem, RIGHT[:2], right())
    assert score.interest == 2 * 24 + (40 + 20) + 40 + 40
    assert (score.changes, score.least_meetings) == (3, 0)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"participants": (Participant("ann"), Participant("ann"))}, "Participant ann: there are two of that name."),
        ({"requests": (Request("x", ("ann", "nobody")),)}, "Request x: there is no participant nobody."),
        ({"requests": (Request("x", ("ann",)),)}, "Request x: it has two to 6 different people."),
        ({"requests": (Request("x", ("ann", "bob"), slots=frozenset({"s9"})),)}, "Request x: there is no slot s9."),
        ({"requests": (Request("x", ("ann", "bob"), given_worth=-1),)}, "Request x: its worth is 0 or more."),
        ({"locks": (Lock("ab", "s9"),)}, "Lock of ab: request, slot s9 and table are those of the problem."),
        ({"locks": (Lock("ab", "s0"), Lock("ab", "s1"))}, "Lock of ab: it is locked twice."),
        ({"tables": (Table("t", slots=frozenset({"s9"})),)}, "Table t: there is no slot s9."),
        ({"precedences": (("ab", "ab"),)}, "Order of ab before ab: both are requests, and not the same."),
        ({"barred_pairs": frozenset({("ann", "x")})}, "Barred pair ann, x: both are participants."),
        ({"fairness": -1}, "Buffer and fairness are 0 or more."),
    ],
)
def test_a_problem_that_contradicts_itself_is_told(change: dict, said: str) -> None:
    with pytest.raises(FaultyProblem) as caught:
        replace(small_problem(), **change)
    assert said in caught.value.faults


def test_points_of_first_meetings_do_not_grow() -> None:
    with pytest.raises(FaultyProblem, match="never grow"):
        Objective(first_meetings=(10, 20))


def test_a_wish_of_both_is_worth_more_than_a_wish_of_one() -> None:
    both, one = (Interest.WANT, Interest.WANT), (Interest.MUST, Interest.WOULD)
    assert Request("a", ("x", "y"), both).worth > Request("b", ("x", "y"), one).worth
    assert Request("c", ("x", "y"), (Interest.MUST, Interest.NO)).worth == 0
