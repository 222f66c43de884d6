"""The daily check of the rules, as the clock calls it (X7, Z12)."""

from io import StringIO

import pytest
from django.core.management import call_command

from modus.core.journal import JournalLine
from modus.directory.models import Cluster
from tests.factories import directory as make

pytestmark = [pytest.mark.django_db, pytest.mark.row("X7")]


def check() -> str:
    out = StringIO()
    call_command("check_rules", stdout=out)
    return out.getvalue()


def test_the_check_tells_what_changed_and_is_safe_to_run_twice(cluster: Cluster) -> None:
    values = {"name": "Optics Cluster", "country": "CZ", "fte": 0.1}
    make.ProfileFactory(
        organisation=cluster.organisation, network=cluster.network, slug="optics", is_listed=True, published=values
    )
    make.ProfileFactory(is_listed=True, is_from_public_sources=True)
    make.ProfileFactory(status="draft")
    first = check()
    assert first.startswith("optics: Cluster organisations on the European platform (version 1) not met since ")
    assert first.endswith("Profiles checked: 1, results changed: 1\n")
    assert check() == "Profiles checked: 1, results changed: 0\n"
    assert JournalLine.objects.get(event="directory.profile.checked").by_name == "clock"
