"""Members of clusters and the people who work for them and for the cluster organisations."""

from functools import partial
from typing import Any

from modus.core.users import User, open_account
from modus.directory import queries
from modus.directory.actions.importing.sheet import Row, Sheet
from modus.directory.actions.membership import admit_member
from modus.directory.actions.organisation import record_organisation
from modus.directory.actions.person import give_position, link_account, record_person
from modus.directory.models import (
    Cluster,
    Commitment,
    Membership,
    MembershipKind,
    Network,
    Organisation,
    OrganisationKind,
    Person,
    Position,
    Role,
    SizeClass,
    Taxonomy,
)

MEMBER_COLUMNS = (
    "name_english",
    "registration_number",
    "size_class",
    "legal_form",
    "city",
    "nuts",
    "nace",
    "website",
    "founded",
    "keywords",
    "membership_kind",
    "left_on",
    "commitment",
    "public",
)


def load_members(sheet: Sheet, by: Person) -> str:
    """Load organisations and their memberships; a registration number that is known is the same organisation."""
    clusters = {cluster.slug: cluster for cluster in Cluster.objects.across("an import names its clusters")}
    codes = _codes("nace", "2.1"), _codes("nuts", "2024")
    admitted = unchanged = 0
    for row in sheet.rows(required=("cluster", "name", "kind", "country", "joined_on"), optional=MEMBER_COLUMNS):
        cluster = clusters.get(row.choice("cluster", clusters, is_required=True))
        facts, terms = _facts(row, *codes), _terms(row)
        if row.is_faulty or cluster is None:
            continue
        organisation = queries.organisation_of(
            facts["registration_number"], country=facts["country"]
        ) or queries.member_named(facts["name"], country=facts["country"], cluster=cluster)
        if organisation and _is_admitted(organisation, cluster, terms):
            unchanged += 1
            continue
        admitted += 1
        row.carry_out(partial(_admit, organisation, cluster, facts, terms, by=by))
    return f"{admitted} memberships, {unchanged} known before"


def _admit(
    organisation: Organisation | None, cluster: Cluster, facts: dict[str, Any], terms: dict[str, Any], *, by: Person
) -> Membership:
    organisation = organisation or record_organisation(facts, kept_by=cluster, by=by)
    return admit_member(cluster, organisation=organisation, terms=terms, by=by)


def _is_admitted(organisation: Organisation, cluster: Cluster, terms: dict[str, Any]) -> bool:
    return Membership.objects.within(cluster=cluster, organisation=organisation, joined_on=terms["joined_on"]).exists()


def _facts(row: Row, nace: set[str], nuts: set[str]) -> dict[str, Any]:
    activities = row.words("nace")
    for code in activities:
        if code not in nace:
            row.fault("nace", f"“{code}” is not a code of NACE Rev. 2.1.")
    region = row.text("nuts")
    if region and region not in nuts:
        row.fault("nuts", f"“{region}” is not a code of NUTS 2024.")
    return {
        "name": row.text("name", is_required=True, longest=200),
        "name_english": row.text("name_english", longest=200),
        "registration_number": row.text("registration_number", longest=60),
        "kind": row.choice("kind", OrganisationKind.values, is_required=True),
        "size_class": row.choice("size_class", SizeClass.values),
        "legal_form": row.text("legal_form", longest=60),
        "country": row.country("country", is_required=True),
        "city": row.text("city", longest=120),
        "nuts": region,
        "website": row.link("website"),
        "founded_year": row.year("founded"),
        "keywords": row.text("keywords", longest=500),
        "activities": [["2.1", code] for code in activities],
        "is_invented": row.text("registration_number").startswith("DEMO-"),
    }


def _terms(row: Row) -> dict[str, Any]:
    commitment = row.words("commitment")
    for word in commitment:
        if word not in Commitment.values:
            row.fault("commitment", f"“{word}” is unknown. Known ones: {', '.join(Commitment.values)}.")
    return {
        "kind": row.choice("membership_kind", MembershipKind.values) or MembershipKind.FULL,
        "joined_on": row.day("joined_on", is_required=True),
        "left_on": row.day("left_on"),
        "has_agreement": Commitment.AGREEMENT in commitment,
        "pays_fee": Commitment.FEE in commitment,
        "contributes": Commitment.CONTRIBUTION in commitment,
        "is_public": row.flag("public"),
    }


def _codes(taxonomy: str, version: str) -> set[str]:
    found = Taxonomy.objects.filter(code=taxonomy, version=version).first()
    return set(found.terms.values_list("code", flat=True)) if found else set()


def load_people(sheet: Sheet, by: Person) -> str:
    """Load people and their positions; an address that is known is the same person."""
    workplaces = _workplaces()
    given = unchanged = 0
    optional = ("job_title", "ends_on", "sign_in", "phone")
    required = ("email", "given_name", "family_name", "organisation", "role", "starts_on")
    for row in sheet.rows(required=required, optional=optional):
        organisation = workplaces.get(row.text("organisation", is_required=True))
        if organisation is None:
            row.fault("organisation", "No organisation has this registration number or short name.")
        position = _position(row)
        row.mail("email", is_required=True)
        if row.is_faulty or organisation is None:
            continue
        person = row.carry_out(partial(_person, row, by=by))
        if person is None:
            continue
        if _holds(person, organisation, position):
            unchanged += 1
            continue
        given += 1
        row.carry_out(partial(give_position, person, organisation=organisation, by=by, **position))
    return f"{given} positions, {unchanged} known before"


def _holds(person: Person, organisation: Organisation, position: dict[str, Any]) -> bool:
    return Position.objects.within(
        person=person, organisation=organisation, role=position["role"], starts_on=position["starts_on"]
    ).exists()


def _position(row: Row) -> dict[str, Any]:
    return {
        "role": row.choice("role", Role.values, is_required=True),
        "job_title": row.text("job_title", longest=120),
        "starts_on": row.day("starts_on", is_required=True),
        "ends_on": row.day("ends_on"),
    }


def _person(row: Row, *, by: Person) -> Person:
    email = row.mail("email", is_required=True)
    person = Person.objects.within(email=email).first() or record_person(
        {
            "given_name": row.text("given_name", is_required=True, longest=100),
            "family_name": row.text("family_name", longest=100),
            "email": email,
            "phone": row.text("phone", longest=40),
        },
        by=by,
    )
    if row.flag("sign_in") and person.user is None:
        user = User.objects.filter(email=email).first() or open_account(email, None)
        link_account(person, user=user, by=by)
    return person


def _workplaces() -> dict[str, Organisation]:
    """Organisations by registration number; cluster organisations and operators by their short names."""
    known = Organisation.objects.across("an import names its organisations").exclude(registration_number="")
    by_number = {organisation.registration_number: organisation for organisation in known}
    clusters = Cluster.objects.across("an import names its clusters").select_related("organisation")
    networks = Network.objects.select_related("operator")
    return {
        **by_number,
        **{network.slug: network.operator for network in networks},
        **{cluster.slug: cluster.organisation for cluster in clusters},
    }
