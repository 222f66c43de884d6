"""Files: every field that takes one, every file that is stored, and everybody who asks for it."""

import io
import re
import uuid
from datetime import date
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image

from modus.core import files
from modus.core.files import StoredFile
from modus.core.files.stored import FileState
from modus.core.time import today
from modus.directory.models import EVIDENCE, Position, Waiver
from tests.attacks.test_forms import Fields
from tests.attacks.walking import ask, checksum, named, routes, taken_back, words_of
from tests.factories import uploads
from tests.factories.world import ACTORS, World
from tests.house.routes import Route, all_patterns
from tests.house.samples import address_of

WHO_MAY = {"network": "office", "profile": "own member", "directory": "manager"}
LONG_AGO = date(2020, 6, 1)
LARGEST = 2_000_000_000
POLICY = "sandbox; default-src 'none'"


class FileInputs(Fields):
    """The fields of a page, and which of them take files."""

    def __init__(self) -> None:
        super().__init__()
        self.files: list[str] = []
        self.encodings: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        if tag == "form":
            self.encodings.add(facts.get("enctype") or "")
        if tag == "input" and facts.get("type") == "file":
            self.files.append(facts.get("name") or "")
        else:
            super().handle_starttag(tag, attrs)


def form_of(world: World, actor: str, address: str) -> FileInputs:
    reader = FileInputs()
    answer = ask(world, actor, "GET", address)
    if answer.status_code == 200 and not answer.streaming:
        reader.feed(answer.content.decode())
    return reader


def actor_of(route: Route) -> str:
    return WHO_MAY.get(route.name.partition(":")[0], "manager")


def both() -> list[Route]:
    return [route for route in routes() if {"GET", "POST"} <= set(route.methods)]


_takers: dict[int, list[tuple[Route, str, FileInputs]]] = {}


@pytest.fixture
def takers(world: World) -> list[tuple[Route, str, FileInputs]]:
    """Every address whose page has a field for files, as somebody sees it who may use it; looked for once."""
    if id(world) not in _takers:
        _takers[id(world)] = takers_in(world)
    return _takers[id(world)]


def takers_in(world: World) -> list[tuple[Route, str, FileInputs]]:
    found = []
    for route in both():
        address = address_of(route, world.a)
        reader = form_of(world, actor_of(route), address)
        found += [(route, address, reader)] if reader.files else []
    return found


def send(world: World, route: Route, address: str, reader: FileInputs, sent: SimpleUploadedFile) -> HttpResponse:
    """The form of a page as it stands, with a file in each of its fields for files."""
    sent.seek(0)
    data: dict[str, Any] = {**reader.values, **FILLED.get(route.name, {}), reader.files[0]: sent}
    return world.client(actor_of(route)).post(address, data)


# What a form wants besides its file.
FILLED: dict[str, dict[str, str]] = {
    "network:waiver-create": {"programme": "Programme", "valid_until": f"{today():%Y}-12-31"},
}


def stored() -> list[StoredFile]:
    return list(StoredFile.objects.across("a test counts them"))


def keys() -> set[str]:
    days = default_storage.listdir("")[0] if default_storage.exists("") else []
    return {f"{day}/{name}" for day in days for name in default_storage.listdir(day)[1]}


def test_there_are_fields_for_files(takers: list[tuple[Route, str, FileInputs]]) -> None:
    assert {route.name for route, _address, _reader in takers} == {"profile:edit", "network:waiver-create"}


def test_a_page_with_a_field_for_files_takes_them_and_no_other_page_does(
    takers: list[tuple[Route, str, FileInputs]],
) -> None:
    declared = {name for name, pattern in all_patterns() if hasattr(pattern.callback, "largest_upload")}
    assert declared == {route.name for route, _address, _reader in takers}
    assert all("multipart/form-data" in reader.encodings for _route, _address, reader in takers)


