"""Networks, their clusters with a space, and clusters known from public sources only."""

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from modus.core.time import today
from modus.directory import queries
from modus.directory.actions.importing.sheet import Row, Sheet
from modus.directory.actions.network import found_cluster, found_network
from modus.directory.actions.organisation import record_organisation
from modus.directory.actions.profile import (
    accept_as_candidate,
    confirm_profile,
    list_from_public_sources,
    publish_profile,
    save_profile,
    start_profile,
    submit_profile,
)
from modus.directory.models import Cluster, Network, Person, Profile, ProfileStatus

# Columns of the file and the profile fields that they fill, with what turns a cell into a value.
TEXTS = (
    "name",
    "short_name",
    "name_english",
    "legal_form",
    "country",
    "city",
    "nuts",
    "topic",
    "description",
    "members_scope",
    "members_as_of",
    "label",
    "label_valid_until",
    "website",
    "website_english",
    "mailbox",
    "phone",
    "services",
    "cooperation_offer",
    "partner_search",
    "public_link",
    "programmes",
)
NUMBERS = (
    "founded",
    "members",
    "smes",
    "large_firms",
    "research_organisations",
    "universities",
    "public_bodies",
    "activities_per_year",
)
LISTS = {"ecosystem": "ecosystems", "technologies": "technologies", "target_countries": "target_countries"}
# The columns of the list of public clusters that become a field when `verified_fields` names them.
CONFIRMED = {
    "founded": ("founded",),
    "members": ("members", "members_scope", "members_as_of"),
    "topic": ("topic",),
    "label": ("label",),
    "website": ("website",),
    "country": ("country",),
    "city": ("city", "country"),
}
# How the list says that a page names no day of its count.
NO_DAY = "n/a"
WORDS_OF_CONFIRMATION = {*CONFIRMED, "name", "fees", "membership types", "membership rules"}
PUBLIC_COLUMNS = (
    "short",
    "country",
    "city",
    "nuts3_2024",
    "nuts2_2024",
    "ecosystem_assigned",
    "topic",
    "founded",
    "members",
    "members_as_of",
    "members_scope",
    "label",
    "website",
    "note",
)


def load_networks(sheet: Sheet, by: Person) -> str:
    """Load networks with the organisations that operate them."""
    founded = 0
    optional = ("description", "operator_country", "operator_website", "time_zone", "contact")
    for row in sheet.rows(required=("slug", "name", "operator"), optional=optional):
        slug = row.slug("slug")
        facts, operator = _network_facts(row), _operator_facts(row)
        if not row.is_faulty and not Network.objects.filter(slug=slug).exists():
            founded += 1
            row.carry_out(partial(_found_network, operator, facts, by=by))
    return f"{founded} networks"


def _found_network(operator: dict[str, Any], facts: dict[str, Any], *, by: Person) -> Network:
    return found_network(record_organisation(operator, by=by), facts=facts, by=by)


def _network_facts(row: Row) -> dict[str, Any]:
    return {
        "slug": row.slug("slug"),
        "name": row.text("name", is_required=True, longest=200),
        "description": row.text("description", longest=2000),
        "contact": row.mail("contact"),
        "time_zone": row.zone("time_zone", otherwise="Europe/Brussels"),
    }


def _operator_facts(row: Row) -> dict[str, Any]:
    return {
        "name": row.text("operator", is_required=True, longest=200),
        "country": row.country("operator_country"),
        "website": row.link("operator_website"),
        "kind": "chamber",
    }


def load_public_clusters(sheet: Sheet, by: Person) -> str:
    """Load clusters known from public sources: only what `verified_fields` confirms, with the source's address."""
    network = Network.objects.order_by("created_at").first()
    if network is None:
        sheet.fault(1, "", "Found a network first: load networks.csv together with this file.")
        return "nothing"
    listed = unchanged = 0
    for row in sheet.rows(required=("name", "source", "verified_fields"), optional=PUBLIC_COLUMNS):
        values = _confirmed_values(row)
        if row.is_faulty:
            continue
        if _is_listed(values["name"]):
            unchanged += 1
            continue
        listed += 1
        row.carry_out(partial(_list_public, row, values, network=network, by=by))
    return f"{listed} clusters from public sources, {unchanged} known before"


def _confirmed_values(row: Row) -> dict[str, Any]:
    words = row.words("verified_fields")
    for word in words:
        if word not in WORDS_OF_CONFIRMATION:
            row.fault(
                "verified_fields", f"“{word}” is unknown. Known ones: {', '.join(sorted(WORDS_OF_CONFIRMATION))}."
            )
    columns = [column for word in words for column in CONFIRMED.get(word, ())]
    values: dict[str, Any] = {"name": row.text("name", is_required=True, longest=200)}
    if row.text("short") and row.text("short") != values["name"]:
        values["short_name"] = row.text("short", longest=60)
    for column in columns:
        is_number = column in {"founded", "members"}
        value = row.number_or_none(column, int) if is_number else row.text(column)
        if value not in ("", None) and not str(value).startswith(NO_DAY):
            values[column] = value
    row.link("source")
    return values


