"""The pages and workers that are killed: `kill -9` of a worker now and then, under writers who press again."""

import os
import random
import signal
from argparse import ArgumentParser
from contextlib import AbstractContextManager

from modus.cli.drills import writers
from modus.cli.drills.ground import Choices, Surroundings, add_database, ground, migrated
from modus.cli.drills.site import Site

HELP = "Kill workers of the pages under writers: is anything lost, torn or double, and how long is nobody answered?"


def add_arguments(parser: ArgumentParser) -> None:
    writers.add_arguments(parser, kills=500)
    add_database(parser)


def place(choices: Choices) -> AbstractContextManager[Surroundings]:
    return ground(choices["database"], choices["server"])


def run(choices: Choices) -> bool:
    """The drill; prints its figures."""
    migrated()
    outcome = writers.disturbed(_kill, kills=choices["kills"], writers=choices["writers"], seed=choices["seed"])
    print(f"{choices['database']}: {outcome}")
    return outcome.is_clean


def _kill(site: Site, chance: random.Random) -> bool:
    """Kill one worker, if one is there."""
    workers = site.workers
    if workers:
        os.kill(chance.choice(workers), signal.SIGKILL)
    return bool(workers)
