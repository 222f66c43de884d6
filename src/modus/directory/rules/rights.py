"""The rights of a person on a day, as a picture made by queries, and the questions asked of it."""

from dataclasses import dataclass, replace
from uuid import UUID

from modus.directory.models import Cluster, Network, Organisation, Role

CLUSTER_TEAM = frozenset({Role.MANAGER, Role.STAFF})


@dataclass(frozen=True)
class Standing:
    """One reason why a person belongs to a cluster: a role at the cluster or at a member of it."""

    cluster: Cluster
    organisation: Organisation
    role: str

    @property
    def is_team(self) -> bool:
        return self.role in CLUSTER_TEAM and self.organisation.pk == self.cluster.organisation_id


@dataclass(frozen=True)
class Rights:
    """What a person is on a day: standings in clusters, offices of networks, and organisations that she speaks for.

    `speaks_freely_for` leaves out those for which the team of a cluster appointed her.
    """

    standings: tuple[Standing, ...] = ()
    offices: tuple[Network, ...] = ()
    speaks_for: frozenset[UUID] = frozenset()
    speaks_freely_for: frozenset[UUID] = frozenset()
    works_at: frozenset[UUID] = frozenset()
    is_clock: bool = False

    def in_cluster(self, cluster: Cluster) -> tuple[Standing, ...]:
        return tuple(standing for standing in self.standings if standing.cluster.pk == cluster.pk)

    @property
    def clusters(self) -> tuple[Cluster, ...]:
        """Each cluster once, in the order of the standings."""
        return tuple({standing.cluster.pk: standing.cluster for standing in self.standings}.values())

    @property
    def networks(self) -> frozenset[UUID]:
        """The networks that the person belongs to through a cluster or an office."""
        return frozenset(
            [standing.cluster.network_id for standing in self.standings] + [network.pk for network in self.offices]
        )


def can_pass_without_second_factor(rights: Rights, *, demanded_of: str) -> bool:
    """Whether a password is enough; `demanded_of` is staff (with managers and offices), all, or no."""
    is_above_members = bool(rights.offices) or any(standing.is_team for standing in rights.standings)
    return demanded_of == "no" or (demanded_of == "staff" and not is_above_members)


def narrowed_to(rights: Rights, scope_id: UUID | None) -> Rights:
    """The part of the rights that lies in one cluster or network; without one, what she may do with her own things.

    Where she works stays as it is: it forbids deciding on one's own matters, and so must not be forgotten.
    """
    standings = tuple(standing for standing in rights.standings if standing.cluster.pk == scope_id)
    offices = tuple(network for network in rights.offices if network.pk == scope_id)
    places = {standing.organisation.pk for standing in standings} | {network.operator_id for network in offices}
    own = rights.speaks_for if scope_id is None else rights.speaks_for & places
    return replace(
        rights,
        standings=standings,
        offices=offices,
        speaks_for=own,
        speaks_freely_for=rights.speaks_freely_for & own,
    )


def can_enter(rights: Rights, cluster: Cluster) -> bool:
    return rights.is_clock or bool(rights.in_cluster(cluster))


def can_manage_members(rights: Rights, cluster: Cluster) -> bool:
    return rights.is_clock or any(standing.is_team for standing in rights.in_cluster(cluster))


def can_manage_cluster(rights: Rights, cluster: Cluster) -> bool:
    return rights.is_clock or any(
        standing.is_team and standing.role == Role.MANAGER for standing in rights.in_cluster(cluster)
    )


def can_run_network(rights: Rights, network: Network) -> bool:
    return rights.is_clock or any(office.pk == network.pk for office in rights.offices)


def can_edit_organisation(rights: Rights, organisation: Organisation) -> bool:
    """Those who speak for it, and the team of the cluster that recorded it."""
    return rights.is_clock or organisation.pk in rights.speaks_for or organisation.kept_by_id in _team_clusters(rights)


def can_appoint_people(rights: Rights, organisation: Organisation, *, clusters: frozenset[UUID]) -> bool:
    """Those who speak for it, and the team of each cluster in which it is a member (`clusters`)."""
    return rights.is_clock or organisation.pk in rights.speaks_for or bool(_team_clusters(rights) & clusters)


def reach_of_appointment(
    rights: Rights, organisation: Organisation, *, clusters: frozenset[UUID], within: UUID | None
) -> UUID | None:
    """The one cluster in which a position counts that this person gives; nothing when it counts in all of them.

    A team opens its own cluster (`within`, where several are its own) and never another in which the organisation is a
    member; who was appointed by a team passes on no more than she has.
    """
    if rights.is_clock or organisation.pk in rights.speaks_freely_for:
        return None
    own = _team_clusters(rights) & clusters
    if own:
        return within if within in own else min(own)
    return None if rights.offices else organisation.kept_by_id


def can_end_for_all(rights: Rights, organisation: Organisation) -> bool:
    """Who ends a position that counts in all clusters: the organisation itself, and the cluster that looks after it."""
    return (
        rights.is_clock
        or organisation.pk in rights.speaks_freely_for
        or organisation.kept_by_id in _team_clusters(rights)
    )


def _team_clusters(rights: Rights) -> frozenset[UUID]:
    return frozenset(standing.cluster.pk for standing in rights.standings if standing.is_team)


def can_decide_on_request(
    rights: Rights,
    organisation: Organisation,
    *,
    clusters: frozenset[UUID],
    networks: frozenset[UUID],
    is_claim: bool,
) -> bool:
    """A join is decided by those who speak for the organisation; a claim, and every other case, by those above."""
    if not is_claim and organisation.pk in rights.speaks_for:
        return True
    is_above = bool(_team_clusters(rights) & clusters)
    return rights.is_clock or is_above or any(office.pk in networks for office in rights.offices)
