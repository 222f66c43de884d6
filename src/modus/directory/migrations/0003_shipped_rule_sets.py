"""The rule sets that modus ships with: those of the European platform and of one region, as data that offices may version."""

from datetime import date
from decimal import Decimal

from django.db import migrations

FROM = date(2024, 1, 1)

RULE_SETS = [
    {
        "facts": {
            "code": "eccp",
            "name": "Cluster organisations on the European platform",
            "issuer": "European Cluster Collaboration Platform",
            "source": "https://clustercollaboration.eu/",
            "note": "In our words. Whether a programme's recognition stands in for a rule is decided by the network office.",
            "nuts_prefix": "",
        },
        "rules": [
            {
                "code": "staff",
                "title": "Somebody manages the cluster for at least half of a full working time",
                "advice": "Count the working time of all who are paid to run the cluster, also half days.",
                "measure": "staff",
                "threshold": "0.5",
                "fields": [],
                "is_waivable": True,
            },
            {
                "code": "english-website",
                "title": "A page in English shows that the cluster is active",
                "advice": "Give the address of a page in English with something dated within the last year.",
                "measure": "filled",
                "threshold": "1",
                "fields": ["website_english"],
                "is_waivable": False,
            },
            {
                "code": "committed-members",
                "title": "At least 15 members are committed",
                "advice": "A member is committed that signed an agreement, pays a fee or contributes regularly.",
                "measure": "committed-members",
                "threshold": "15",
                "fields": [],
                "is_waivable": True,
            },
            {
                "code": "member-types",
                "title": "The members are of at least two types",
                "advice": "Firms of any size are one type; research, education and public bodies are others.",
                "measure": "member-types",
                "threshold": "2",
                "fields": [],
                "is_waivable": True,
            },
            {
                "code": "public-side",
                "title": "The link to the public side can be seen",
                "advice": "Name the public body or the programme that you work with, or count your public members.",
                "measure": "filled",
                "threshold": "1",
                "fields": ["public_link", "programmes", "public_bodies"],
                "is_waivable": True,
            },
        ],
    },
    {
        "facts": {
            "code": "baden-wuerttemberg",
            "name": "Cluster database of Baden-Württemberg",
            "issuer": "Clusterportal Baden-Württemberg",
            "source": "https://www.clusterportal-bw.de/clusterdaten/aufnahmekriterien-der-clusterdatenbank/",
            "note": "The database also asks that a cluster is driven by innovation. People judge that; no figure stands for it.",
            "nuts_prefix": "DE1",
        },
        "rules": [
            {
                "code": "contact",
                "title": "An organisation can be contacted and has a website",
                "advice": "Fill in the website and a shared mailbox.",
                "measure": "filled",
                "threshold": "2",
                "fields": ["website", "mailbox"],
                "is_waivable": False,
            },
            {
                "code": "technology-field",
                "title": "The cluster is assigned to a technology field",
                "advice": "Choose at least one technology field.",
                "measure": "filled",
                "threshold": "1",
                "fields": ["technologies"],
                "is_waivable": False,
            },
            {
                "code": "activities",
                "title": "At least three cluster activities a year",
                "advice": "Count meetings, working groups, fairs and projects that were open to the members.",
                "measure": "activities",
                "threshold": "3",
                "fields": [],
                "is_waivable": False,
            },
            {
                "code": "services",
                "title": "The services for members are published",
                "advice": "Describe what members get, in a field that everybody may see.",
                "measure": "filled",
                "threshold": "1",
                "fields": ["services"],
                "is_waivable": False,
            },
            {
                "code": "committed-members",
                "title": "At least 12 partners are active and committed",
                "advice": "A member is committed that signed an agreement, pays a fee or contributes regularly.",
                "measure": "committed-members",
                "threshold": "12",
                "fields": [],
                "is_waivable": False,
            },
            {
                "code": "company-share",
                "title": "At least half of the members are companies",
                "advice": "Firms of any size count.",
                "measure": "company-share",
                "threshold": "50",
                "fields": [],
                "is_waivable": False,
            },
        ],
    },
]


def ship(apps, schema_editor):
    rule_set_model = apps.get_model("directory", "RuleSet")
    rule_model = apps.get_model("directory", "Rule")
    for shipped in RULE_SETS:
        facts = {**shipped["facts"], "profile_type": "cluster", "in_force_from": FROM}
        code = facts.pop("code")
        rule_set, was_made = rule_set_model.objects.get_or_create(code=code, version=1, defaults=facts)
        if was_made:
            rule_model.objects.bulk_create(
                rule_model(
                    rule_set=rule_set, order=order, **{**rule, "threshold": Decimal(rule["threshold"])}
                )
                for order, rule in enumerate(shipped["rules"], start=1)
            )


def take_back(apps, schema_editor):
    """Take back what nobody has used: a check or a waiver refers to its version and keeps it."""
    rule_set_model = apps.get_model("directory", "RuleSet")
    codes = [shipped["facts"]["code"] for shipped in RULE_SETS]
    shipped = rule_set_model.objects.filter(code__in=codes, version=1, results=None, rules__waivers=None)
    rule_set_model.objects.filter(pk__in=list(shipped.values_list("pk", flat=True))).delete()


class Migration(migrations.Migration):
    dependencies = [("directory", "0002_the_clock")]
    operations = [migrations.RunPython(ship, take_back)]
