"""A cluster or a network as the place to which shared pages belong: the same page under two addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

if TYPE_CHECKING:
    from modus.directory.models import Cluster, Network


@dataclass(frozen=True)
class Place:
    """Whose pages they are, and where they stand in the URL table."""

    owner: Cluster | Network
    space: str
    at: dict[str, str]

    def address(self, name: str, **parts: Any) -> str:
        """The address of a page of this place."""
        return reverse(f"{self.space}:{name}", kwargs={**self.at, **parts})


def of_cluster(cluster: Cluster) -> Place:
    """The space of a cluster."""
    return Place(cluster, "directory", {"cluster": cluster.slug})


def of_network(network: Network) -> Place:
    """The office of a network."""
    return Place(network, "network", {"network": network.slug})
