"""Write the invented input files of the demo: networks, clusters, members and people.

Usage: python docs/developer/demo/make_demo.py [folder], by default src/modus/demo.
The same words and the same seed give the same files. Nothing but src/modus/reference is read.
"""

# ruff: noqa: SIM905 - a list of words is read as words
import csv
import random
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import demo_clusters
from demo_people import people_rows
from demo_plan import PLANS, Plan
from demo_words import domain_of, latin

PACKAGE = Path(__file__).resolve().parents[3] / "src" / "modus"
SEED = 20261123
TODAY = date(2026, 11, 23)
Row = dict[str, str]

CLUSTER_COLUMNS = """network slug name short_name name_english legal_form country city nuts ecosystem technologies topic
description founded fte members members_as_of smes large_firms research_organisations universities public_bodies label
label_valid_until website website_english mailbox phone services cooperation_offer partner_search target_countries
languages time_zone confirmed_on invented""".split()
MEMBER_COLUMNS = """cluster name name_english registration_number kind size_class legal_form country city nuts nace
website founded keywords membership_kind joined_on left_on commitment public""".split()
INSTITUTION_KEYS = "kind name name_english legal_form city nuts nace keywords founded".split()
PEOPLE_COLUMNS = "email given_name family_name organisation role job_title starts_on ends_on sign_in".split()


def day_between(chance: random.Random, first: date, last: date) -> date:
    """Draw a day, both ends included."""
    return first + timedelta(days=chance.randint(0, max(0, (last - first).days)))


@dataclass
class Maker:
    """Draws the members of one cluster; registration numbers count up."""

    plan: Plan
    chance: random.Random
    number: int = 0

    def members(self) -> list[Row]:
        """Make the present members of the plan, then its former ones."""
        company_count = sum(self.plan.companies.values()) + self.plan.former
        names = self._company_names(company_count)
        kinds = [kind for kind, count in self.plan.companies.items() for _ in range(count)]
        kinds += ["small"] * self.plan.former
        rows = [self._company(name, kind) for name, kind in zip(names, kinds, strict=True)]
        for row in rows[len(rows) - self.plan.former :]:
            self._leave(row)
        return rows + [self._institution(facts) for facts in self.plan.institutions]

    def _company_names(self, count: int) -> list[str]:
        names = [f"{stem} {second}".strip() for second in self.plan.second for stem in self.plan.stems]
        return self.chance.sample(names, count)

    def _company(self, name: str, kind: str) -> Row:
        nace, keywords = self.chance.choice(self.plan.activities)
        town, country, nuts, _ = self.chance.choices(self.plan.towns, [t[3] for t in self.plan.towns])[0]
        legal_local, legal_latin = self._legal_form(kind, country)
        founded = self.chance.randint(2021, 2025) if kind == "start-up" else self.chance.randint(1991, 2020)
        is_latin_name = legal_local == legal_latin or self.chance.random() < self.plan.latin_share
        local = f"{name} {legal_local}"
        english = f"{latin(name)} {legal_latin}"
        size_class = self.chance.choice(["micro", "small"]) if kind == "start-up" else kind
        return self._row(
            name=english if is_latin_name else local,
            name_english="" if is_latin_name else english,
            kind=kind,
            size_class=size_class,
            legal_form=legal_latin,
            country=country,
            city=town,
            nuts=nuts,
            nace=nace,
            keywords=keywords,
            founded=str(founded),
            website=self._website(name, chance_of_none=0.08),
        )

    def _legal_form(self, kind: str, country: str) -> tuple[str, str]:
        if country != self.plan.country:
            foreign = {"SK": "s. r. o.", "AT": "GmbH"}[country]
            return foreign, foreign
        is_stock = kind == "large" or (kind == "medium" and self.chance.random() < 0.4)
        return self.chance.choice(self.plan.stock_forms if is_stock else self.plan.limited_forms)

    def _institution(self, facts: tuple[str, ...]) -> Row:
        row = dict(zip(INSTITUTION_KEYS, map(str, facts), strict=True))
        name = row["name_english"] if self.plan.country == "BG" else row["name"]
        website = self._website(name, chance_of_none=0)
        return self._row(**row, size_class="", country=self.plan.country, website=website)

    def _website(self, name: str, chance_of_none: float) -> str:
        has_none = self.chance.random() < chance_of_none
        return "" if has_none else f"https://{domain_of(name)}"

    def _row(self, **facts: str) -> Row:
        self.number += 1
        first = max(self.plan.first_day, date(int(facts["founded"]), 3, 1))
        is_associate = facts["size_class"] == "" and self.chance.random() < 0.6
        commitment = ["agreement"] if self.chance.random() < 0.9 else []
        if not is_associate or not commitment:
            commitment.append("fee")
        if self.chance.random() < 0.35:
            commitment.append("contribution")
        return {
            "cluster": self.plan.slug,
            "registration_number": f"DEMO-{facts['country']}-{self.number:04}",
            **facts,
            "membership_kind": "associate" if is_associate else "full",
            "joined_on": day_between(self.chance, first, date(2026, 10, 15)).isoformat(),
            "left_on": "",
            "commitment": ";".join(commitment),
            "public": "no" if self.chance.random() < 0.06 else "yes",
        }

    def _leave(self, row: Row) -> None:
        first = date.fromisoformat(row["joined_on"]) + timedelta(days=200)
        row["joined_on"] = min(row["joined_on"], "2025-06-01")
        row["left_on"] = day_between(self.chance, min(first, date(2026, 1, 31)), date(2026, 9, 30)).isoformat()