@pytest.mark.attack("A-40", "A-41", "A-46", "A-45")
def test_what_is_something_else_is_refused_at_every_field(
    world: World, takers: list[tuple[Route, str, FileInputs]]
) -> None:
    """Under the name and type of what the field takes; nothing is written, and nothing of it is repeated."""
    before, bytes_before = checksum(), keys()
    with taken_back():
        for route, address, reader in takers:
            for what, content in uploads.HOSTILE.items():
                answer = send(world, route, address, reader, uploads.upload(content))
                assert answer.status_code == 422, f"{route.name}: {what}"
                assert f'id="id_{reader.files[0]}_error"' in answer.content.decode(), f"{route.name}: {what}"
                assert uploads.MARK not in answer.content
        assert checksum() == before
    assert keys() == bytes_before


@pytest.mark.attack("A-41", "A-46")
@pytest.mark.parametrize("what", uploads.CARRYING)
def test_nothing_that_a_picture_carries_is_stored(
    what: str, world: World, takers: list[tuple[Route, str, FileInputs]]
) -> None:
    for route, address, reader in takers:
        with taken_back():
            before = {file.pk for file in stored()}
            answer = send(world, route, address, reader, uploads.upload(uploads.CARRYING[what]))
            assert answer.status_code == 302, f"{route.name}: {answer.content.decode()[:200]}"
            new = [file for file in stored() if file.pk not in before]
            assert len(new) == 1
            for key in new[0].keys:
                with default_storage.open(key) as kept:
                    content = kept.read()
                assert uploads.MARK not in content
                with Image.open(io.BytesIO(content)) as image:
                    assert not dict(image.getexif())


