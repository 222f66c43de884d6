"""The description in the repository is the one that is served, and it keeps its promises."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from modus.api.reference import document, text
from tests.api.calling import call, operations
from tests.factories import directory as make
from tests.factories.tokens import token_of
from tests.house.source import ROOT

pytestmark = pytest.mark.row("P3")
FILE = ROOT / "docs" / "developer" / "openapi.json"


def test_the_file_in_the_repository_is_the_description_of_today() -> None:
    assert FILE.read_text(encoding="utf-8") == text(), "Write it anew: modus openapi docs/developer/openapi.json"


def test_the_command_writes_the_file(tmp_path: Path) -> None:
    call_command("openapi", str(tmp_path / "made.json"), stdout=StringIO())
    assert (tmp_path / "made.json").read_text(encoding="utf-8") == text()
    screen = StringIO()
    call_command("openapi", stdout=screen)
    assert json.loads(screen.getvalue()) == document()


def test_every_operation_is_described_with_a_sentence_and_its_refusals() -> None:
    described = [
        (path, method, said) for path, all_of in document()["paths"].items() for method, said in all_of.items()
    ]
    assert len(described) == len(operations())
    for path, method, said in described:
        assert said["summary"], (method, path)
        assert {"401", "403", "404", "422", "429"} <= set(said["responses"]), (method, path)
        is_open = path.startswith(("/api/v1/directory", "/api/v1/passports"))
        assert bool(said.get("security")) != is_open, (method, path)


@pytest.mark.attack("A-97")
@pytest.mark.django_db
def test_the_description_is_for_whoever_has_a_session_or_a_token() -> None:
    person = make.PersonFactory()
    assert call("GET", "/api/openapi.json").status_code == 401
    assert call("GET", "/api/openapi.json", "modus_" + "0" * 40).status_code == 401
    assert call("GET", "/api/openapi.json", token_of(person)[1]).json() == document()
    client = Client()
    assert client.get(reverse("api:reference"))["Location"] == "/account/sign-in/?next=/api/"
    client.force_login(person.user)
    assert client.get(reverse("api:openapi")).status_code == 200


@pytest.mark.attack("A-97")
@pytest.mark.django_db
def test_the_page_about_the_door_tries_nothing_out_and_loads_nothing_from_elsewhere() -> None:
    client = Client()
    client.force_login(make.PersonFactory().user)
    answer = client.get(reverse("api:reference"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count("/api/v1/") >= len(operations())
    assert "Sign in" not in page
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    for word in ("http://", "//cdn", "swagger", "<form", "<style", " style="):
        assert word not in page, word


@pytest.mark.attack("A-97")
@pytest.mark.django_db
@pytest.mark.parametrize("address", ["docs", "v1/", "v1/docs", "v1/openapi.json", "schema/", "v1/none", "redoc"])
def test_there_is_no_page_to_try_things_out(address: str) -> None:
    answer = call("GET", f"/api/{address}")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
