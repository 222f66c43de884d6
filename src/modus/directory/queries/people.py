"""The people of a cluster: those who hold positions at the cluster organisation and at its members."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum, When

from modus.algorithms.text import fold
from modus.directory.models import Cluster, Organisation, Person, Position, Role, active_on
from modus.directory.queries.paging import PAGE_SIZE, Stretch, slice_of, slice_of_keys
from modus.directory.rules import Rights, can_manage_members


@dataclass(frozen=True)
class PersonChoice:
    """Which people; empty means any."""

    text: str = ""
    role: str = ""
    sort: str = "name"
    after: UUID | None = None
    before: UUID | None = None
    size: int = PAGE_SIZE


@dataclass(frozen=True)
class PersonRow:
    """One line of the list of people, with the positions that she holds in this cluster today."""

    id: UUID
    given_name: str
    family_name: str
    email: str
    phone: str
    positions: list[Position] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name as people say it."""
        return f"{self.given_name} {self.family_name}".strip()


@dataclass(frozen=True)
class PersonPage:
    """A page of the list of people."""

    rows: list[PersonRow]
    total: int
    facets: Counter[str]
    has_previous: bool = False
    has_next: bool = False


@dataclass(frozen=True)
class PersonRecord:
    """A person as this cluster may know her: present positions and, for the team, those that ended or will begin."""

    person: Person
    positions: list[Position]
    other_positions: list[Position]


COLUMNS = ("id", "given_name", "family_name", "email", "phone")
# Above this number a page is found sooner by walking through all people in their order than by gathering the cluster's.
MANY = 4000


def positions_within(cluster: Cluster, *, on: date) -> QuerySet[Position]:
    """The positions that are held on a day at the cluster organisation and at its present members."""
    members = cluster.memberships.filter(active_on(on, starts="joined_on", ends="left_on")).values("organisation_id")
    # One list instead of two conditions: an OR would make PostgreSQL read the positions of all clusters.
    places = members.union(Organisation.objects.within(pk=cluster.organisation_id).values("pk"), all=True)
    return Position.objects.within(
        counting_in(cluster), active_on(on, starts="starts_on", ends="ends_on"), organisation_id__in=places
    )


def counting_in(cluster: Cluster) -> Q:
    """Positions that count in a cluster: those that count everywhere, and those that its own team gave."""
    return Q(granted_in__isnull=True) | Q(granted_in=cluster)


def positions_of(cluster: Cluster, few: Q, *, on: date) -> QuerySet[Position]:
    """Such positions of few people: asked from their side, since a cluster may have thousands of positions."""
    is_member = cluster.memberships.filter(
        active_on(on, starts="joined_on", ends="left_on"), organisation_id=OuterRef("organisation_id")
    )
    return Position.objects.within(
        few,
        counting_in(cluster),
        Q(organisation_id=cluster.organisation_id) | Q(Exists(is_member)),
        active_on(on, starts="starts_on", ends="ends_on"),
    )


def people_within(cluster: Cluster, *, on: date) -> QuerySet[Person]:
    """The people who hold such a position, each once."""
    return Person.objects.within(pk__in=positions_within(cluster, on=on).values("person_id"))


def count_of_people(cluster: Cluster, *, on: date) -> int:
    """How many people hold such a position; one query."""
    return int(positions_within(cluster, on=on).aggregate(n=Count("person_id", distinct=True))["n"])


def person_page(cluster: Cluster, choice: PersonChoice, *, on: date) -> PersonPage:
    """One page of people with total and roles; three queries, four behind the first page."""
    stretch = Stretch("sort_name", choice.sort.startswith("-"), choice.after, choice.before, choice.size)
    if choice.text:
        facets, keys = _found(cluster, choice, on=on)
        total, part = len(keys), slice_of_keys(keys, stretch)
        rows = _rows_of(part.rows)
    else:
        facets, everybody = _counted(cluster, on=on)
        total = facets[choice.role] if choice.role else everybody
        chosen = (_people_walked if total > MANY else _people_chosen)(cluster, choice, on=on)
        part = slice_of(chosen.values_list(*COLUMNS), stretch, anchors=people_within(cluster, on=on))
        rows = part.rows
    return PersonPage(_with_positions(cluster, rows, on=on), total, facets, part.has_previous, part.has_next)


def person_rows(cluster: Cluster, choice: PersonChoice, *, on: date) -> Iterator[PersonRow]:
    """Every line that the filters leave, for an export; two queries."""
    sign = "-" if choice.sort.startswith("-") else ""
    rows = _people_chosen(cluster, choice, on=on).order_by(f"{sign}sort_name", f"{sign}pk").values_list(*COLUMNS)
    return iter(_with_positions(cluster, list(rows), on=on))


def person_record(rights: Rights, cluster: Cluster, person_id: UUID, *, on: date) -> PersonRecord | None:
    """One person, if she belongs to this cluster; the team also finds those whose positions ended."""
    present = list(positions_of(cluster, Q(person_id=person_id), on=on).select_related("organisation"))
    others: list[Position] = []
    if can_manage_members(rights, cluster):
        rows = _positions_ever(cluster).filter(person_id=person_id).exclude(pk__in=[row.pk for row in present])
        others = list(rows.select_related("organisation").order_by("-starts_on"))
    if not present and not others:
        return None
    person = Person.objects.within(pk=person_id, is_clock=False).first()
    return PersonRecord(person, present, others) if person else None


