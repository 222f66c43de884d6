"""What a network's office sees: what waits, its clusters as far as they share, and figures without small cells."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from modus.algorithms.statistics import SafeTable, suppress_small_cells
from modus.directory import rules
from modus.directory.models import (
    Cluster,
    Field,
    FieldNote,
    Membership,
    Network,
    OrganisationKind,
    Person,
    Position,
    Profile,
    ProfileStatus,
    RequestStatus,
    Role,
    ValidationResult,
    Visibility,
    Waiver,
    active_on,
    profile_type,
)
from modus.directory.models.profile import CONFIRM_AGAIN_AFTER
from modus.directory.queries.paging import PAGE_SIZE, Stretch, slice_of
from modus.directory.queries.profiles import country_name, seen_values
from modus.directory.queries.requests import requests_of_office
from modus.directory.queries.rule_sets import Passport, passports_of_many
from modus.directory.rules import PassportState

SEEN_BY_THE_OFFICE = frozenset(set(ProfileStatus.values) - {ProfileStatus.DRAFT})


@dataclass(frozen=True)
class ClusterSeen:
    """A cluster as its network's office sees it; `members` is what its profile shares, or nothing."""

    cluster: Cluster
    profile: Profile | None
    has_manager: bool
    members: int | None
    passports: tuple[Passport, ...]


@dataclass(frozen=True)
class ClusterPage:
    """A page of a network's clusters, and how many there are in all."""

    clusters: list[ClusterSeen]
    total: int
    has_previous: bool
    has_next: bool


@dataclass(frozen=True)
class OfficeHome:
    """What waits for an office, and how many clusters there are, are listed, and share how many members they have."""

    submitted: list[Profile]
    requests: int
    stale: list[Profile]
    without_manager: list[Cluster]
    in_amber: list[ClusterSeen]
    clusters: int
    listed: int
    shared: list[int]


@dataclass(frozen=True)
class NetworkFigures:
    """The organisations of a network by type and country, each counted once, without small cells."""

    table: SafeTable
    kinds: dict[str, str]
    countries: dict[str, str]
    as_of: date


def profiles_of_office(network: Network) -> QuerySet[Profile]:
    """The profiles that were handed in to a network; drafts stay with those who write them."""
    rows = Profile.objects.within(network=network, status__in=SEEN_BY_THE_OFFICE)
    return rows.select_related("organisation", "submitted_by", "network")


def profile_counts(network: Network) -> dict[str, int]:
    """How many profiles a network has in each status that its office sees; one query."""
    counted = profiles_of_office(network).values_list("status").annotate(n=Count("id")).order_by()
    return dict(counted)


def open_notes(profile: Profile) -> QuerySet[FieldNote]:
    """What a moderator asked to be changed and nobody has handed in again since."""
    return FieldNote.objects.within(profile=profile, resolved_at=None).select_related("by")


def notes_with_fields(profile: Profile) -> list[tuple[FieldNote, Field | None]]:
    """The open notes, each with the field that it is about; none for the whole profile."""
    kind = profile_type(profile.type)
    return [(note, kind.field(note.field)) for note in open_notes(profile)]


def cluster_page(
    network: Network,
    *,
    on: date,
    only_without: bool = False,
    after: UUID | None = None,
    before: UUID | None = None,
    size: int = PAGE_SIZE,
) -> ClusterPage:
    """One page of these clusters by name, perhaps only of those without a manager; at most five queries."""
    rows = _with_manager(network, on=on)
    if only_without:
        rows = rows.filter(has_manager=False)
    stretch = Stretch("organisation__sort_name", after=after, before=before, size=size)
    part = slice_of(rows, stretch, anchors=Cluster.objects.within(network=network))
    return ClusterPage(_as_seen(network, part.rows, on=on), rows.count(), part.has_previous, part.has_next)


def _with_manager(network: Network, *, on: date) -> QuerySet[Any]:
    active = active_on(on, starts="starts_on", ends="ends_on")
    managers = Position.objects.across("whether a cluster has a manager").filter(
        active, role=Role.MANAGER, organisation=OuterRef("organisation")
    )
    rows = Cluster.objects.within(network=network).select_related("organisation", "network")
    return rows.annotate(has_manager=Exists(managers))


def _as_seen(network: Network, clusters: list[Cluster], *, on: date) -> list[ClusterSeen]:
    found = profiles_of_office(network).filter(
        type="cluster", organisation__in=[row.organisation_id for row in clusters]
    )
    profiles = {row.organisation_id: row for row in found}
    passports = passports_of_many(profiles.values(), on=on, circle=Visibility.NETWORK)
    return [_seen(cluster, profiles.get(cluster.organisation_id), passports) for cluster in clusters]


