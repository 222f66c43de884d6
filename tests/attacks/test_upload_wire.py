"""Uploads on the wire: what is too large is refused before it is sent, and what breaks off leaves nothing."""

import socket
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from modus.core.files import StoredFile
from modus.core.time import today
from modus.directory.models import Cluster, Network, Person, RuleSet, Waiver
from tests.factories import directory as make
from tests.factories import uploads

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.attack("A-104")]
BOUNDARY = "boundary-of-the-parts"
LARGEST = 2_000_000_000


@pytest.fixture
def folder(tmp_path: Path, settings: object) -> Path:
    own = {
        "BACKEND": "modus.core.files.storage.FolderStorage",
        "OPTIONS": {"location": tmp_path / "files", "base_url": None},
    }
    settings.STORAGES = {**settings.STORAGES, "default": own}  # type: ignore[attr-defined]
    return tmp_path / "files"


class Wire:
    """A connection of a signed-in person to the page on which a waiver is granted."""

    def __init__(self, server: str, page: str, client: Client) -> None:
        self.page, self.client = page, client
        self.token = client.get(page).context["csrf_token"]
        address = urlsplit(server)
        self.socket = socket.create_connection((address.hostname, address.port), timeout=20)

    def head(self, length: int) -> bytes:
        cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in self.client.cookies.items())
        lines = (
            f"POST {self.page} HTTP/1.1",
            "Host: testserver",
            f"Cookie: {cookies}",
            f"Content-Type: multipart/form-data; boundary={BOUNDARY}",
            f"Content-Length: {length}",
        )
        return "\r\n".join([*lines, "", ""]).encode()

    def body(self, content: bytes, **said: str) -> bytes:
        said = {"csrfmiddlewaretoken": str(self.token), **said}
        parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in said.items()]
        file = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="evidence_file"; filename="x.pdf"\r\n\r\n'
        return "".join([*parts, file]).encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()

    def answer(self) -> str:
        """The first line of the answer."""
        received = b""
        while b"\r\n" not in received:
            part = self.socket.recv(4096)
            if not part:
                break
            received += part
        return received.partition(b"\r\n")[0].decode()


@pytest.fixture
def page() -> tuple[str, Person]:
    network: Network = make.NetworkFactory(slug="north")
    cluster: Cluster = make.ClusterFactory(network=network)
    profile = make.ProfileFactory(organisation=cluster.organisation, network=network, status="submitted")
    return reverse("network:waiver-create", args=["north", profile.pk]), make.office_of(network)


@pytest.fixture
def wire(live_server: object, page: tuple[str, Person], signed_in: Callable[[Person], Client], folder: Path) -> Wire:
    return Wire(str(live_server), page[0], signed_in(page[1]))


def said() -> dict[str, str]:
    rule = RuleSet.objects.get(code="eccp").rules.filter(is_waivable=True)[0]
    return {"rule": str(rule.pk), "programme": "Programme", "valid_until": today().isoformat()}


def assert_nothing_is_left(folder: Path, temporary: set[Path]) -> None:
    assert not StoredFile.objects.across("a test counts them").exists()
    assert not Waiver.objects.across("a test counts them").exists()
    assert not [path for path in folder.rglob("*") if path.is_file()]
    assert temporary_files() <= temporary


def temporary_files() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob("*.upload*"))


def test_a_whole_upload_arrives(wire: Wire) -> None:
    body = wire.body(uploads.PDF, **said())
    wire.socket.sendall(wire.head(len(body)) + body)
    assert wire.answer() == "HTTP/1.1 302 Found"
    wire.socket.close()
    file = StoredFile.objects.across("a test counts them").get()
    with default_storage.open(file.key) as kept:
        assert kept.read() == uploads.PDF


def test_two_gigabytes_are_refused_by_the_header(wire: Wire, folder: Path) -> None:
    """The answer comes although nothing of the body is ever sent."""
    temporary = temporary_files()
    wire.socket.sendall(wire.head(LARGEST))
    assert wire.answer().startswith("HTTP/1.1 413 ")
    wire.socket.close()
    assert_nothing_is_left(folder, temporary)


@pytest.mark.parametrize("share", [0.5, 0.99])
def test_an_upload_that_breaks_off_leaves_nothing_and_can_be_sent_again(
    share: float, wire: Wire, folder: Path, live_server: object, page: tuple[str, Person]
) -> None:
    temporary = temporary_files()
    content = uploads.PDF[:9] + b"%" + b"x" * 3_000_000 + b"\n" + uploads.PDF[9:]
    body = wire.body(content, **said())
    wire.socket.sendall(wire.head(len(body)) + body[: int(len(body) * share)])
    wire.socket.shutdown(socket.SHUT_WR)
    assert not wire.answer().startswith("HTTP/1.1 302"), "it was not whole"
    wire.socket.close()
    assert_nothing_is_left(folder, temporary)
    again = Wire(str(live_server), page[0], wire.client)
    whole = again.body(content, **said())
    again.socket.sendall(again.head(len(whole)) + whole)
    assert again.answer() == "HTTP/1.1 302 Found"
    again.socket.close()


@pytest.mark.parametrize("left", [10, 40, 60])
def test_an_upload_that_lacks_its_last_bytes_is_not_taken(left: int, wire: Wire, folder: Path) -> None:
    """The mark at the end of the parts, or of the document, is missing: nobody knows what else is."""
    temporary = temporary_files()
    body = wire.body(uploads.PDF, **said())
    wire.socket.sendall(wire.head(len(body)) + body[:-left])
    wire.socket.shutdown(socket.SHUT_WR)
    assert not wire.answer().startswith("HTTP/1.1 302")
    wire.socket.close()
    assert_nothing_is_left(folder, temporary)
