"""The published form is read as it is meant, and what is wrong with a file is said."""

import pytest

from modus.algorithms.timetable.dzn import FaultyFile, read_dzn
from modus.algorithms.timetable.problem import FaultyProblem, Participant, Request, Slot, Status
from modus.algorithms.timetable.prove import prove_least_breaks

TEXT = """nBusiness = 4;
nMeetings = 3;
nTables = 2;
nTotalSlots = 4;
nMorningSlots = 2;

requested = [|1, 2,1,
|1, 3,3,
|4, 3,2, |];
meetingsxBusiness = [{2,3}, {2}, {3,4}, {4}];
forbidden = [{0},
{0,1},
{0},
{0}];
fixed = [0,0,4];
precedences = [{},
{1},
{}];
"""


def test_all_that_a_file_says_is_read() -> None:
    problem = read_dzn(TEXT, fairness=1)
    assert problem.participants == (
        Participant("p1"),
        Participant("p2", frozenset({"s1"})),
        Participant("p3"),
        Participant("p4"),
    )
    assert problem.slots[1:3] == (Slot("s2", session="morning"), Slot("s3", session="afternoon"))
    assert [table.id for table in problem.tables] == ["t1", "t2"]
    assert problem.requests == (
        Request("m1", ("p1", "p2"), session="morning"),
        Request("m2", ("p1", "p3")),
        Request("m3", ("p4", "p3"), session="afternoon", slots=frozenset({"s4"})),
    )
    assert problem.precedences == (("m1", "m2"),)
    assert problem.hold_all
    assert problem.fairness == 1


def test_what_is_read_can_be_proved() -> None:
    proved = prove_least_breaks(read_dzn(TEXT))
    assert (proved.status, proved.score.breaks) == (Status.PROVED, 0)
    assert {one.request: one.slot for one in proved.appointments} == {"m1": "s2", "m2": "s3", "m3": "s4"}


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        ("nTables = 2;", "", "There is no nTables"),
        ("nTables = 2;", "nTables = two;", "Line 3, nTables: two is not a number."),
        ("nTables = 2;", "nTables = 2, 3;", "Line 3, nTables: one number is asked."),
        ("nTables = 2;", f"nTables = {'9' * 30};", "Line 3, nTables: 100000 is not between 0 and 99999."),
        ("|1, 2,1,", "|1, 2,4,", "Line 7, requested, row 1: it has two people and 1, 2 or 3."),
        ("|1, 2,1,", "|1, 0,1,", "Line 7, requested, row 1: it has two people and 1, 2 or 3."),
        ("|1, 2,1,", "|1, 2,", "Line 7, requested: it has 8 numbers in place of 9."),
        ("{0,1}", "{0,5}", "Line 11, forbidden: 5 is not between 0 and 4."),
        ("{0,1},", "", "Line 11, forbidden: it has 3 sets in place of 4."),
        ("[0,0,4]", "[0,0]", "Line 15, fixed: it has 2 numbers in place of 3."),
    ],
)
def test_what_is_wrong_with_a_file_is_said(good: str, bad: str, message: str) -> None:
    assert good in TEXT
    with pytest.raises(FaultyFile) as caught:
        read_dzn(TEXT.replace(good, bad, 1))
    assert str(caught.value).startswith(message)


def test_a_contradiction_is_a_faulty_problem() -> None:
    with pytest.raises(FaultyProblem, match="two to 6 different people"):
        read_dzn(TEXT.replace("|1, 2,1,", "|2, 2,1,"))
