"""Actions are atomic, name who acts and leave a line."""

import pytest

from modus.core import journal
from modus.core.errors import RuleBroken
from modus.core.journal import JournalLine, action
from modus.directory import queries
from modus.directory.models import Organisation, Person
from tests.factories import directory as make

pytestmark = [pytest.mark.django_db, pytest.mark.row("P4")]


@action
def make_silently(*, by: Person) -> Organisation:
    return make.OrganisationFactory(name="silent")


@action
def make_and_fail(*, by: Person) -> Organisation:
    organisation = make.OrganisationFactory(name="half")
    journal.record("test.organisation.made", organisation, by=by)
    raise RuleBroken("no")


@action
def make_with_line(*, by: Person) -> Organisation:
    organisation = make.OrganisationFactory(name="whole")
    journal.record("test.organisation.made", organisation, by=by, changes={"name": [None, "whole"]})
    return organisation


def names() -> list[str]:
    return list(Organisation.objects.across("test").values_list("name", flat=True))


def test_an_action_without_a_line_fails_as_a_whole() -> None:
    with pytest.raises(RuntimeError, match="left no line"):
        make_silently(by=queries.clock())
    assert names() == []


def test_an_action_that_is_refused_changes_nothing() -> None:
    with pytest.raises(RuleBroken):
        make_and_fail(by=queries.clock())
    assert (names(), JournalLine.objects.count()) == ([], 0)


def test_an_action_says_who_did_what_to_which_thing() -> None:
    clock = queries.clock()
    organisation = make_with_line(by=clock)
    line = JournalLine.objects.get()
    assert (line.event, line.by_id, line.by_name, line.subject_kind, line.subject_id, line.changes) == (
        "test.organisation.made",
        clock.pk,
        "clock",
        "organisation",
        organisation.pk,
        {"name": [None, "whole"]},
    )


def test_an_action_that_names_nobody_is_no_action() -> None:
    with pytest.raises(TypeError, match="keyword-only parameter 'by'"):
        action(lambda thing: thing)
