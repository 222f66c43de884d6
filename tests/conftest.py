"""What all tests share: the network is off, reads may not write, and nothing is left behind."""

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from modus.directory.models import Cluster, Network, Person
from tests.factories import directory as make

LOCAL = ("127.0.0.1", "::1", "localhost")


@pytest.fixture(autouse=True)
def _network_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def refuse(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX and isinstance(address, tuple) and address[0] not in LOCAL:
            raise RuntimeError(f"A test tried to reach {address[0]}.")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(autouse=True)
def _plain_static_files(settings: object) -> None:
    settings.STORAGES = {  # type: ignore[attr-defined]
        **settings.STORAGES,  # type: ignore[attr-defined]
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    hashers = ("MD5PasswordHasher", "Argon2PasswordHasher")
    settings.PASSWORD_HASHERS = [f"django.contrib.auth.hashers.{name}" for name in hashers]  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Take the test database down although a browser may hold a thread of the live server, and so a connection."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture
def network(db: None) -> Network:
    return make.NetworkFactory(slug="north", name="Network North")


@pytest.fixture
def cluster(network: Network) -> Cluster:
    """The cluster of the test."""
    return make.ClusterFactory(network=network, slug="optics", organisation__name="Optics Cluster")


@pytest.fixture
def other_cluster(network: Network) -> Cluster:
    """Another cluster of the same network, whose rows must not be seen."""
    return make.ClusterFactory(network=network, slug="textiles", organisation__name="Textiles Cluster")


@pytest.fixture
def manager(cluster: Cluster) -> Person:
    return make.manager_of(cluster)


@pytest.fixture
def office(network: Network) -> Person:
    return make.office_of(network)


@pytest.fixture
def signed_in() -> Callable[[Person], Client]:
    """A client in which a person is signed in."""

    def sign_in(person: Person) -> Client:
        client = Client()
        client.force_login(person.user)
        return client

    return sign_in
