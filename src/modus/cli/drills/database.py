"""The database that is killed: `kill -9` of all processes of a PostgreSQL server, under writers who press again."""

import contextlib
import os
import random
import signal
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

from modus.cli.drills import writers
from modus.cli.drills.ground import Choices, Surroundings, ground, migrated, surroundings
from modus.cli.drills.postgresql import Cluster, cluster, somebody_else
from modus.cli.drills.site import Site

HELP = "Kill a PostgreSQL server under writers: is anything lost, torn or double, and is it back within 10 seconds?"
BACK_WITHIN_SECONDS = 10
# One time in three the lock that is left names a process that lives: numbers come again, soonest in a container.
PLANTED_EACH = 3


def add_arguments(parser: ArgumentParser) -> None:
    writers.add_arguments(parser, kills=50)


@contextlib.contextmanager
def place(choices: Choices) -> Iterator[Surroundings]:
    """The files of a server, which the drill itself starts: whoever starts a server again hears of its end."""
    with cluster() as made, ground("sqlite") as here:
        choices |= {"folder": str(made.folder), "port": made.port, "password": made.password}
        yield surroundings(here["MODUS_DATA_FOLDER"], made.address)


def run(choices: Choices) -> bool:
    """The drill; prints its figures."""
    server = Cluster(Path(choices["folder"]), choices["port"], choices["password"])
    stranger = somebody_else()
    numbers = iter(range(1, choices["kills"] + 1))

    def kill(site: Site, chance: random.Random) -> bool:
        server.kill()
        if next(numbers) % PLANTED_EACH == 0:
            server.plant(stranger)
        server.keep_up()
        return True

    try:
        server.keep_up()
        migrated()
        sizes = {name: choices[name] for name in ("kills", "writers", "seed")}
        outcome = writers.disturbed(kill, waits_for_answer=True, **sizes)
    finally:
        os.kill(stranger, signal.SIGKILL)
        server.stop()
    planted = choices["kills"] // PLANTED_EACH
    print(f"postgresql: {outcome}; {planted} starts over a lock that named another process")
    return outcome.is_clean and max(outcome.gaps) <= BACK_WITHIN_SECONDS
