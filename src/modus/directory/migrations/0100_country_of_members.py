"""Memberships repeat the country of their organisation, and an index holds the figures of a network."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0005_the_type_is_a_facet")]
    operations = [
        migrations.AddField("membership", "organisation_country", models.CharField(blank=True, default="", max_length=2), preserve_default=False),
        migrations.AddIndex(
            "membership",
            models.Index(
                fields=["organisation_kind", "organisation_country", "organisation", "cluster", "joined_on", "left_on"],
                name="membership_figures",
            ),
        ),
    ]
