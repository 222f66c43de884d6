"""What is said of a request that is left out is true: the reason by definition, the relaxation by trying it."""

import re
from dataclasses import replace

from hypothesis import HealthCheck, given, settings

from modus.algorithms.timetable.improve import Effort
from modus.algorithms.timetable.problem import (
    Interest,
    LeftOut,
    Participant,
    Problem,
    Reason,
    Request,
    Slot,
    Table,
    Timetable,
)
from modus.algorithms.timetable.reasons import Situation, reason_of
from modus.algorithms.timetable.solve import solve
from tests.algorithms.timetable.problems import problems

QUICK = Effort(steps=200, tidy_steps=20)


def relaxed(problem: Problem, left: LeftOut) -> Problem | None:
    """The problem after the change that is proposed, None where other meetings would have to go."""
    if "points" in left.relaxation:
        return None
    if match := re.fullmatch(r"One more (quiet )?table in (\S+)\.", left.relaxation):
        table = Table("extra", quiet=match[1] is not None, slots=frozenset({match[2]}))
        return replace(problem, tables=(*problem.tables, table))
    if match := re.fullmatch(r"One more meeting for (.+)\.", left.relaxation):
        names = set(match[1].split(" and "))
        people = (
            replace(p, most_meetings=(p.most_meetings or 0) + (p.id in names)) if p.id in names else p
            for p in problem.participants
        )
        return replace(problem, participants=tuple(people))
    match = re.fullmatch(r"Time of (.+) in (\S+)\.", left.relaxation)
    assert match is not None, left
    names = set(match[1].split(" and "))
    freed = frozenset({match[2]})
    people = (replace(p, unavailable=p.unavailable - freed) if p.id in names else p for p in problem.participants)
    return replace(problem, participants=tuple(people))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(problems(most_requests=6))
def test_the_change_that_is_proposed_takes_the_reason_away(problem: Problem) -> None:
    found = solve(problem, effort=QUICK)
    for left in found.left_out:
        if left.relaxation and (changed := relaxed(problem, left)) is not None:
            after = reason_of(Situation.of(changed, found.appointments), changed.request[left.request])
            assert after in LATER[left.reason]


LATER = {reason: tuple(Reason)[place + 1 :] for place, reason in enumerate(Reason)}


def solved(*requests: Request, slots: int = 1, tables: int = 1, cap: int | None = None) -> Timetable:
    people = tuple(Participant(name, most_meetings=cap) for name in "abcd")
    every = tuple(Slot(f"s{n}") for n in range(slots))
    return solve(Problem(people, every, tuple(Table(f"t{n}") for n in range(tables)), requests), effort=QUICK)


def test_each_reason_is_told_with_its_cost() -> None:
    must, no = (Interest.MUST, Interest.MUST), (Interest.MUST, Interest.NO)
    one = solved(Request("ab", ("a", "b"), must), Request("ac", ("a", "c")), tables=2).left_out
    assert (one[0].reason, one[0].displaces) == (Reason.PEOPLE_TAKEN, 48)
    assert one[0].relaxation == "Giving up other meetings worth 48 points in s0."
    two = solved(Request("ab", ("a", "b"), must), Request("cd", ("c", "d"))).left_out
    assert (two[0].reason, two[0].relaxation) == (Reason.TABLES_TAKEN, "One more table in s0.")
    three = solved(Request("ab", ("a", "b"), must), Request("ac", ("a", "c")), slots=2, cap=1).left_out
    assert (three[0].reason, three[0].displaces) == (Reason.CAP_REACHED, 48)
    assert three[0].relaxation == "One more meeting for a."
    four = solved(Request("ab", ("a", "b"), no)).left_out
    assert (four[0].reason, four[0].relaxation) == (Reason.REFUSED, "")
    five = solved(Request("ab", ("a", "b"), session="pm")).left_out
    assert five[0].reason is Reason.NO_COMMON_SLOT
