"""Who reads a row in order to change it has locked it, so that two acts at one moment come one after the other."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import models

from modus.core.time import today
from modus.directory import actions
from modus.directory.models import (
    Cluster,
    JoinRequest,
    Membership,
    Organisation,
    Person,
    Position,
    Profile,
    RuleSet,
    Waiver,
)
from tests.factories import directory as make
from tests.row_locks import locks_of, only_where_rows_are_locked

pytestmark = [pytest.mark.django_db, pytest.mark.attack("A-16"), only_where_rows_are_locked]
DAY = timedelta(days=1)


@dataclass
class Scene:
    """A cluster with a member, its manager and the office of its network."""

    cluster: Cluster
    manager: Person
    office: Person
    membership: Membership


@pytest.fixture
def scene(cluster: Cluster, manager: Person, office: Person) -> Scene:
    return Scene(cluster, manager, office, make.MembershipFactory(cluster=cluster))


def change(scene: Scene) -> Any:
    row = scene.membership
    return lambda: actions.change_membership(row, terms={"pays_fee": True}, version=row.version, by=scene.manager)


def end(scene: Scene) -> Any:
    return lambda: actions.end_membership(scene.membership, left_on=today(), by=scene.manager)


def reinstate(scene: Scene) -> Any:
    ended = make.MembershipFactory(cluster=scene.cluster, left_on=today() - DAY)
    return lambda: actions.reinstate_membership(ended, by=scene.manager)


def change_kinds(scene: Scene) -> Any:
    rows = [scene.membership]
    return lambda: actions.change_membership_kinds(scene.cluster, memberships=rows, kind="associate", by=scene.manager)


def withdraw_request(scene: Scene) -> Any:
    person = make.PersonFactory()
    asked = JoinRequest.objects.create(person=person, organisation=scene.membership.organisation, kind="claim")
    return lambda: actions.withdraw_request(asked, by=person)


def save_profile(scene: Scene) -> Any:
    own = make.ProfileFactory(organisation=scene.cluster.organisation, network=scene.cluster.network)
    return lambda: actions.save_profile(
        own, values={"topic": "Light"}, visibility={}, version=own.version, by=scene.manager
    )


def check_profile(scene: Scene) -> Any:
    own = make.ProfileFactory(
        organisation=scene.cluster.organisation, network=scene.cluster.network, published={"country": "CZ"}
    )
    return lambda: actions.check_profile(own, on=today(), by=scene.office)


def withdraw_waiver(scene: Scene) -> Any:
    own = make.ProfileFactory(organisation=scene.cluster.organisation, network=scene.cluster.network)
    rule = RuleSet.objects.get(code="eccp", version=1).rules.get(code="staff")
    proof = {"programme": "Regional programme", "evidence": "https://region.example/list"}
    waiver = actions.grant_waiver(own, rule=rule, valid_until=today(), by=scene.office, **proof)
    return lambda: actions.withdraw_waiver(waiver, by=scene.office)


def adopt_rule_set(scene: Scene) -> Any:
    newest = RuleSet.objects.get(code="eccp", version=1)
    begins = max(today(), newest.in_force_from) + DAY
    return lambda: actions.adopt_rule_set_version(newest, thresholds={}, in_force_from=begins, by=scene.office)


def correct_person(scene: Scene) -> Any:
    return lambda: actions.correct_person(scene.manager, facts={"given_name": "Ada"}, by=scene.manager)


def end_position(scene: Scene) -> Any:
    staff = make.PositionFactory(organisation=scene.cluster.organisation, role="staff")
    return lambda: actions.end_position(staff, ends_on=today(), by=scene.manager)


def change_settings(scene: Scene) -> Any:
    return lambda: actions.set_cluster_settings(
        scene.cluster, time_zone="Europe/Athens", brand_colour="", by=scene.manager
    )


def correct_organisation(scene: Scene) -> Any:
    return lambda: actions.correct_organisation(scene.cluster.organisation, facts={"city": "Brno"}, by=scene.manager)


@pytest.mark.parametrize(
    ("prepare", "model"),
    [
        (change, Membership),
        (end, Membership),
        (reinstate, Membership),
        (change_kinds, Membership),
        (withdraw_request, JoinRequest),
        (save_profile, Profile),
        (check_profile, Profile),
        (withdraw_waiver, Waiver),
        (adopt_rule_set, RuleSet),
        (correct_person, Person),
        (end_position, Position),
        (change_settings, Cluster),
        (correct_organisation, Organisation),
    ],
)
def test_what_an_action_changes_is_locked_first(
    scene: Scene, prepare: Callable[[Scene], Any], model: type[models.Model]
) -> None:
    assert locks_of(prepare(scene), model) >= 1
