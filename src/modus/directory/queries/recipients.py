"""Who is told what: the people to whom a decision, a request or a reminder belongs."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import F, Q

from modus.directory.models import (
    Cluster,
    JoinRequest,
    Network,
    Organisation,
    Person,
    Position,
    Profile,
    ProfileStatus,
    RequestKind,
    Role,
    active_on,
)
from modus.directory.models.profile import CONFIRM_AGAIN_AFTER
from modus.directory.queries.organisations import clusters_with_member
from modus.directory.queries.requests import deciding_clusters, deciding_networks
from modus.directory.queries.rights import SPOKESPEOPLE, rights_of

TEAM = (Role.MANAGER, Role.STAFF)


def spokespeople_of(organisation: Organisation, *, on: date) -> list[Person]:
    """Who speaks for an organisation on a day."""
    counts = Q(granted_in__isnull=True) | Q(granted_in=F("organisation__kept_by"))
    return _holders(counts, on=on, organisation=organisation, role__in=SPOKESPEOPLE)


def office_of(networks: Iterable[UUID], *, on: date) -> list[Person]:
    """Who works at the office of these networks on a day."""
    return _holders(on=on, organisation__operated_network__in=list(networks), role=Role.OFFICE)


def managers_of(cluster: Cluster, *, on: date) -> list[Person]:
    """Who manages a cluster on a day."""
    return _holders(on=on, organisation=cluster.organisation_id, role=Role.MANAGER)


def deciders_of(request: JoinRequest, *, on: date) -> list[Person]:
    """Those nearest to a request who may decide on it: spokespeople, else teams, else offices; never who asks."""
    organisation, is_join = request.organisation, request.kind == RequestKind.JOIN
    clusters, networks = deciding_clusters(organisation, on=on), deciding_networks(organisation)
    if Cluster.objects.within(organisation=organisation).exists():
        managers = _holders(on=on, organisation__cluster__in=clusters, role=Role.MANAGER) if is_join else []
        circles = [managers, office_of(networks, on=on)]
    else:
        circles = [
            spokespeople_of(organisation, on=on) if is_join else [],
            _holders(on=on, organisation__cluster__in=clusters, role__in=TEAM),
            office_of(networks, on=on),
        ]
    nearest = ([person for person in circle if person.pk != request.person_id] for circle in circles)
    return next((circle for circle in nearest if circle), [])


def person_behind(user_id: UUID | None, address: str) -> Person | None:
    """The person to whom a mail goes: the owner of the account, else whoever was recorded with the address."""
    known = {"user_id": user_id} if user_id else {"user__isnull": True, "email": address}
    return Person.objects.within(is_clock=False, **known).order_by("created_at").first()


def profile_told_of(key: UUID | None) -> Profile | None:
    """The profile that a mail is about."""
    return Profile.objects.within(pk=key).select_related("organisation", "network").first()


def request_told_of(key: UUID | None) -> JoinRequest | None:
    """The request that a mail is about."""
    return JoinRequest.objects.within(pk=key).select_related("organisation", "person").first()


def profiles_to_confirm(*, on: date) -> list[Profile]:
    """The listed profiles that nobody has confirmed for more than a year; one query."""
    rows = Profile.objects.across("the clock reminds everybody").filter(
        is_listed=True, confirmed_on__lt=on - CONFIRM_AGAIN_AFTER
    )
    kept = rows.exclude(status=ProfileStatus.WITHDRAWN).select_related("organisation__cluster", "network")
    return list(kept.order_by("confirmed_on", "pk"))


def reminder_key(profile: Profile, *, on: date) -> str:
    """What a reminder is about: this profile, its last confirmation, and whether it is still listed."""
    return f"confirm:{profile.pk.hex}:{profile.confirmed_on}:{'unlisted' if profile.is_unlisted(on) else 'stale'}"


def place_of_act(organisation: Organisation, *, by: Person, on: date) -> Cluster | Network | None:
    """Whose outbox holds the mails of an act at an organisation: of the cluster or the office for which one acted."""
    rights = rights_of(by, on=on)
    clusters = clusters_with_member(organisation, on=on)
    own = [standing.cluster for standing in rights.standings if standing.is_team and standing.cluster.pk in clusters]
    networks = {*deciding_networks(organisation), getattr(getattr(organisation, "operated_network", None), "pk", None)}
    offices = [office for office in rights.offices if office.pk in networks]
    places: list[Cluster | Network] = [*own, *offices]
    return places[0] if places else None


def _holders(*conditions: Q, on: date, **lookups: object) -> list[Person]:
    """Each person once who holds such a position on a day."""
    active = active_on(on, starts="starts_on", ends="ends_on")
    rows = Position.objects.within(active, *conditions, **lookups).select_related("person__user")
    people = {row.person_id: row.person for row in rows.order_by("starts_on", "id")}
    return list(people.values())
