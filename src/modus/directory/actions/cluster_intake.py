"""The office takes a cluster in: its organisation, space and first manager, or nothing; and fills an empty place."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from modus.core.errors import NotAllowed, RuleBroken
from modus.core.journal import action
from modus.core.time import today
from modus.directory import queries, rules
from modus.directory.actions.network import found_cluster
from modus.directory.actions.organisation import record_organisation
from modus.directory.actions.person import hand_over, record_person
from modus.directory.models import Cluster, Network, Organisation, Person, Position


@action
def found_cluster_with_manager(
    network: Network,
    *,
    organisation: Organisation | dict[str, Any],
    slug: str,
    time_zone: str,
    manager: dict[str, Any],
    by: Person,
) -> Cluster:
    """Found a cluster of an organisation, recorded before or described by its facts, with its first manager.

    Raises: NotAllowed; RuleBroken when the short name is taken.
    """
    if not rules.can_run_network(queries.rights_of(by, on=today()), network):
        raise NotAllowed
    if isinstance(organisation, dict):
        organisation = record_organisation(organisation, by=by)
    cluster = found_cluster(network, organisation=organisation, slug=slug, time_zone=time_zone, by=by)
    hand_over_to(cluster, manager=manager, starts_on=today(), by=by)
    return cluster


@action
def hand_over_to(cluster: Cluster, *, manager: dict[str, Any], starts_on: date, by: Person) -> Position:
    """Make the owner of a mail address manager of a cluster; a person who is not known yet is recorded.

    Raises: NotAllowed; RuleBroken when the day has passed.
    """
    if not rules.can_run_network(queries.rights_of(by, on=today()), cluster.network):
        raise NotAllowed
    if starts_on < today():
        raise RuleBroken(_("Choose a day from today on."), field="starts_on")
    person = _owner_of(manager["email"]) or record_person(manager, by=by)
    return hand_over(cluster, to=person, starts_on=starts_on, by=by)


def _owner_of(address: str) -> Person | None:
    """Who signs in with an address, or will: it proves itself by its mail, so this gives nobody else a right."""
    address = address.strip().lower()
    with_account = Person.objects.within(user__email=address).first()
    recorded = Person.objects.within(user__isnull=True, email=address, is_clock=False)
    return with_account or recorded.order_by("created_at").first()
