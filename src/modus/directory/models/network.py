"""Networks, their clusters, and the short names under which clusters are found."""

import uuid
from typing import ClassVar

from django.db import models

from modus.core.files.stored import StoredFile
from modus.core.idempotency import fingerprint_of
from modus.core.scope import ScopedQuerySet
from modus.directory.models.organisation import Organisation


class Network(models.Model):
    """A network of clusters; its office works at the operating organisation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    description = models.TextField(max_length=2000, blank=True)
    operator = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="operated_network")
    contact = models.EmailField(blank=True)
    time_zone = models.CharField(max_length=50, default="Europe/Brussels")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Cluster(models.Model):
    """A cluster and its space; the cluster organisation behind it carries name, place and profile."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="clusters")
    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="cluster")
    slug = models.SlugField(max_length=60, unique=True)
    time_zone = models.CharField(max_length=50, default="Europe/Brussels")
    brand_colour = models.CharField(max_length=7, blank=True)
    # Derived from the published profile, so that the frame of a space asks nothing more.
    logo = models.ForeignKey(StoredFile, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[ScopedQuerySet["Cluster"]] = ScopedQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.slug

    @property
    def name(self) -> str:
        return self.organisation.name

    @property
    def state(self) -> str:
        """Name the state of the settings, so that a change in between is noticed."""
        return fingerprint_of(self.time_zone, self.brand_colour)[:32]


class ClusterSlug(models.Model):
    """A short name that a cluster bears or bore; a retired one is kept from others for a year."""

    slug = models.SlugField(max_length=60, unique=True)
    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, related_name="slugs")
    retired_on = models.DateField(null=True)

    def __str__(self) -> str:
        return self.slug
