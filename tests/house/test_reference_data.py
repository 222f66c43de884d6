"""The data that ship: the reference lists are complete, and the demo names nothing unknown and nobody real."""

import csv
import gzip
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import pytest
import stdnum.eu
from stdnum.eu import nace

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "modus"
DEMO_FILES = ["networks.csv", "clusters.csv", "members.csv", "people.csv"]
TODAY = "2026-11-23"
Row = dict[str, str]

KINDS = {
    *("micro", "small", "medium", "large", "start-up", "research-organisation", "university", "training-provider"),
    *("public-authority", "agency", "chamber", "investor", "ngo", "other"),
}


def rows_of(path: str) -> list[Row]:
    with (PACKAGE / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


NUTS = rows_of("reference/nuts_2024.csv")
PLACES = rows_of("reference/places.csv")
NETWORKS, CLUSTERS, MEMBERS, PEOPLE = (rows_of(f"demo/{name}") for name in DEMO_FILES)
PRESENT = [row for row in MEMBERS if not row["left_on"]]


def members_of(slug: str) -> list[Row]:
    return [row for row in PRESENT if row["cluster"] == slug]


def split(cell: str) -> list[str]:
    return [part for part in cell.split(";") if part]


# Reference lists


def test_nuts_has_the_regions_of_2024():
    regions = [row for row in NUTS if row["kind"] == "NUTS"]
    extra = [row for row in regions if row["name"].startswith("Extra-Regio")]
    assert Counter(row["level"] for row in regions if row not in extra) == {"1": 92, "2": 244, "3": 1165}
    assert Counter(row["level"] for row in extra) == {"1": 27, "2": 27, "3": 27}
    assert {row["code"][2:] for row in extra} == {"Z", "ZZ", "ZZZ"}


def test_nuts_codes_are_unique_and_have_their_parent():
    codes = [row["code"] for row in NUTS]
    assert len(codes) == len(set(codes)) == 2048
    for row in NUTS:
        assert row["parent"] == row["code"][:-1]
        assert row["level"] == "1" or row["parent"] in codes
        assert row["country"] == row["code"][:2]


def test_nuts_changes_lead_to_codes_in_force():
    codes = {row["code"] for row in NUTS}
    changes = rows_of("reference/nuts_2021_to_2024.csv")
    assert len(changes) == 103
    assert {row["code_2024"] for row in changes if row["code_2024"]} <= codes


@pytest.mark.parametrize(
    ("file", "sections", "divisions", "groups", "classes"),
    [("nace20.dat", 21, 88, 272, 615), ("nace21.dat", 22, 87, 287, 651)],
)
def test_nace_lists_of_stdnum_are_complete(file, sections, divisions, groups, classes):
    lines = resources.files(stdnum.eu).joinpath(file).read_text(encoding="utf-8").splitlines()
    entries = [line for line in lines if line.strip() and not line.startswith("#")]
    depths = Counter(len(line) - len(line.lstrip()) for line in entries if not line[0].isalpha())
    assert sum(line[0].isalpha() for line in entries) == sections
    assert depths == {0: divisions, 1: groups, 2: classes}


@pytest.mark.parametrize(("file", "key", "count"), [("ecosystems", "slug", 14), ("technologies", "code", 36)])
def test_value_lists_have_unique_codes(file, key, count):
    codes = [row[key] for row in rows_of(f"reference/{file}.csv")]
    assert len(codes) == len(set(codes)) == count
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)


def test_ecosystems_suggest_only_known_nace_codes():
    for row in rows_of("reference/ecosystems.csv"):
        for code in split(row["nace_rev2_indicative_NOT_OFFICIAL"]):
            assert nace.is_valid(code, revision="2.0"), code


def test_technologies_have_their_parent_and_two_levels():
    rows = rows_of("reference/technologies.csv")
    tops = {row["code"] for row in rows if not row["parent"]}
    assert {row["parent"] for row in rows if row["parent"]} <= tops
    assert {"photonics", "nanotechnology", "advanced-materials", "artificial-intelligence"} <= tops


def test_places_lie_on_earth_in_a_known_time_zone():
    assert len(PLACES) == len({row["geonameid"] for row in PLACES}) == 7433
    zones = available_timezones()
    for row in PLACES:
        assert -90 <= float(row["lat"]) <= 90
        assert -180 <= float(row["lon"]) <= 180
        assert int(row["population"]) >= 0
        assert row["timezone"] in zones


