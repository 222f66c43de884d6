"""The public directory: what is listed, searched and counted; nothing here looks at unpublished or hidden values."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from modus.algorithms.text import fold
from modus.core.recent import Recent
from modus.directory.models import (
    PROFILE_TYPES,
    Network,
    Profile,
    ProfileTerm,
    Term,
    Visibility,
    Waiver,
)
from modus.directory.models.profile import CONFIRM_AGAIN_AFTER, hidden_on
from modus.directory.queries.paging import Stretch, slice_of
from modus.directory.queries.profiles import country_names, listed_profiles

FACETS = ("country", "ecosystem", "technology", "size", "label", "type")
SIZES = {
    "s-0": _("Under 30 members"),
    "s-30": _("30 to 99 members"),
    "s-100": _("100 to 249 members"),
    "s-250": _("250 members and more"),
}
LABELS = {"gold": _("Gold"), "silver": _("Silver"), "bronze": _("Bronze"), "none": _("No label")}
PER_PAGE = 24
LONGEST_SEARCH = 100
# The place of a profile is kept only while everybody may see it.
HAS_PUBLIC_PLACE = Q(latitude__isnull=False, longitude__isnull=False)


@dataclass(frozen=True)
class Area:
    """A cell of the grid on the map: so many cells north and east of 0° N 0° E, each `eighths` of a degree wide."""

    north: int
    east: int
    eighths: int


@dataclass(frozen=True)
class Search:
    """What is asked of the directory: words, chosen codes by facet, and the record to go on from."""

    words: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    area: Area | None = None
    after: UUID | None = None
    before: UUID | None = None


@dataclass(frozen=True)
class Entry:
    """One organisation in the list, with public values only."""

    id: UUID
    slug: str
    name: str
    name_english: str
    type_label: str
    country: str
    city: str
    ecosystems: str
    summary: str
    confirmed_on: date | None
    is_stale: bool
    is_invented: bool
    is_from_public_sources: bool
    logo: str = ""


@dataclass(frozen=True)
class FacetCount:
    """One choice of a facet and how many of the listed have it."""

    code: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Listing:
    """A page of the directory: entries, how many match in all, the counts by facet, the ways on, and names of codes."""

    search: Search
    total: int
    entries: list[Entry]
    facets: dict[str, list[FacetCount]]
    next_after: UUID | None
    previous_before: UUID | None
    labels: Mapping[tuple[str, str], str]


def listed_profile(slug: str, *, on: date) -> Profile | None:
    """The profile that everybody finds under a short name on a day."""
    return next(iter(_whole_on(on).filter(slug=slug)), None)


@lru_cache(maxsize=8)
def _whole_on(day: date) -> QuerySet[Profile]:
    """The listed profiles with what their pages need; put together once a day, never read itself."""
    has_waivers = Exists(Waiver.objects.within(profile=OuterRef("pk")))
    return listed_profiles(on=day).select_related("organisation__cluster", "network").annotate(has_waivers=has_waivers)


def known_search(search: Search, labels: Mapping[tuple[str, str], str]) -> Search:
    """The search without codes that no list knows, so that nothing strange is repeated on the page."""
    chosen = {
        facet: tuple(code for code in dict.fromkeys(codes) if (facet, code) in labels)
        for facet, codes in search.chosen.items()
    }
    return replace(search, chosen={facet: codes for facet, codes in chosen.items() if codes})


def directory_page(search: Search, *, on: date) -> Listing:
    """One page of the directory with its counts; three queries whatever is listed, four behind the first page."""
    labels = term_labels()
    search = known_search(search, labels)
    total, facets = facets_of(search, labels, on=on)
    entries, next_after, previous_before = _entries(search, labels, on=on)
    return Listing(search, total, entries, facets, next_after, previous_before, labels)


def facets_of(
    search: Search, labels: Mapping[tuple[str, str], str], *, on: date
) -> tuple[int, dict[str, list[FacetCount]]]:
    """How many match in all, and the counts by facet, without the entries; one query."""
    counts: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}
    for facet, code, count in _term_counts(search, on=on):
        counts[facet][code] = count
    types = counts["type"]  # Every profile is of one type.
    total = sum(types.get(code, 0) for code in search.chosen.get("type") or types)
    return total, {facet: _choices(facet, found, search, labels) for facet, found in counts.items()}


def matching(search: Search, *, on: date) -> QuerySet[Profile]:
    """The listed profiles that answer a search."""
    return listed_profiles(on=on).filter(*_asked(search))


def _asked(search: Search) -> list[Q]:
    """What is asked of a profile."""
    return [*_said(search), *(Q(pk__in=_having(facet, codes)) for facet, codes in search.chosen.items())]


def _said(search: Search) -> list[Q]:
    """What is asked of a profile beside its terms."""
    words = [Q(search_text__contains=word) for word in folded_words(search.words)]
    return [*words, _lies_in(search.area)] if search.area else words


@lru_cache(maxsize=512)
def _having(facet: str, codes: tuple[str, ...]) -> QuerySet[ProfileTerm, Any]:
    """Put together once, never read itself: a part of several questions on every page with a choice."""
    return ProfileTerm.objects.filter(facet=facet, code__in=codes).values("profile")


def _lies_in(area: Area) -> Q:
    """Eighths of a degree are exact in binary, and so are the borders."""
    side = area.eighths / 8
    south, west = area.north * side, area.east * side
    return Q(latitude__gte=south, latitude__lt=south + side, longitude__gte=west, longitude__lt=west + side)


def folded_words(text: str) -> list[str]:
    """The words of a search as they stand in the search text."""
    return fold(text[:LONGEST_SEARCH]).split()


def open_networks() -> list[Network]:
    """All networks, in order; every one takes registrations."""
    return list(Network.objects.order_by("name", "pk")[:50])


def networks_named() -> list[str]:
    """The names of all networks, in order."""
    return [network.name for network in open_networks()]


@dataclass(frozen=True)
class Contact:
    """A network's mailbox."""

    name: str
    address: str


