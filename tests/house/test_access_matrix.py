"""The access matrix: every address, every method and everybody who may ask, against `access_matrix.csv`.

Pages are asked with a session, operations of the door for machines with the token that the actor would try: its
"login" is 401, and "refused" says that no token of hers opens such a place at all.

A new address needs its rows: `MODUS_WRITE_MATRIX=yes python -m pytest tests/house/test_access_matrix.py -n0`
writes what is seen; whoever adds the rows reads each cell and asks whether that is right.
"""

import csv
import os
from pathlib import Path

import pytest
from django.db import transaction
from django.http import HttpResponse

from tests.api.calling import call_as
from tests.api.calling import operations as operations_asked
from tests.factories.world import ACTORS, World, state_of
from tests.house.routes import Route, all_routes
from tests.house.samples import address_of

MATRIX = Path(__file__).with_name("access_matrix.csv")
FORM = "application/x-www-form-urlencoded"
Row = dict[str, str]
pytestmark = [pytest.mark.attack("A-01", "A-10"), pytest.mark.row("O1")]


def declared() -> dict[tuple[str, str], Row]:
    with MATRIX.open(encoding="utf-8", newline="") as file:
        return {(row["name"], row["method"]): row for row in csv.DictReader(file)}


def asked() -> list[tuple[Route, str]]:
    """Every address with every method that it takes."""
    return [(route, method) for route in (*all_routes(), *operations_asked()) for method in route.methods]


def cells_of(route: Route, method: str, world: World) -> Row:
    """What each actor gets."""
    cells = {}
    for actor in ACTORS:
        with transaction.atomic():
            cells[actor] = state_of(answer_to(actor, route, method, world))
            transaction.set_rollback(True)
    return cells


def answer_to(actor: str, route: Route, method: str, world: World) -> HttpResponse:
    if route.name.startswith("api:"):
        return call_as(world, actor, route, address_of(route, world.a), None if method == "GET" else {})
    client = world.client(actor)
    return client.generic(method, address_of(route, world.a), content_type="application/x-www-form-urlencoded")


@pytest.mark.parametrize(("route", "method"), asked(), ids=lambda part: getattr(part, "name", part))
def test_an_address_is_open_to_whom_the_matrix_says(route: Route, method: str, world: World) -> None:
    row = declared().get((route.name, method))
    assert row, f"Add a row for {route.name} {method} to tests/house/access_matrix.csv (see the top of this file)."
    seen = cells_of(route, method, world)
    wrong = {actor: f"{row[actor]} expected, {cell} seen" for actor, cell in seen.items() if row[actor] != cell}
    assert not wrong, f"{route.name} {method}: {wrong}"


def test_every_row_of_the_matrix_has_its_address() -> None:
    known = {(route.name, method) for route, method in asked()}
    assert not declared().keys() - known, f"Take these rows out: {sorted(declared().keys() - known)}"


def test_the_matrix_knows_no_other_words() -> None:
    words = {row[actor] for row in declared().values() for actor in ACTORS}
    assert words <= {"sees", "refused", "login", "not found"}, f"Not an answer that anybody should get: {words}"


@pytest.mark.skipif(not os.environ.get("MODUS_WRITE_MATRIX"), reason="writes the matrix when it is asked to")
def test_the_matrix_is_written(world: World) -> None:
    with MATRIX.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["name", "method", *ACTORS], lineterminator="\n")
        writer.writeheader()
        for route, method in sorted(asked(), key=lambda pair: (pair[0].name, pair[1])):
            writer.writerow({"name": route.name, "method": method, **cells_of(route, method, world)})
