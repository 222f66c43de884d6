"""Every operation, fuzzed from its description with two tenants full of canaries: no fault, no leak, no other answer.

A few examples of each here; `modus drill api` sends hundreds.
"""

import os

import pytest

from tests.api.calling import named, operations
from tests.api.fuzzing import fuzz
from tests.factories.world import World
from tests.house.routes import Route

FEW = "5"
EXAMPLES = int(os.environ.get("MODUS_FUZZ_EXAMPLES", FEW))


def whoever_may(route: Route) -> str:
    """Somebody for whom the operation is open, so that more is reached than a refusal."""
    if route.audience == "network office":
        return "office"
    of_a_member = ("api:profile", "api:organisation", "api:requests-waiting", "api:request-decide")
    return "own member" if route.name.startswith(of_a_member) else "manager"


@pytest.mark.row("P3")
@pytest.mark.attack("A-03", "A-76", "A-102")
@pytest.mark.parametrize("route", operations(), ids=named)
def test_no_request_is_a_fault_or_tells_of_another_cluster(route: Route, world: World) -> None:
    assert fuzz(route, whoever_may(route), world, examples=EXAMPLES, derandomize=str(EXAMPLES) == FEW) > 0
