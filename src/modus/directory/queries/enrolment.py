"""What a cluster may know of before it admits somebody: likely duplicates, and people by their address."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from modus.algorithms.text import domain_of, fold, most_alike
from modus.directory.models import Cluster, Membership, Organisation, Person, active_on
from modus.directory.queries.people import positions_of
from modus.directory.queries.profiles import listed_profiles

ALIKE = 0.6
MOST_CANDIDATES = 2000
MOST_ALIKE = 20
MOST_SHOWN = 5
# Hosts that many organisations share say nothing about who somebody is.
SHARED_DOMAINS = frozenset({"facebook.com", "linkedin.com", "instagram.com", "sites.google.com", "gmail.com"})


@dataclass(frozen=True)
class Likely:
    """An organisation that may be the one that somebody is about to record, and why."""

    organisation: Organisation
    likeness: float
    has_same_domain: bool
    membership_id: UUID | None = None


def organisations_known_to(cluster: Cluster, *, on: date) -> QuerySet[Organisation]:
    """The organisations that a cluster may know of: its own members of any time, and those with a listed profile."""
    own = Membership.objects.within(cluster=cluster, organisation=OuterRef("pk"))
    listed = listed_profiles(on=on).filter(organisation=OuterRef("pk"))
    return Organisation.objects.within(Q(Exists(own)) | Q(Exists(listed)))


def organisation_known_to(cluster: Cluster, organisation_id: UUID, *, on: date) -> Organisation | None:
    """One of the organisations that a cluster may know of."""
    return organisations_known_to(cluster, on=on).filter(pk=organisation_id).first()


def likely_duplicates(cluster: Cluster, *, name: str, website: str, country: str, on: date) -> list[Likely]:
    """Organisations known to the cluster that are alike in name, or have the same domain; at most six queries."""
    domain = domain_of(website)
    domain = "" if domain in SHARED_DOMAINS else domain
    shares = _alike(cluster, name, on=on)
    if not shares and not domain:
        return []
    same_domain = organisations_known_to(cluster, on=on).filter(domain=domain)[:MOST_ALIKE] if domain else []
    rows = {row.pk: row for row in [*Organisation.objects.within(pk__in=shares), *same_domain]}.values()
    found = [row for row in rows if not country or row.country in {country, ""} or _has_domain(row, domain)]
    found.sort(key=lambda row: (-shares.get(row.pk, 0.0), row.sort_name))
    present = _present(cluster, [row.pk for row in found], on=on)
    return [
        Likely(row, shares.get(row.pk, 0.0), _has_domain(row, domain), present.get(row.pk))
        for row in found[:MOST_SHOWN]
    ]


def person_with_address(cluster: Cluster, email: str, *, on: date) -> Person | None:
    """The person of this cluster who has a mail address."""
    address = email.strip().lower()
    if not address:
        return None
    held = positions_of(cluster, Q(person__email=address), on=on).select_related("person")
    first = held.order_by("person__created_at", "pk").first()
    return first.person if first else None


def _alike(cluster: Cluster, name: str, *, on: date) -> dict[UUID, float]:
    """How alike the names of known organisations are, as far as they are alike; the lists' own names are read."""
    traces = _traces(name)
    if not traces:
        return {}
    # Key and name are all that the index of the list holds: so its thousands of rows need not be opened.
    own = Membership.objects.within(traces, cluster=cluster).values_list("pk", "sort_name")
    listed = listed_profiles(on=on).filter(traces).values_list("organisation_id", "sort_name")
    known = [*own[:MOST_CANDIDATES], *listed[:MOST_CANDIDATES]]
    alike = most_alike(name, [sort_name for _key, sort_name in known], least=ALIKE)
    keys = [known[place][0] for _share, place in alike]
    members = dict(Membership.objects.within(cluster=cluster, pk__in=keys).values_list("pk", "organisation_id"))
    shares: dict[UUID, float] = {}
    for key, (share, _place) in zip(keys, alike, strict=True):
        shares.setdefault(members.get(key, key), share)
    return dict(list(shares.items())[:MOST_ALIKE])


def _traces(name: str) -> Q:
    """Beginnings and ends of the two longest words of a name: one of them survives most slips of the pen."""
    condition = Q()
    for word in sorted(fold(name).split(), key=len, reverse=True)[:2]:
        if len(word) >= 3:
            condition |= Q(sort_name__contains=word[:4]) | Q(sort_name__contains=word[-4:])
    return condition


def _has_domain(organisation: Organisation, domain: str) -> bool:
    return bool(domain) and organisation.domain == domain


def _present(cluster: Cluster, ids: list[UUID], *, on: date) -> dict[UUID, UUID]:
    if not ids:
        return {}
    rows = Membership.objects.within(
        active_on(on, starts="joined_on", ends="left_on"), cluster=cluster, organisation__in=ids
    )
    return dict(rows.values_list("organisation_id", "pk"))
