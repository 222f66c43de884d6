"""The search over everything that somebody may see: members and people of her clusters, and listed profiles."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, Q

from modus.algorithms.text import fold
from modus.directory.models import Membership, Position, active_on
from modus.directory.queries.profiles import listed_profiles
from modus.directory.rules import Rights

SHORTEST = 2
LONGEST = 100
MOST = 10


@dataclass(frozen=True)
class Found:
    """One answer: what it is called, what stands behind it, and where it lies."""

    name: str
    detail: str
    slug: str
    id: UUID | None = None


@dataclass(frozen=True)
class Answers:
    """The answers by kind, at most ten of each."""

    members: list[Found]
    people: list[Found]
    profiles: list[Found]


def answers_for(rights: Rights, text: str, *, on: date) -> Answers:
    """What a person may see and a text finds; at most four queries, one for a visitor."""
    words = fold(text[:LONGEST].replace("\x00", "")).split()
    if sum(map(len, words)) < SHORTEST:
        return Answers([], [], [])
    clusters = [cluster.pk for cluster in rights.clusters]
    return Answers(
        members=_members(clusters, words, on=on) if clusters else [],
        people=_people(clusters, words, on=on) if clusters else [],
        profiles=_profiles(words, on=on),
    )


def _members(clusters: list[UUID], words: Iterable[str], *, on: date) -> list[Found]:
    rows = Membership.objects.within(active_on(on, starts="joined_on", ends="left_on"), cluster__in=clusters)
    found = rows.filter(_holding("search_text", words)).order_by("sort_name", "pk")
    columns = ("organisation__name", "cluster__organisation__name", "cluster__slug", "pk")
    return [Found(*row) for row in found.values_list(*columns)[:MOST]]


def _people(clusters: list[UUID], words: list[str], *, on: date) -> list[Found]:
    """People at members, then people of the cluster organisations; each once for each cluster."""
    held = Position.objects.within(
        active_on(on, starts="starts_on", ends="ends_on"), _holding("person__search_text", words)
    ).order_by("person__sort_name", "pk")
    name = ("person_id", "person__given_name", "person__family_name", "organisation__name")
    at_members = held.filter(
        active_on(on, starts="joined_on", ends="left_on", prefix="organisation__memberships__"),
        _counting_in("organisation__memberships__cluster"),
        organisation__memberships__cluster__in=clusters,
    ).values_list(*name, "organisation__memberships__cluster__slug")
    in_teams = held.filter(_counting_in("organisation__cluster"), organisation__cluster__in=clusters).values_list(
        *name, "organisation__cluster__slug"
    )
    found: dict[tuple[UUID, str], Found] = {}
    for key, given, family, place, slug in [*at_members[: 2 * MOST], *in_teams[:MOST]]:
        found.setdefault((key, slug), Found(f"{given} {family}".strip(), place, slug, key))
    return list(found.values())[:MOST]


def _counting_in(cluster: str) -> Q:
    """Positions that count everywhere, and those that the team of that same cluster gave."""
    return Q(granted_in__isnull=True) | Q(granted_in=F(cluster))


def _profiles(words: Iterable[str], *, on: date) -> list[Found]:
    rows = listed_profiles(on=on).filter(_holding("search_text", words)).order_by("sort_name", "pk")
    columns = ("published__name", "organisation__country", "slug")
    return [Found(str(name or slug), country, slug) for name, country, slug in rows.values_list(*columns)[:MOST]]


def _holding(field: str, words: Iterable[str]) -> Q:
    condition = Q()
    for word in words:
        condition &= Q(**{f"{field}__contains": word})
    return condition


NOBODY = Rights()