def join_again(members: list[Row], row: Row) -> None:
    """Give a present member an older, ended membership beside the current one."""
    members.append({**row, "joined_on": "2013-02-11", "left_on": "2017-12-31", "commitment": "agreement"})
    row["joined_on"] = "2021-05-03"


def share_member(members: list[Row], row: Row, cluster: str, joined_on: str) -> None:
    """Make a member of one cluster a member of another one too, in the place of its last company."""
    present = [other for other in members if other["cluster"] == cluster and not other["left_on"]]
    last = [other for other in present if other["kind"] == row["kind"]][-1]
    members[members.index(last)] = {**row, "cluster": cluster, "joined_on": joined_on}


def make_members(chance: random.Random) -> list[Row]:
    """Make the members of all clusters, with the awkward cases that real files hold."""
    members: list[Row] = []
    for plan in PLANS:
        rows = Maker(plan, chance).members()
        if plan.slug == "moravian-photonics":
            honorary = next(row for row in rows if row["kind"] == "other")
            honorary.update(membership_kind="honorary", commitment="")
            join_again(rows, next(row for row in rows if row["kind"] == "medium" and row["founded"] < "2010"))
        members += rows
    photonic = [row for row in members if row["cluster"] == "moravian-photonics" and not row["left_on"]]
    for kind, nace, cluster, joined_on in (
        ("small", "62.10;71.12", "thrace-mobility", "2024-09-16"),
        ("small", "26.51", "norte-food", "2025-03-10"),
    ):
        both = next(row for row in photonic if row["kind"] == kind and row["nace"] == nace and row["country"] == "CZ")
        share_member(members, both, cluster, joined_on)
    return members


def count_of(rows: Iterable[Row], *kinds: str) -> str:
    """Count the rows of some kinds."""
    return str(sum(row["kind"] in kinds for row in rows))


def make_cluster(facts: Row, members: list[Row]) -> Row:
    """Add to the facts of a cluster the figures that its present members give."""
    own = [row for row in members if row["cluster"] == facts["slug"] and not row["left_on"]]
    return {
        **facts,
        "members": str(len(own)),
        "members_as_of": TODAY.isoformat(),
        "smes": count_of(own, "micro", "small", "medium", "start-up"),
        "large_firms": count_of(own, "large"),
        "research_organisations": count_of(own, "research-organisation"),
        "universities": count_of(own, "university"),
        "public_bodies": count_of(own, "public-authority", "agency"),
    }


def write(folder: Path, name: str, columns: list[str], rows: list[Row]) -> None:
    """Write one file as UTF-8 with commas and line feeds."""
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def check_codes(rows: list[Row]) -> None:
    """Stop when a region or a town is not in the reference data."""

    def column(name: str, *keys: str) -> set[tuple[str, ...]]:
        with (PACKAGE / "reference" / name).open(encoding="utf-8") as file:
            return {tuple(row[key] for key in keys) for row in csv.DictReader(file)}

    regions, towns = column("nuts_2024.csv", "code"), column("places.csv", "name", "country")
    for row in rows:
        if (row["nuts"],) not in regions or (row["city"], row["country"]) not in towns:
            raise SystemExit(f"unknown region or town: {row['name']}, {row['nuts']}, {row['city']}")


def main(folder: Path) -> None:
    """Make everything and write it."""
    chance = random.Random(SEED)
    members = make_members(chance)
    facts = [demo_clusters.PHOTONICS, demo_clusters.MOBILITY, demo_clusters.FOOD]
    clusters = [make_cluster(fact, members) for fact in facts]
    check_codes(members + clusters)
    write(folder, "networks.csv", list(demo_clusters.NETWORK), [demo_clusters.NETWORK])
    write(folder, "clusters.csv", CLUSTER_COLUMNS, clusters)
    write(folder, "members.csv", MEMBER_COLUMNS, members)
    write(folder, "people.csv", PEOPLE_COLUMNS, people_rows(members, chance))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PACKAGE / "demo")
