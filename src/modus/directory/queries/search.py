"""The search over everything that somebody may see: members and people of her clusters, and listed profiles."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from modus.algorithms.text import fold
from modus.directory.models import Cluster, Membership, Organisation, Position, active_on
from modus.directory.queries.profiles import listed_profiles
from modus.directory.queries.words import holding_words
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
    clusters = rights.clusters
    return Answers(
        members=_members([cluster.pk for cluster in clusters], words, on=on) if clusters else [],
        people=_people(clusters, words, on=on) if clusters else [],
        profiles=_profiles(words, on=on),
    )


def _members(clusters: list[UUID], words: Iterable[str], *, on: date) -> list[Found]:
    rows = Membership.objects.within(active_on(on, starts="joined_on", ends="left_on"), cluster__in=clusters)
    found = rows.filter(holding_words("search_text", " ".join(words))).order_by("sort_name", "pk")
    columns = ("organisation__name", "cluster__organisation__name", "cluster__slug", "pk")
    return [Found(*row) for row in found.values_list(*columns)[:MOST]]


def _people(clusters: Sequence[Cluster], words: Iterable[str], *, on: date) -> list[Found]:
    """People at members and in the teams of these clusters, each once for each cluster in which she counts."""
    keys = [cluster.pk for cluster in clusters]
    members = Membership.objects.within(active_on(on, starts="joined_on", ends="left_on"), cluster__in=keys)
    teams = Organisation.objects.within(pk__in=[cluster.organisation_id for cluster in clusters])
    rows = Position.objects.within(
        active_on(on, starts="starts_on", ends="ends_on"),
        Q(granted_in__isnull=True) | Q(granted_in__in=keys),
        _holding("person__search_text", words),
        organisation_id__in=members.values("organisation_id").union(teams.values("pk"), all=True),
    )
    columns = ("person_id", "person__given_name", "person__family_name", "organisation_id", "granted_in")
    held = list(rows.order_by("person__sort_name", "pk").values_list(*columns)[: 3 * MOST])
    at = members.filter(organisation__in=[row[3] for row in held])
    names = {(row[0], row[1]): row[2] for row in at.values_list("organisation_id", "cluster_id", "organisation__name")}
    names |= {(cluster.organisation_id, cluster.pk): cluster.name for cluster in clusters}
    found: dict[tuple[UUID, str], Found] = {}
    for person, given, family, organisation, granted_in in held:
        for cluster in clusters:
            place = names.get((organisation, cluster.pk))
            if place is not None and granted_in in {None, cluster.pk}:
                name = f"{given} {family}".strip()
                found.setdefault((person, cluster.slug), Found(name, place, cluster.slug, person))
    return list(found.values())[:MOST]


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
