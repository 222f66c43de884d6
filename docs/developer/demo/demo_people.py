"""The invented people of the demo: offices, teams, people of the members, and the awkward cases."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import urlsplit

import demo_words as words

Row = dict[str, str]
TODAY = date(2026, 11, 23)

# Given name, family name, place, role, job title, first day, may sign in. The family names say "example" or "sample".
TEAMS = [
    ("Elise", "Voorbeeld", "european-cluster-demo", "office", "Head of office", "2022-01-10", "yes"),
    ("Jonas", "Mustermann", "european-cluster-demo", "office", "Network officer", "2024-04-02", "no"),
    ("Jana", "Ukázková", "moravian-photonics", "manager", "Cluster manager", "2016-09-01", "yes"),
    ("Matěj", "Zkušební", "moravian-photonics", "staff", "Project manager", "2019-02-04", "no"),
    ("Lucie", "Názorná", "moravian-photonics", "staff", "Events and communication", "2023-06-01", "no"),
    ("Hynek", "Vzorný", "moravian-photonics", "staff", "Consultant for technology", "2021-10-01", "no"),
    ("Георги", "Примеров", "thrace-mobility", "manager", "Cluster manager", "2018-03-01", "no"),
    ("Надежда", "Образцова", "thrace-mobility", "staff", "Training coordinator", "2020-09-15", "no"),
    ("Инна", "Пробна", "thrace-mobility", "staff", "Office and finance", "2022-05-09", "no"),
    ("Filipa", "Exemplar", "norte-food", "manager", "Cluster manager", "2024-03-01", "no"),
    ("Vasco", "Amostra", "norte-food", "staff", "Project assistant", "2025-09-01", "no"),
]
DOMAINS = {"european-cluster-demo": "cluster-network-office.example"}
JOB_TITLES = {
    "micro": ["Owner", "Partner", "Workshop manager"],
    "small": ["Managing director", "Sales manager", "Head of production"],
    "medium": ["Chief executive", "Head of development", "Human resources manager"],
    "large": ["Head of innovation", "Purchasing director", "Public affairs officer"],
    "start-up": ["Founder", "Chief technology officer", "Co-founder"],
    "research-organisation": ["Director", "Head of laboratory", "Technology transfer officer"],
    "university": ["Vice-dean for cooperation", "Professor", "Careers officer"],
    "training-provider": ["Head of school", "Vocational teacher", "Coordinator of placements"],
}
OTHER_TITLES = ["Director", "Adviser", "Coordinator"]


@dataclass
class Crowd:
    """Draws people and keeps every address unique."""

    chance: random.Random
    rows: list[Row] = field(default_factory=list)
    emails: set[str] = field(default_factory=set)

    def email(self, given: str, family: str, domain: str) -> str:
        """Make an address that nobody else has."""
        stem = f"{words.slug_of(given)}.{words.slug_of(family)}"
        candidates = [stem] + [f"{stem}{number}" for number in range(2, 9)]
        email = next(f"{c}@{domain}" for c in candidates if f"{c}@{domain}" not in self.emails)
        self.emails.add(email)
        return email

    def add_role(self, person: Row, **facts: str) -> Row:
        """Give a person one more role; her address and name stay."""
        row = {**person, "ends_on": "", **facts}
        self.rows.append(row)
        return row

    def add_person(self, given: str, family: str, domain: str, **facts: str) -> Row:
        """Add a person with a first role."""
        person = {"email": self.email(given, family, domain), "given_name": given, "family_name": family}
        return self.add_role({**person, "sign_in": "no"}, **facts)

    def name(self, member: Row) -> tuple[str, str]:
        """Draw a name in the language, and in the script, of the member."""
        country = member["country"] if member["country"] in words.GIVEN else "CZ"
        is_woman = self.chance.random() < 0.45
        given = self.chance.choice(words.GIVEN[country][0 if is_woman else 1])
        if country == "CZ":
            return given, self.chance.choice(words.CZECH_FAMILY)[0 if is_woman else 1]
        if country == "PT":
            return given, self.chance.choice(words.PORTUGUESE_FAMILY)
        family = self.chance.choice(words.BULGARIAN_FAMILY)
        ending = ("ка" if family.endswith("и") else "а") if is_woman else ""
        family = family[:-1] + "а" if is_woman and family.endswith("и") else family + ending
        is_latin = member["name"].isascii()
        return (words.latin(given), words.latin(family)) if is_latin else (given, family)

    def add_people_of(self, member: Row) -> None:
        """Add one to three people of a member, its representative first."""
        domain = urlsplit(member["website"]).hostname or words.domain_of(
            member["name"].removesuffix(member["legal_form"])
        )
        titles = JOB_TITLES.get(member["kind"], OTHER_TITLES)
        count = 1 if member["left_on"] else self.chance.choices([1, 2, 3], [50, 33, 17])[0]
        for place in range(count):
            first = date.fromisoformat(member["joined_on"])
            later = first + timedelta(days=self.chance.randint(0, max(0, (TODAY - first).days - 20)))
            self.add_person(
                *self.name(member),
                domain,
                organisation=member["registration_number"],
                role="colleague" if place else "representative",
                job_title=titles[place],
                starts_on=(later if place else first).isoformat(),
                ends_on=member["left_on"],
            )


def add_teams(crowd: Crowd) -> None:
    """Add the network office and the teams of the clusters; one manager also works for another cluster."""
    for given, family, place, role, job_title, starts_on, sign_in in TEAMS:
        facts = {"organisation": place, "role": role, "job_title": job_title, "starts_on": starts_on}
        crowd.add_person(given, family, DOMAINS.get(place, f"{place}.example"), **facts, sign_in=sign_in)
    jana = next(row for row in crowd.rows if row["family_name"] == "Ukázková")
    exchange = {"role": "staff", "job_title": "Exchange officer", "starts_on": "2026-02-02"}
    crowd.add_role(jana, organisation="thrace-mobility", **exchange)


def add_bridges(crowd: Crowd, photonic: list[Row], mobile: list[Row]) -> None:
    """Add people between clusters: a representative with a second post, a consultant with a customer."""
    small = [row for row in photonic if row["kind"] == "small" and row["website"]]
    maker = next(row for row in small if row["nace"].startswith("26.70"))
    old = [row for row in crowd.rows if row["organisation"] == maker["registration_number"]]
    crowd.rows[:] = [row for row in crowd.rows if row not in old]
    petr = crowd.add_person(
        "Petr",
        "Příkladný",
        str(urlsplit(maker["website"]).hostname),
        organisation=maker["registration_number"],
        role="representative",
        job_title="Managing director",
        starts_on=maker["joined_on"],
        sign_in="yes",
    )
    customers = [row for row in mobile if row["kind"] == "medium"]
    facts = {"role": "colleague", "job_title": "Adviser for optics", "starts_on": "2025-01-15"}
    crowd.add_role(petr, organisation=customers[0]["registration_number"], **facts)
    hynek = next(row for row in crowd.rows if row["family_name"] == "Vzorný")
    facts = {"role": "colleague", "job_title": "Consultant", "starts_on": "2024-03-01"}
    crowd.add_role(hynek, organisation=customers[1]["registration_number"], **facts)


def add_changes(crowd: Crowd, photonic: list[Row]) -> None:
    """Add roles that ended and roles that have not begun, at three members with an early start."""
    early = sorted((row for row in photonic if row["kind"] == "large"), key=lambda row: row["joined_on"])[:3]
    first, second, third = (
        next(r for r in crowd.rows if r["organisation"] == m["registration_number"] and r["role"] == "representative")
        for m in early
    )
    # One of two roles at one company has ended.
    crowd.add_role(first, role="colleague", job_title="Development engineer", ends_on="2023-12-31")
    first["starts_on"] = "2024-01-01"
    # Both roles have ended; somebody else followed.
    crowd.add_role(second, role="colleague", job_title="Head of laboratory", ends_on="2022-06-30")
    follower = {key: second[key] for key in ("organisation", "role", "job_title")}
    domain = second["email"].split("@")[1]
    second.update(starts_on="2022-07-01", ends_on="2025-06-30")
    crowd.add_person("Běla", "Nástupcová", domain, **follower, starts_on="2025-07-01")
    # A role that begins on the first day of the next year; until then she is a colleague.
    domain = third["email"].split("@")[1]
    third["ends_on"] = "2026-12-31"
    facts = {"organisation": third["organisation"], "role": "colleague", "job_title": "Head of development"}
    deputy = crowd.add_person("Věra", "Budoucí", domain, **facts, starts_on="2023-03-01")
    crowd.add_role(deputy, role="representative", job_title="Head of innovation", starts_on="2027-01-01")


def people_rows(members: list[Row], chance: random.Random) -> list[Row]:
    """Make all people; an organisation in two clusters has its people once."""
    crowd = Crowd(chance)
    add_teams(crowd)
    seen: set[str] = set()
    for member in members:
        if member["registration_number"] not in seen:
            seen.add(member["registration_number"])
            crowd.add_people_of(member)
    present = [row for row in members if not row["left_on"]]
    photonic = [row for row in present if row["cluster"] == "moravian-photonics"]
    mobile = [row for row in present if row["cluster"] == "thrace-mobility" and row["country"] == "BG"]
    add_bridges(crowd, photonic, mobile)
    add_changes(crowd, photonic)
    return crowd.rows