def _is_listed(name: str) -> bool:
    return (
        Profile.objects.across("an import finds what it listed before")
        .filter(is_from_public_sources=True, organisation__name=name)
        .exists()
    )


def _list_public(row: Row, values: dict[str, Any], *, network: Network, by: Person) -> Profile:
    facts = {"name": values["name"], "kind": "other", "short_name": values.get("short_name", "")}
    facts |= {name: values[name] for name in ("country", "city") if name in values}
    organisation = record_organisation(facts, by=by)
    source = row.text("source", is_required=True)
    sources = dict.fromkeys(values, source)
    return list_from_public_sources(organisation, network=network, values=values, sources=sources, by=by)


def load_clusters(sheet: Sheet, by: Person) -> str:
    """Load clusters that have a space, each with its cluster organisation and a profile to be decided on."""
    networks = {network.slug: network for network in Network.objects.all()}
    founded = 0
    for row in sheet.rows(required=("network", "slug", "name", "country"), optional=_CLUSTER_COLUMNS):
        network = networks.get(row.choice("network", networks, is_required=True))
        slug = row.slug("slug")
        zone = row.zone("time_zone", otherwise=network.time_zone if network else "")
        facts, values = _organisation_facts(row), _values(row)
        row.day("confirmed_on")
        if row.is_faulty or network is None or _cluster(row):
            continue
        founded += 1
        named = {"slug": slug, "time_zone": zone}
        row.carry_out(partial(_found_cluster, network, named, facts, values, by=by))
    return f"{founded} clusters"


_CLUSTER_COLUMNS = (*TEXTS, *NUMBERS, *LISTS, "fte", "languages", "time_zone", "confirmed_on", "invented")


def _cluster(row: Row) -> Cluster | None:
    return Cluster.objects.within(slug=row.text("slug")).select_related("organisation", "network").first()


def _found_cluster(
    network: Network, named: dict[str, str], facts: dict[str, Any], values: dict[str, Any], *, by: Person
) -> Cluster:
    organisation = record_organisation(facts, by=by)
    cluster = found_cluster(network, organisation=organisation, by=by, **named)
    profile = start_profile(organisation, network=network, type="cluster", by=by)
    save_profile(profile, values=values, visibility={}, version=profile.version, by=by)
    return cluster


def _organisation_facts(row: Row) -> dict[str, Any]:
    lengths = {"name_english": 200, "short_name": 60, "legal_form": 60, "city": 120, "nuts": 5}
    facts: dict[str, Any] = {name: row.text(name, longest=longest) for name, longest in lengths.items()}
    return facts | {
        "name": row.text("name", is_required=True, longest=200),
        "country": row.country("country", is_required=True),
        "website": row.link("website"),
        "founded_year": row.year("founded"),
        "kind": "other",
        "is_invented": row.flag("invented"),
    }


def _values(row: Row) -> dict[str, Any]:
    values: dict[str, Any] = {name: row.text(name, longest=2000) for name in TEXTS}
    values |= {name: row.number_or_none(name, int) for name in NUMBERS}
    values |= {field: row.words(column) for column, field in LISTS.items()}
    fte = row.number_or_none("fte", Decimal)
    values["fte"] = str(fte) if fte is not None else None
    values["languages"] = ", ".join(row.words("languages"))
    return {name: value for name, value in values.items() if value not in ("", None, [])}


def decide_on_profiles(sheet: Sheet, by: Person) -> str:
    """Submit the profiles of the clusters in the file: publish what meets the rules, accept the rest as candidates."""
    states: list[str] = []
    for row in sheet.rows(required=("network", "slug", "name", "country"), optional=_CLUSTER_COLUMNS):
        cluster = _cluster(row)
        day = row.day("confirmed_on") or today()
        profile = cluster.organisation.profiles.filter(type="cluster").first() if cluster else None
        if row.is_faulty or profile is None or profile.status != ProfileStatus.DRAFT:
            continue
        decided = row.carry_out(partial(_decide, profile, confirmed_on=day, by=by))
        states.append(decided.get_status_display() if decided else "")
    return f"profiles: {', '.join(states).lower() or 'nothing to decide'}"


def _decide(profile: Profile, *, confirmed_on: date, by: Person) -> Profile:
    submit_profile(profile, by=by)
    outcomes = queries.outcomes_of(profile, on=today())
    if all(outcome.is_met for outcome in outcomes):
        publish_profile(profile, by=by)
    else:
        accept_as_candidate(profile, by=by)
    return confirm_profile(profile, on=confirmed_on, by=by)
