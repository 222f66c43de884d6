"""Since when a profile is public, kept by the database, with an index by which listed and hidden are told apart."""

from datetime import date

from django.db import migrations, models
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    dependencies = [("directory", "0003_shipped_rule_sets")]
    operations = [
        migrations.RemoveIndex("profile", "profile_list"),
        migrations.AddField(
            "profile",
            "public_as_of",
            models.GeneratedField(
                expression=models.Case(
                    models.When(
                        models.Q(is_listed=True) & ~models.Q(status__in=("candidate", "withdrawn")),
                        then=Coalesce("confirmed_on", models.Value(date.max)),
                    ),
                    default=models.Value(date.min),
                ),
                output_field=models.DateField(),
                db_persist=True,
            ),
        ),
        migrations.AddIndex("profile", models.Index(fields=["sort_name", "id"], name="profile_list")),
        migrations.AddIndex("profile", models.Index(fields=["public_as_of"], name="profile_public")),
    ]
