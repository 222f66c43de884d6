"""The command for timetables: files in, files out, and every fault with its place; nothing is written then."""

import json
import os
import subprocess
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from benchmarks.timetable.crowd import Size, crowd
from django.core.management import CommandError, call_command

from modus.algorithms.timetable.improve import Effort
from modus.algorithms.timetable.problem import Lock, Problem
from modus.algorithms.timetable.reading import FaultyText, read_csv_pair, read_json, read_timetable, slots_of_days
from modus.algorithms.timetable.solve import solve
from modus.algorithms.timetable.writing import problem_to_json, timetable_to_csv, timetable_to_html, timetable_to_json
from tests.algorithms.timetable.test_verify import right, small_problem
from tests.cli.places import MODUS

PEOPLE = "participant,unavailable,most_meetings,online_days,kind\nann,s1 s2,,,\nbob,,2,d1,\ncem,,,,\n"
WISHES = (
    "request,person_1,person_2,interest_1,interest_2,locked_slot\n"
    "ab,ann,bob,must,want,\nbc,bob,cem,would,,s1\nac,ann,cem,no,must,\n"
)
DZN = """nBusiness = 3; nMeetings = 2; nTables = 1; nTotalSlots = 3; nMorningSlots = 3;
requested = [|1,2,3, |2,3,3, |]; meetingsxBusiness = [{1,2},{1,2,3},{1,3}]; nMeetingsBusiness = [1,2,1];
forbidden = [{0},{0},{0}]; fixed = [0,0]; precedences = [{},{}];
"""


@pytest.fixture
def pair(tmp_path: Path) -> list[str]:
    people, wishes = tmp_path / "participants.csv", tmp_path / "requests.csv"
    people.write_text(PEOPLE, encoding="utf-8")
    wishes.write_text(WISHES, encoding="utf-8")
    return [str(people), str(wishes)]