def contacts_of_networks() -> list[Contact]:
    """The mailboxes of the network offices that have named one."""
    return [Contact(network.name, network.contact) for network in open_networks() if network.contact]


def newest_entries(*, on: date, most: int = 6) -> list[Entry]:
    """The listed profiles that were confirmed last."""
    rows = listed_profiles(on=on).filter(confirmed_on__isnull=False).order_by("-confirmed_on", "sort_name", "id")
    labels = term_labels()
    return [_entry(row, labels, on=on) for row in rows.values_list(*ROW)[:most]]


# Put together once, never read itself.
LABELS_OF_LISTS = (
    Term.objects.filter(taxonomy__code__in=("ecosystem", "technology"))
    .order_by("taxonomy__version")
    .values_list("taxonomy__code", "code", "label")
)


# By language.
_recent_labels = Recent[str, dict[tuple[str, str], str]]()


def term_labels() -> Mapping[tuple[str, str], str]:
    """The names of all codes, by facet and code; one query, none when they were asked for a moment ago."""
    language = get_language() or ""
    known = _recent_labels.among([language])
    if not known:
        labels = {(facet, code): label for facet, code, label in LABELS_OF_LISTS.all()}
        known = {language: {**_labels_without_list(language), **labels}}
        _recent_labels.keep(known)
    return known[language]


@cache
def _labels_without_list(language: str) -> dict[tuple[str, str], str]:
    """The names in a language that no table holds, looked up once."""
    types = {code: kind.label for code, kind in PROFILE_TYPES.items()}
    lists: dict[str, Mapping[str, Any]] = {
        "country": country_names(language),
        "size": SIZES,
        "label": LABELS,
        "type": types,
    }
    return {(facet, code): str(label) for facet, codes in lists.items() for code, label in codes.items()}


def type_label(code: str) -> str:
    """What a type of profile is called."""
    return str(PROFILE_TYPES[code].label)


def label_of(facet: str, code: str, labels: Mapping[tuple[str, str], str]) -> str:
    """How a code is said; a code that no list knows is said as it is."""
    return labels.get((facet, code), code)


@cache
def _public_fields(type_code: str) -> frozenset[str]:
    kind = PROFILE_TYPES.get(type_code)
    return frozenset(f.name for f in kind.fields if f.visibility == Visibility.PUBLIC) if kind else frozenset()


