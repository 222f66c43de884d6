"""Uploads at their edges: sizes to the byte, marks of the four formats one by one, and names letter by letter."""

import hashlib
from typing import Any

import pytest

from modus.core import files
from modus.core.errors import RuleBroken
from modus.core.files import Kind
from modus.core.files.kinds import PDF, PICTURES
from modus.core.files.names import LONGEST, cleaned_name
from modus.core.files.sniffing import media_type_of, name_of_type
from tests.core.files.conftest import DOCUMENT, PICTURE
from tests.factories import uploads

pytestmark = [pytest.mark.attack("A-40", "A-41")]


def kind_of(size: int) -> Kind:
    return Kind("test", "Test", PICTURES | {PDF}, size)


class Stream:
    """An upload whose name and size are unknown, or lies, and which somebody has read already."""

    def __init__(self, content: bytes, size: int | None = None, name: str | None = None) -> None:
        self.content, self.size, self.name, self.place = content, size, name, len(content)

    def seek(self, position: int, /) -> None:
        self.place = position

    def read(self, size: int = -1, /) -> bytes:
        self.asked = size
        return self.content[self.place : self.place + size]


def test_a_file_of_the_largest_size_is_taken_and_one_byte_more_is_not() -> None:
    size = len(uploads.PDF)
    assert files.check(uploads.upload(uploads.PDF), kind=kind_of(size)).content == uploads.PDF
    for said in (None, size - 1, size):
        with pytest.raises(RuleBroken, match="is larger than"):
            files.check(Stream(uploads.PDF, said), kind=kind_of(size - 1))


def test_an_upload_without_name_and_size_is_read_from_its_beginning_and_no_further_than_it_may() -> None:
    stream = Stream(uploads.PDF)
    checked = files.check(stream, kind=kind_of(10_000))
    assert (checked.name, checked.content, stream.asked) == ("file.pdf", uploads.PDF, 10_001)
    assert checked.sha256 == hashlib.sha256(uploads.PDF).hexdigest()
    assert (checked.width, checked.height, checked.small) == (None, None, None)


def test_what_was_said_too_large_is_not_read_at_all() -> None:
    stream = Stream(uploads.PDF, 10_001)
    with pytest.raises(RuleBroken, match="larger than 0 MB"):
        files.check(stream, kind=kind_of(10_000))
    assert not hasattr(stream, "asked")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This file is empty"),
        (b"plain words", "is none of these, or not whole: PNG, JPEG, WebP, PDF"),
        (b"<html>", "of the kind HTML. Choose one of these: PNG, JPEG, WebP, PDF"),
        (uploads.PDF[:-9], "is none of these, or not whole"),
    ],
)
def test_what_is_refused_says_what_it_seems_to_be_at_its_field(content: bytes, words: str) -> None:
    with pytest.raises(RuleBroken, match=words) as refused:
        files.check(Stream(content), kind=DOCUMENT, field="logo")
    assert refused.value.field == "logo"


def test_a_picture_keeps_its_sides() -> None:
    checked = files.check(uploads.upload(uploads.picture(size=(30, 20))), kind=PICTURE)
    assert (checked.width, checked.height) == (30, 20)


PNG_BYTES, JPEG_BYTES, WEBP_BYTES = (uploads.picture(name) for name in ("PNG", "JPEG", "WEBP"))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (PNG_BYTES, "image/png"),
        (JPEG_BYTES, "image/jpeg"),
        (WEBP_BYTES, "image/webp"),
        (uploads.PDF, "application/pdf"),
        (uploads.PDF + b"\r\n\t \x00", "application/pdf"),
        (b"%PDF-1.4" + bytes(2000) + b"<script>" + b"%%EOF", "application/pdf"),
        (b"%PDF-1.4" + b"PK\x05\x06" + bytes(66_000) + b"%%EOF", "application/pdf"),
        (b"%PDF-1.4" + bytes(1024 - 8 - 6) + b"<script" + b"%%EOF", "application/pdf"),
        (b"%PDF-1.4" + b"PK\x05\x06" + bytes(65_992) + b"%%EOF", "application/pdf"),
        (b"%PDF-1.4" + b"PK\x05\x06" + bytes(65_991) + b"%%EOF", ""),
        (PNG_BYTES[:12] + b"JHDR" + PNG_BYTES[16:], ""),
        (b"x" + PNG_BYTES, ""),
        (PNG_BYTES[:7] + b"\r" + PNG_BYTES[8:], ""),
        (b"\xff\xd8" + bytes(20), ""),
        (WEBP_BYTES[:8] + b"WAVE" + WEBP_BYTES[12:], ""),
        (WEBP_BYTES[:12] + b"VP9" + WEBP_BYTES[15:], ""),
        (b"RIFX" + WEBP_BYTES[4:], ""),
        (b" " + uploads.PDF, ""),
        (uploads.PDF + b"x", ""),
        (uploads.PDF + b"~", ""),
        (b"%PDF-3.0" + uploads.PDF[8:], ""),
        (b"%PDF-1x4" + uploads.PDF[8:], ""),
        (b"%PDF-1.x" + uploads.PDF[8:], ""),
        (b"%PDF-1.4<  SCRIPT>%%EOF", ""),
        (b"%PDF-1.4" + bytes(1024 - 8 - 7) + b"<script" + b"%%EOF", ""),
        (b"%PDF-1.4" + b"PK\x05\x06" + bytes(60_000) + b"%%EOF", ""),
        (b"", ""),
    ],
)
def test_a_file_is_known_by_the_marks_of_its_format_and_nothing_else(content: bytes, found: str) -> None:
    assert media_type_of(content) == found


