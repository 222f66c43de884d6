"""The rules of rights as tables: every kind of person against every right, without a database."""

from dataclasses import replace
from uuid import UUID

import pytest

from modus.directory import rules
from modus.directory.models import Cluster, Network, Organisation, Person, Profile, Visibility
from modus.directory.models.profile_types import Field
from modus.directory.rules import Rights, Standing
from modus.directory.rules.rights import can_pass_without_second_factor

pytestmark = [pytest.mark.row("B1", "O2"), pytest.mark.attack("A-02", "A-16")]

NORTH, SOUTH = (Network(operator=Organisation(), slug=slug) for slug in ("north", "south"))
OPTICS, TEXTILES = (
    Cluster(network=network, organisation=Organisation(), slug=slug)
    for network, slug in ((NORTH, "optics"), (SOUTH, "textiles"))
)
LENSES = Organisation(kept_by=OPTICS)
BOTH = frozenset({OPTICS.pk, TEXTILES.pk})


def team(cluster: Cluster, role: str) -> Rights:
    own = frozenset({cluster.organisation_id})
    spoken_for = own if role == "manager" else frozenset[UUID]()
    return Rights((Standing(cluster, cluster.organisation, role),), (), spoken_for, spoken_for, own)


def at_member(role: str, *, freely: bool = True, organisation: Organisation = LENSES) -> Rights:
    own = frozenset({organisation.pk})
    spoken_for = own if role in {"representative", "manager"} else frozenset[UUID]()
    standings = (Standing(OPTICS, organisation, role),)
    return Rights(standings, (), spoken_for, spoken_for if freely else frozenset(), own)


def office(network: Network) -> Rights:
    own = frozenset({network.operator_id})
    return Rights((), (network,), own, own, own)


PEOPLE = {
    "visitor": Rights(),
    "clock": Rights(is_clock=True),
    "manager": team(OPTICS, "manager"),
    "staff": team(OPTICS, "staff"),
    "representative": at_member("representative"),
    "appointed representative": at_member("representative", freely=False),
    "colleague": at_member("colleague"),
    "manager of a member": at_member("manager", organisation=TEXTILES.organisation),
    "manager elsewhere": team(TEXTILES, "manager"),
    "office": office(NORTH),
    "office elsewhere": office(SOUTH),
}
RIGHTS = {
    "enter": lambda rights: rules.can_enter(rights, OPTICS),
    "manage members": lambda rights: rules.can_manage_members(rights, OPTICS),
    "manage cluster": lambda rights: rules.can_manage_cluster(rights, OPTICS),
    "run network": lambda rights: rules.can_run_network(rights, NORTH),
    "edit organisation": lambda rights: rules.can_edit_organisation(rights, LENSES),
    "appoint people": lambda rights: rules.can_appoint_people(rights, LENSES, clusters=frozenset({OPTICS.pk})),
    "end for all": lambda rights: rules.can_end_for_all(rights, LENSES),
    "edit profile": lambda rights: rules.can_edit_profile(rights, LENSES),
}
INSIDE = {"enter"}
TEAM = {"enter", "manage members", "edit organisation", "appoint people", "end for all"}
SPOKEN = {"enter", "edit organisation", "appoint people", "edit profile"}
MAY = {
    "visitor": set[str](),
    "clock": set(RIGHTS),
    "manager": TEAM | {"manage cluster"},
    "staff": TEAM,
    "representative": SPOKEN | {"end for all"},
    "appointed representative": SPOKEN,
    "colleague": INSIDE,
    "manager of a member": INSIDE,
    "manager elsewhere": set[str](),
    "office": {"run network"},
    "office elsewhere": set[str](),
}


@pytest.mark.parametrize("person", PEOPLE)
def test_each_kind_of_person_has_these_rights_and_no_others(person: str) -> None:
    assert {right for right, may in RIGHTS.items() if may(PEOPLE[person])} == MAY[person]


@pytest.mark.parametrize("person", PEOPLE)
def test_nobody_has_a_right_over_what_is_not_hers(person: str) -> None:
    """An organisation that nobody keeps and a cluster of nobody: the clock alone does something there."""
    other, foreign = Organisation(), Cluster(network=Network(operator=Organisation()), organisation=Organisation())
    rights = PEOPLE[person]
    found = {
        rules.can_enter(rights, foreign),
        rules.can_manage_members(rights, foreign),
        rules.can_manage_cluster(rights, foreign),
        rules.can_run_network(rights, foreign.network),
        rules.can_edit_organisation(rights, other),
        rules.can_appoint_people(rights, other, clusters=frozenset({foreign.pk})),
        rules.can_end_for_all(rights, other),
        rules.can_edit_profile(rights, other),
    }
    assert found == {person == "clock"}


