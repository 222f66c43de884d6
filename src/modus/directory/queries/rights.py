"""Who somebody is: the person behind an account and what she may do on a day."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from modus.directory.models import Membership, Network, Person, Position, Role, active_on
from modus.directory.rules import Rights, Standing, narrowed_to

SPOKESPEOPLE = frozenset({Role.REPRESENTATIVE, Role.MANAGER, Role.OFFICE})
MEMBER_ROLES = frozenset({Role.REPRESENTATIVE, Role.COLLEAGUE})


def person_of(user: Any) -> Person | None:
    """The person behind an account; nobody for a visitor."""
    if not user.is_authenticated:
        return None
    return Person.objects.within(user_id=user.pk).first()


def clock() -> Person:
    """The named person who acts for commands."""
    return Person.objects.within(is_clock=True).get()


def person_with_id(person_id: UUID) -> Person | None:
    """The person for whom work was queued."""
    return Person.objects.within(pk=person_id).first()


def rights_of(person: Person | None, *, on: date) -> Rights:
    """A person's rights on a day, derived from positions and memberships that are active on it; two queries.

    Who acts by a token has of them what lies within its scope.
    """
    if person is None:
        return Rights()
    if person.is_clock:
        return Rights(is_clock=True)
    rights = _rights_by_positions(person, on=on)
    return narrowed_to(rights, person.token.scope_id) if person.token else rights


def _rights_by_positions(person: Person, *, on: date) -> Rights:
    positions = list(
        Position.objects.within(active_on(on, starts="starts_on", ends="ends_on"), person=person)
        # The organisation of the cluster that it runs is itself: Django knows, and reads it once.
        .select_related("organisation__cluster__network", "organisation__operated_network")
        .order_by("starts_on", "id")
    )
    return Rights(
        standings=(*_team_standings(positions), *_member_standings(positions, on=on)),
        offices=tuple(
            position.organisation.operated_network
            for position in positions
            if position.role == Role.OFFICE and hasattr(position.organisation, "operated_network")
        ),
        speaks_for=frozenset(p.organisation_id for p in positions if _speaks(p)),
        speaks_freely_for=frozenset(p.organisation_id for p in positions if _speaks(p) and p.granted_in_id is None),
        works_at=frozenset(position.organisation_id for position in positions),
    )


def _team_standings(positions: Iterable[Position]) -> list[Standing]:
    return [
        Standing(position.organisation.cluster, position.organisation, position.role)
        for position in positions
        if position.role in {Role.MANAGER, Role.STAFF} and hasattr(position.organisation, "cluster")
    ]


def _speaks(position: Position) -> bool:
    """Who was appointed by a team speaks for the organisation only where that team looks after it."""
    is_far_enough = position.granted_in_id in {None, position.organisation.kept_by_id}
    return position.role in SPOKESPEOPLE and is_far_enough


def _member_standings(positions: Iterable[Position], *, on: date) -> list[Standing]:
    held = [position for position in positions if position.role in MEMBER_ROLES]
    if not held:
        return []
    places = {position.organisation_id for position in held}
    memberships = (
        Membership.objects.within(active_on(on, starts="joined_on", ends="left_on"), organisation__in=places)
        .select_related("cluster__network", "cluster__organisation")
        .order_by("joined_on", "id")
    )
    return [
        Standing(row.cluster, position.organisation, position.role)
        for row in memberships
        for position in held
        if position.organisation_id == row.organisation_id and position.granted_in_id in {None, row.cluster_id}
    ]


def people_with_account_by_role(roles: Iterable[str]) -> dict[str, Person]:
    """For each role the first person with an account who holds it: the sign-ins that an operator shows."""
    found: dict[str, Person] = {}
    positions = Position.objects.across("an operator looks for accounts to show")
    for position in positions.filter(person__user__isnull=False).select_related("person").order_by("starts_on", "id"):
        if position.role in roles:
            found.setdefault(position.role, position.person)
    return {role: found[role] for role in roles if role in found}


def networks_exist() -> bool:
    """Whether anything has been founded here."""
    return Network.objects.exists()
