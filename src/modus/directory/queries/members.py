"""The members of a cluster: the list, one record, and the memberships that an act is about."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from modus.directory.models import Cluster, Membership, Organisation
from modus.directory.queries.paging import PAGE_SIZE, Stretch, beyond, slice_of
from modus.directory.queries.words import holding_words
from modus.directory.rules import Rights, can_manage_members

SORT_FIELDS = {"name": "sort_name", "joined": "joined_on"}
COLUMNS = (
    "id",
    "organisation__name",
    "organisation_kind",
    "organisation__city",
    "organisation__country",
    "kind",
    "joined_on",
    "left_on",
    "has_agreement",
    "pays_fee",
    "contributes",
    "version",
)
GROUPED = ("organisation_kind", "kind", "has_agreement", "pays_fee", "contributes")
MOST_NAMED = 200
MOST_BY_KEY = 1000
COMMITTED = Q(has_agreement=True) | Q(pays_fee=True) | Q(contributes=True)


@dataclass(frozen=True)
class MemberChoice:
    """Which members and in which order; empty means any. `status` is current, coming, former or all."""

    text: str = ""
    type: str = ""
    kind: str = ""
    status: str = "current"
    commitment: str = ""
    sort: str = "name"
    after: UUID | None = None
    before: UUID | None = None
    size: int = PAGE_SIZE

    @property
    def stretch(self) -> Stretch:
        """The order, the place and the length of the page."""
        field, is_falling = SORT_FIELDS[self.sort.lstrip("-")], self.sort.startswith("-")
        return Stretch(field, is_falling, self.after, self.before, self.size)


@dataclass(frozen=True)
class MemberRow:
    """One line of the member list."""

    id: UUID
    name: str
    type: str
    city: str
    country: str
    kind: str
    joined_on: date
    left_on: date | None
    has_agreement: bool
    pays_fee: bool
    contributes: bool
    version: int

    @property
    def is_committed(self) -> bool:
        """Say whether at least one commitment stands."""
        return self.has_agreement or self.pays_fee or self.contributes


@dataclass(frozen=True)
class MemberPage:
    """A page of the list; each facet counts what its choices would show beside the other filters."""

    rows: list[MemberRow]
    total: int
    facets: dict[str, Counter[str]] = field(default_factory=dict)
    has_previous: bool = False
    has_next: bool = False


def members_visible_to(rights: Rights, cluster: Cluster, *, on: date) -> QuerySet[Membership]:
    """The memberships that a person may know of: the present ones, and for the team all that ever were."""
    rows = Membership.objects.within(cluster=cluster)
    return rows if can_manage_members(rights, cluster) else rows.filter(_status("current", on))


def members_chosen(rights: Rights, cluster: Cluster, choice: MemberChoice, *, on: date) -> QuerySet[Membership]:
    """The memberships that a choice of filters leaves, without order."""
    rows = members_visible_to(rights, cluster, on=on).filter(holding_words("search_text", choice.text))
    return _narrowed(rows, _allowed(rights, cluster, choice), on=on)


def member_page(rights: Rights, cluster: Cluster, choice: MemberChoice, *, on: date) -> MemberPage:
    """One page of the member list with its total and facets; two queries, one more for a search, or behind a page."""
    visible, allowed = members_visible_to(rights, cluster, on=on), _allowed(rights, cluster, choice)
    found = _found(visible, choice.text)
    chosen = _narrowed(found, allowed, on=on)
    part = slice_of(chosen.values_list(*COLUMNS), choice.stretch, anchors=visible)
    total, facets = _facets(found, allowed, on=on)
    return MemberPage([MemberRow(*row) for row in part.rows], total, facets, part.has_previous, part.has_next)


def _narrowed(rows: QuerySet[Membership], choice: MemberChoice, *, on: date) -> QuerySet[Membership]:
    """What the filters beside the text leave."""
    if choice.status != "all":
        rows = rows.filter(_status(choice.status, on))
    if choice.type:
        rows = rows.filter(organisation_kind=choice.type)
    if choice.kind:
        rows = rows.filter(kind=choice.kind)
    if choice.commitment:
        rows = rows.filter(COMMITTED) if choice.commitment == "yes" else rows.exclude(COMMITTED)
    return rows


def _found(visible: QuerySet[Membership], text: str) -> QuerySet[Membership]:
    """The rows with a text in them; by their keys when they are few, for a text is slow to look for twice."""
    if not text:
        return visible
    rows = visible.filter(holding_words("search_text", text))
    keys = list(rows.values_list("pk", flat=True)[: MOST_BY_KEY + 1])
    # By the keys alone, which are visible: named beside them, the cluster would be walked through once more.
    return Membership.objects.within(pk__in=keys) if len(keys) <= MOST_BY_KEY else rows


def member_rows(rights: Rights, cluster: Cluster, choice: MemberChoice, *, on: date) -> Iterator[MemberRow]:
    """Every line that the filters leave, in the order of the list, for an export."""
    stretch = choice.stretch
    sign = "-" if stretch.is_descending else ""
    rows = members_chosen(rights, cluster, choice, on=on).order_by(f"{sign}{stretch.field}", f"{sign}pk")
    return (MemberRow(*row) for row in rows.values_list(*COLUMNS).iterator(2000))


def membership_visible_to(rights: Rights, cluster: Cluster, membership_id: UUID, *, on: date) -> Membership | None:
    """One membership with its organisation, if this person may know of it."""
    rows = members_visible_to(rights, cluster, on=on)
    return rows.select_related("organisation", "cluster__organisation").filter(pk=membership_id).first()


def memberships_named(rights: Rights, cluster: Cluster, ids: Iterable[UUID], *, on: date) -> list[Membership] | None:
    """The memberships with these ids in the order of their names; nothing when one of them is not to be known."""
    wanted = frozenset(ids)
    rows = members_visible_to(rights, cluster, on=on).filter(pk__in=wanted).select_related("organisation")
    found = list(rows.order_by("sort_name", "pk"))
    return found if len(found) == len(wanted) else None


def members_matching(rights: Rights, cluster: Cluster, choice: MemberChoice, *, on: date) -> list[Membership]:
    """All memberships that the filters leave, by name."""
    rows = members_chosen(rights, cluster, choice, on=on).select_related("organisation")
    return list(rows.order_by("sort_name", "pk"))


def members_named_in_public(organisation: Organisation, *, on: date) -> list[str]:
    """The present members that let themselves be named, of the cluster that an organisation runs; by name, 200 at most.

    How many members there are in all is for the profile to say, or not.
    """
    if not hasattr(organisation, "cluster"):
        return []
    # The cluster named by its key: so the databases know how large it is, and walk its list only as far as they need.
    cluster = organisation.cluster.pk
    rows = Membership.objects.within(_status("current", on), cluster=cluster, is_public=True)
    return list(rows.order_by("sort_name", "pk").values_list("organisation__name", flat=True)[:MOST_NAMED])


@dataclass(frozen=True)
class Neighbourhood:
    """Where a record lies in the list that somebody came from."""

    previous_id: UUID | None = None
    next_id: UUID | None = None


def member_neighbours(
    rights: Rights, cluster: Cluster, choice: MemberChoice, membership: Membership, *, on: date
) -> Neighbourhood:
    """The members before and after one in the list of a choice; two queries."""
    field, is_falling = choice.stretch.field, choice.stretch.is_descending
    anchor = getattr(membership, field), membership.pk
    rows = members_chosen(rights, cluster, choice, on=on)

    def nearest(is_falling: bool) -> UUID | None:
        sign = "-" if is_falling else ""
        beside = rows.filter(beyond(field, anchor, is_falling=is_falling))
        return beside.order_by(f"{sign}{field}", f"{sign}pk").values_list("pk", flat=True).first()

    return Neighbourhood(nearest(not is_falling), nearest(is_falling))


def _allowed(rights: Rights, cluster: Cluster, choice: MemberChoice) -> MemberChoice:
    """Who left and who is committed is the team's to ask."""
    is_team = can_manage_members(rights, cluster)
    return choice if is_team else replace(choice, status="current", commitment="")


