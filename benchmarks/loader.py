"""Loads a seeded network into an empty database, straight into the tables: the one place that may."""

import hashlib
import json
import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.db import connection, models, transaction

from benchmarks.scene import Scene, drop_database, require_database
from benchmarks.words import Names
from modus.algorithms.text import fold
from modus.config.settings import PACKAGE
from modus.core.journal import JournalLine
from modus.core.time import today
from modus.core.users import User
from modus.directory.actions.importing import import_files
from modus.directory.actions.importing.lists import load_nace
from modus.directory.actions.profile import index_profile
from modus.directory.models import (
    Cluster,
    ClusterSlug,
    Membership,
    Network,
    Organisation,
    OrganisationKind,
    Person,
    Place,
    Position,
    Profile,
    Term,
)
from modus.directory.queries import clock

SEED = 20240312
# To be raised with every change of what is loaded.
EDITION = 3
BIG, ONE, THREE = "cluster-0", "cluster-1", "cluster-2"
BIG_MEMBERS = 10_000
RARE_WORDS = {ONE: "jedinečňák", THREE: "trojlístek"}
LISTS = ("ecosystems.csv", "nuts_2021_to_2024.csv", "nuts_2024.csv", "places.csv", "technologies.csv")
KINDS = list(OrganisationKind.values)
SIZES = ("micro", "small", "medium", "large", "")
LONG_AGO = date(2012, 1, 1)
PART = 2000
NO_PASSWORD = "!"  # noqa: S105  cannot be entered


@dataclass(frozen=True)
class Size:
    """How much is loaded."""

    clusters: int = 1200
    organisations: int = 120_000
    people: int = 300_000


def say(words: str) -> None:
    """Print a line at once."""
    print(words, flush=True)


def load(scene: Scene, size: Size) -> None:
    """Load the database unless it holds the same already."""
    label = Path(scene.label)
    wanted = {**asdict(size), "seed": SEED, "edition": EDITION, "tables": _state_of_tables()}
    if label.exists() and json.loads(label.read_text()) == wanted:
        say(f"{scene.database}: the loaded database is used again")
        return
    drop_database(scene)
    if scene.database == "postgresql":
        require_database()
    started = time.monotonic()
    call_command("migrate", verbosity=0)
    _Load(size).run()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    label.write_text(json.dumps(wanted))
    say(f"{scene.database}: loaded in {time.monotonic() - started:.0f} s")


def _state_of_tables() -> str:
    """A print of all migrations without their comments: when one changes, the database is made anew."""
    texts = [file.read_text() for file in sorted(PACKAGE.glob("*/migrations/*.py"))]
    code = "\n".join(line for text in texts for line in text.splitlines() if not line.startswith("#"))
    return hashlib.sha256(code.encode()).hexdigest()[:16]