@pytest.mark.parametrize("tag", ["!doctype", "html", "HEAD", "body", "script", "svg", "iframe", "?xml"])
def test_a_document_with_the_beginning_of_a_page_is_none(tag: str) -> None:
    assert media_type_of(b"%PDF-1.4\n< " + tag.encode() + b">\n%%EOF") == ""


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (PNG_BYTES, "PNG"),
        (JPEG_BYTES, "JPEG"),
        (WEBP_BYTES, "WebP"),
        (uploads.PDF, "PDF"),
        (b"<html>", "HTML"),
        (b"< SVG >", "SVG"),
        (b"<?xml?>" + b"<svg>", "SVG"),
        (b"words " * 171 + b"<html>", ""),
        (b"GIF89a" + bytes(20), "GIF"),
        (b"<html>" + b"words " * 171 + b"<svg>", "HTML"),
        (b"\x00\x00\x01\x00" + b" " * 50, "ICO"),
        (b"\x00\x11" + b" " * 50, ""),
        (b"OPCLDAT" + b" " * 50, "ATTACHME"),
        (PNG_BYTES[:12], ""),
        (b"plain words", ""),
        (b"", ""),
    ],
)
def test_a_refused_file_is_called_what_it_seems_to_be(content: bytes, name: str) -> None:
    assert name_of_type(content) == name


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("letter.docx", "letter.pdf"),
        ("letter.docx \t", "letter.pdf"),
        ("a.b.c", "a.b.pdf"),
        ("archive.abcdef", "archive.abcdef.pdf"),
        ("C:\\temp\\x.pdf", "x.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("a\u202eb\x00c.pdf", "a b c.pdf"),
        ("  a \t b  .pdf", "a b.pdf"),
        ("<a>&b;.pdf", "a_b.pdf"),
        ("e\u0301.pdf", "é.pdf"),
        (" ._a_. .pdf", "a.pdf"),
        ("...", "file.pdf"),
        ("", "file.pdf"),
        ("/", "file.pdf"),
        ("CON.pdf", "CON_.pdf"),
        ("nul.txt.pdf", "nul_.txt.pdf"),
        ("com¹", "com¹_.pdf"),
        ("lpt9", "lpt9_.pdf"),
        ("console.pdf", "console.pdf"),
        ("x" * 101 + ".pdf", "x" * 100 + ".pdf"),
        ("._" + "x" * 100 + ".pdf", "x" * 100 + ".pdf"),
        ("x" * 99 + " y.pdf", "x" * 99 + ".pdf"),
        ("y" + "/" * (LONGEST * 100) + "z", "file.pdf"),
    ],
)
def test_a_name_is_made_harmless_and_ends_as_its_content_does(name: str, cleaned: str) -> None:
    assert cleaned_name(name, PDF) == cleaned


@pytest.mark.parametrize(
    ("media_type", "ending"), [("image/png", "png"), ("image/jpeg", "jpg"), ("image/webp", "webp")]
)
def test_each_picture_has_its_ending(media_type: str, ending: str) -> None:
    assert cleaned_name("a.exe", media_type) == f"a.{ending}"


def test_a_sign_that_means_something_is_one_stroke_however_often_it_stands() -> None:
    given: Any = """a<>:"'`|?*%;&$={}[]#^~b"""
    assert cleaned_name(given, PDF) == "a_b.pdf"