def _status(status: str, on: date) -> Q:
    # "Not later" instead of "earlier or on": so the database reads along the order of the list, not along this day.
    return {
        "current": ~Q(joined_on__gt=on) & (Q(left_on__isnull=True) | Q(left_on__gte=on)),
        "former": Q(left_on__lt=on),
        "coming": Q(joined_on__gt=on),
        "all": Q(),
    }[status]


def _facets(rows: QuerySet[Membership], choice: MemberChoice, *, on: date) -> tuple[int, dict[str, Counter[str]]]:
    """Count every combination at once, then add up: a facet ignores its own choice and obeys all others."""
    states = {name: Count("joined_on", filter=_status(name, on)) for name in ("current", "coming", "former")}
    groups = rows.order_by().values_list(*GROUPED).annotate(**states).values_list(*GROUPED, *states)
    total, facets = 0, {name: Counter[str]() for name in ("type", "kind", "status", "commitment")}
    for type_, kind, agreement, fee, contribution, *counts in groups:
        commitment = "yes" if agreement or fee or contribution else "no"
        for status, count in zip(states, counts, strict=True):
            if count:
                own: dict[str, Any] = {"type": type_, "kind": kind, "status": status, "commitment": commitment}
                total += _add_up(own, choice, count, facets)
    return total, facets


def _add_up(own: dict[str, str], choice: MemberChoice, count: int, facets: dict[str, Counter[str]]) -> int:
    """Count a group in each facet whose other filters it meets; gives back what it adds to the total."""
    missed = [name for name, value in own.items() if getattr(choice, name) not in {"", "all", value}]
    if len(missed) > 1:
        return 0
    for name in missed or own:
        facets[name][own[name]] += count
    return 0 if missed else count


__all__ = [
    "PAGE_SIZE",
    "MemberChoice",
    "MemberPage",
    "MemberRow",
    "Neighbourhood",
    "member_neighbours",
    "member_page",
    "member_rows",
    "members_chosen",
    "members_matching",
    "members_visible_to",
    "membership_visible_to",
    "memberships_named",
]
