"""What the public directory needs of a profile is derived from its published copy, in one place."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from modus.algorithms.text import fold
from modus.core import journal
from modus.core.errors import NotAllowed, RuleBroken
from modus.core.journal import action
from modus.core.time import now, today
from modus.directory import queries, rules
from modus.directory.actions.profile.values import cleaned_values
from modus.directory.models import (
    PROFILE_TYPES,
    Cluster,
    Network,
    Organisation,
    Person,
    Profile,
    ProfileStatus,
    ProfileTerm,
    Visibility,
    profile_type,
)
from modus.directory.queries.profiles import seen_values
from modus.directory.queries.rule_sets import facts_of_many
from modus.directory.queries.terms import terms_named

SEARCHED = (
    "name",
    "name_english",
    "short_name",
    "city",
    "topic",
    "keywords",
    "description",
    "products",
    "services",
    "cooperation_offer",
    "partner_search",
    "courses",
)
SIZES = ((250, "s-250"), (100, "s-100"), (30, "s-30"), (0, "s-0"))
LABELS = ("gold", "silver", "bronze")
NEVER_PUBLISHED = "unpublished-"
# Addresses below the directory that are no profiles.
RESERVED = frozenset({"map"})


def index_profile(profile: Profile) -> Profile:
    """Derive name, place, search text and facets from what the public may see of the published copy, and save it all.

    Search and counts are made of these rows alone, so they cannot tell what a field hides.
    """
    seen = seen_values(profile, Visibility.PUBLIC)
    profile.sort_name = fold(seen.get("name") or profile.organisation.name)[:200]
    profile.search_text = _search_text(seen) if profile.is_listed else ""
    place = queries.place_named(seen.get("city", ""), country=seen.get("country", ""))
    profile.latitude = place.latitude if place else None
    profile.longitude = place.longitude if place else None
    if profile.is_listed and profile.slug.startswith(NEVER_PUBLISHED):
        profile.slug = _free_slug(seen)
    profile.save()
    _show_in_space(profile)
    profile.terms.all().delete()
    if profile.is_listed:
        terms = [ProfileTerm(profile=profile, facet=facet, code=code) for facet, code in _facets(profile, seen)]
        ProfileTerm.objects.bulk_create(terms)
    return profile


@action
def list_from_public_sources(
    organisation: Organisation,
    *,
    network: Network,
    values: dict[str, Any],
    sources: dict[str, str],
    by: Person,
    confirmed_on: date | None = None,
    type: str = "cluster",
) -> Profile:
    """List an organisation that nobody speaks for yet, with those facts alone for which a public source is named.

    Raises: NotAllowed for everybody but the clock and the network office; RuleBroken.
    """
    if not rules.can_run_network(queries.rights_of(by, on=today()), network):
        raise NotAllowed
    for name, address in sources.items():
        if not address.startswith(("https://", "http://")):
            raise RuleBroken(_("Name the address that confirms it."), field=name)
    proven = {name: value for name, value in values.items() if name in sources or name in {"name", "country"}}
    cleaned = cleaned_values(PROFILE_TYPES[type], proven, known={}, on=today())
    profile = new_profile(organisation, network=network, type=type, values=cleaned)
    profile.published = cleaned
    profile.sources = {name: sources[name] for name in cleaned if name in sources}
    profile.is_from_public_sources = True
    profile.status, profile.is_listed = ProfileStatus.PUBLISHED, True
    profile.confirmed_on = confirmed_on
    profile.decided_at, profile.decided_by = now(), by
    index_profile(profile)
    journal.record("directory.profile.listed-from-sources", profile, by=by, scope=network)
    return profile


def new_profile(organisation: Organisation, *, network: Network, type: str, values: dict[str, Any]) -> Profile:
    """A draft under a short name that tells nothing.

    Raises: RuleBroken when the organisation has a profile of this type.
    """
    profile = Profile(organisation=organisation, network=network, type=type, values=values)
    profile.slug = f"{NEVER_PUBLISHED}{profile.pk.hex[:16]}"
    profile.sort_name = organisation.sort_name
    try:
        with transaction.atomic():
            profile.save()
    except IntegrityError as error:
        raise RuleBroken(_("This organisation has a profile of this type already."), field="type") from error
    return profile


def _show_in_space(profile: Profile) -> None:
    """The logo that everybody in the space of a cluster may see stands above it."""
    if profile.type != "cluster":
        return
    seen = {} if profile.status == ProfileStatus.WITHDRAWN else seen_values(profile, Visibility.CLUSTER)
    Cluster.objects.within(organisation=profile.organisation_id).update(logo=seen.get("logo") or None)


def _search_text(seen: dict[str, Any]) -> str:
    fields = profile_type("cluster").fields
    lists = {field.name: field.taxonomy for field in fields if field.name in {"ecosystems", "technologies"}}
    terms = terms_named({lists[name]: seen[name] for name in lists if seen.get(name)})
    labels = [term.label for term in terms.values()]
    return fold(" ".join([str(seen[name]) for name in SEARCHED if seen.get(name)] + sorted(labels)))


def _free_slug(seen: dict[str, Any]) -> str:
    """A short name made from the public name, which stays when the name changes later."""
    names = (seen.get("name_english"), seen.get("name"), seen.get("short_name"))
    stem = next((slug for slug in (slugify(fold(name or ""))[:70].strip("-") for name in names) if slug), "profile")
    taken = set(
        Profile.objects.across("short names are unique everywhere")
        .filter(slug__startswith=stem)
        .values_list("slug", flat=True)
    )
    taken |= RESERVED
    return next(slug for slug in (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)


def _facets(profile: Profile, seen: dict[str, Any]) -> list[tuple[str, str]]:
    facets = [("type", profile.type)]
    facets += [("country", seen["country"])] if seen.get("country") else []
    if len(seen.get("nuts", "")) >= 4:
        facets.append(("region", seen["nuts"][:4]))
    facets += [("ecosystem", code) for code in seen.get("ecosystems", [])]
    facets += [("technology", code) for code in seen.get("technologies", [])]
    if profile.type == "cluster":
        facets += [("size", size) for size in _size(profile, seen)]
        facets += [("label", code) for code in _label(profile, seen)]
    return facets


def _size(profile: Profile, seen: dict[str, Any]) -> list[str]:
    """The size class by the members stated, else by those counted; none when the figure is not public."""
    members = seen.get("members")
    if members is None and "members" not in profile.published and _is_public(profile, "members"):
        facts = facts_of_many([profile], on=today(), copy="published")[profile.pk]
        members = facts.members if facts.is_counted else None
    if members is None:
        return []
    return [next(code for least, code in SIZES if members >= least)]


def _label(profile: Profile, seen: dict[str, Any]) -> list[str]:
    if not _is_public(profile, "label"):
        return []
    text = fold(str(seen.get("label", "")))
    return [next((label for label in LABELS if label in text), "none")]


def _is_public(profile: Profile, name: str) -> bool:
    field = profile_type(profile.type).field(name)
    return field is not None and rules.can_see_field(Visibility.PUBLIC, field, profile.visibility)