def test_public_clusters_name_their_source_and_known_regions():
    codes = {row["code"] for row in NUTS}
    rows = rows_of("reference/public_clusters.csv")
    assert len(rows) == 37
    for row in rows:
        assert row["source"]
        assert {row["nuts2_2024"], row["nuts3_2024"]} - {""} <= codes


def test_notice_names_every_source():
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    for path in (PACKAGE / "reference").iterdir():
        assert path.name in notice
    for word in ("Eurostat", "GeoNames", "Natural Earth", "CC BY 4.0", "CC0", "python-stdnum"):
        assert word in notice


def test_map_of_europe_is_small():
    picture = (PACKAGE / "web/static/map/europe.svg").read_bytes()
    assert len(picture) <= 30_000
    assert len(gzip.compress(picture, 9)) <= 12_000


# Demo files


def test_demo_files_are_what_the_script_writes(tmp_path):
    script = ROOT / "docs/developer/demo/make_demo.py"
    subprocess.run([sys.executable, "-B", str(script), str(tmp_path)], check=True)
    for name in DEMO_FILES:
        assert (tmp_path / name).read_bytes() == (PACKAGE / "demo" / name).read_bytes(), name


def test_demo_clusters_say_that_they_are_invented():
    assert "invented" in NETWORKS[0]["description"]
    assert "(demo)" in NETWORKS[0]["name"]
    for row in CLUSTERS:
        assert row["invented"] == "yes"
        assert row["name_english"].endswith("(invented)")
        assert row["description"].startswith("An invented cluster")


def test_demo_clusters_use_known_codes():
    ecosystems = {row["slug"] for row in rows_of("reference/ecosystems.csv")}
    technologies = {row["code"] for row in rows_of("reference/technologies.csv")}
    for row in CLUSTERS:
        assert row["network"] == NETWORKS[0]["slug"]
        assert set(split(row["ecosystem"])) <= ecosystems
        assert set(split(row["technologies"])) <= technologies
        assert row["time_zone"] in available_timezones()


def test_demo_places_and_regions_are_known_and_in_their_country():
    codes = {row["code"] for row in NUTS if row["level"] == "3"}
    towns = {(row["name"], row["country"]) for row in PLACES}
    for row in CLUSTERS + MEMBERS:
        assert row["nuts"] in codes
        assert row["nuts"][:2] == row["country"]
        assert (row["city"], row["country"]) in towns


@pytest.mark.parametrize(
    ("slug", "count"), [("moravian-photonics", 120), ("thrace-mobility", 74), ("norte-food", 30)]
)  # fmt: skip
def test_demo_clusters_state_the_figures_of_their_members(slug, count):
    (cluster,) = (row for row in CLUSTERS if row["slug"] == slug)
    kinds = Counter(row["kind"] for row in members_of(slug))
    assert int(cluster["members"]) == kinds.total() == count
    assert int(cluster["smes"]) == kinds["micro"] + kinds["small"] + kinds["medium"] + kinds["start-up"]
    assert int(cluster["large_firms"]) == kinds["large"]
    assert int(cluster["research_organisations"]) == kinds["research-organisation"]
    assert int(cluster["universities"]) == kinds["university"]
    assert int(cluster["public_bodies"]) == kinds["public-authority"] + kinds["agency"]


def test_demo_members_use_the_value_lists():
    for row in MEMBERS:
        assert row["kind"] in KINDS
        assert row["size_class"] in {"micro", "small", "medium", "large", ""}
        assert row["membership_kind"] in {"full", "associate", "honorary"}
        assert set(split(row["commitment"])) <= {"agreement", "fee", "contribution"}
        assert row["public"] in {"yes", "no"}
        assert row["registration_number"].startswith("DEMO-")
        assert all(nace.is_valid(code, revision="2.1") for code in split(row["nace"]))


def test_demo_members_joined_before_they_left_and_after_they_began():
    founded = {row["slug"]: row["founded"] for row in CLUSTERS}
    for row in MEMBERS:
        joined, left = row["joined_on"], row["left_on"]
        assert date.fromisoformat(joined)
        assert max(row["founded"], founded[row["cluster"]]) <= joined[:4]
        assert joined <= TODAY
        assert not left or joined < left <= TODAY