def people_at(cluster: Cluster, organisation: Organisation, *, on: date) -> list[Position]:
    """The positions that are held at one organisation on a day, the speakers first; one query."""
    active = active_on(on, starts="starts_on", ends="ends_on")
    rows = Position.objects.within(active, counting_in(cluster), organisation=organisation)
    return sorted(
        rows.select_related("person").order_by("person__sort_name", "pk"),
        key=lambda row: row.role not in {"representative", "manager"},
    )


def position_visible_to(
    rights: Rights, cluster: Cluster, person_id: UUID, position_id: UUID, *, on: date
) -> Position | None:
    """One position of a person in this cluster; for the team also one that ended."""
    rows = (
        _positions_ever(cluster)
        if can_manage_members(rights, cluster)
        else positions_of(cluster, Q(person_id=person_id), on=on)
    )
    return rows.filter(pk=position_id, person_id=person_id).select_related("person", "organisation").first()


def team_of(cluster: Cluster, *, on: date) -> list[Position]:
    """Managers and staff of a cluster, present and to come; one query."""
    rows = Position.objects.within(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on),
        organisation_id=cluster.organisation_id,
        role__in=["manager", "staff"],
    )
    return list(rows.select_related("person", "organisation").order_by("role", "person__sort_name", "pk"))


def workplaces_within(rights: Rights, cluster: Cluster, *, on: date) -> list[Organisation]:
    """The organisations of a cluster for which this person may name people: all for the team, else her own."""
    own = cluster.memberships.filter(active_on(on, starts="joined_on", ends="left_on")).values("organisation_id")
    rows = Organisation.objects.within(pk__in=own)
    if not can_manage_members(rights, cluster):
        rows = rows.filter(pk__in=rights.speaks_for)
    return list(rows.order_by("sort_name", "pk").only("id", "name", "sort_name"))


def _people_chosen(cluster: Cluster, choice: PersonChoice, *, on: date) -> QuerySet[Person]:
    positions = positions_within(cluster, on=on)
    if choice.role:
        positions = positions.filter(role=choice.role)
    rows = Person.objects.within(pk__in=positions.values("person_id"))
    return rows.filter(_holding(choice, "search_text"))


def _people_walked(cluster: Cluster, choice: PersonChoice, *, on: date) -> QuerySet[Person]:
    """The same people, asked one by one in the order of the list: sooner when a page is full after a short walk."""
    role = Q(role=choice.role) if choice.role else Q()
    return Person.objects.within(Q(Exists(positions_of(cluster, Q(person=OuterRef("pk")) & role, on=on))))


def _counted(cluster: Cluster, *, on: date) -> tuple[Counter[str], int]:
    """How many people hold each role, and how many there are; one query, so that the positions are read once."""
    holds = {f"is_{role}": Max(Case(When(role=role, then=1), default=0)) for role in Role.values}
    people = positions_within(cluster, on=on).values("person_id").annotate(**holds)
    sums = people.aggregate(everybody=Count("person_id"), **{role: Sum(f"is_{role}") for role in Role.values})
    return Counter({role: count for role in Role.values if (count := sums[role])}), sums["everybody"]


def _found(cluster: Cluster, choice: PersonChoice, *, on: date) -> tuple[Counter[str], list[UUID]]:
    """The same for a search, which reads every name and so must look only once: roles, and who was found, by name."""
    positions = positions_within(cluster, on=on).filter(_holding(choice, "person__search_text"))
    held = dict.fromkeys(positions.order_by("person__sort_name", "person_id").values_list("role", "person_id"))
    keys = dict.fromkeys(person for role, person in held if choice.role in {"", role})
    return Counter(role for role, _person in held), list(keys)


def _rows_of(keys: list[UUID]) -> list[tuple[Any, ...]]:
    """The lines of these people, in this order."""
    found = {row[0]: row for row in Person.objects.within(pk__in=keys).values_list(*COLUMNS)}
    return [found[key] for key in keys if key in found]


def _holding(choice: PersonChoice, field: str) -> Q:
    condition = Q()
    for word in fold(choice.text).split():
        condition &= Q(**{f"{field}__contains": word})
    return condition


def _with_positions(cluster: Cluster, rows: Iterable[tuple[Any, ...]], *, on: date) -> list[PersonRow]:
    people = [PersonRow(*row) for row in rows]
    held: defaultdict[UUID, list[Position]] = defaultdict(list)
    positions = positions_of(cluster, Q(person_id__in=[row.id for row in people]), on=on)
    for position in positions.select_related("organisation").order_by("starts_on", "pk"):
        held[position.person_id].append(position)
    for row in people:
        row.positions.extend(held[row.id])
    return people


def _positions_ever(cluster: Cluster) -> QuerySet[Position]:
    """Every position at the cluster organisation, and at members as far as it was held while they were members."""
    during = cluster.memberships.filter(
        Q(left_on__isnull=True) | Q(left_on__gte=F("organisation__positions__starts_on")),
        Q(organisation__positions__ends_on__isnull=True) | Q(organisation__positions__ends_on__gte=F("joined_on")),
    )
    return Position.objects.within(
        counting_in(cluster),
        Q(organisation_id=cluster.organisation_id) | Q(pk__in=during.values("organisation__positions__pk")),
    )
