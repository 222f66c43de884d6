"""Who may edit, decide on and see profiles and their fields."""

from modus.directory.models import Field, Network, Organisation, Person, Profile, Role, Visibility
from modus.directory.rules.rights import Rights, can_run_network

CIRCLES = (Visibility.PUBLIC, Visibility.NETWORK, Visibility.CLUSTER, Visibility.STAFF)
NARROWNESS = {circle.value: place for place, circle in enumerate(CIRCLES)}


def can_edit_profile(rights: Rights, organisation: Organisation) -> bool:
    return rights.is_clock or organisation.pk in rights.speaks_for


def can_decide_on_profile(rights: Rights, network: Network, profile: Profile, *, by: Person) -> bool:
    """The network office decides, but nobody on a profile that she submitted or that is of her own organisation."""
    is_own = profile.submitted_by_id == by.pk or profile.organisation_id in rights.works_at
    return rights.is_clock or (can_run_network(rights, network) and not is_own)


def can_read_evidence(rights: Rights, profile: Profile) -> bool:
    """The network office and the managers of the cluster, with the profile's network at hand."""
    is_manager = any(
        standing.is_team and standing.role == Role.MANAGER and standing.organisation.pk == profile.organisation_id
        for standing in rights.standings
    )
    return is_manager or can_run_network(rights, profile.network)


def circle_of(rights: Rights, profile: Profile) -> Visibility:
    """The narrowest circle around this profile in which the person stands."""
    if rights.is_clock or profile.organisation_id in rights.speaks_for:
        return Visibility.STAFF
    standings = [s for s in rights.standings if s.cluster.organisation_id == profile.organisation_id]
    if any(standing.is_team for standing in standings):
        return Visibility.STAFF
    if standings or profile.organisation_id in rights.works_at:
        return Visibility.CLUSTER
    return Visibility.NETWORK if profile.network_id in rights.networks else Visibility.PUBLIC


def can_see_field(circle: str, field: Field, visibility: dict[str, str]) -> bool:
    """A field is seen in its own circle and in every narrower one."""
    return NARROWNESS[circle] >= NARROWNESS[visibility.get(field.name, field.visibility)]
