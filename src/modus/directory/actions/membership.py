"""Organisations are admitted to clusters, change their membership, leave and come back; rules are checked anew."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from modus.core import journal
from modus.core.errors import Conflict, NotAllowed, RuleBroken
from modus.core.journal import action
from modus.core.time import today
from modus.directory import queries, rules
from modus.directory.actions.rule_set import check_cluster
from modus.directory.models import Cluster, Membership, MembershipKind, Organisation, Person

TERMS = ("kind", "joined_on", "left_on", "has_agreement", "pays_fee", "contributes", "is_public")


@action
def admit_member(
    cluster: Cluster,
    *,
    organisation: Organisation,
    terms: dict[str, Any],
    by: Person,
    rights: rules.Rights | None = None,
) -> Membership:
    """Admit an organisation to a cluster; an action that has just read the rights of `by` hands them down.

    Raises: NotAllowed; RuleBroken when it is a member already or the days contradict each other.
    """
    _require_team(cluster, by, rights)
    _require_order(terms.get("joined_on"), terms.get("left_on"))
    _require_no_overlap(cluster, organisation, terms)
    membership = Membership(
        cluster=cluster,
        organisation=organisation,
        sort_name=organisation.sort_name,
        search_text=organisation.search_text,
        organisation_kind=organisation.kind,
        organisation_country=organisation.country,
        **_known(terms),
    )
    _save(membership)
    journal.record(
        "directory.membership.admitted", membership, by=by, scope=cluster, changes={"member": [None, organisation.name]}
    )
    check_cluster(cluster, on=today(), by=by)
    return membership


@action
def change_membership(membership: Membership, *, terms: dict[str, Any], version: int, by: Person) -> Membership:
    """Change the terms of a membership.

    Raises: NotAllowed; Conflict when somebody else changed it since (`version`); RuleBroken when the days contradict
    each other.
    """
    _require_team(membership.cluster, by)
    current = Membership.objects.select_for_update().within(pk=membership.pk).get()
    if current.version != version:
        raise Conflict(_("Somebody else changed this membership while you were editing. Look at it again."))
    before = {name: getattr(current, name) for name in TERMS}
    for name, value in _known(terms).items():
        setattr(current, name, value)
    _require_order(current.joined_on, current.left_on)
    current.version += 1
    _save(current)
    changes = journal.changes_between(before, {name: getattr(current, name) for name in TERMS})
    journal.record("directory.membership.changed", current, by=by, scope=membership.cluster, changes=changes)
    check_cluster(membership.cluster, on=today(), by=by)
    return current


@action
def end_membership(membership: Membership, *, left_on: date, by: Person, version: int | None = None) -> Membership:
    """End a membership; its last day is `left_on`.

    Raises: NotAllowed; Conflict when somebody else changed it since (`version`); RuleBroken when it has ended or would
    end before it began.
    """
    _require_team(membership.cluster, by)
    current = Membership.objects.select_for_update().within(pk=membership.pk).get()
    if version is not None and current.version != version:
        raise Conflict(_("Somebody else changed this membership while you were looking at it. Look at it again."))
    if current.left_on is not None and current.left_on < today():
        raise RuleBroken(_("This membership has ended already."), field="left_on")
    _require_order(current.joined_on, left_on)
    before = current.left_on
    current.left_on = left_on
    current.version += 1
    current.save(update_fields=["left_on", "version"])
    journal.record(
        "directory.membership.ended",
        current,
        by=by,
        scope=membership.cluster,
        changes={"left_on": [before, left_on]},
    )
    check_cluster(membership.cluster, on=today(), by=by)
    return current


@action
def reinstate_membership(membership: Membership, *, by: Person) -> Membership:
    """Take back the end of a membership.

    Raises: NotAllowed; RuleBroken when it goes on, or the organisation was admitted anew since.
    """
    _require_team(membership.cluster, by)
    current = Membership.objects.select_for_update().within(pk=membership.pk).get()
    if current.left_on is None:
        raise RuleBroken(_("This membership has not ended."))
    before, current.left_on = current.left_on, None
    current.version += 1
    _save(current)
    journal.record(
        "directory.membership.reinstated",
        current,
        by=by,
        scope=membership.cluster,
        changes={"left_on": [before, None]},
    )
    check_cluster(membership.cluster, on=today(), by=by)
    return current


@action
def change_membership_kinds(
    cluster: Cluster, *, memberships: Sequence[Membership], kind: str, by: Person
) -> list[Membership]:
    """Give many memberships of one cluster the same kind; all or none.

    Raises: NotAllowed; RuleBroken for an unknown kind or a membership of another cluster.
    """
    _require_team(cluster, by)
    if kind not in MembershipKind.values or any(row.cluster_id != cluster.pk for row in memberships):
        raise RuleBroken(_("Choose memberships of this cluster and a kind that exists."))
    keys = [row.pk for row in memberships]
    current = list(Membership.objects.select_for_update().within(cluster=cluster, pk__in=keys))
    for row in current:
        before, row.kind = row.kind, kind
        row.version += 1
        row.save(update_fields=["kind", "version"])
        journal.record("directory.membership.changed", row, by=by, scope=cluster, changes={"kind": [before, kind]})
    if not current:
        raise RuleBroken(_("Choose at least one member."))
    return current


def _known(terms: dict[str, Any]) -> dict[str, Any]:
    unknown = set(terms) - set(TERMS)
    if unknown:
        raise ValueError(f"Not terms of a membership: {', '.join(sorted(unknown))}")
    return terms


def _require_team(cluster: Cluster, by: Person, rights: rules.Rights | None = None) -> None:
    if not rules.can_manage_members(rights or queries.rights_of(by, on=today()), cluster):
        raise NotAllowed


def _require_order(joined_on: date | None, left_on: date | None) -> None:
    if joined_on and left_on and left_on < joined_on:
        raise RuleBroken(_("The last day is before the first."), field="left_on")


def _require_no_overlap(cluster: Cluster, organisation: Organisation, terms: dict[str, Any]) -> None:
    """Two memberships of one organisation in one cluster may follow each other, not overlap."""
    others = Membership.objects.within(cluster=cluster, organisation=organisation).exclude(
        left_on__lt=terms["joined_on"]
    )
    if terms.get("left_on"):
        others = others.exclude(joined_on__gt=terms["left_on"])
    if others.exists():
        raise RuleBroken(_("This organisation is a member already."), field="name")


def _save(membership: Membership) -> None:
    try:
        with transaction.atomic():
            membership.save()
    except IntegrityError as error:
        raise RuleBroken(_("This organisation is a member already."), field="name") from error
