"""Acts upon many rows, in the background and step by step: each step is an act of its own that asks for rights anew."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from modus.core import journal, tasks
from modus.core.errors import NotAllowed, RuleBroken
from modus.core.journal import action
from modus.core.tasks import Context
from modus.core.tasks.models import QueuedTask
from modus.core.time import today
from modus.directory import queries, rules
from modus.directory.actions.membership import change_membership_kinds
from modus.directory.actions.rule_set import check_profile
from modus.directory.models import Cluster, Membership, MembershipKind, Network, Person, Profile

MANY = 50
"""More rows than this take longer than anybody wants to look at a page that does not come."""


@action
def begin_kind_change(
    cluster: Cluster, *, memberships: Sequence[Membership], kind: str, key: str, by: Person
) -> QueuedTask:
    """Begin to give many memberships of one cluster the same kind; the same key begins it once.

    Raises: NotAllowed; RuleBroken for an unknown kind, a membership of another cluster, or too much work waiting.
    """
    if not rules.can_manage_members(queries.rights_of(by, on=today()), cluster):
        raise NotAllowed
    if kind not in MembershipKind.values or any(row.cluster_id != cluster.pk for row in memberships):
        raise RuleBroken(_("Choose memberships of this cluster and a kind that exists."))
    count = len(memberships)
    words = ngettext("Change %(n)d member to: %(kind)s", "Change %(n)d members to: %(kind)s", count)
    keys = [row.pk for row in memberships]
    begun = tasks.enqueue(
        change_kinds,
        key=f"{by.pk}/{key}",
        by=by,
        scope=cluster,
        title=words % {"n": count, "kind": MembershipKind(kind).label},
        cluster=cluster.pk,
        memberships=keys,
        kind=kind,
    )
    changes = {"kind": [None, kind], "members": [None, count]}
    journal.record("directory.membership.change-begun", cluster, by=by, scope=cluster, changes=changes)
    return begun


@tasks.in_steps()
def change_kinds(context: Context, *, cluster: UUID, memberships: list[UUID], kind: str) -> None:
    """Change one membership after the other; one that cannot be changed any more is left out."""
    by = _actor(context)
    space = Cluster.objects.within(pk=cluster).get()
    for key in context.remaining(memberships):
        with context.step():
            rows = list(Membership.objects.within(cluster=space, pk=key))
            try:
                change_membership_kinds(space, memberships=rows, kind=kind, by=by)
            except RuleBroken:
                context.count("left out")
            else:
                context.count("changed")


@action
def begin_profile_check(network: Network, *, rule_set: str, key: str, by: Person) -> QueuedTask:
    """Begin to hold every profile of a network against a rule set, or against all where none is named.

    Raises: NotAllowed; RuleBroken when too much work is waiting.
    """
    _require_office(network, by)
    profiles = [profile.pk for profile in queries.profiles_to_check(network, rule_set)]
    words = ngettext("Check %(n)d profile against the rules", "Check %(n)d profiles against the rules", len(profiles))
    begun = tasks.enqueue(
        check_profiles,
        key=f"{by.pk}/{network.pk}/{key}",
        by=by,
        scope=network,
        title=words % {"n": len(profiles)},
        profiles=profiles,
        rule_set=rule_set,
    )
    changes = {"rule_set": [None, rule_set], "profiles": [None, len(profiles)]}
    journal.record("directory.network.check-begun", network, by=by, scope=network, changes=changes)
    return begun


def check_profiles_of(network: Network, *, rule_set: str, by: Person) -> tuple[int, int]:
    """Check the profiles of a network at once; how many there are, and how many results changed.

    Raises: NotAllowed.
    """
    _require_office(network, by)
    profiles = list(queries.profiles_to_check(network, rule_set))
    changed = sum(len(check_profile(profile, on=today(), by=by, only=rule_set)) for profile in profiles)
    return len(profiles), changed


@tasks.in_steps()
def check_profiles(context: Context, *, profiles: list[UUID], rule_set: str) -> None:
    """Check one profile after the other; what a check finds changed is stored."""
    by = _actor(context)
    for key in context.remaining(profiles):
        with context.step():
            profile = Profile.objects.within(pk=key).select_related("organisation", "network").get()
            _require_office(profile.network, by)
            changed = check_profile(profile, on=today(), by=by, only=rule_set)
            context.count("changed", len(changed))
            context.count("not met", sum(not result.is_met for result in changed))


def begin_daily_checks(*, on: date, by: Person) -> int:
    """Begin the check of the day for every network; how many networks have something to check."""
    networks = [network for network in Network.objects.all() if queries.profiles_to_check(network, "").exists()]
    for network in networks:
        begin_profile_check(network, rule_set="", key=f"daily {on.isoformat()}", by=by)
    return len(networks)


def _actor(context: Context) -> Person:
    """The person who began it; nobody else may act for her."""
    by = queries.person_with_id(context.by_id)
    if by is None:
        raise NotAllowed
    return by


def _require_office(network: Network, by: Person) -> None:
    if not rules.can_run_network(queries.rights_of(by, on=today()), network):
        raise NotAllowed