def _seen(cluster: Any, profile: Profile | None, passports: dict[Any, list[Passport]]) -> ClusterSeen:
    return ClusterSeen(
        cluster=cluster,
        profile=profile,
        has_manager=cluster.has_manager,
        members=seen_values(profile, Visibility.NETWORK).get("members") if profile else None,
        passports=tuple(passports.get(profile.pk, ())) if profile else (),
    )


def cluster_of_office(slug: str, *, network: Network) -> Cluster | None:
    """One cluster of a network."""
    return Cluster.objects.within(network=network, slug=slug).select_related("organisation", "network").first()


def office_home(network: Network, *, on: date) -> OfficeHome:
    """What waits for an office; at most eight queries, none of which reads every cluster in full."""
    shown = list(profiles_of_clusters(network).values_list("is_listed", "published__members", "visibility"))
    waiting = profiles_of_office(network).filter(status=ProfileStatus.SUBMITTED).order_by("submitted_at")
    listed = profiles_of_office(network).filter(is_listed=True, is_from_public_sources=False)
    return OfficeHome(
        submitted=list(waiting[:20]),
        requests=requests_of_office(network.pk).filter(status=RequestStatus.PENDING).count(),
        stale=list(listed.filter(confirmed_on__lt=on - CONFIRM_AGAIN_AFTER).order_by("confirmed_on")[:20]),
        without_manager=list(
            _with_manager(network, on=on).filter(has_manager=False).order_by("organisation__sort_name")
        ),
        in_amber=_clusters_in_amber(network, on=on),
        clusters=Cluster.objects.within(network=network).count(),
        listed=sum(is_listed for is_listed, _members, _visibility in shown),
        shared=[members for _listed, members, visibility in shown if _shares_members(members, visibility)],
    )


def profiles_of_clusters(network: Network) -> QuerySet[Profile]:
    """The profiles of a network's own clusters, as far as they were handed in."""
    return profiles_of_office(network).filter(type="cluster", organisation__cluster__network=network)


def _clusters_in_amber(network: Network, *, on: date) -> list[ClusterSeen]:
    """The clusters with a passport that is not green, sought among those that ever failed a check or had a waiver."""
    failed = ValidationResult.objects.within(profile=OuterRef("pk"), is_met=False)
    waived = Waiver.objects.within(profile=OuterRef("pk"))
    doubtful = profiles_of_clusters(network).filter(Q(Exists(failed)) | Q(Exists(waived)), is_listed=True)
    rows = _with_manager(network, on=on).filter(organisation__in=doubtful.values("organisation"))
    seen = _as_seen(network, list(rows.order_by("organisation__sort_name")), on=on)
    return [one for one in seen if any(passport.state != PassportState.GREEN for passport in one.passports)]


def _shares_members(members: Any, visibility: dict[str, str]) -> bool:
    """Whether a cluster states how many members it has, and lets its network know."""
    field = profile_type("cluster").field("members")
    return (
        members not in (None, "") and field is not None and rules.can_see_field(Visibility.NETWORK, field, visibility)
    )


def figures_of_network(network: Network, *, on: date, smallest: int = 5) -> NetworkFigures:
    """The member organisations of a network's clusters by type and country, each counted once; one query."""
    # "Not elsewhere" instead of "here": so the databases read the index of the figures in its order, not by cluster.
    elsewhere = Cluster.objects.within(~Q(network=network))
    rows = (
        Membership.objects.within(active_on(on, starts="joined_on", ends="left_on"), ~Q(cluster__in=elsewhere))
        .values_list("organisation_kind", "organisation_country")
        .annotate(n=Count("organisation", distinct=True))
        .order_by()
    )
    counts = {(kind, country): n for kind, country, n in rows}
    found = {kind for kind, _country in counts}
    kinds = {value: str(label) for value, label in OrganisationKind.choices if value in found}
    countries = {code: country_name(code) if code else "—" for code in sorted({c for _kind, c in counts})}
    table = suppress_small_cells(counts, rows=tuple(kinds), columns=tuple(countries), smallest=smallest)
    return NetworkFigures(table, kinds, countries, on)


def possible_managers(network: Network) -> QuerySet[Person]:
    """The people whom an office may know: those of the cluster organisations and of the office itself."""
    runs = Q(positions__organisation__cluster__network=network) | Q(positions__organisation=network.operator_id)
    return Person.objects.within(runs, is_clock=False).distinct().order_by("sort_name")
