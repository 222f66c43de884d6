"""The pages that are measured, each with what was promised of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import count
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from benchmarks.loader import BIG, ONE, RARE_WORDS, THREE
from benchmarks.visits import Visit, got
from modus.directory.models import Membership, Organisation

MANAGER, MEMBER = "manager-0@people.example", "member@people.example"
LIST_QUERIES, LIST_P95 = 12, 150
PUBLIC_BYTES = 100_000
WORD, PERSON = "Světlobrus", "Dvořák"


@dataclass(frozen=True)
class Page:
    """A page, who looks at it, the promises, and addresses (with accounts) on which it has one and three rows."""

    name: str
    visit: Visit
    url: str
    account: str = ""
    cpu_ms: float | None = None
    is_list: bool = False
    is_public: bool = False
    others: str = ""
    fewer: tuple[tuple[str, str], ...] = ()


def pages(clusters: int) -> list[Page]:
    """All of them, in the order of the table."""
    office = f"office-{2 * clusters}@people.example"
    return [*_public(), *_space(), *_everywhere(), *_office(office)]


def _public() -> Iterator[Page]:
    directory, by_map = reverse("public:directory"), reverse("public:directory-map")
    profile = reverse("public:profile-detail", kwargs={"slug": BIG})
    facets, word = f"{directory}?country=DE&ecosystem=electronics", f"{directory}?{urlencode({'q': WORD})}"
    few = _found(directory)
    yield _page("Public directory, two facets", facets, cpu_ms=8, is_list=True, is_public=True, fewer=few)
    yield _again("Public directory, two facets, again", facets, cpu_ms=8)
    yield _page("Public directory, no filter", directory, cpu_ms=8, is_list=True, is_public=True, fewer=few)
    yield _page("Directory search by a word", word, is_list=True, is_public=True, fewer=few)
    yield _page("Map", by_map, is_list=True, is_public=True, fewer=_found(by_map))
    yield _page("Cluster page", profile, cpu_ms=8, is_public=True)
    yield _again("Cluster page, again", profile, cpu_ms=8)
    yield _page("First page", reverse("public:home"), is_public=True)
    yield _page("Sign-in page", reverse("account_login"), cpu_ms=4, is_public=True)


def _found(url: str) -> tuple[tuple[str, str], ...]:
    """The same page with one and with three results."""
    return tuple((f"{url}?{urlencode({'q': RARE_WORDS[slug]})}", "") for slug in (ONE, THREE))


def _again(name: str, url: str, *, cpu_ms: float) -> Page:
    """The page as the next visitor gets it while nothing happens."""
    return Page(name, got(url, again=True), url, cpu_ms=cpu_ms, is_public=True)


def _space() -> Iterator[Page]:
    members, people = _at("directory:member-list"), _at("directory:person-list")
    others = "128-1,598"
    few = _small("directory:member-list")
    yield _page("Members list, first page", members, MANAGER, cpu_ms=20, is_list=True, others=others, fewer=few)
    yield _page("Members list, page 100", _hundredth(), MANAGER, cpu_ms=20, is_list=True, others=others, fewer=few)
    search = f"{members}?{urlencode({'q': WORD})}"
    yield _page("Members list, search", search, MANAGER, cpu_ms=20, is_list=True, others=others, fewer=few)
    yield _page("Members list as a member", members, MEMBER, cpu_ms=20, is_list=True, others=others)
    few = _small("directory:person-list")
    yield _page("People list", people, MANAGER, is_list=True, fewer=few)
    yield _page("People list, search", f"{people}?{urlencode({'q': PERSON})}", MANAGER, is_list=True, fewer=few)
    enrol = _at("directory:member-create")
    yield Page("Adding a member, whole flow", _adding(enrol), enrol, MANAGER, cpu_ms=60, others="300-1,635")
    yield _page("Home of the manager", _at("directory:home"), MANAGER, fewer=_small("directory:home"))


def _everywhere() -> Iterator[Page]:
    for name, label in (("home:search", "Global search"), ("home:palette", "Palette")):
        yield _page(label, f"{reverse(name)}?{urlencode({'q': WORD})}", MANAGER, is_list=True)


def _office(account: str) -> Iterator[Page]:
    at = {"network": "network"}
    yield _page("Home of the network office", reverse("network:home", kwargs=at), account)
    yield _page("Clusters of the network", reverse("network:cluster-list", kwargs=at), account, is_list=True)


def _page(name: str, url: str, account: str = "", **rest: object) -> Page:
    return Page(name, got(url), url, account, **rest)  # type: ignore[arg-type]


def _at(name: str, cluster: str = BIG) -> str:
    return reverse(name, kwargs={"cluster": cluster})


def _small(name: str) -> tuple[tuple[str, str], ...]:
    """The same page in the clusters of one and of three members, each seen by its own manager."""
    return tuple((_at(name, slug), f"manager-{2 * int(slug[8:])}@people.example") for slug in (ONE, THREE))


def _hundredth() -> str:
    """Page 100 by key: behind the last row of page 99."""
    rows = Membership.objects.within(cluster__slug=BIG, left_on=None).order_by("sort_name", "pk")
    last = rows.values_list("pk", flat=True)[min(99 * 50, rows.count() - 2)]
    return f"{_at('directory:member-list')}?after={last}"


class _Form(HTMLParser):
    """The values that the form with a name field would send as it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        name = named.get("name") or ""
        if tag == "input" and named.get("type") not in {"checkbox", "radio", "search", "submit"} and name:
            self.values.setdefault(name, named.get("value") or "")
        if tag == "select":
            self.select = name
        if tag == "option" and self.select and "selected" in named:
            self.values[self.select] = named.get("value") or ""


def _adding(url: str) -> Visit:
    """Open the form, send it, follow to the page behind; each time another organisation."""
    numbers = count(1)

    def visit(client: Client) -> HttpResponse:
        form = _Form()
        form.feed(client.get(url).content.decode())
        number = next(numbers)
        said = {
            **form.values,
            "country": "CZ",
            "name": f"Zkušebna přesné čočky {number} s.r.o.",
            "website": f"https://measured-{number}.example",
            "kind": "small",
            "city": "Olomouc",
            "membership_kind": "full",
            "joined_on": "2024-03-01",
            "is_another": "on",
        }
        response = client.post(url, said, follow=True)
        if not response.redirect_chain or response.status_code != 200:
            faults = re.findall(r'class="fault"[^>]*>(?:<svg.*?</svg>)?([^<]*)', response.content.decode())
            raise RuntimeError(f"The member was not added: {response.status_code} {faults}")
        return response

    return visit


def forget_added() -> None:
    """Remove the rows that the flow added, for the next run; lines of the journal stay."""
    rows = Organisation.objects.within(domain__startswith="measured-")
    keys = list(rows.values_list("pk", flat=True))
    Membership.objects.within(organisation__in=keys).delete()
    Organisation.objects.within(pk__in=keys).delete()
