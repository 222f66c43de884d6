"""Networks and clusters are founded; a cluster may take another short name, and keeps the old one for a year."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from modus.core import journal
from modus.core.errors import Conflict, NotAllowed, RuleBroken
from modus.core.journal import action
from modus.core.time import today
from modus.directory import queries, rules
from modus.directory.models import Cluster, ClusterSlug, Network, Organisation, Person

QUARANTINE = timedelta(days=365)


@action
def found_network(operator: Organisation, *, facts: dict[str, Any], by: Person) -> Network:
    """Found a network whose office works at the operator.

    Raises: NotAllowed for everybody but an operator of the installation (the clock).
    """
    if not by.is_clock:
        raise NotAllowed
    network = Network.objects.create(operator=operator, **facts)
    journal.record("directory.network.founded", network, by=by, scope=network)
    return network


@action
def found_cluster(network: Network, *, organisation: Organisation, slug: str, time_zone: str, by: Person) -> Cluster:
    """Found a cluster in a network, run by an organisation.

    Raises: NotAllowed; RuleBroken when the short name is taken or rests.
    """
    if not rules.can_run_network(queries.rights_of(by, on=today()), network):
        raise NotAllowed
    _require_free(slug, for_cluster=None, on=today())
    cluster = Cluster.objects.create(network=network, organisation=organisation, slug=slug, time_zone=time_zone)
    ClusterSlug.objects.update_or_create(slug=slug, defaults={"cluster": cluster, "retired_on": None})
    journal.record("directory.cluster.founded", cluster, by=by, scope=cluster, changes={"slug": [None, slug]})
    return cluster


@action
def rename_cluster(cluster: Cluster, *, slug: str, by: Person) -> Cluster:
    """Give a cluster another short name; the old one leads nowhere and is kept from others for a year.

    Raises: NotAllowed; RuleBroken when the short name is taken or rests.
    """
    if not rules.can_manage_cluster(queries.rights_of(by, on=today()), cluster):
        raise NotAllowed
    if slug == cluster.slug:
        raise RuleBroken(_("This is the short name already."), field="slug")
    _require_free(slug, for_cluster=cluster, on=today())
    before = cluster.slug
    ClusterSlug.objects.filter(slug=before).update(retired_on=today())
    ClusterSlug.objects.update_or_create(slug=slug, defaults={"cluster": cluster, "retired_on": None})
    cluster.slug = slug
    cluster.save(update_fields=["slug"])
    journal.record("directory.cluster.renamed", cluster, by=by, scope=cluster, changes={"slug": [before, slug]})
    return cluster


@action
def set_cluster_settings(
    cluster: Cluster, *, time_zone: str, brand_colour: str, by: Person, version: str = ""
) -> Cluster:
    """Set the zone in which the cluster's times are shown, and the colour of its pages.

    Raises: NotAllowed; Conflict when somebody else changed them since (`version`).
    """
    if not rules.can_manage_cluster(queries.rights_of(by, on=today()), cluster):
        raise NotAllowed
    cluster = Cluster.objects.select_for_update(of=("self",)).select_related("organisation").within(pk=cluster.pk).get()
    if version and version != cluster.state:
        raise Conflict(_("Somebody else changed these settings while you were editing. Look at them again."))
    before = {"time_zone": cluster.time_zone, "brand_colour": cluster.brand_colour}
    after = {"time_zone": time_zone, "brand_colour": brand_colour}
    cluster.time_zone, cluster.brand_colour = time_zone, brand_colour
    cluster.save(update_fields=["time_zone", "brand_colour"])
    changes = journal.changes_between(before, after)
    journal.record("directory.cluster.settings-changed", cluster, by=by, scope=cluster, changes=changes)
    return cluster


def _require_free(slug: str, *, for_cluster: Cluster | None, on: date) -> None:
    """A short name is free when nobody bears it and nobody else bore it within the year."""
    known = ClusterSlug.objects.filter(slug=slug).first()
    if known is None or (for_cluster is not None and known.cluster_id == for_cluster.pk):
        return
    if known.retired_on is None or on - known.retired_on < QUARANTINE:
        raise RuleBroken(_("This short name is taken."), field="slug")
