"""A new member is enrolled as a whole: the organisation, its membership and its first representative, or nothing."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from modus.core import journal
from modus.core.errors import NotAllowed, RuleBroken
from modus.core.journal import action
from modus.core.time import today
from modus.directory import queries, rules
from modus.directory.actions.membership import admit_member, change_membership
from modus.directory.actions.organisation import correct_organisation, record_organisation
from modus.directory.actions.person import give_position, record_person
from modus.directory.models import Cluster, Membership, Organisation, Person, Role
from modus.directory.queries.enrolment import person_with_address


@action
def enrol_member(
    cluster: Cluster,
    *,
    organisation: Organisation | dict[str, Any],
    terms: dict[str, Any],
    representative: dict[str, Any] | None = None,
    by: Person,
) -> Membership:
    """Admit an organisation, recorded before or described by its facts, and perhaps its first representative.

    Raises: NotAllowed; RuleBroken when it is a member already, a number is taken or the days contradict each other.
    """
    rights = queries.rights_of(by, on=today())
    if not rules.can_manage_members(rights, cluster):
        raise NotAllowed
    if isinstance(organisation, dict):
        organisation = record_organisation(organisation, kept_by=cluster, by=by)
    membership = admit_member(cluster, organisation=organisation, terms=terms, by=by, rights=rights)
    if representative:
        post = {"role": Role.REPRESENTATIVE, "starts_on": max(today(), membership.joined_on)}
        engage_person(cluster, organisation=organisation, facts=representative, terms=post, by=by)
    return membership


@transaction.atomic
def revise_member(
    membership: Membership, *, facts: dict[str, Any], terms: dict[str, Any], seen: str, version: int, by: Person
) -> Membership:
    """Correct the facts of a member and its terms together; only what differs is written, and nothing is no act.

    Raises: NotAllowed; Conflict when somebody else changed one of them since; RuleBroken when a rule stands against it.
    """
    if any(getattr(membership, name) != value for name, value in terms.items()):
        membership = change_membership(membership, terms=terms, version=version, by=by)
    organisation = membership.organisation
    if all(getattr(organisation, name) == value for name, value in facts.items()):
        return membership
    if not rules.can_edit_organisation(queries.rights_of(by, on=today()), organisation):
        raise RuleBroken(_("%(name)s looks after its own facts. Ask it to correct them.") % {"name": organisation.name})
    correct_organisation(organisation, facts=facts, seen=seen, by=by)
    return membership


@action
def engage_person(
    cluster: Cluster, *, organisation: Organisation, facts: dict[str, Any], terms: dict[str, Any], by: Person
) -> Person:
    """Give somebody a position at the cluster or at a member; who is known there by her address is not recorded twice.

    Raises: NotAllowed; RuleBroken when she holds the role already or the days contradict each other.
    """
    known = person_with_address(cluster, facts.get("email", ""), on=today())
    person = known or record_person(facts, by=by)
    starts_on = terms.get("starts_on") or today()
    post = {**terms, "starts_on": starts_on, "within": cluster}
    give_position(person, **{"organisation": organisation, "by": by, **post})
    if organisation.pk != cluster.organisation_id:
        journal.record(
            "directory.person.engaged",
            person,
            by=by,
            scope=cluster,
            changes={"organisation": [None, organisation.name]},
        )
    return person
