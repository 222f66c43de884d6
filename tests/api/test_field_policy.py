"""Which fields each kind of person sees in each answer, against `field_policy.json`: one more fails, as does one less.

After a change that is meant: `MODUS_WRITE_POLICY=yes python -m pytest tests/api/test_field_policy.py -n0`, and read
what changed.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from modus.core.journal import record
from tests.api.calling import call_as, operations
from tests.attacks.walking import home_of, taken_back
from tests.factories.world import ACTORS, World
from tests.house.routes import Route
from tests.house.samples import address_of

POLICY = Path(__file__).with_name("field_policy.json")
# What stands inside is named by data (fields of a profile, of a source), not by us; its visibility has its own tests.
OPEN_KEYS = {"values", "published", "visibility", "fields", "sources"}
NEVER = {"password", "digest", "secret", "search_text", "sort_name", "signature", "is_clock", "user", "user_id"}
TOKENS = ("a person herself", "staff of the cluster", "network office")
Policy = dict[str, dict[str, list[str]]]
pytestmark = [pytest.mark.row("P3"), pytest.mark.attack("A-11", "A-94")]


def fields_of(answer: Any, before: str = "") -> Iterator[str]:
    """The names in an answer, with those of what lies inside."""
    if isinstance(answer, list):
        for one in answer:
            yield from fields_of(one, before)
    elif isinstance(answer, dict):
        for name, value in answer.items():
            yield f"{before}{name}"
            if name not in OPEN_KEYS:
                yield from fields_of(value, f"{before}{name}.")


def seen_by(actor: str, route: Route, world: World) -> list[str] | None:
    """What an actor sees of an operation in her own place, with any token of hers; nothing if she is refused."""
    home = home_of(actor, world)
    asked = {"name": home.things["organisation"].name} if route.name == "api:member-duplicates" else None
    kinds = TOKENS if route.audience == "whoever has a token" and actor != "visitor" else ("",)
    fields: set[str] = set()
    codes = []
    for kind in kinds:
        tried = replace(route, audience=kind or route.audience)
        with taken_back():
            for tenant in (world.a, world.b):
                record("directory.cluster.settings-changed", tenant.cluster, by=tenant.manager, scope=tenant.cluster)
            answer = call_as(world, actor, tried, address_of(route, home), asked=asked)
        codes.append(answer.status_code)
        fields.update(fields_of(answer.json()) if answer.status_code == 200 else ())
    return sorted(fields) if 200 in codes else None


def policy_of(world: World) -> Policy:
    """Operation by operation, the fields and the people who see exactly those."""
    policy: Policy = {}
    for route in operations(method="GET"):
        circles: dict[str, list[str]] = {}
        for actor in ACTORS:
            fields = seen_by(actor, route, world)
            if fields is not None:
                circles.setdefault(" ".join(fields), []).append(actor)
        policy[route.name] = {", ".join(actors): fields.split() for fields, actors in circles.items()}
    return policy


def test_each_role_sees_the_fields_that_are_declared(world: World) -> None:
    seen = policy_of(world)
    if os.environ.get("MODUS_WRITE_POLICY"):
        POLICY.write_text(json.dumps(seen, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    assert seen == json.loads(POLICY.read_text(encoding="utf-8"))


def test_the_policy_knows_no_field_that_nobody_may_see() -> None:
    policy: Policy = json.loads(POLICY.read_text(encoding="utf-8"))
    fields = {
        part
        for circles in policy.values()
        for fields in circles.values()
        for name in fields
        for part in name.split(".")
    }
    assert not fields & NEVER
    public = {
        name for circles in policy.values() for who, names in circles.items() if "visitor" in who for name in names
    }
    assert not {
        name for name in public if name.rpartition(".")[2] in {"email", "phone", "given_name", "note", "reason"}
    }


def test_the_team_sees_more_than_the_members_people() -> None:
    policy: Policy = json.loads(POLICY.read_text(encoding="utf-8"))
    circles = {who: set(names) for who, names in policy["api:member"].items()}
    team = next(names for who, names in circles.items() if "manager" in who.split(", "))
    other = next(names for who, names in circles.items() if "other member" in who.split(", "))
    assert {"has_agreement", "pays_fee", "is_public", "version"} <= team - other
