"""The long form of tests/api/test_fuzz.py: hundreds of requests to every operation; in a checkout only."""

import contextlib
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from importlib.util import find_spec

from django.core.management.base import CommandError

from modus.cli.drills.ground import Choices, Surroundings, add_database, ground
from modus.config.settings import PACKAGE

HELP = "Send hundreds of requests, drawn from its description, to every operation of the API; needs a checkout."
ROOT = PACKAGE.parents[1]
TEST = "tests/api/test_fuzz.py"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--examples", type=int, default=200, help="requests to each operation")
    parser.add_argument("--only", default="", help="a word in the name of the operations to be fuzzed")
    add_database(parser)


@contextlib.contextmanager
def place(choices: Choices) -> Iterator[Surroundings]:
    """The surroundings of the test.

    Raises: CommandError where the test or what draws the requests is not installed.
    """
    if not (ROOT / TEST).is_file():
        raise CommandError("This drill runs tests; they are in a checkout of modus only.")
    if find_spec("schemathesis") is None:
        raise CommandError("This drill needs the packages for tests (schemathesis): make test installs them.")
    examples = str(choices["examples"])
    with ground(choices["database"], choices["server"], MODUS_FUZZ_EXAMPLES=examples) as here:
        yield here


def run(choices: Choices) -> bool:
    """The drill; ends with whether all stood: no fault, no word of another tenant, no answer that is not described."""
    narrowed = ["-k", choices["only"]] if choices["only"] else []
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", TEST, *narrowed]
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    ending = "FAILED" if code else "stood"
    print(f"{choices['examples']} requests to each operation in {time.monotonic() - began:.0f} s: {ending}")
    return code == 0
