"""Webhooks of clusters and networks: what can be told, and who still may be told it."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from modus.core.time import today
from modus.directory import rules
from modus.directory.models import Cluster, Network, Person
from modus.directory.queries.rights import rights_of

Place = Cluster | Network
# The beginnings of events and what they mean; what is journalled in the scope of a cluster, and in that of a network.
OF_A_CLUSTER = {
    "directory.membership": _("Members: admitted, changed, ended"),
    "directory.person": _("People: engaged at the cluster or at a member"),
    "directory.position": _("Positions in the team: given, ended"),
    "directory.request": _("Requests to speak for the cluster organisation: decided"),
    "directory.cluster": _("The cluster: settings, short name, hand-over"),
}
OF_A_NETWORK = {
    "directory.profile": _("Profiles: started, submitted, published, checked, withdrawn"),
    "directory.waiver": _("Waivers: granted, withdrawn"),
    "directory.network": _("The network itself"),
}


def events_of(place: Place) -> dict[str, str]:
    """What can be told of a place: beginnings of events, in words."""
    return {name: str(words) for name, words in (OF_A_CLUSTER if isinstance(place, Cluster) else OF_A_NETWORK).items()}


def may_keep_webhooks(person_id: UUID, scope_id: UUID) -> bool:
    """Whether a person may be told today what happens in a cluster or a network: its managers, its office."""
    person = Person.objects.within(pk=person_id).select_related("user").first()
    if person is None or person.user is None or not person.user.is_active:
        return False
    rights = rights_of(person, on=today())
    cluster = Cluster.objects.within(pk=scope_id).select_related("network").first()
    if cluster is not None:
        return rules.can_manage_cluster(rights, cluster)
    network = Network.objects.filter(pk=scope_id).first()
    return network is not None and rules.can_run_network(rights, network)