class _Load:
    """One run of the loader; ids come from the seed, so that addresses stay the same."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.rng = random.Random(SEED)
        self.names = Names(self.rng)
        self.day = today()
        self.hosts: list[Organisation] = []
        self.clusters: list[Cluster] = []

    def run(self) -> None:
        """Everything, part by part, each with its time."""
        for words, part in (
            ("Code lists", self.lists),
            ("Network and clusters", self.network_and_clusters),
            ("Profiles", self.profiles),
            ("Organisations and memberships", self.members),
            ("People, positions, accounts", self.people),
            ("Journal", self.journal),
        ):
            started = time.monotonic()
            with transaction.atomic():
                part()
            say(f"  {words}: {time.monotonic() - started:.1f} s")

    def lists(self) -> None:
        files = [(name, (PACKAGE / "reference" / name).read_bytes()) for name in LISTS]
        load_nace("2.1", by=clock())
        import_files(files, by=clock(), report=lambda line: None)
        self.places = list(Place.objects.filter(population__gte=20_000).order_by("geoname"))
        terms = Term.objects.order_by("taxonomy__code", "code")
        self.ecosystems = list(terms.filter(taxonomy__code="ecosystem").values_list("code", flat=True))
        self.technologies = list(terms.filter(taxonomy__code="technology").values_list("code", flat=True))
        regions = terms.filter(taxonomy__code="nuts", level=2).values_list("country", "code")
        self.regions: dict[str, list[str]] = {}
        for country, code in regions:
            self.regions.setdefault(country, []).append(code)

    def network_and_clusters(self) -> None:
        operator = self.organisation("Síť klastrů, z. s.", kind="chamber")
        operator.save(force_insert=True)
        self.network = Network(id=self.id(), slug="network", name="Síť evropských klastrů", operator=operator)
        self.network.save(force_insert=True)
        self.hosts = [self.organisation(self.names.cluster(n), kind="other") for n in range(self.size.clusters)]
        _create(Organisation, self.hosts)
        self.clusters = [
            Cluster(id=self.id(), network=self.network, organisation=host, slug=f"cluster-{n}")
            for n, host in enumerate(self.hosts)
        ]
        _create(Cluster, self.clusters)
        _create(ClusterSlug, [ClusterSlug(slug=cluster.slug, cluster=cluster) for cluster in self.clusters])

    def profiles(self) -> None:
        """The rows in one go, then what the public directory derives, by the house's own rule."""
        rows = [self.profile(cluster) for cluster in self.clusters]
        _create(Profile, rows)
        for row in rows:
            index_profile(row)

    def profile(self, cluster: Cluster) -> Profile:
        host, rng = cluster.organisation, self.rng
        values = {
            "country": host.country,
            "name": host.name,
            "city": host.city,
            "nuts": host.nuts,
            "website": host.website,
            "description": self.names.sentence(60),
            "mailbox": f"office@{cluster.slug}.example",
            "languages": "en;de",
            "members_as_of": "2026-06",
            "members": rng.choice([12, 28, 45, 80, 130, 210, 400]),
            "smes": rng.randint(5, 200),
            "large_firms": rng.randint(0, 20),
            "ecosystems": rng.sample(self.ecosystems, rng.randint(1, 3)),
            "technologies": rng.sample(self.technologies, rng.randint(1, 6)),
            "nace": [["2.1", code] for code in rng.sample(["26.70", "29.32", "62.10", "71.12", "72.10"], 2)],
            "topic": self.names.keywords(4).replace(";", ", "),
            "keywords": f"{self.names.keywords(3)};{self.rare_word(cluster)}".rstrip(";"),
            "fte": 3.5,
            "activities_per_year": rng.randint(2, 30),
            "label": rng.choice(["Gold", "Silver", "Bronze", ""]),
            "services": self.names.sentence(40),
            "cooperation_offer": self.names.sentence(40),
            "partner_search": self.names.sentence(30),
            "target_countries": ["DE", "AT", "TW"],
            "green_services": self.names.sentence(20),
        }
        values = {name: value for name, value in values.items() if value not in ("", [])}
        return Profile(
            id=self.id(),
            organisation=host,
            network=self.network,
            type="cluster",
            status="published",
            values=values,
            published=values,
            slug=cluster.slug,
            is_listed=True,
            confirmed_on=self.day - timedelta(days=rng.randint(1, 500)),
            sort_name=host.sort_name,
        )

    def rare_word(self, cluster: Cluster) -> str:
        """One profile bears the first rare word and three the second, for lists of one and of three rows."""
        if cluster.slug == ONE:
            return RARE_WORDS[ONE]
        return RARE_WORDS[THREE] if cluster.slug in {THREE, "cluster-3", "cluster-4"} else ""

    def members(self) -> None:
        """The first members go to the big cluster, then one and three, then the rest in turn."""
        count = self.size.organisations - len(self.hosts) - 1
        big = min(BIG_MEMBERS, count // 2)
        slots = iter([*[0] * big, 1, 2, 2, 2])
        self.firms: list[tuple[UUID, UUID]] = []
        for part in _parts(range(count), PART * 10):
            pairs = [(self.organisation(self.names.organisation()), self.cluster_for(slots, n)) for n in part]
            for firm, cluster in pairs:
                firm.kept_by = cluster
            _create(Organisation, [firm for firm, _ in pairs])
            _create(Membership, [self.membership(firm, cluster) for firm, cluster in pairs])
            self.firms += [(firm.pk, cluster.pk) for firm, cluster in pairs]
            say(f"    {len(self.firms):,} of {count:,} organisations")

    def cluster_for(self, slots: Iterator[int], number: int) -> Cluster:
        chosen = next(slots, None)
        return self.clusters[chosen if chosen is not None else 3 + number % (len(self.clusters) - 3)]

    def membership(self, firm: Organisation, cluster: Cluster) -> Membership:
        rng = self.rng
        joined = LONG_AGO + timedelta(days=rng.randint(0, 5000))
        is_small = cluster.slug in (BIG, ONE, THREE)
        left = joined + timedelta(days=200) if not is_small and rng.random() < 0.06 else None
        return Membership(
            id=self.id(),
            cluster=cluster,
            organisation=firm,
            kind=rng.choices(["full", "associate", "honorary"], [90, 8, 2])[0],
            joined_on=joined,
            left_on=left,
            has_agreement=rng.random() < 0.7,
            pays_fee=rng.random() < 0.6,
            contributes=rng.random() < 0.2,
            is_public=rng.random() < 0.5,
            sort_name=firm.sort_name,
            search_text=firm.search_text,
            organisation_kind=firm.kind,
            organisation_country=firm.country,
        )

    def people(self) -> None:
        """A team for each cluster, then people at firms; every tenth has an account, and so have the named ones."""
        self.team()
        count = max(0, self.size.people - 2 * len(self.clusters) - 4)
        done = 0
        for part in _parts(range(count), PART * 10):
            people = [self.person(f"person{n}@people.example") for n in part]
            self.create_people(people, accounts=people[::10])
            _create(Position, [self.position_of(person, n) for n, person in zip(part, people, strict=True)])
            done += len(people)
            say(f"    {done:,} of {count:,} people")

    def team(self) -> None:
        places = [(host, role) for host in self.hosts for role in ("manager", "staff")]
        places += [(self.network.operator, "office")]
        people = [self.person(f"{role}-{n}@people.example") for n, (_, role) in enumerate(places)]
        self.create_people(people, accounts=people)
        _create(Position, [self.position(p, host.pk, role) for p, (host, role) in zip(people, places, strict=True)])
        member = self.person("member@people.example")
        self.create_people([member], accounts=[member])
        _create(Position, [self.position(member, self.firms[0][0], "representative")])

    def position_of(self, person: Person, number: int) -> Position:
        """Every tenth came by herself; the others were named by the team of the cluster, and count in it only."""
        firm, cluster = self.firms[number % len(self.firms)]
        role = "representative" if number < len(self.firms) else "colleague"
        return self.position(person, firm, role, granted_in=cluster if number % 10 else None)

    def create_people(self, people: list[Person], accounts: list[Person]) -> None:
        users = [User(id=self.id(), email=person.email, password=NO_PASSWORD) for person in accounts]
        _create(User, users)
        _create(EmailAddress, [EmailAddress(user=u, email=u.email, verified=True, primary=True) for u in users])
        for person, user in zip(accounts, users, strict=True):
            person.user = user
        _create(Person, people)

    def journal(self) -> None:
        """What was done lately: much in the big cluster, a little in each other."""
        actor = Person.objects.within(email="manager-0@people.example").get()
        lines = [(self.clusters[0], n) for n in range(5000)]
        lines += [(cluster, n) for cluster in self.clusters[1:] for n in range(10)]
        _create(
            JournalLine,
            [
                JournalLine(
                    event="directory.membership.changed",
                    by_id=actor.pk,
                    by_name=actor.name,
                    subject_kind="membership",
                    subject_id=self.id(),
                    scope_id=cluster.pk,
                    changes={"kind": ["associate", "full"]},
                )
                for cluster, _ in lines
            ],
        )

    def id(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)

    def organisation(self, name: str, kind: str = "") -> Organisation:
        place, number = self.rng.choice(self.places), self.rng.getrandbits(60)
        keywords, domain = self.names.keywords(), f"firm-{number:x}.example"
        regions = self.regions.get({"GR": "EL"}.get(place.country, place.country), [""])
        return Organisation(
            id=self.id(),
            name=name,
            kind=kind or self.rng.choice(KINDS),
            size_class=self.rng.choice(SIZES),
            registration_number=f"BM-{number}",
            country=place.country,
            city=place.name,
            nuts=self.rng.choice(regions),
            latitude=place.latitude,
            longitude=place.longitude,
            website=f"https://{domain}",
            domain=domain,
            founded_year=self.rng.randint(1950, 2024),
            keywords=keywords,
            activities=[["2.1", "26.70"]],
            sort_name=fold(name)[:200],
            search_text=fold(f"{name} {place.name} {keywords} {domain}"),
        )

    def person(self, email: str) -> Person:
        given, family = self.names.person()
        return Person(
            id=self.id(),
            given_name=given,
            family_name=family,
            email=email,
            sort_name=fold(f"{family} {given}"),
            search_text=fold(f"{given} {family} {email}"),
        )

    def position(self, person: Person, organisation_id: UUID, role: str, granted_in: UUID | None = None) -> Position:
        return Position(
            id=self.id(),
            person=person,
            organisation_id=organisation_id,
            role=role,
            starts_on=LONG_AGO,
            granted_in_id=granted_in,
        )


def _create(model: Callable[..., models.Model], rows: list[Any]) -> None:
    model.objects.bulk_create(rows, batch_size=PART)  # type: ignore[attr-defined]


def _parts(numbers: Iterable[int], size: int) -> Iterator[list[int]]:
    rest = iter(numbers)
    while part := list(islice(rest, size)):
        yield part
