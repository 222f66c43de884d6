"""Requests to speak for an organisation: who may ask, what waits, and for whom."""

from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from modus.directory.models import (
    Cluster,
    JoinRequest,
    Organisation,
    Person,
    Position,
    Profile,
    ProfileStatus,
    RequestKind,
    RequestStatus,
    Role,
    active_on,
)
from modus.directory.rules import Rights

SPOKESPEOPLE = (Role.REPRESENTATIVE, Role.MANAGER, Role.OFFICE)
OF_A_CLUSTER = (Role.MANAGER, Role.STAFF)
OF_OTHERS = (Role.REPRESENTATIVE, Role.COLLEAGUE)
KNOWN_TO_THE_OFFICE = frozenset(set(ProfileStatus.values) - {ProfileStatus.DRAFT})


def somebody_speaks_for(organisation: Organisation, *, on: date) -> bool:
    """Whether anybody holds a position that speaks for an organisation; if not, it can be claimed."""
    active = active_on(on, starts="starts_on", ends="ends_on")
    return Position.objects.within(active, organisation=organisation, role__in=SPOKESPEOPLE).exists()


def organisation_to_ask_for(pk: UUID, *, rights: Rights, on: date) -> Organisation | None:
    """An organisation that a person may ask for: one in the public directory, or one of her own clusters."""
    own = [cluster.pk for cluster in rights.clusters]
    is_member = active_on(on, starts="memberships__joined_on", ends="memberships__left_on")
    listed = Q(profiles__is_listed=True)
    seen = listed | (Q(memberships__cluster__in=own) & is_member) | Q(cluster__in=own)
    return Organisation.objects.within(Q(pk=pk) & seen).first()


def deciding_clusters(organisation: Organisation, *, on: date) -> frozenset[UUID]:
    """The clusters whose team decides: those of which it is a member, and for a cluster organisation its own.

    The team of another cluster has no say about who runs a cluster that is its member.
    """
    own = list(Cluster.objects.within(organisation=organisation).values_list("pk", flat=True))
    if own:
        return frozenset(own)
    active = active_on(on, starts="joined_on", ends="left_on")
    return frozenset(organisation.memberships.filter(active).values_list("cluster_id", flat=True))


def deciding_networks(organisation: Organisation) -> frozenset[UUID]:
    """The networks whose office knows the organisation: by its cluster, or by a profile that was handed in.

    A member of a cluster is not known to the office: what a cluster does not share stays in its space.
    """
    clusters = list(Cluster.objects.within(organisation=organisation).values_list("network_id", flat=True))
    if clusters:
        return frozenset(clusters)
    known = organisation.profiles.filter(status__in=KNOWN_TO_THE_OFFICE)
    return frozenset(known.values_list("network_id", flat=True))


def requests_to_decide(person: Person, rights: Rights, *, on: date) -> QuerySet[JoinRequest]:
    """The requests that wait for a person in any of her roles, never her own; one query."""
    teams = [standing.cluster.pk for standing in rights.standings if standing.is_team]
    managed = [s.cluster.pk for s in rights.standings if s.is_team and s.role == Role.MANAGER]
    is_member = active_on(on, starts="organisation__memberships__joined_on", ends="organisation__memberships__left_on")
    runs_no_cluster = Q(organisation__cluster__isnull=True)
    by_spokesperson = Q(kind=RequestKind.JOIN, organisation__in=rights.speaks_for) & runs_no_cluster
    by_team = Q(organisation__memberships__cluster__in=teams) & is_member & runs_no_cluster
    by_manager = Q(kind=RequestKind.JOIN, organisation__cluster__in=managed)
    waiting = Q(status=RequestStatus.PENDING) & (by_spokesperson | by_team | by_manager | _of_offices(rights))
    rows = JoinRequest.objects.within(waiting).exclude(person=person)
    return rows.select_related("person", "organisation__cluster").order_by("asked_at", "pk").distinct()


def requests_of_office(network_id: UUID) -> QuerySet[JoinRequest]:
    """The requests that a network's office decides on, newest first among the decided ones; one query."""
    rows = JoinRequest.objects.within(_of_networks([network_id]))
    related = rows.select_related("person", "organisation__cluster", "decided_by")
    return related.order_by("asked_at", "pk").distinct()


def requests_of(person: Person) -> QuerySet[JoinRequest]:
    """What a person has asked for."""
    rows = JoinRequest.objects.within(person=person).select_related("organisation", "decided_by")
    return rows.order_by("-asked_at")


def offered_roles(request: JoinRequest) -> list[tuple[str, str]]:
    """The roles that an approval can give, the usual one first: who claims speaks for it, who joins works there."""
    roles = OF_A_CLUSTER if hasattr(request.organisation, "cluster") else OF_OTHERS
    order = roles if request.kind == RequestKind.CLAIM else roles[::-1]
    return [(role.value, str(role.label)) for role in order]


def _of_offices(rights: Rights) -> Q:
    return _of_networks([network.pk for network in rights.offices])


def _of_networks(networks: list[UUID]) -> Q:
    known = Profile.objects.across("which organisations an office knows").filter(
        network__in=networks, status__in=KNOWN_TO_THE_OFFICE
    )
    by_profile = Q(organisation__cluster__isnull=True, organisation__in=known.values("organisation"))
    return Q(organisation__cluster__network__in=networks) | by_profile
