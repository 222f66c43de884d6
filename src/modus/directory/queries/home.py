"""What waits for somebody in a cluster, and how the cluster stands today."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from modus.directory.models import (
    Cluster,
    Membership,
    Organisation,
    Person,
    Position,
    Profile,
    ProfileStatus,
    active_on,
)
from modus.directory.queries.members import MemberChoice, member_page
from modus.directory.queries.people import count_of_people, positions_of
from modus.directory.queries.requests import requests_to_decide
from modus.directory.queries.rule_sets import gating, lights_of
from modus.directory.rules import Rights

MOST_ITEMS = 5
ENDS_SOON = timedelta(days=30)


class Matter(StrEnum):
    """What can wait, the most pressing first."""

    REQUEST = "request"
    CHANGES = "changes"
    CONFIRM = "confirm"
    RULES = "rules"
    NO_PROFILE = "no profile"
    ENDING = "ending"
    SPEAKER = "speaker"
    COMMITMENT = "commitment"
    NO_MEMBERS = "no members"


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: what, about whom, how many of the kind there are, and since or until when."""

    matter: Matter
    name: str = ""
    thing_id: UUID | None = None
    count: int = 1
    day: date | None = None
    detail: str = ""


@dataclass(frozen=True)
class ClusterPicture:
    """A cluster today, in figures."""

    members: int
    committed: int
    types: Counter[str]
    people: int


def cluster_picture(rights: Rights, cluster: Cluster, *, on: date) -> ClusterPicture:
    """Members, committed members, types and people; three queries."""
    page = member_page(rights, cluster, MemberChoice(), on=on)
    people = count_of_people(cluster, on=on)
    return ClusterPicture(page.total, page.facets["commitment"]["yes"], page.facets["type"], people)


def waiting_in_cluster(
    rights: Rights, cluster: Cluster, picture: ClusterPicture, *, person: Person, on: date
) -> list[Waiting]:
    """At most five things that wait for the team of a cluster; a fixed number of queries."""
    found = [*_requests(person, rights, on=on), *_profile_matters(cluster, on=on), *_endings(cluster, on=on)]
    if picture.members:
        found += _speakers(cluster, on=on)
        missing = picture.members - picture.committed
        found += [Waiting(Matter.COMMITMENT, count=missing)] if missing else []
    else:
        found.append(Waiting(Matter.NO_MEMBERS))
    return found[:MOST_ITEMS]


def waiting_for_member(
    rights: Rights, cluster: Cluster, organisations: list[Organisation], *, person: Person, on: date
) -> list[Waiting]:
    """What waits for somebody of a member: requests to join, and positions that end soon; two queries."""
    ids = {row.pk for row in organisations if row.pk in rights.speaks_for}
    ending = _endings(cluster, on=on, organisations=ids) if ids else []
    return [*_requests(person, rights, on=on), *ending][:MOST_ITEMS]


def own_memberships(rights: Rights, cluster: Cluster, *, on: date) -> list[Membership]:
    """The memberships of the organisations for which a person stands in this cluster; one query."""
    ids = {standing.organisation.pk for standing in rights.in_cluster(cluster) if not standing.is_team}
    rows = Membership.objects.within(
        active_on(on, starts="joined_on", ends="left_on"), cluster=cluster, organisation__in=ids
    )
    return list(rows.select_related("organisation").order_by("sort_name"))


def _requests(person: Person, rights: Rights, *, on: date) -> list[Waiting]:
    rows = list(requests_to_decide(person, rights, on=on)[: MOST_ITEMS + 1])
    if not rows:
        return []
    return [Waiting(Matter.REQUEST, rows[0].person.name, rows[0].pk, len(rows), detail=rows[0].organisation.name)]


def _profile_matters(cluster: Cluster, *, on: date) -> list[Waiting]:
    profile = Profile.objects.within(organisation_id=cluster.organisation_id, type="cluster").first()
    if profile is None:
        return [Waiting(Matter.NO_PROFILE)]
    found = []
    if profile.status == ProfileStatus.CHANGES_ASKED:
        found.append(Waiting(Matter.CHANGES, thing_id=profile.pk, detail=profile.reason))
    if profile.is_stale(on):
        found.append(Waiting(Matter.CONFIRM, thing_id=profile.pk, day=profile.confirmed_on))
    if profile.status in {ProfileStatus.DRAFT, ProfileStatus.CANDIDATE}:
        missed = [one.title for light in gating(lights_of(profile, on=on)) for one in light.outcomes if not one.is_met]
        found += [Waiting(Matter.RULES, thing_id=profile.pk, count=len(missed), detail=missed[0])] if missed else []
    return found


def _endings(cluster: Cluster, *, on: date, organisations: set[UUID] | None = None) -> list[Waiting]:
    soon = Q(ends_on__isnull=False, ends_on__lte=on + ENDS_SOON)
    if organisations is not None:
        soon &= Q(organisation__in=organisations)
    rows = list(positions_of(cluster, soon, on=on).select_related("person").order_by("ends_on", "pk")[:9])
    if not rows:
        return []
    first = rows[0]
    return [Waiting(Matter.ENDING, first.person.name, first.person_id, len(rows), day=first.ends_on)]


def _speakers(cluster: Cluster, *, on: date) -> list[Waiting]:
    held = Position.objects.within(
        active_on(on, starts="starts_on", ends="ends_on"),
        organisation=OuterRef("organisation"),
        role__in=["representative", "manager", "office"],
    )
    rows = Membership.objects.within(active_on(on, starts="joined_on", ends="left_on"), cluster=cluster)
    silent = rows.exclude(organisation=cluster.organisation_id).filter(~Exists(held)).order_by("sort_name", "pk")
    names = list(silent.values_list("pk", "organisation__name"))
    return [Waiting(Matter.SPEAKER, names[0][1], names[0][0], len(names))] if names else []
