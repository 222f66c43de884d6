"""The named person who acts for commands."""

from django.db import migrations


def record_the_clock(apps, schema_editor):
    person = apps.get_model("directory", "Person")
    if not person.objects.filter(is_clock=True).exists():
        person.objects.create(given_name="clock", is_clock=True, sort_name="clock")


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_the_directory")]
    operations = [migrations.RunPython(record_the_clock, migrations.RunPython.noop)]
