"""Code lists with their versions: NACE, NUTS, ecosystems, technologies; and places."""

import uuid

from django.db import models


class Taxonomy(models.Model):
    """One version of one code list; codes are only meaningful together with it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=30)
    version = models.CharField(max_length=10)
    name = models.CharField(max_length=200)
    source = models.CharField(max_length=300, blank=True)
    licence = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="one_taxonomy_per_version")]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class Term(models.Model):
    """One code of a list, with its parent code, level and, where the source gives one, weight or kind."""

    taxonomy = models.ForeignKey(Taxonomy, on_delete=models.CASCADE, related_name="terms")
    code = models.CharField(max_length=40)
    parent = models.CharField(max_length=40, blank=True)
    level = models.PositiveSmallIntegerField(default=1)
    label = models.CharField(max_length=300)
    country = models.CharField(max_length=2, blank=True)
    kind = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["taxonomy", "code"], name="one_term_per_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class TermChange(models.Model):
    """What became of a code when a list got a new version; an empty new code says that it ended."""

    taxonomy = models.ForeignKey(Taxonomy, on_delete=models.CASCADE, related_name="changes")
    old_code = models.CharField(max_length=40, blank=True)
    new_code = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=300)
    change = models.CharField(max_length=100)

    class Meta:
        indexes = [models.Index(fields=["taxonomy", "old_code"], name="term_change_by_old_code")]

    def __str__(self) -> str:
        return f"{self.old_code} → {self.new_code}"


class Place(models.Model):
    """A European place with its coordinates (GeoNames)."""

    geoname = models.PositiveIntegerField(primary_key=True)
    name = models.CharField(max_length=120)
    folded_name = models.CharField(max_length=120)
    country = models.CharField(max_length=2)
    latitude = models.FloatField()
    longitude = models.FloatField()
    population = models.PositiveIntegerField()
    time_zone = models.CharField(max_length=50, blank=True)

    class Meta:
        indexes = [models.Index(fields=["folded_name", "country"], name="place_by_name")]

    def __str__(self) -> str:
        return f"{self.name} ({self.country})"