def public_value(name: str, type_code: str, values: Mapping[str, Any], visibility: Mapping[str, str]) -> Any:
    """A field's value if everybody may see it, else nothing."""
    chosen = visibility.get(name)
    is_public = chosen == Visibility.PUBLIC if chosen else name in _public_fields(type_code)
    return values.get(name) if is_public else None


ROW = (
    "id",
    "slug",
    "type",
    "published",
    "visibility",
    "confirmed_on",
    "is_from_public_sources",
    "organisation__is_invented",
)


def _entry(row: tuple[Any, ...], labels: Mapping[tuple[str, str], str], *, on: date) -> Entry:
    id_, slug, type_code, values, visibility, confirmed_on, is_public_source, is_invented = row

    def said(name: str) -> str:
        return str(public_value(name, type_code, values, visibility) or "")

    ecosystems = public_value("ecosystems", type_code, values, visibility) or []
    country = said("country")
    return Entry(
        id=id_,
        slug=slug,
        name=said("name") or slug,
        name_english=said("name_english") if said("name_english") != said("name") else "",
        type_label=label_of("type", type_code, labels),
        country=label_of("country", country, labels),
        city=said("city"),
        ecosystems=", ".join(label_of("ecosystem", code, labels) for code in ecosystems),
        summary=_shortened(said("topic") or said("description")),
        confirmed_on=confirmed_on,
        is_stale=confirmed_on is not None and on - confirmed_on > CONFIRM_AGAIN_AFTER,
        is_invented=bool(is_invented),
        is_from_public_sources=is_public_source,
        logo=said("logo"),
    )


def _shortened(text: str, longest: int = 180) -> str:
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(" ", 1)[0].rstrip(" ,;.") + " …"


def _entries(
    search: Search, labels: Mapping[tuple[str, str], str], *, on: date
) -> tuple[list[Entry], UUID | None, UUID | None]:
    """One page from a key on, forwards or backwards, and the keys from which the pages beside it begin."""
    stretch = Stretch("sort_name", after=search.after, before=search.before, size=PER_PAGE)
    page = slice_of(_rows_on(on).filter(*_asked(search)), stretch, anchors=listed_profiles(on=on))
    entries = [_entry(row, labels, on=on) for row in page.rows]
    if not entries:
        return [], None, None
    return entries, entries[-1].id if page.has_next else None, entries[0].id if page.has_previous else None


@lru_cache(maxsize=8)
def _rows_on(day: date) -> QuerySet[Profile, Any]:
    """What an entry is made of, for every listed profile; put together once a day, never read itself."""
    return listed_profiles(on=day).values_list(*ROW)


def _term_counts(search: Search, *, on: date) -> QuerySet[ProfileTerm, Any]:
    """How many of those found have each code, in one query; what is chosen in a facet does not narrow that facet."""
    chosen = [Q(facet=facet) | Q(profile__in=_having(facet, codes)) for facet, codes in search.chosen.items()]
    said = _said(search)
    if said:
        found = Profile.objects.across("those that are hidden are not counted").filter(*said)
        chosen.append(Q(profile__in=found.values("id")))
    return _counted_on(on).filter(*chosen)


@lru_cache(maxsize=8)
def _counted_on(day: date) -> QuerySet[ProfileTerm, Any]:
    """How many of the listed profiles have each code; put together once a day, never read itself."""
    # Few are hidden and many are listed: to ask for none of the hidden reads four times less.
    hidden = Profile.objects.across("only what is listed is counted").filter(hidden_on(day))
    # The region is kept beside the facets but not offered; named by what is left out, the rows are read by profile.
    rows = ProfileTerm.objects.filter(~Q(profile__in=hidden.values("id")), ~Q(facet="region"))
    return rows.order_by().values_list("facet", "code").annotate(n=Count("*"))


def _choices(
    facet: str, found: Mapping[str, int], search: Search, labels: Mapping[tuple[str, str], str]
) -> list[FacetCount]:
    chosen = search.chosen.get(facet, ())
    codes = [*found, *(code for code in chosen if code not in found)]
    choices = [FacetCount(code, label_of(facet, code, labels), found.get(code, 0), code in chosen) for code in codes]
    return sorted(choices, key=lambda choice: (-choice.count, choice.label))
