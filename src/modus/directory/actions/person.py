"""People are recorded, get positions and lose them; rights follow by themselves."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from modus.algorithms.addresses import canonical_address
from modus.algorithms.text import fold
from modus.core import journal
from modus.core.errors import Conflict, NotAllowed, RuleBroken
from modus.core.journal import action
from modus.core.time import today
from modus.core.users import User
from modus.directory import notifications, queries, rules
from modus.directory.models import Cluster, Organisation, Person, Position, Role

PERSON_FACTS = ("given_name", "family_name", "email", "phone")
TEAM_ROLES = frozenset({Role.MANAGER, Role.STAFF})


@action
def record_person(facts: dict[str, Any], *, by: Person, user: User | None = None) -> Person:
    """Record a person; she has no right until she gets a position."""
    person = Person(user=user)
    _apply(person, facts)
    journal.record("directory.person.recorded", person, by=by)
    return person


def record_own_person(user: User, *, given_name: str) -> Person:
    """Give a new account the people that were recorded for its address before, as one; or a new person.

    An address proves itself only when its mail is confirmed; until then nobody can sign in with it.
    """
    clock = queries.clock()
    known = list(Person.objects.within(email=user.email, user__isnull=True, is_clock=False).order_by("created_at"))
    if not known:
        return record_person({"given_name": given_name, "email": user.email}, by=clock, user=user)
    first = link_account(known[0], user=user, by=clock)
    for double in known[1:]:
        unite_people(first, double=double, by=clock)
    return first


@action
def unite_people(person: Person, *, double: Person, by: Person) -> Person:
    """Move the positions of a second record of the same person to the first, and forget the second.

    Raises: NotAllowed for everybody but an operator (the clock).
    """
    if not by.is_clock:
        raise NotAllowed
    for position in Position.objects.within(person=double):
        same = {"organisation": position.organisation_id, "role": position.role, "granted_in": position.granted_in_id}
        if Position.objects.within(person=person, ends_on__isnull=True, **same).exists() and position.ends_on is None:
            position.delete()
            continue
        position.person = person
        position.save(update_fields=["person"])
    journal.record("directory.person.united", person, by=by, changes={"double": [double.pk, None]})
    double.delete()
    return person


@action
def link_account(person: Person, *, user: User, by: Person) -> Person:
    """Let an account act as a person who has none."""
    person.user = user
    person.save(update_fields=["user"])
    journal.record("directory.person.account-linked", person, by=by)
    return person


@action
def correct_person(person: Person, *, facts: dict[str, Any], by: Person, version: str = "") -> Person:
    """Correct a person's name and addresses; she does it herself, or the team of a cluster that she works for.

    Raises: NotAllowed; Conflict when somebody else changed them since (`version`); RuleBroken for an address that only
    she herself may change.
    """
    is_own = by.pk == person.pk
    if not is_own:
        _require_above(person, facts, by=by)
    person = Person.objects.select_for_update(of=("self",)).within(pk=person.pk).get()
    if version and version != person.state:
        raise Conflict(_("Somebody else changed this person while you were editing. Look at it again."))
    before = {name: getattr(person, name) for name in PERSON_FACTS}
    _apply(person, facts)
    changes = journal.changes_between(before, {name: getattr(person, name) for name in PERSON_FACTS})
    journal.record("directory.person.corrected", person, by=by, changes=changes)
    return person


@action
def give_position(
    person: Person,
    *,
    organisation: Organisation,
    role: str,
    starts_on: date,
    ends_on: date | None = None,
    job_title: str = "",
    within: Cluster | None = None,
    by: Person,
) -> Position:
    """Give a person a role at an organisation, from a day on; the team of a cluster gives it `within` that cluster.

    Raises: NotAllowed; RuleBroken when the days contradict each other or the role is held already.
    """
    post = _post(by, organisation, role, on=max(starts_on, today()))
    if not post.can_appoint:
        raise NotAllowed
    if ends_on and ends_on < starts_on:
        raise RuleBroken(_("The last day is before the first."), field="ends_on")
    _require_role_fits(post)
    try:
        with transaction.atomic():
            position = Position.objects.create(
                person=person,
                organisation=organisation,
                role=role,
                starts_on=starts_on,
                ends_on=ends_on,
                job_title=job_title,
                granted_in_id=post.reach(within),
            )
    except IntegrityError as error:
        raise RuleBroken(_("This person holds this role already."), field="role") from error
    journal.record("directory.position.given", person, by=by, scope=post.run_cluster, changes={"role": [None, role]})
    notifications.tell_position_given(position, by=by)
    return position


@action
def end_position(position: Position, *, ends_on: date, by: Person, version: str = "") -> Position:
    """End a position; its last day is `ends_on`, and from the next day its rights are gone.

    Raises: NotAllowed; Conflict when somebody else changed it since (`version`); RuleBroken when the day is before the
    first, or the cluster would be left without a manager.
    """
    post = _post(by, position.organisation, position.role, on=today())
    if not post.can_appoint and by.pk != position.person_id:
        raise NotAllowed
    position = (
        Position.objects.select_for_update(of=("self",))
        .select_related("person", "organisation")
        .within(pk=position.pk)
        .get()
    )
    if version and version != position.state:
        raise Conflict(_("Somebody else changed this position while you were looking at it. Look at it again."))
    if ends_on < position.starts_on:
        raise RuleBroken(_("The last day is before the first."), field="ends_on")
    _require_manager_remains(position, post)
    _require_reach(position, post, by=by)
    before = position.ends_on
    position.ends_on = ends_on
    position.save(update_fields=["ends_on"])
    journal.record(
        "directory.position.ended",
        position.person,
        by=by,
        scope=post.run_cluster,
        changes={"ends_on": [before, ends_on]},
    )
    notifications.tell_position_ended(position, by=by)
    return position


@action
def hand_over(cluster: Cluster, *, to: Person, starts_on: date, by: Person) -> Position:
    """Make somebody manager of a cluster whose managers have left, or by the will of its manager.

    Raises: NotAllowed for everybody but the network office and the cluster's managers.
    """
    rights = queries.rights_of(by, on=today())
    if not (rules.can_run_network(rights, cluster.network) or rules.can_manage_cluster(rights, cluster)):
        raise NotAllowed
    position, _was_made = Position.objects.within(
        person=to, organisation=cluster.organisation, role=Role.MANAGER, ends_on__isnull=True
    ).get_or_create(
        person=to,
        organisation=cluster.organisation,
        role=Role.MANAGER,
        ends_on=None,
        defaults={"starts_on": starts_on},
    )
    journal.record("directory.cluster.handed-over", cluster, by=by, scope=cluster, changes={"manager": [None, to.name]})
    notifications.tell_cluster_handed_over(cluster, to=to, starts_on=starts_on, by=by)
    return position


def _apply(person: Person, facts: dict[str, Any]) -> None:
    unknown = set(facts) - set(PERSON_FACTS)
    if unknown:
        raise ValueError(f"Not facts of a person: {', '.join(sorted(unknown))}")
    for name, value in facts.items():
        setattr(person, name, canonical_address(value) if name == "email" else value)
    person.sort_name = fold(f"{person.family_name} {person.given_name}")[:200]
    person.search_text = fold(f"{person.given_name} {person.family_name} {person.email}")
    person.save()


@dataclass(frozen=True)
class _Post:
    """A role at an organisation as the person sees it who gives or takes it: her rights, and where it belongs.

    `run_cluster` is the cluster that the organisation runs; `clusters` those in which it is a member, and that one.
    """

    rights: rules.Rights
    organisation: Organisation
    role: str
    run_cluster: Cluster | None
    clusters: frozenset[UUID]

    @property
    def is_of_members(self) -> bool:
        return self.role not in TEAM_ROLES and self.role != Role.OFFICE

    @property
    def can_appoint(self) -> bool:
        """The office appoints office and managers; managers their team; teams and representatives those of members."""
        if self.rights.is_clock:
            return True
        if self.role == Role.OFFICE:
            return any(office.operator_id == self.organisation.pk for office in self.rights.offices)
        if self.role in TEAM_ROLES:
            return self.run_cluster is not None and (
                rules.can_manage_cluster(self.rights, self.run_cluster)
                or rules.can_run_network(self.rights, self.run_cluster.network)
            )
        return rules.can_appoint_people(self.rights, self.organisation, clusters=self.clusters)

    def reach(self, within: Cluster | None) -> UUID | None:
        """The cluster in which the new position counts; offices and teams have their own by their organisation."""
        if not self.is_of_members:
            return None
        key = within.pk if within else None
        return rules.reach_of_appointment(self.rights, self.organisation, clusters=self.clusters, within=key)


def _post(by: Person, organisation: Organisation, role: str, *, on: date) -> _Post:
    """What a member on the day `on` is, so that a member to come can already name its people."""
    rights = queries.rights_of(by, on=today())
    clusters = queries.clusters_with_member(organisation, on=on)
    return _Post(rights, organisation, role, _cluster_run_by(organisation), clusters)


def _require_reach(position: Position, post: _Post, *, by: Person) -> None:
    """Nobody takes away what another cluster gave."""
    if not post.is_of_members or by.pk == position.person_id:
        return
    own = {standing.cluster.pk for standing in post.rights.standings if standing.is_team}
    if position.granted_in_id not in own and not rules.can_end_for_all(post.rights, post.organisation):
        raise RuleBroken(_("This position counts in other clusters too. Only the organisation itself ends it."))


def _require_role_fits(post: _Post) -> None:
    """Teams work at cluster organisations, offices at operators."""
    if post.role in TEAM_ROLES and post.run_cluster is None:
        raise RuleBroken(_("Only a cluster organisation has managers and staff."), field="role")
    if post.role == Role.OFFICE and not hasattr(post.organisation, "operated_network"):
        raise RuleBroken(_("Only the operator of a network has an office."), field="role")


def _require_manager_remains(position: Position, post: _Post) -> None:
    """A cluster keeps a manager: the last one hands over before she leaves; only the office may take the last away."""
    if position.role != Role.MANAGER or post.run_cluster is None:
        return
    others = Position.objects.within(
        organisation=position.organisation, role=Role.MANAGER, ends_on__isnull=True, starts_on__lte=today()
    ).exclude(pk=position.pk)
    if not others.exists() and not rules.can_run_network(post.rights, post.run_cluster.network):
        raise RuleBroken(_("You are the only manager. Hand over to somebody first."), field="ends_on")


def _cluster_run_by(organisation: Organisation) -> Cluster | None:
    return Cluster.objects.within(organisation=organisation).select_related("network", "organisation").first()


def _workplaces(person: Person) -> frozenset[UUID]:
    """The clusters for which a person works: by their own organisation or by that of a member."""
    positions = Position.objects.within(person=person).select_related("organisation")
    return frozenset(
        cluster for position in positions for cluster in queries.clusters_with_member(position.organisation, on=today())
    )


def _require_above(person: Person, facts: dict[str, Any], *, by: Person) -> None:
    """A team corrects its people; the address, by which an account finds its person, only of those it has alone."""
    rights, workplaces = queries.rights_of(by, on=today()), _workplaces(person)
    own = {standing.cluster.pk for standing in rights.standings if standing.is_team}
    if rights.is_clock:
        return
    if not own & workplaces:
        raise NotAllowed
    is_new_address = facts.get("email", person.email).strip().lower() != person.email
    if is_new_address and (person.user_id is not None or not workplaces <= own):
        raise RuleBroken(_("Only she herself can change this address."), field="email")


@action
def set_password(email: str, *, password: str, by: Person) -> Person:
    """Give an account a password, as an operator does.

    Raises: NotAllowed for everybody but an operator (the clock); RuleBroken when nobody has this address.
    """
    if not by.is_clock:
        raise NotAllowed
    person = Person.objects.within(user__email=email.strip().lower()).select_related("user").first()
    if person is None or person.user is None:
        raise RuleBroken(_("No account has this address."), field="email")
    person.user.set_password(password)
    person.user.save(update_fields=["password"])
    journal.record("directory.person.password-set", person, by=by)
    return person
