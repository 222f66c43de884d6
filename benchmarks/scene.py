"""Where a benchmark plays: a data folder and a database of its own, set before Django reads its settings."""

import os
from dataclasses import dataclass
from pathlib import Path

SERVER = "postgresql://postgres@127.0.0.1:5432"
DATABASE = "modus_benchmark"
KINDS = ("sqlite", "postgresql")
ADDRESS = "http://127.0.0.1"


@dataclass(frozen=True)
class Scene:
    """The kind of database, and the folder that holds everything else."""

    database: str
    folder: Path

    @property
    def address(self) -> str:
        """The database as the settings read it."""
        return f"{SERVER}/{DATABASE}" if self.database == "postgresql" else ""

    @property
    def label(self) -> str:
        """The file that says with what the database was loaded."""
        return str(self.folder / f"loaded-{self.database}.json")


def open_scene(database: str, folder: Path) -> Scene:
    """Point the settings at the scene and start Django; once in a process."""
    scene = Scene(database, folder.resolve())
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "modus.config.settings",
        "MODUS_DATA_FOLDER": str(scene.folder),
        "MODUS_DATABASE": scene.address,
        "MODUS_DEBUG": "no",
        "MODUS_GUARD_READS": "no",
        "MODUS_SITE_ADDRESS": ADDRESS,
        "MODUS_LOG_LEVEL": "WARNING",
    }
    if database == "postgresql":
        require_database()
    import django

    django.setup()
    return scene


def require_database() -> None:
    """Create the database of the benchmark if it is not there."""
    import psycopg

    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if not found:
            connection.execute(f"CREATE DATABASE {DATABASE}")


def drop_database(scene: Scene) -> None:
    """Remove the database, so that it can be loaded anew or leaves no trace."""
    from django.db import connections

    connections.close_all()
    Path(scene.label).unlink(missing_ok=True)
    if scene.database == "sqlite":
        for file in scene.folder.glob("modus.sqlite3*"):
            file.unlink()
        return
    import psycopg

    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