def test_a_person_belongs_to_her_clusters_once_and_to_their_networks_and_offices() -> None:
    twice = Rights(standings=(*team(OPTICS, "staff").standings, *at_member("colleague").standings), offices=(SOUTH,))
    assert (twice.clusters, twice.networks) == ((OPTICS,), {NORTH.pk, SOUTH.pk})
    assert [standing.role for standing in twice.in_cluster(OPTICS)] == ["staff", "colleague"]
    assert twice.in_cluster(TEXTILES) == ()


@pytest.mark.parametrize(
    ("person", "demanded_of", "passes"),
    [
        ("manager", "staff", False),
        ("staff", "staff", False),
        ("office", "staff", False),
        ("representative", "staff", True),
        ("visitor", "staff", True),
        ("manager", "no", True),
        ("office", "no", True),
        ("manager", "all", False),
        ("colleague", "all", False),
    ],
)
def test_a_password_is_enough_for_these(person: str, demanded_of: str, passes: bool) -> None:
    assert can_pass_without_second_factor(PEOPLE[person], demanded_of=demanded_of) is passes


def everything() -> Rights:
    """Somebody who manages one cluster, represents a member of another, and sits in an office."""
    lenses = at_member("representative")
    standings = (*team(TEXTILES, "manager").standings, *lenses.standings)
    own = frozenset({TEXTILES.organisation_id, LENSES.pk, SOUTH.operator_id})
    return Rights(standings, (SOUTH,), own, own - {LENSES.pk}, own)


@pytest.mark.attack("A-19")
def test_a_token_for_a_cluster_has_of_the_rights_what_lies_there() -> None:
    narrow = rules.narrowed_to(everything(), TEXTILES.pk)
    own = frozenset({TEXTILES.organisation_id})
    assert narrow == Rights(team(TEXTILES, "manager").standings, (), own, own, everything().works_at)
    lenses = rules.narrowed_to(everything(), OPTICS.pk)
    assert (lenses.standings, lenses.offices) == (at_member("representative").standings, ())
    assert (lenses.speaks_for, lenses.speaks_freely_for) == ({LENSES.pk}, frozenset())


@pytest.mark.attack("A-19")
def test_a_token_for_a_network_is_its_office_and_one_for_oneself_speaks_as_before() -> None:
    own = frozenset({SOUTH.operator_id})
    assert rules.narrowed_to(everything(), SOUTH.pk) == Rights((), (SOUTH,), own, own, everything().works_at)
    assert rules.narrowed_to(everything(), None) == replace(everything(), standings=(), offices=())
    elsewhere = rules.narrowed_to(everything(), NORTH.pk)
    assert elsewhere == Rights(works_at=everything().works_at)


@pytest.mark.parametrize(
    ("rights", "within", "reach"),
    [
        (PEOPLE["clock"], None, None),
        (PEOPLE["representative"], None, None),
        (PEOPLE["manager"], None, OPTICS.pk),
        (PEOPLE["staff"], TEXTILES.pk, OPTICS.pk),
        (Rights((*team(OPTICS, "staff").standings, *team(TEXTILES, "staff").standings)), TEXTILES.pk, TEXTILES.pk),
        (Rights((*team(OPTICS, "staff").standings, *team(TEXTILES, "staff").standings)), OPTICS.pk, OPTICS.pk),
        (Rights((*team(OPTICS, "staff").standings, *team(TEXTILES, "staff").standings)), None, min(BOTH)),
        (Rights(team(OPTICS, "staff").standings, offices=(NORTH,)), None, OPTICS.pk),
        (PEOPLE["office"], None, None),
        (PEOPLE["appointed representative"], None, OPTICS.pk),
        (PEOPLE["colleague"], None, OPTICS.pk),
    ],
)
def test_an_appointment_reaches_no_further_than_who_gives_it(
    rights: Rights, within: UUID | None, reach: UUID | None
) -> None:
    assert rules.reach_of_appointment(rights, LENSES, clusters=BOTH, within=within) == reach


