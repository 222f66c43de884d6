"""Is it in the directory already? Listed organisations that resemble what somebody is about to register."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from modus.algorithms.text import domain_of, likeness
from modus.directory.models import Position, active_on
from modus.directory.queries.listing import public_value
from modus.directory.queries.profiles import country_name, listed_profiles
from modus.directory.queries.requests import SPOKESPEOPLE

LEAST_LIKENESS = 0.6
LEAST_LETTERS = 3
MOST_HITS = 10
NAMES = ("name", "name_english", "short_name")
# Domains where many unlike organisations have their pages or mailboxes prove nothing.
SHARED_DOMAINS = frozenset(
    {"facebook.com", "linkedin.com", "gmail.com", "google.com", "sites.google.com", "instagram.com", "wixsite.com"}
)


@dataclass(frozen=True)
class Duplicate:
    """A listed organisation that may be the same: why, and whether somebody speaks for it already."""

    slug: str
    name: str
    city: str
    country: str
    has_same_domain: bool
    likeness: float
    is_spoken_for: bool


def likely_duplicates(*, name: str, website: str, country: str, on: date) -> list[Duplicate]:
    """The listed organisations with the same domain, or with a like name in the same country; three queries.

    Nothing for fewer than three letters and no website; at most ten, the likeliest first, with public values only.
    """
    wanted, domain = name.strip(), domain_of(website)
    if len(wanted) < LEAST_LETTERS:
        wanted = ""
    if domain in SHARED_DOMAINS:
        domain = ""
    if not wanted and not domain:
        return []
    found = sorted(_found(wanted, domain, country, on=on), key=lambda hit: (-hit[0], -hit[1], hit[3]["name"]))
    best = list({organisation: hit for hit in reversed(found) for organisation in [hit[2]]}.values())[::-1][:MOST_HITS]
    spoken_for = _spoken_for([hit[2] for hit in best], on=on)
    return [
        Duplicate(
            slug=said["slug"],
            name=said["name"],
            city=said["city"],
            country=country_name(said["country"]),
            has_same_domain=has_same_domain,
            likeness=alike,
            is_spoken_for=organisation in spoken_for,
        )
        for has_same_domain, alike, organisation, said in best
    ]


def _found(name: str, domain: str, country: str, *, on: date) -> list[tuple[bool, float, UUID, dict[str, str]]]:
    among = Q(terms__facet="country", terms__code=country) if name and country.isalpha() else Q(pk__in=())
    if domain:
        among |= Q(organisation__domain=domain)
    rows = listed_profiles(on=on).filter(among).distinct()
    found = []
    for organisation, slug, type_code, values, visibility in rows.values_list(
        "organisation_id", "slug", "type", "published", "visibility"
    ):
        said = {key: str(public_value(key, type_code, values, visibility) or "") for key in (*NAMES, "city", "country")}
        shown = public_value("website", type_code, values, visibility) or ""
        has_same_domain = bool(domain) and domain_of(str(shown)) == domain
        is_here = bool(name) and said["country"] == country
        alike = max((likeness(name, said[key]) for key in NAMES if said[key]), default=0.0) if is_here else 0.0
        if has_same_domain or alike >= LEAST_LIKENESS:
            found.append((has_same_domain, round(alike, 2), organisation, {**said, "slug": slug}))
    return found


def _spoken_for(organisations: list[UUID], *, on: date) -> frozenset[UUID]:
    active = active_on(on, starts="starts_on", ends="ends_on")
    rows = Position.objects.within(active, organisation__in=organisations, role__in=SPOKESPEOPLE)
    return frozenset(rows.values_list("organisation_id", flat=True))
