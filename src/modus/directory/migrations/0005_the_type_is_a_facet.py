"""The type of a listed profile stands among the values by which the directory is filtered, like country and size."""

from django.db import migrations

BATCH = 1000


def write_types(apps, schema_editor):
    profile_model = apps.get_model("directory", "Profile")
    term_model = apps.get_model("directory", "ProfileTerm")
    listed = profile_model.objects.filter(is_listed=True).values_list("pk", "type")
    terms = (term_model(profile_id=pk, facet="type", code=code) for pk, code in listed.iterator(BATCH))
    term_model.objects.bulk_create(terms, batch_size=BATCH, ignore_conflicts=True)


def take_back(apps, schema_editor):
    apps.get_model("directory", "ProfileTerm").objects.filter(facet="type").delete()


class Migration(migrations.Migration):
    dependencies = [("directory", "0004_since_when_a_profile_is_public")]
    operations = [migrations.RunPython(write_types, take_back)]