def test_a_team_whose_cluster_has_no_such_member_gives_what_the_keeper_may() -> None:
    reach = rules.reach_of_appointment(team(TEXTILES, "staff"), LENSES, clusters=frozenset({OPTICS.pk}), within=None)
    assert reach == OPTICS.pk


@pytest.mark.parametrize(
    ("person", "is_claim", "decides"),
    [
        ("representative", False, True),
        ("representative", True, False),
        ("colleague", False, False),
        ("manager", True, True),
        ("staff", False, True),
        ("manager elsewhere", True, False),
        ("office", True, True),
        ("office", False, True),
        ("office elsewhere", True, False),
        ("clock", True, True),
        ("visitor", False, False),
    ],
)
def test_a_join_is_decided_by_spokespeople_and_everything_by_those_above(
    person: str, is_claim: bool, decides: bool
) -> None:
    may = rules.can_decide_on_request(
        PEOPLE[person],
        LENSES,
        clusters=frozenset({OPTICS.pk}),
        networks=frozenset({NORTH.pk}),
        is_claim=is_claim,
    )
    assert may is decides


OWN, OF_MEMBER = (Profile(organisation=organisation, network=NORTH) for organisation in (OPTICS.organisation, LENSES))


@pytest.mark.parametrize(
    ("person", "circle", "reads_evidence"),
    [
        ("visitor", "public", False),
        ("clock", "staff", True),
        ("manager", "staff", True),
        ("staff", "staff", False),
        ("representative", "cluster", False),
        ("colleague", "cluster", False),
        ("manager of a member", "cluster", False),
        ("manager elsewhere", "public", False),
        ("office", "network", True),
        ("office elsewhere", "public", False),
    ],
)
def test_a_person_stands_in_one_circle_around_the_profile_of_a_cluster(
    person: str, circle: str, reads_evidence: bool
) -> None:
    assert rules.circle_of(PEOPLE[person], OWN) == circle
    assert rules.can_read_evidence(PEOPLE[person], OWN) is reads_evidence


def test_who_works_or_speaks_there_is_nearer_to_a_profile_than_the_rest_of_the_network() -> None:
    circles = {name: rules.circle_of(PEOPLE[name], OF_MEMBER) for name in ("representative", "colleague", "staff")}
    assert circles == {"representative": "staff", "colleague": "cluster", "staff": "network"}
    spoken_for = Rights(speaks_for=frozenset({LENSES.pk}))
    assert rules.circle_of(spoken_for, OF_MEMBER) == Visibility.STAFF


def test_evidence_is_not_read_by_a_manager_of_a_member_or_of_another_cluster() -> None:
    """Standing in one cluster does not open the evidence of an organisation that is a member of it."""
    of_textiles = Profile(organisation=TEXTILES.organisation, network=NORTH)
    assert not rules.can_read_evidence(PEOPLE["manager of a member"], of_textiles)
    assert rules.can_read_evidence(PEOPLE["manager elsewhere"], of_textiles)


@pytest.mark.parametrize("circle", list(Visibility))
@pytest.mark.parametrize("shown_to", list(Visibility))
def test_a_field_is_seen_in_its_circle_and_in_narrower_ones(circle: str, shown_to: str) -> None:
    order = ["public", "network", "cluster", "staff"]
    is_seen = order.index(circle) >= order.index(shown_to)
    assert rules.can_see_field(circle, Field("a", "A", visibility=shown_to), {}) is is_seen
    assert rules.can_see_field(circle, Field("a", "A", visibility="public"), {"a": shown_to, "b": "public"}) is is_seen


def test_the_office_decides_on_a_profile_unless_it_is_her_own() -> None:
    person, other = Person(), Person()
    handed_in = Profile(organisation=LENSES, network=NORTH, submitted_by=other)
    own_hand = Profile(organisation=LENSES, network=NORTH, submitted_by=person)
    own_house = Profile(organisation=NORTH.operator, network=NORTH, submitted_by=other)
    found = [
        rules.can_decide_on_profile(PEOPLE[who], NORTH, profile, by=person)
        for who in ("office", "office elsewhere", "manager", "clock")
        for profile in (handed_in, own_hand, own_house)
    ]
    assert found == [True, False, False, *[False] * 6, True, True, True]
