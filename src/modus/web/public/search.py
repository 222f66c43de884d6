"""The directory by its address: what a query string asks, and the links that turn each choice on and off."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from html import escape
from urllib.parse import quote, urlencode
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from modus.directory.queries.listing import FACETS, LONGEST_SEARCH, Area, FacetCount, Listing, Search, label_of
from modus.directory.queries.listing import term_labels as known_labels
from modus.directory.queries.places import Spots
from modus.web.ui.pieces import FilterChip

MOST_CHOSEN = 40
SHOWN_AT_ONCE = 8
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,39}")
AREA = re.compile(r"(-?[0-9]{1,3})_(-?[0-9]{1,4})_(1|8|24)")
FACET_LABELS = {
    "country": _("Country"),
    "ecosystem": _("Industrial ecosystem"),
    "technology": _("Technology"),
    "size": _("Size"),
    "label": _("Label"),
    "type": _("Type of profile"),
}
Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Group:
    """A facet with its most frequent choices and the rest, folded away; both drawn already."""

    label: str
    first: SafeString
    rest: SafeString
    more: str


def search_asked(asked: QueryDict) -> Search:
    """Read an address; what was not declared, or has no possible form, is as if it had not been said."""
    words = "".join(letter if letter.isprintable() else " " for letter in asked.get("q", "")[:LONGEST_SEARCH])
    chosen = {facet: _codes(asked.getlist(facet)) for facet in FACETS}
    return Search(
        words=" ".join(words.split()),
        chosen={facet: codes for facet, codes in chosen.items() if codes},
        area=_area(asked.get("area", "")),
        after=_key(asked.get("after", "")),
        before=_key(asked.get("before", "")),
    )


def address(search: Search, view: str = "public:directory") -> str:
    """The address of a search from its first page on."""
    return _joined(reverse(view), urlencode(_pairs(search)))


def facet_groups(found: Listing | Spots) -> list[Group]:
    """Every facet that has something to choose, each choice with what turns it on the page where it stands."""
    return [_group(found.search, facet, found.facets[facet]) for facet in FACETS if found.facets.get(facet)]


def filter_chips(search: Search, view: str, labels: Mapping[tuple[str, str], str] | None = None) -> list[FilterChip]:
    """What is chosen, each with the address without it; the names of codes are read when they are not at hand."""
    if labels is None:
        labels = known_labels() if search.chosen else {}
    chips = [
        FilterChip(label_of(facet, code, labels), address(_without(search, facet, code), view), is_on=True)
        for facet, codes in search.chosen.items()
        for code in codes
    ]
    if search.words:
        chips.append(FilterChip(f"“{search.words}”", address(replace(search, words=""), view), is_on=True))
    if search.area:
        chips.append(FilterChip(gettext("One area of the map"), address(replace(search, area=None), view), is_on=True))
    return chips


def area_code(area: Area) -> str:
    """An area of the map as the address says it."""
    return f"{area.north}_{area.east}_{area.eighths}"


def page_address(search: Search, *, after: UUID | None = None, before: UUID | None = None) -> str:
    """The address of another page of the same search; nothing when there is none."""
    if after is None and before is None:
        return ""
    step = ("after", str(after)) if after else ("before", str(before))
    return _joined(reverse("public:directory"), urlencode([*_pairs(search), step]))


def kept_fields(search: Search) -> Pairs:
    """What a search form has to send along beside the words."""
    return _pairs(replace(search, words=""))


def facet_label(facet: str) -> str:
    """How a facet is asked."""
    return str(FACET_LABELS[facet])


def _group(search: Search, facet: str, choices: list[FacetCount]) -> Group:
    chosen = [choice for choice in choices if choice.is_chosen]
    offered = [choice for choice in choices if not choice.is_chosen]
    added = urlencode([*_pairs(search), (facet, "")])
    lines = [
        *(_drawn(choice, urlencode(_pairs(_without(search, facet, choice.code)))) for choice in chosen),
        *(_drawn(choice, added + quote(choice.code)) for choice in offered),
    ]
    most = max(SHOWN_AT_ONCE, len(chosen))
    if len(lines) <= most + 2:
        most = len(lines)
    first, rest = "".join(lines[:most]), "".join(lines[most:])
    more = ngettext("%(n)s more", "%(n)s more", len(lines) - most) % {"n": len(lines) - most}
    return Group(facet_label(facet), SafeString(first), SafeString(rest), more)  # safe: drawn of escaped parts


def _drawn(choice: FacetCount, query: str) -> str:
    """A link, escaped by hand: a hundred of them on a page would take 1 ms longer piece by piece."""
    mark = ' aria-current="true"' if choice.is_chosen else ""
    return (
        f'<li><a class="facet" href="?{escape(query)}"{mark}>{escape(choice.label)}'
        f'<span class="n">{choice.count}</span></a></li>'
    )


def _without(search: Search, facet: str, code: str) -> Search:
    kept = tuple(other for other in search.chosen[facet] if other != code)
    return replace(search, chosen={**search.chosen, facet: kept})


def _pairs(search: Search) -> Pairs:
    words = [("q", search.words)] if search.words else []
    codes = [(facet, code) for facet, chosen in search.chosen.items() for code in chosen]
    area = [("area", area_code(search.area))] if search.area else []
    return [*words, *codes, *area]


def _joined(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


def _codes(asked: Iterable[str]) -> tuple[str, ...]:
    return tuple(code for code in list(asked)[:MOST_CHOSEN] if CODE.fullmatch(code))


def _area(text: str) -> Area | None:
    match = AREA.fullmatch(text)
    return Area(*map(int, match.groups())) if match else None


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
