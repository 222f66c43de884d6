"""Where the commands under test work: the command itself, and the database that the tests were given."""

import sys

from django.conf import settings
from django.db import connection

MODUS = [sys.executable, "-m", "modus.cli"]


def server() -> str:
    """The PostgreSQL server that the tests were given; empty on SQLite."""
    if connection.vendor != "postgresql":
        return ""
    given = settings.DATABASES["default"]
    password = f":{given['PASSWORD']}" if given["PASSWORD"] else ""
    return f"postgresql://{given['USER']}{password}@{given['HOST']}:{given['PORT'] or 5432}"


def on_the_database_under_test() -> list[str]:
    """The words that let a drill make its database beside the one of the tests."""
    return ["--database", connection.vendor, "--server", server()]
