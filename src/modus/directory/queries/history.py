"""What happened, in words: lines of the journal as a reader of this cluster may see them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from modus.core.journal import JournalLine, lines_of_scope
from modus.core.time import say_day, today
from modus.directory.models import Cluster, Membership, MembershipKind, Person
from modus.directory.queries.people import positions_of

Changes = dict[str, Any]
NEWEST = 20
CLOCK = "clock"
FIELD_WORDS = {
    "kind": gettext_lazy("kind"),
    "joined_on": gettext_lazy("first day"),
    "left_on": gettext_lazy("last day"),
    "has_agreement": gettext_lazy("agreement"),
    "pays_fee": gettext_lazy("fee"),
    "contributes": gettext_lazy("contribution"),
    "is_public": gettext_lazy("shown to the public"),
    "name": gettext_lazy("name"),
    "name_english": gettext_lazy("English name"),
    "short_name": gettext_lazy("short name"),
    "size_class": gettext_lazy("size"),
    "legal_form": gettext_lazy("legal form"),
    "registration_number": gettext_lazy("registration number"),
    "country": gettext_lazy("country"),
    "city": gettext_lazy("town"),
    "nuts": gettext_lazy("region"),
    "website": gettext_lazy("website"),
    "founded_year": gettext_lazy("year of foundation"),
    "keywords": gettext_lazy("keywords"),
    "activities": gettext_lazy("activities"),
    "given_name": gettext_lazy("given name"),
    "family_name": gettext_lazy("family name"),
    "email": gettext_lazy("e-mail"),
    "phone": gettext_lazy("telephone"),
    "time_zone": gettext_lazy("time zone"),
    "brand_colour": gettext_lazy("colour"),
}


@dataclass(frozen=True)
class Happening:
    """One act in words; `subject_id` is the thing it was about, `by` is empty where the name is not this reader's."""

    at: datetime
    words: str
    by: str
    detail: str
    subject_kind: str
    subject_id: UUID
    number: int


@dataclass(frozen=True)
class NewestChange:
    """Who changed a thing last, and when; `by` is empty where the name is not this reader's."""

    by: str
    at: datetime


def newest_change(subjects: Sequence[UUID], *, reader_cluster: Cluster | None = None) -> NewestChange | None:
    """The newest act upon one of the things; a reader in a cluster is told the names of its own people only."""
    line = JournalLine.objects.filter(subject_id__in=subjects).first()
    if line is None:
        return None
    is_known = reader_cluster is None or line.scope_id == reader_cluster.pk
    if not is_known and reader_cluster is not None:
        is_known = positions_of(reader_cluster, Q(person_id=line.by_id), on=today()).exists()
    return NewestChange(line.by_name if is_known and line.by_name != CLOCK else "", line.at)


def history_of_membership(cluster: Cluster, membership: Membership) -> list[Happening]:
    """The newest acts upon a membership and its organisation, without names from elsewhere; at most three queries."""
    subjects = Q(subject_id=membership.pk) | Q(subject_id=membership.organisation_id, subject_kind="organisation")
    lines = list(JournalLine.objects.filter(subjects)[:NEWEST])
    ours = positions_of(cluster, Q(person_id__in={line.by_id for line in lines}), on=today())
    known = set(ours.values_list("person_id", flat=True))
    names = {membership.pk: membership.organisation.name, membership.organisation_id: membership.organisation.name}
    by = _actors(lines, lambda line: line.scope_id == cluster.pk or line.by_id in known)
    return [_happening(line, names, by=by[line.pk]) for line in lines]


def history_of_cluster(cluster: Cluster, *, newest: int = 8, before: int | None = None) -> list[Happening]:
    """The newest acts inside a cluster, or those before the line of a number; at most four queries."""
    lines = list(lines_of_scope(cluster.pk, newest=newest, before=before))
    names = _names(cluster, lines)
    by = _actors(lines, lambda line: True)
    return [_happening(line, names, by=by[line.pk]) for line in lines]


def _names(cluster: Cluster, lines: Iterable[JournalLine]) -> dict[UUID, str]:
    memberships = [line.subject_id for line in lines if line.subject_kind == "membership"]
    people = [line.subject_id for line in lines if line.subject_kind == "person"]
    names: dict[UUID, str] = {cluster.pk: cluster.name}
    if memberships:
        rows = Membership.objects.within(cluster=cluster, pk__in=memberships)
        names.update(rows.values_list("pk", "organisation__name"))
    if people:
        names.update({row.pk: row.name for row in Person.objects.within(pk__in=people)})
    return names


