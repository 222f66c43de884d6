"""The journal is written for good, and its seals tell whoever changes it behind modus's back."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction

from modus.core import journal, seals
from modus.core.journal import JournalLine, WrittenForGood
from modus.core.seals import JournalSeal, check_seals, seal_lines
from modus.directory import queries
from tests.factories import directory as make

pytestmark = [pytest.mark.django_db, pytest.mark.row("P4"), pytest.mark.attack("A-98")]


def write(count: int) -> list[JournalLine]:
    organisation = make.OrganisationFactory()
    by = queries.clock()
    return [journal.record("test.thing.done", organisation, by=by, changes={"n": [None, n]}) for n in range(count)]


def behind_the_back(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def move(line: int, number: int) -> None:
    behind_the_back("UPDATE core_journalline SET id = %s WHERE id = %s", number, line)


def copy_line(line: int, number: int) -> None:
    columns = "at, event, by_id, by_name, subject_kind, subject_id, scope_id, changes, request_id"
    behind_the_back(
        f"INSERT INTO core_journalline (id, {columns}) SELECT %s, {columns} FROM core_journalline WHERE id = %s",  # noqa: S608  our own columns
        number,
        line,
    )


def test_a_line_is_never_changed_or_removed() -> None:
    line = write(1)[0]
    line.event = "test.thing.undone"
    for attempt in (line.save, line.delete, JournalLine.objects.all().delete):
        with pytest.raises(WrittenForGood):
            attempt()
    with pytest.raises(WrittenForGood):
        JournalLine.objects.filter(pk=line.pk).update(event="test.thing.undone")
    with pytest.raises(WrittenForGood), transaction.atomic():
        JournalLine.objects.bulk_update([line], ["event"])
    assert JournalLine.objects.get(pk=line.pk).event == "test.thing.done"


def test_every_line_comes_under_one_seal() -> None:
    write(3)
    assert (seal_lines(), seal_lines()) == (3, 0)
    write(2)
    assert check_seals().unsealed == 2
    assert seal_lines() == 2
    verdict = check_seals()
    assert (verdict.seals, verdict.lines, verdict.unsealed, verdict.faults) == (2, 5, 0, ())


def test_many_lines_take_several_seals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "LINES_MAX", 2)
    write(5)
    assert seal_lines() == 5
    assert [len(seal.lines) for seal in JournalSeal.objects.order_by("number")] == [2, 2, 1]
    assert check_seals().faults == ()


def test_a_line_whose_transaction_ended_late_comes_under_a_later_seal() -> None:
    early, late, _next = write(3)
    move(late.pk, late.pk + 1000)
    seal_lines()
    copy_line(early.pk, late.pk)
    assert seal_lines() == 1
    assert [seal.lines for seal in JournalSeal.objects.order_by("number")][1] == [late.pk]
    assert check_seals().faults == ()


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (lambda pk: behind_the_back("DELETE FROM core_journalline WHERE id = %s", pk), "is gone"),
        (lambda pk: behind_the_back("UPDATE core_journalline SET event = 'x' WHERE id = %s", pk), "does not fit"),
        (lambda pk: behind_the_back("UPDATE core_journalline SET changes = '{}' WHERE id = %s", pk), "does not fit"),
        (lambda _pk: behind_the_back("UPDATE core_journalseal SET digest = 'x' WHERE number = 1"), "does not fit"),
        (lambda _pk: behind_the_back("DELETE FROM core_journalseal WHERE number = 1"), "Seal 1 is gone"),
    ],
    ids=["line removed", "event changed", "changes emptied", "seal changed", "seal removed"],
)
def test_a_strange_hand_is_told(tamper: Callable[[int], None], told: str) -> None:
    line = write(3)[1]
    seal_lines()
    write(1)
    seal_lines()
    tamper(line.pk)
    assert told in " ".join(check_seals().faults)


def test_a_line_put_in_afterwards_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the newest seals do not reach any more, no act of modus can put a line."""
    monkeypatch.setattr(seals, "SEALS_LATELY", 1)
    gap = write(2)[0]
    move(gap.pk, gap.pk - 1000)
    seal_lines()
    write(1)
    seal_lines()
    copy_line(gap.pk - 1000, gap.pk - 500)
    assert f"Line {gap.pk - 500} was put in afterwards" in " ".join(check_seals().faults)