@pytest.mark.attack("A-43", "A-45")
@pytest.mark.parametrize("name", uploads.NAMES, ids=range(len(uploads.NAMES)))
def test_a_name_is_cleaned_and_stands_in_one_header_only(name: str, world: World) -> None:
    """Stored by the door itself, for a browser would not send most of these; asked for by somebody who may."""
    waiver = world.a.things["waiver"]
    with taken_back():
        with transaction.atomic():
            sent = uploads.upload(uploads.PDF, "x.pdf")
            sent._name = name  # type: ignore[attr-defined]
            kept = files.store(sent, kind=EVIDENCE, by=world.a.manager, scope_id=None, subject_id=waiver.pk, field=None)
        Waiver.objects.within(pk=waiver.pk).update(evidence_file=kept)
        before = keys()
        answer = ask(world, "manager", "GET", file_address(kept))
        said = answer["Content-Disposition"]
        body = words_of(answer)
    assert answer.status_code == 200
    assert body.startswith("%PDF")
    assert said.isascii()
    assert re.fullmatch(r"attachment; filename(=\"[^\"\\\r\n]+\"|\*=utf-8''[A-Za-z0-9%._~!$&'()*+,;=:@-]+)", said)
    assert not any(part in kept.key for part in ("..", "passwd", "x.p"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\d/[0-9a-f]{32}", kept.key)
    assert kept.key in before


def file_address(file: StoredFile, form: str = "original") -> str:
    return reverse("files:file", kwargs={"file": file.pk, "form": form})


@pytest.mark.attack("A-42", "A-13")
def test_every_stored_file_is_handed_out_to_be_saved_only(world: World) -> None:
    for file in stored():
        for actor in ACTORS:
            answer = ask(world, actor, "GET", file_address(file))
            if answer.status_code != 200:
                continue
            assert answer["Content-Disposition"].startswith("attachment; filename"), file
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert answer["Content-Security-Policy"].startswith(POLICY)
            assert answer["Cache-Control"] == "private, no-store"
            assert "Cookie" in answer["Vary"]
            assert not answer.cookies
            assert answer["Content-Type"] == "application/pdf"
            words_of(answer)


@pytest.mark.attack("A-13")
def test_the_address_of_a_private_file_is_not_enough(world: World) -> None:
    """Without a session, as others, after the role has ended: never the file, and never a word that there is one."""
    address, nowhere = file_address(world.a.things["file"]), f"/files/{uuid.uuid4()}/original/"
    may = {"manager", "office"}
    for actor in ACTORS:
        answer, strange = ask(world, actor, "GET", address), ask(world, actor, "GET", nowhere)
        if actor in may:
            assert words_of(answer).startswith("%PDF")
        elif actor == "visitor":
            assert answer.status_code == strange.status_code == 302
            assert answer["Location"].replace(address, "") == strange["Location"].replace(nowhere, "")
        else:
            assert answer.status_code == strange.status_code == 404, actor
            assert without_number(answer) == without_number(strange), "OC1: as for an address that leads nowhere"
    with taken_back():
        Position.objects.within(person=world.a.manager).update(ends_on=LONG_AGO)
        assert ask(world, "manager", "GET", address).status_code == 404, "the role has ended"
    client = Client()
    client.force_login(world.a.manager.user)  # type: ignore[arg-type]
    client.logout()
    assert client.get(address).status_code == 302, "signed out"


@pytest.mark.attack("A-13", "A-02")
def test_another_clusters_manager_gets_none_of_its_files(world: World) -> None:
    for tenant, stranger in (
        (world.a, "other manager"),
        (world.b, "manager"),
        (world.c, "manager"),
        (world.c, "office"),
    ):
        for form in ("original", "small"):
            answer = ask(world, stranger, "GET", file_address(tenant.things["file"], form))
            assert answer.status_code == 404
            assert tenant.canary not in words_of(answer)


@pytest.mark.attack("A-44")
def test_a_file_is_read_by_nobody_before_it_belongs_to_something(world: World) -> None:
    """A thousand tries by everybody between the upload and the moment in which it is given to its subject."""
    waiver = world.a.things["waiver"]
    with taken_back():
        kept = files.store(
            uploads.upload(uploads.PDF), kind=EVIDENCE, by=world.a.manager, scope_id=None, subject_id=None
        )
        assert kept.state == FileState.INCOMING
        Waiver.objects.within(pk=waiver.pk).update(evidence_file=kept)
        answers = [
            ask(world, ("manager", "office", "staff", "visitor")[n % 4], "GET", file_address(kept)) for n in range(1000)
        ]
        assert not [answer for answer in answers if answer.status_code == 200]
        files.keep(kept, subject_id=waiver.pk)
        answer = ask(world, "manager", "GET", file_address(kept))
        assert answer.status_code == 200
        words_of(answer)


@pytest.mark.attack("A-104")
@pytest.mark.parametrize("route", routes(method="POST"), ids=named)
def test_two_gigabytes_are_refused_by_the_header_at_every_address(route: Route, world: World) -> None:
    """Nothing of the body is read: the stream raises when somebody tries."""

    class Untouchable(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise AssertionError("the body was read")

    with taken_back():
        client = world.client(actor_of(route))
        answer = client.generic(
            "POST",
            address_of(route, world.a),
            content_type="multipart/form-data; boundary=x",
            CONTENT_LENGTH=str(LARGEST),
            **{"wsgi.input": Untouchable()},
        )
    assert answer.status_code == 413
    assert "larger than this page takes" in answer.content.decode()


@pytest.mark.attack("A-104")
@pytest.mark.parametrize("what", ["fields", "files", "headers"])
def test_ten_thousand_parts_are_refused(what: str, world: World) -> None:
    address = address_of(next(route for route in routes() if route.name == "profile:edit"), world.a)
    part = {
        "fields": b'--x\r\nContent-Disposition: form-data; name="f"\r\n\r\n1\r\n',
        "files": b'--x\r\nContent-Disposition: form-data; name="logo"; filename="a.png"\r\n\r\n1\r\n',
        "headers": b'--x\r\nContent-Disposition: form-data; name="logo"; filename="a.png"\r\n'
        + b"X: y\r\n" * 100
        + b"\r\n\r\n",
    }[what]
    with taken_back():
        before = checksum()
        answer = world.client("own member").generic(
            "POST", address, part * 10_000 + b"--x--\r\n", content_type="multipart/form-data; boundary=x"
        )
        assert answer.status_code in {400, 413}
        assert checksum() == before


def without_number(answer: HttpResponse) -> str:
    return re.sub(
        r"csrf\w*|name=\"csrfmiddlewaretoken\" value=\"\w+\"|X-CSRFToken\": \"\w+", "", answer.content.decode()
    )
