"""The open data: declared columns, public values alone, stable identifiers, and no cell that is a formula."""

import csv
import io
import json
from datetime import date
from typing import Any

import pytest
from django.test import Client

from modus.directory.models import Network
from modus.web.public.open_table import COLUMNS
from tests.factories import directory as make
from tests.factories.listing import code_lists, listed

pytestmark = [pytest.mark.django_db, pytest.mark.row("A11")]

# Whoever adds a field to a profile type decides here whether it belongs to the open data.
DECLARED = [
    "id",
    "address",
    "type",
    "confirmed_on",
    "is_invented",
    "is_from_public_sources",
    "licence",
    "country",
    "name",
    "name_english",
    "short_name",
    "legal_form",
    "founded",
    "city",
    "nuts",
    "website",
    "website_english",
    "description",
    "logo",
    "mailbox",
    "phone",
    "languages",
    "members_as_of",
    "members_scope",
    "members",
    "smes",
    "large_firms",
    "research_organisations",
    "universities",
    "public_bodies",
    "ecosystems",
    "technologies",
    "nace",
    "topic",
    "keywords",
    "fte",
    "activities_per_year",
    "public_link",
    "programmes",
    "public_funding_share",
    "label",
    "label_valid_until",
    "services",
    "cooperation_offer",
    "partner_search",
    "target_countries",
    "green_services",
    "digital_services",
    "staff",
    "sme_status",
    "products",
    "programme",
    "starts",
    "ends",
    "partners",
    "facilities",
    "level",
    "courses",
    "sources",
]


def table() -> list[dict[str, str]]:
    text = Client().get("/open-data/directory.csv").getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def document() -> dict[str, Any]:
    return json.loads(Client().get("/open-data/directory.json").getvalue())


@pytest.mark.attack("A-94")
def test_the_columns_are_those_that_were_declared() -> None:
    assert list(COLUMNS) == DECLARED


def test_a_record_has_its_identifier_address_and_values(network: Network) -> None:
    code_lists()
    profile = listed(
        "Alpha",
        network=network,
        ecosystems=["health", "electronics"],
        nace=[["2.1", "26.70"]],
        members=12,
        fte=3.5,
        confirmed_on=date(2026, 10, 5),
        sources={"members": "https://press.example/a"},
    )
    row = table()[0]
    expected = {
        "id": f"urn:uuid:{profile.pk}",
        "address": f"http://testserver/directory/{profile.slug}/",
        "type": "cluster",
        "name": "Alpha",
        "ecosystems": "health; electronics",
        "nace": "2.1 26.70",
        "members": "12",
        "fte": "",
        "is_invented": "no",
        "licence": "https://creativecommons.org/licenses/by/4.0/",
        "sources": "members=https://press.example/a",
    }
    assert {name: row[name] for name in expected} == expected
    record = document()["records"][0]
    assert (record["id"], record["fields"]["members"]) == (f"urn:uuid:{profile.pk}", 12)
    assert "fte" not in record["fields"]
    assert record == json.loads(Client().get(f"/directory/{profile.slug}.json").content)


def test_the_document_says_licence_and_moment(network: Network) -> None:
    assert document()["records"] == []
    listed("Alpha", network=network)
    listed("Beta", network=network)
    found = document()
    assert found["licence"] == "https://creativecommons.org/licenses/by/4.0/"
    assert found["generated_at"].endswith("+00:00")
    assert [record["fields"]["name"] for record in found["records"]] == ["Alpha", "Beta"]


@pytest.mark.row("A4")
def test_records_from_public_sources_say_so(network: Network) -> None:
    listed("Alpha", network=network, is_from_public_sources=True)
    assert (table()[0]["is_from_public_sources"], table()[0]["licence"]) == (
        "yes",
        "facts from the public sources named",
    )


@pytest.mark.row("A10")
@pytest.mark.attack("A-94", "A-17")
def test_a_field_that_is_not_public_and_its_source_are_left_out(network: Network) -> None:
    listed(
        "Alpha",
        network=network,
        topic="canaryword",
        city="Brno",
        sources={"topic": "https://press.example/canaryword"},
        visibility={"topic": "network"},
    )
    for address in ("/open-data/directory.csv", "/open-data/directory.json"):
        text = Client().get(address).getvalue().decode()
        assert "Brno" in text
        assert "canaryword" not in text


@pytest.mark.attack("A-39")
@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r="])
def test_no_cell_is_read_as_a_formula(network: Network, start: str) -> None:
    listed("Alpha", network=network, topic=f"{start}cmd|' /C calc'!A0", sources={"topic": "=x"})
    row = table()[0]
    assert row["topic"] == f"'{start}cmd|' /C calc'!A0"
    assert all(not value.startswith(("=", "+", "@", "\t", "\r")) for value in row.values())


def test_only_the_open_data_may_be_read_by_other_sites(network: Network) -> None:
    profile = listed("Alpha", network=network)
    client = Client()
    for address in ("/open-data/directory.csv", "/open-data/directory.json", f"/directory/{profile.slug}.json"):
        answer = client.get(address)
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer
    for address in ("/", "/directory/", "/open-data/", f"/directory/{profile.slug}/", "/account/sign-in/"):
        assert "Access-Control-Allow-Origin" not in client.get(address)


def test_the_page_names_every_column(network: Network) -> None:
    page = Client().get("/open-data/").content.decode()
    assert [column for column in COLUMNS if f"<code>{column}</code>" not in page] == []


def test_an_invented_example_is_marked(network: Network) -> None:
    listed("Alpha", network=network, organisation=make.OrganisationFactory(name="Alpha", is_invented=True))
    assert table()[0]["is_invented"] == "yes"
    assert document()["records"][0]["is_invented"] is True