def test_demo_holds_the_awkward_memberships():
    pairs = {(row["cluster"], row["registration_number"]) for row in PRESENT}
    assert len(pairs) == len(PRESENT)
    in_two = [number for number, count in Counter(number for _, number in pairs).items() if count == 2]
    assert len(in_two) == 2
    former = [row for row in MEMBERS if row["left_on"]]
    again = [row for row in former if (row["cluster"], row["registration_number"]) in pairs]
    assert (len(former), len(again)) == (9, 1)


def test_demo_organisation_has_the_same_facts_wherever_it_is_a_member():
    own = {"cluster", "membership_kind", "joined_on", "left_on", "commitment", "public"}
    facts: dict[str, Row] = {}
    for row in MEMBERS:
        shared = {key: value for key, value in row.items() if key not in own}
        assert facts.setdefault(row["registration_number"], shared) == shared


def test_demo_names_are_unique_and_not_those_of_real_clusters():
    names = {row["registration_number"]: row["name"].casefold() for row in MEMBERS}
    assert len(set(names.values())) == len(names)
    invented = "\n".join(row[key].casefold() for row in MEMBERS + CLUSTERS for key in ("name", "name_english"))
    for row in rows_of("reference/public_clusters.csv"):
        for real in (row["name"], row["short"]):
            assert not re.search(rf"\b{re.escape(real.casefold())}\b", invented), real


def test_demo_addresses_lead_nowhere():
    websites = [row[key] for row in CLUSTERS for key in ("website", "website_english")]
    websites += [row["website"] for row in MEMBERS] + [NETWORKS[0]["operator_website"]]
    assert all(str(urlsplit(website).hostname).endswith(".example") for website in websites if website)
    emails = [row["email"] for row in PEOPLE] + [row["mailbox"] for row in CLUSTERS] + [NETWORKS[0]["contact"]]
    assert all(re.fullmatch(r"[a-z0-9.-]+@[a-z0-9-]+\.example", email) for email in emails)
    domains = {row["website"].split("//")[-1] for row in MEMBERS if row["website"]}
    assert len(domains) == len({row["registration_number"] for row in MEMBERS if row["website"]})


def test_demo_people_belong_to_known_organisations():
    places = {row["registration_number"] for row in MEMBERS} | {row["slug"] for row in CLUSTERS + NETWORKS}
    names = {}
    for row in PEOPLE:
        assert row["organisation"] in places
        assert row["role"] in {"office", "manager", "staff", "representative", "colleague"}
        assert not row["ends_on"] or row["starts_on"] <= row["ends_on"]
        person = (row["given_name"], row["family_name"], row["sign_in"])
        assert names.setdefault(row["email"], person) == person


def test_demo_every_member_has_one_representative_at_a_time():
    for number in {row["registration_number"] for row in PRESENT}:
        roles = [row for row in PEOPLE if row["organisation"] == number and row["role"] == "representative"]
        now = [row for row in roles if row["starts_on"] <= TODAY and (not row["ends_on"] or row["ends_on"] >= TODAY)]
        assert len(now) == 1, number


def test_demo_teams_and_sign_ins():
    roles = Counter((row["organisation"], row["role"]) for row in PEOPLE)
    assert roles["european-cluster-demo", "office"] == 2
    for row in CLUSTERS:
        assert roles[row["slug"], "manager"] == 1
        assert 1 <= roles[row["slug"], "staff"] <= 3
    first_roles = {row["email"]: row["role"] for row in reversed(PEOPLE) if row["sign_in"] == "yes"}
    assert sorted(first_roles.values()) == ["manager", "office", "representative"]


def test_demo_holds_the_awkward_roles():
    ended = Counter((row["email"], row["organisation"]) for row in PEOPLE if row["ends_on"] and row["ends_on"] < TODAY)
    all_roles = Counter((row["email"], row["organisation"]) for row in PEOPLE)
    assert any(all_roles[key] == 2 and count == 1 for key, count in ended.items())
    assert any(all_roles[key] == 2 and count == 2 for key, count in ended.items())
    assert any(row["starts_on"] > TODAY for row in PEOPLE)
    assert len([email for email, places in _places().items() if len(places) > 1]) >= 3


def _places() -> dict[str, set[str]]:
    places: dict[str, set[str]] = {}
    for row in PEOPLE:
        places.setdefault(row["email"], set()).add(row["organisation"])
    return places
