"""The network for everybody: first page, directory as list and map."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from modus.core.time import today
from modus.directory.queries.listing import Search, directory_page, networks_named, newest_entries
from modus.directory.queries.places import directory_spots
from modus.web.public import pictures, search
from modus.web.public.rows import lines_of
from modus.web.ui.audience import Audience, audience
from modus.web.ui.kept import kept_while_nothing_happens


@audience(Audience.EVERYBODY)
@kept_while_nothing_happens
def home(request: HttpRequest) -> HttpResponse:
    on = today()
    listing = directory_page(Search(), on=on)
    context = {
        "networks": networks_named(),
        "stats": pictures.figures(listing, on=on),
        "ecosystems": pictures.ways_in(listing),
        "lines": lines_of(newest_entries(on=on), on=on),
    }
    return render(request, "public/home.html", context)


@audience(Audience.EVERYBODY)
@kept_while_nothing_happens
def directory(request: HttpRequest) -> HttpResponse:
    on = today()
    listing = directory_page(search.search_asked(request.GET), on=on)
    found = listing.search
    context = {
        "lines": lines_of(listing.entries, on=on),
        "count": pictures.count_in_words(listing.total),
        "groups": search.facet_groups(listing),
        "chips": search.filter_chips(found, "public:directory", listing.labels),
        "paging": pictures.paging(listing),
        **_tools(found),
    }
    return render(request, "public/directory.html", context)


@audience(Audience.EVERYBODY)
@kept_while_nothing_happens
def directory_map(request: HttpRequest) -> HttpResponse:
    spots = directory_spots(search.search_asked(request.GET), on=today())
    picture = pictures.map_of(spots)
    context = {
        "map": picture,
        "map_rows": pictures.map_rows(picture),
        "count": pictures.count_in_words(spots.total),
        "missing": pictures.missing_in_words(spots, picture),
        "groups": search.facet_groups(spots),
        "chips": search.filter_chips(spots.search, "public:directory-map", spots.labels),
        **_tools(spots.search, is_map=True),
    }
    return render(request, "public/directory_map.html", context)


def _tools(found: Search, *, is_map: bool = False) -> dict[str, object]:
    """What list and map share: the words, the fields that go along, and the way between the two."""
    return {
        "words": found.words,
        "kept": search.kept_fields(found),
        "tabs": pictures.tabs(found, is_map=is_map),
        "clear_url": search.address(Search(), "public:directory-map" if is_map else "public:directory"),
    }