def _happening(line: JournalLine, names: dict[UUID, str], *, by: str) -> Happening:
    say = SENTENCES.get(line.event, _something_changed)
    return Happening(
        at=line.at,
        words=say(names.get(line.subject_id, ""), line.changes),
        by=by,
        detail=_detail(line) if line.event in DETAILED else "",
        subject_kind=line.subject_kind,
        subject_id=line.subject_id,
        number=line.pk,
    )


def _actors(lines: Iterable[JournalLine], is_ours: Callable[[JournalLine], bool]) -> dict[int, str]:
    """Who did each act: what a command did happened by itself, and who acted from elsewhere stays unnamed."""
    clocks, by_itself = _clocks(lines), _("automatically")
    return {line.pk: by_itself if line.by_id in clocks else line.by_name if is_ours(line) else "" for line in lines}


def _clocks(lines: Iterable[JournalLine]) -> set[UUID]:
    """Those among the actors who are the named person *clock*; no query where nobody has this name."""
    named = {line.by_id for line in lines if line.by_name == CLOCK}
    return set(Person.objects.within(pk__in=named, is_clock=True).values_list("pk", flat=True)) if named else set()


def _detail(line: JournalLine) -> str:
    """Which facts changed and, where a value says something to a reader, from what to what."""
    return "; ".join(
        _change(name, *pair) for name, pair in line.changes.items() if name in FIELD_WORDS and len(pair) == 2
    )


def _change(name: str, before: Any, after: Any) -> str:
    if isinstance(before, bool) or isinstance(after, bool):
        answer = _("yes") if after else _("no")
        return _("%(field)s: %(answer)s") % {"field": FIELD_WORDS[name], "answer": answer}
    words = {"field": FIELD_WORDS[name], "before": _value(name, before), "after": _value(name, after)}
    return _("%(field)s: %(before)s → %(after)s") % words


def _value(name: str, value: Any) -> str:
    if value in (None, "", []):
        return _("empty")
    if name == "kind" and value in MembershipKind.values:
        return str(MembershipKind(value).label)
    if isinstance(value, list):
        return ngettext("%(n)d entry", "%(n)d entries", len(value)) % {"n": len(value)}
    day = parse_date(value) if isinstance(value, str) and name.endswith("_on") else None
    return say_day(day) if isinstance(day, date) else str(value)


def _something_changed(name: str, changes: Changes) -> str:
    return _("%(name)s: a change") % {"name": name} if name else _("A change")


def _naming(sentence: Any) -> Callable[[str, Changes], str]:
    """A sentence that names the thing."""
    return lambda name, changes: str(sentence) % {"name": name}


def _ended(name: str, changes: Changes) -> str:
    day = parse_date(str(changes.get("left_on", [None, ""])[1] or ""))
    return _("The membership of %(name)s ends on %(day)s") % {"name": name, "day": say_day(day) if day else "?"}


def _engaged(name: str, changes: Changes) -> str:
    place = changes.get("organisation", [None, ""])[1]
    return _("%(name)s began to speak or work for %(place)s") % {"name": name, "place": place}


def _token_issued(name: str, changes: Changes) -> str:
    return _("A token for a program was made: %(name)s") % {"name": changes.get("name", [None, ""])[1]}


DETAILED = frozenset(
    {
        "directory.membership.changed",
        "directory.organisation.corrected",
        "directory.cluster.settings-changed",
    }
)
SENTENCES: dict[str, Callable[[str, Changes], str]] = {
    "directory.membership.admitted": _naming(gettext_lazy("%(name)s became a member")),
    "directory.membership.changed": _naming(gettext_lazy("The terms of %(name)s changed")),
    "directory.membership.ended": _ended,
    "directory.membership.reinstated": _naming(gettext_lazy("The membership of %(name)s goes on")),
    "directory.organisation.recorded": _naming(gettext_lazy("%(name)s was recorded")),
    "directory.organisation.corrected": _naming(gettext_lazy("Facts of %(name)s were corrected")),
    "directory.person.engaged": _engaged,
    "directory.person.recorded": _naming(gettext_lazy("%(name)s was recorded")),
    "directory.position.given": _naming(gettext_lazy("%(name)s got a role in the team")),
    "directory.position.ended": _naming(gettext_lazy("A role of %(name)s ends")),
    "directory.cluster.founded": _naming(gettext_lazy("%(name)s was founded")),
    "directory.cluster.renamed": _naming(gettext_lazy("%(name)s got another short name")),
    "directory.cluster.settings-changed": _naming(gettext_lazy("Settings of %(name)s changed")),
    "core.token.issued": _token_issued,
    "directory.cluster.handed-over": _naming(gettext_lazy("%(name)s got a new manager")),
}