def told(*words: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("timetable", *words, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_a_pair_of_files_becomes_a_timetable_that_verifies(pair: list[str], tmp_path: Path) -> None:
    out, err = told("solve", *pair, "--slots", "4", "--quiet-tables", "1", "--output", str(tmp_path / "out"))
    assert "proved best" in out
    assert "gap 0.000%" in err
    for ending in ("csv", "json", "html"):
        assert (tmp_path / f"out.{ending}").is_file()
    found = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert {one["request"] for one in found["appointments"]} == {"ab", "bc"}
    assert found["left_out"][0]["reason"] == "somebody said no"
    out, _err = told("verify", *pair, "--slots", "4", "--quiet-tables", "1", "--timetable", str(tmp_path / "out.json"))
    assert "keeps every rule" in out


def test_nothing_is_left_beside_the_three_files(pair: list[str], tmp_path: Path) -> None:
    place = {name: value for name, value in os.environ.items() if name != "MODUS_DATA_FOLDER"}
    words = ["timetable", "solve", *pair, "--slots", "4", "--quiet-tables", "1", "--output", "fair"]
    subprocess.run([*MODUS, *words], cwd=tmp_path, env=place, capture_output=True, check=True)
    made = {path.name for path in tmp_path.iterdir()} - {Path(path).name for path in pair}
    assert made == {"fair.csv", "fair.json", "fair.html"}


def test_a_wrong_timetable_is_refused(pair: list[str], tmp_path: Path) -> None:
    told("solve", *pair, "--slots", "4", "--quiet-tables", "1", "--output", str(tmp_path / "out"))
    path = tmp_path / "out.json"
    wrong = json.loads(path.read_text(encoding="utf-8"))
    next(one for one in wrong["appointments"] if one["request"] == "ab")["slot"] = "s1"
    path.write_text(json.dumps(wrong), encoding="utf-8")
    with pytest.raises(CommandError, match="closed to it"):
        told("verify", *pair, "--slots", "4", "--quiet-tables", "1", "--timetable", str(path))


def test_json_and_dzn_are_read(tmp_path: Path) -> None:
    path = tmp_path / "event.json"
    path.write_text(problem_to_json(crowd(Size(12, 6, 5, 30), 1)), encoding="utf-8")
    told("solve", str(path), "--output", str(tmp_path / "a"), "--steps", "100", "--seconds", "20")
    path = tmp_path / "event.dzn"
    path.write_text(DZN, encoding="utf-8")
    out, _err = told("solve", str(path), "--output", str(tmp_path / "b"))
    assert "0 breaks" in out


def test_what_cannot_be_held_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "event.dzn"
    path.write_text(DZN.replace("nTotalSlots = 3; nMorningSlots = 3", "nTotalSlots = 1; nMorningSlots = 1"))
    with pytest.raises(CommandError, match="proved impossible"):
        told("solve", str(path), "--output", str(tmp_path / "out"))
    assert not list(tmp_path.glob("out*"))


BAD = {
    "unknown person": ("ab,ann,bob", "ab,ann,zoe", "requests, row 2: Request ab: there is no participant zoe."),
    "unknown interest": ("must,want", "must,love", "requests, row 2, column interest_2: love is none of"),
    "unknown column": ("interest_1,", "intrest_1,", "requests, row 1, column intrest_1: there is no such column."),
    "missing column": ("person_1", "session", "requests, row 1, column person_1: this column is missing."),
    "too many cells": ("must,want,", "must,want,,,x", "requests, row 2: it has more cells than there are columns."),
    "broken quotes": ("ab,ann", 'ab,"an"n', "this is no CSV"),
    "lock in no slot": (",s1\n", ",s99\n", "requests, row 3: Lock of bc: request, slot s99 and table"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_fault_in_a_file_is_told_with_its_place_and_nothing_is_written(
    name: str, pair: list[str], tmp_path: Path
) -> None:
    right_text, wrong_text, said = BAD[name]
    assert right_text in WISHES
    Path(pair[1]).write_text(WISHES.replace(right_text, wrong_text, 1), encoding="utf-8")
    with pytest.raises(CommandError, match="Nothing was written") as caught:
        told("solve", *pair, "--slots", "4", "--quiet-tables", "1", "--output", str(tmp_path / "out"))
    assert said in str(caught.value)
    assert caught.value.returncode == 2
    assert not list(tmp_path.glob("out*"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "row 1, column 2: this is no JSON"),
        ("[]", "the text: an object is expected."),
        ('{"people": []}', "the text: there is no field people."),
        ('{"requests": [{"id": "x", "people": "ann"}]}', "requests[0].people: a list of names is expected."),
        ('{"requests": [{"id": "x", "people": ["a", "b"], "interests": ["love"]}]}', "requests[0].interests: love"),
        ('{"slots": [{"id": 3}]}', "slots[0].id: a name is expected."),
        ('{"slots": [{}]}', "slots[0]:"),
        ('{"tables": [{"id": "t", "quiet": 1}]}', "tables[0].quiet: true or false is expected."),
        ('{"participants": [{"id": "a", "most_meetings": "3"}]}', "participants[0].most_meetings: a whole number"),
        ('{"precedences": [["a"]]}', "precedences: pairs of names are expected."),
        ('{"fairness": true}', "fairness: a whole number is expected."),
        ('{"objective": {"goals": ["money"]}}', "objective:"),
        ('{"objective": {"first_meetings": [1, 2]}}', "objective: Points for the first meetings"),
        ('{"requests": [{"id": "x", "people": ["a", "b"]}]}', "Request x: there is no participant a."),
    ],
)
def test_a_fault_in_json_is_told_with_its_place(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "event.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError) as caught:
        told("solve", str(path), "--output", str(tmp_path / "out"))
    assert said in str(caught.value)
    assert caught.value.returncode == 2


@pytest.mark.parametrize("words", [("none.json",), ("a.txt",), ("--slots", "0", "a.csv", "b.csv")])
def test_files_that_are_no_files_are_told(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.txt", "a.csv", "b.csv"):
        (tmp_path / name).write_text("", encoding="utf-8")
    with pytest.raises(CommandError, match="Nothing was written") as caught:
        told("solve", *words)
    assert caught.value.returncode == 2


def test_what_is_written_as_json_is_read_again() -> None:
    problem = replace(small_problem(), kinds_that_meet=frozenset({("", ""), ("", "seller")}), fairness=3)
    assert read_json(problem_to_json(problem)) == problem
    assert read_timetable(timetable_to_json(right())) == right()
    with pytest.raises(FaultyText, match="score: an object"):
        read_timetable("{}")


def test_names_are_shown_as_text_and_never_calculated() -> None:
    people = "participant\n=1+1\n<b>x</b>\n"
    wishes = "request,person_1,person_2\n@sum,=1+1,<b>x</b>\n"
    problem = read_csv_pair(people, wishes, slots=slots_of_days([2, 1]), tables=1)
    found = solve(problem, effort=Effort(10, 10))
    assert "'@sum,'=1+1 <b>x</b>" in timetable_to_csv(problem, found)
    page = timetable_to_html(problem, found)
    assert "<b>" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page


def test_slots_have_days_and_sessions() -> None:
    assert [(s.id, s.day, s.session) for s in slots_of_days([2, 1])] == [
        ("s1", "d1", "am"),
        ("s2", "d1", "pm"),
        ("s3", "d2", "am"),
    ]


def test_locks_of_a_file_are_kept() -> None:
    problem: Problem = read_csv_pair(PEOPLE, WISHES, slots=slots_of_days([4]), tables=2)
    assert problem.locks == (Lock("bc", "s1"),)
