"""Memberships that were there before learn the country of their organisation."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def repeat_the_country(apps, schema_editor):
    organisation = apps.get_model("directory", "Organisation").objects.filter(pk=OuterRef("organisation"))
    apps.get_model("directory", "Membership").objects.update(
        organisation_country=Subquery(organisation.values("country"))
    )


class Migration(migrations.Migration):
    dependencies = [("directory", "0100_country_of_members")]
    operations = [migrations.RunPython(repeat_the_country, migrations.RunPython.noop)]
