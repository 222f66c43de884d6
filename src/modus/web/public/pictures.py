"""Pictures of the directory: figures with unit, period and n, the map, tabs and paging, all in words."""

from dataclasses import replace
from datetime import date

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from modus.core.time import say_day
from modus.directory.queries.listing import Listing, Search
from modus.directory.queries.places import Spot, Spots
from modus.web.public.search import address, area_code, page_address
from modus.web.ui.map import Item, Map, dots_of
from modus.web.ui.pieces import Facet, Link, Paging, Stat

DOTS_MAX = 80


def figures(listing: Listing, *, on: date) -> list[Stat]:
    """What the network is today, in three figures."""
    types = {choice.code: choice.count for choice in listing.facets["type"]}
    n = _("n = %(n)s listed, %(day)s") % {"n": number_format(listing.total), "day": say_day(on)}
    here = reverse("public:directory")
    clusters = types.get("cluster", 0)
    countries, ecosystems = len(listing.facets["country"]), len(listing.facets["ecosystem"])
    return [
        Stat(_("Cluster organisations"), number_format(clusters), _("listed"), n, f"{here}?type=cluster"),
        Stat(_("Countries"), number_format(countries), _("with somebody listed"), n, here),
        Stat(_("Industrial ecosystems"), number_format(ecosystems), _("with somebody listed"), n, here),
    ]


def ways_in(listing: Listing) -> list[Facet]:
    """The ecosystems as links into the directory."""
    here = reverse("public:directory")
    return [Facet(c.label, f"{here}?ecosystem={c.code}", c.count) for c in listing.facets["ecosystem"]]


def count_in_words(total: int) -> str:
    """How many were found."""
    if total == 0:
        return _("No organisation found")
    return ngettext("%(n)s organisation found", "%(n)s organisations found", total) % {"n": number_format(total)}


def tabs(found: Search, *, is_map: bool) -> list[Link]:
    """The same result as a list and on the map."""
    return [
        Link(_("List"), address(found), is_current=not is_map),
        Link(_("Map"), address(found, "public:directory-map"), is_current=is_map),
    ]


def paging(listing: Listing) -> Paging | None:
    """Where this page lies; nothing when everything is on it."""
    if len(listing.entries) == listing.total:
        return None
    summary = _("%(shown)s of %(total)s on this page") % {
        "shown": len(listing.entries),
        "total": number_format(listing.total),
    }
    return Paging(
        summary,
        page_address(listing.search, before=listing.previous_before),
        page_address(listing.search, after=listing.next_after),
    )


def map_of(spots: Spots) -> Map:
    """The spots as dots, the greatest first; each leads to what it stands for."""
    found, around = spots.search, _("%(place)s and around")
    profiles, result = reverse("public:directory"), address(replace(spots.search, area=None))
    areas = f"{result}{'&' if '?' in result else '?'}area="
    items = [
        Item(
            lat=spot.latitude,
            lon=spot.longitude,
            label=_spot_label(spot, around),
            url=f"{profiles}{spot.slug}/" if spot.count == 1 else f"{areas}{area_code(spot.area)}",
            group=spot.slug,
            count=spot.count,
        )
        for spot in spots.spots
    ]
    dots = dots_of(items, url_of_several=address(found), dots_max=DOTS_MAX)
    return Map(_("Where the organisations found have their seat"), dots)


def map_rows(picture: Map) -> SafeString:
    """The dots as rows of a table, drawn in one pass."""
    lines = ((dot.url, dot.label, dot.count) for dot in picture.dots)
    return format_html_join("", '<tr><th scope="row"><a href="{}">{}</a></th><td class="num">{}</td></tr>', lines)


def missing_in_words(spots: Spots, picture: Map) -> str:
    """Who is not on the map, said openly."""
    missing = spots.total - sum(dot.count for dot in picture.dots)
    if not missing:
        return ""
    return ngettext(
        "%(n)s of %(total)s is not on the map: its place is not confirmed, not public, or outside the frame.",
        "%(n)s of %(total)s are not on the map: their place is not confirmed, not public, or outside the frame.",
        missing,
    ) % {"n": number_format(missing), "total": number_format(spots.total)}


def _spot_label(spot: Spot, around: str) -> str:
    if spot.count == 1:
        return f"{spot.name}, {spot.city}" if spot.city else spot.name
    return spot.city if spot.places == 1 else around % {"place": spot.city or spot.name}
