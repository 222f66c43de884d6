"""Organisations and where they belong."""

from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from modus.algorithms.text import fold
from modus.directory.models import Cluster, Membership, Network, Organisation, Place, active_on
from modus.directory.rules import Rights


def clusters_with_member(organisation: Organisation, *, on: date) -> frozenset[UUID]:
    """The clusters in which an organisation is a member on a day, or which it runs."""
    member_of = Membership.objects.within(
        active_on(on, starts="joined_on", ends="left_on"), organisation=organisation
    ).values_list("cluster_id", flat=True)
    runs = Cluster.objects.within(organisation=organisation).values_list("id", flat=True)
    return frozenset([*member_of, *runs])


def networks_of(organisation: Organisation, *, on: date) -> frozenset[UUID]:
    """The networks in which an organisation stands: by its own cluster, by its profiles or by its memberships."""
    clusters = Cluster.objects.within(organisation=organisation).values_list("network_id", flat=True)
    profiles = organisation.profiles.values_list("network_id", flat=True)
    memberships = Membership.objects.within(
        active_on(on, starts="joined_on", ends="left_on"), organisation=organisation
    ).values_list("cluster__network_id", flat=True)
    operated = Network.objects.filter(operator=organisation).values_list("id", flat=True)
    return frozenset([*clusters, *profiles, *memberships, *operated])


def organisation_of(registration_number: str, *, country: str) -> Organisation | None:
    """The organisation behind a registration number of a country."""
    if not registration_number:
        return None
    return Organisation.objects.within(registration_number=registration_number, country=country).first()


def place_named(name: str, *, country: str) -> Place | None:
    """The largest place of that name in a country, spelt with or without diacritics."""
    if not name or not country:
        return None
    return Place.objects.filter(folded_name=fold(name), country=country).order_by("-population").first()


def organisation_at(pk: UUID) -> Organisation | None:
    """One organisation by its key; whoever asks has seen that the reader belongs there."""
    return Organisation.objects.within(pk=pk).select_related("cluster__network", "cluster__organisation").first()


def networks_with(organisation: Organisation, *, on: date) -> list[Network]:
    """The networks in which an organisation stands, by name."""
    return list(Network.objects.filter(pk__in=networks_of(organisation, on=on)).order_by("name"))


def member_named(name: str, *, country: str, cluster: Cluster) -> Organisation | None:
    """The organisation of that name and country among those that are or were members of a cluster."""
    rows = Organisation.objects.within(memberships__cluster=cluster, sort_name=fold(name)[:200], country=country)
    return rows.order_by("created_at").first()


def organisations_spoken_for(rights: Rights) -> QuerySet[Organisation]:
    """The organisations for which a person speaks."""
    return Organisation.objects.within(pk__in=rights.speaks_for)
