"""The demo: loaded by the import command, clearly invented, and no door left open."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from modus.core.time import today
from modus.core.users import User
from modus.directory.models import Cluster, Membership, Profile, Term, active_on

pytestmark = [pytest.mark.django_db, pytest.mark.row("P5")]
REFERENCE, DEMO = (Path(django_settings.PACKAGE) / name for name in ("reference", "demo"))


def loaded() -> str:
    output = StringIO()
    call_command("demo", "--no-serve", stdout=output)
    return output.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("demo")
    with override_settings(DATA_FOLDER=path):
        yield path


@pytest.fixture(scope="module")
def demo(folder: Path, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The demo, loaded once for all tests of this file and taken back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield loaded()
        transaction.set_rollback(True)


def test_the_demo_holds_what_it_promises(demo: str) -> None:
    active = active_on(today(), starts="joined_on", ends="left_on")
    members = {
        cluster.slug: Membership.objects.within(active, cluster=cluster).count()
        for cluster in Cluster.objects.across("test")
    }
    assert members == {"moravian-photonics": 120, "thrace-mobility": 74, "norte-food": 30}
    profiles = Profile.objects.across("test")
    assert profiles.filter(is_from_public_sources=True, is_listed=True).count() == 37
    assert sorted(profiles.filter(is_from_public_sources=False).values_list("status", flat=True)) == [
        "candidate",
        "published",
        "published",
    ]


def test_the_demo_shows_of_real_clusters_only_what_a_source_confirms(demo: str) -> None:
    for profile in Profile.objects.across("test").filter(is_from_public_sources=True).select_related("organisation"):
        shown = {name for name, value in profile.published.items() if value not in ("", None, [])}
        assert shown - {"name", "country"} <= set(profile.sources), profile.organisation.name
        assert all(address.startswith("http") for address in profile.sources.values())
        assert profile.organisation.website == ""


def test_every_cluster_with_people_says_that_it_is_invented(demo: str) -> None:
    for cluster in Cluster.objects.across("test").select_related("organisation"):
        assert cluster.organisation.is_invented
        assert "(invented)" in cluster.organisation.name_english


def test_the_demo_opens_three_accounts_with_passwords_of_their_own(demo: str, folder: Path) -> None:
    file = folder / "demo-sign-ins.json"
    rows = json.loads(file.read_text())
    assert [row["role"] for row in rows] == ["office", "manager", "representative"]
    assert len({row["password"] for row in rows}) == 3
    assert file.stat().st_mode & 0o777 == 0o600
    for row in rows:
        assert User.objects.get(email=row["email"]).check_password(row["password"])
        assert row["email"] in demo


def test_the_demo_a_second_time_keeps_everything(demo: str) -> None:
    passwords = list(User.objects.order_by("email").values_list("password", flat=True))
    again = loaded()
    assert "members" not in again
    assert list(User.objects.order_by("email").values_list("password", flat=True)) == passwords


@pytest.mark.parametrize(
    ("version", "counts"), [("2", [21, 88, 272, 615]), ("2.1", [22, 87, 287, 651])], ids=["Rev. 2", "Rev. 2.1"]
)
def test_both_nace_lists_are_whole(demo: str, version: str, counts: list[int]) -> None:
    terms = Term.objects.filter(taxonomy__code="nace", taxonomy__version=version)
    assert [terms.filter(level=level).count() for level in (1, 2, 3, 4)] == counts


def test_the_section_of_a_division_depends_on_the_version(demo: str) -> None:
    sections = Term.objects.filter(taxonomy__code="nace", code="61").order_by("taxonomy__version")
    assert [term.parent for term in sections] == ["J", "K"]


def test_importing_the_demo_again_changes_nothing(demo: str) -> None:
    output = StringIO()
    call_command("import", str(DEMO), stdout=output)
    assert "members.csv: 0 memberships, 233 known before" in output.getvalue()
    assert "people.csv: 0 positions" in output.getvalue()


def test_every_invented_cluster_has_a_logo_that_is_drawn_by_us(demo: str) -> None:
    invented = {cluster.slug: cluster for cluster in Cluster.objects.across("test").select_related("logo")}
    assert {path.stem for path in (DEMO / "logos").glob("*.png")} == set(invented)
    for cluster in invented.values():
        assert cluster.logo is not None, cluster.slug
        assert cluster.logo.small["size"] <= 4000
    confirmed = (
        Profile.objects.across("test").filter(is_from_public_sources=False).values_list("confirmed_on", flat=True)
    )
    assert all(day != today() for day in confirmed), "the days of the file stay"
