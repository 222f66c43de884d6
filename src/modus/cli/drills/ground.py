"""The ground on which a drill plays: a folder and a database of its own, both gone afterwards."""

import contextlib
import tempfile
import uuid
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

import psycopg
from django.core.management import call_command
from psycopg.sql import SQL, Identifier

from modus.cli.drills import postgresql
from modus.config import environment

Choices = dict[str, Any]
Surroundings = dict[str, str]


def add_database(parser: ArgumentParser, *, default: str = "sqlite") -> None:
    """Ask on which database it should be, and where that of PostgreSQL is to be made."""
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default=default)
    parser.add_argument(
        "--server", default="", help="a PostgreSQL server that takes the database; without it one is started"
    )


@contextlib.contextmanager
def ground(database: str, server: str = "", **settings: str) -> Iterator[Surroundings]:
    """A new folder and a new database; the environment whose settings lead there and nowhere else."""
    with tempfile.TemporaryDirectory(prefix="modus-drill-") as folder, _database(database, server) as address:
        yield surroundings(folder, address, **settings)


def surroundings(folder: str, address: str, **settings: str) -> Surroundings:
    """The environment whose settings lead to a folder and a database."""
    return {
        **environment.apart(),
        "DJANGO_SETTINGS_MODULE": "modus.config.settings",
        "MODUS_DATA_FOLDER": folder,
        "MODUS_DATABASE": address,
        "MODUS_LOG_LEVEL": "ERROR",
        **settings,
    }


def migrated() -> None:
    """Give the new database its tables."""
    call_command("migrate", verbosity=0)


@contextlib.contextmanager
def _database(kind: str, server: str) -> Iterator[str]:
    if kind == "sqlite":
        yield ""
    elif server:
        with _on_server(server) as address:
            yield address
    else:
        with postgresql.cluster() as cluster:
            cluster.keep_up()
            yield cluster.address


@contextlib.contextmanager
def _on_server(server: str) -> Iterator[str]:
    """A database on a server that is there already."""
    name = f"modus_drill_{uuid.uuid4().hex[:8]}"
    with _connected(server) as connection:
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
    try:
        yield f"{server.rstrip('/')}/{name}"
    finally:
        with _connected(server) as connection:
            connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


def _connected(server: str) -> psycopg.Connection:
    return psycopg.connect(f"{server.rstrip('/')}/postgres", autocommit=True)
