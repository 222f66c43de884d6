"""On PostgreSQL a part of a name is found by an index of trigrams, where the extension pg_trgm can be had.

Nothing depends on it but the time that a search takes; SQLite has no such index.
"""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations

# It is there already; or it comes with the server, and whoever owns a database may add it to it.
CAN_BE_HAD = """
SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm')
    OR has_database_privilege(current_database(), 'CREATE')
    AND EXISTS (SELECT 1 FROM pg_available_extension_versions WHERE name = 'pg_trgm' AND trusted)
"""
INDEX = GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="person_by_trigrams")


def add_the_index(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(CAN_BE_HAD)
        (can_be_had,) = cursor.fetchone()
    if can_be_had:
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        schema_editor.add_index(apps.get_model("directory", "Person"), INDEX)


def remove_the_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS person_by_trigrams")


class Migration(migrations.Migration):
    dependencies = [("directory", "0101_country_of_members_as_recorded")]
    operations = [migrations.RunPython(add_the_index, remove_the_index)]
