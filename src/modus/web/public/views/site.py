"""Pages about the site itself, and what search engines read."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from modus.core.time import today
from modus.directory.queries.listing import contacts_of_networks
from modus.directory.queries.profiles import listed_profiles
from modus.web.public.addresses import absolute, profile_address
from modus.web.ui.audience import Audience, audience

MOST_ADDRESSES = 50_000


@audience(Audience.EVERYBODY)
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "public/accessibility.html", {"contacts": contacts_of_networks()})


@audience(Audience.EVERYBODY)
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "public/privacy.html", {"contacts": contacts_of_networks()})


@audience(Audience.EVERYBODY)
def robots(request: HttpRequest) -> HttpResponse:
    closed = ("/account/", "/office/", "/profile/", "/register/", "/space/")
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in closed),
        f"Sitemap: {settings.SITE_ADDRESS}/sitemap.xml",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@audience(Audience.EVERYBODY)
def sitemap(request: HttpRequest) -> HttpResponse:
    rows = listed_profiles(on=today()).order_by("sort_name", "id").values_list("slug", "confirmed_on")
    names = ("public:home", "public:directory", "public:directory-map", "public:open-data")
    pages = [(absolute(reverse(name)), None) for name in names]
    addresses = [*pages, *((profile_address(slug), day) for slug, day in rows[: MOST_ADDRESSES - len(pages)])]
    context = {"addresses": addresses}
    return render(request, "public/sitemap.xml", context, content_type="application/xml; charset=utf-8")
