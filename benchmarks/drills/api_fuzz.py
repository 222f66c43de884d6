"""The long form of tests/api/test_fuzz.py: hundreds of requests to every operation, another chance each time.

    python -m benchmarks.drills.api_fuzz --examples 300
    MODUS_DATABASE=postgresql://postgres@127.0.0.1:5432/postgres python -m benchmarks.drills.api_fuzz

Ends with the number of operations that stood: no fault, no word of another tenant, no answer that is not described.
"""

import os
import subprocess
import sys
import time
from argparse import ArgumentParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEST = "tests/api/test_fuzz.py"


def main() -> int:
    """Run the drill; its exit code is that of the tests."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=200, help="requests to each operation")
    parser.add_argument("--only", default="", help="a word in the name of the operations to be fuzzed")
    asked = parser.parse_args()
    narrowed = ["-k", asked.only] if asked.only else []
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", TEST, *narrowed]
    began = time.monotonic()
    surroundings = {**os.environ, "MODUS_FUZZ_EXAMPLES": str(asked.examples)}
    code = subprocess.run(command, cwd=ROOT, env=surroundings, check=False).returncode
    ending = "FAILED" if code else "stood"
    print(f"{asked.examples} requests to each operation in {time.monotonic() - began:.0f} s: {ending}")
    return code


if __name__ == "__main__":
    sys.exit(main())
