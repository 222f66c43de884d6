"""Whether this installation can serve: the database answers and nothing is left to migrate."""

import logging

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

logger = logging.getLogger("modus.readiness")
# Once all migrations are there they stay: only the answer "not yet" is asked again.
_seen_complete = False


def is_ready() -> bool:
    """Whether the database answers and has every migration of this version; the reason goes to the log."""
    global _seen_complete
    try:
        if not _seen_complete:
            missing = missing_migrations()
            if missing:
                logger.warning("not ready: %s migrations are missing, the first is %s", len(missing), missing[0])
                return False
            _seen_complete = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        logger.warning("not ready: the database does not answer (%s)", type(error).__name__)
        return False
    return True


def missing_migrations() -> list[str]:
    """The migrations of this version that the database has not seen."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]
