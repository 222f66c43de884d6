"""What an upload is, by its bytes; what it may be called; and what of a picture is kept."""

import io
import resource
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from modus.core import files
from modus.core.errors import RuleBroken
from modus.core.files.kinds import PDF, PNG
from modus.core.files.names import cleaned_name
from tests.core.files.conftest import DOCUMENT, PICTURE
from tests.factories import uploads

TYPES = ("image/png", "application/pdf", "text/html", "")


@pytest.mark.parametrize("saved_as", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "CMYK", "1", "LA"])
def test_a_picture_is_taken_and_drawn_anew(saved_as: str, mode: str) -> None:
    try:
        content = uploads.picture(saved_as, mode=mode)
    except OSError:
        pytest.skip(f"{saved_as} knows no {mode}")
    checked = files.check(uploads.upload(content), kind=PICTURE)
    with Image.open(io.BytesIO(checked.content)) as image:
        assert (image.format, image.size) == (saved_as, (120, 60))
    assert (checked.width, checked.height) == (120, 60)
    assert checked.small is not None
    assert max(checked.small.width, checked.small.height) <= 96


def test_neither_the_name_nor_the_type_that_was_sent_counts() -> None:
    checked = files.check(uploads.upload(uploads.picture(), "letter.pdf", "application/pdf"), kind=DOCUMENT)
    assert (checked.media_type, checked.name) == (PNG, "letter.png")
    checked = files.check(uploads.upload(uploads.PDF, "photo.png", "image/png"), kind=DOCUMENT)
    assert (checked.media_type, checked.name, checked.content) == (PDF, "photo.pdf", uploads.PDF)


@pytest.mark.attack("A-40", "A-41", "A-46")
@pytest.mark.parametrize("what", uploads.HOSTILE)
@pytest.mark.parametrize("name", ["logo.png", "letter.pdf"])
def test_what_is_something_else_is_refused_whatever_it_is_called(what: str, name: str) -> None:
    for sent_as in TYPES:
        with pytest.raises(RuleBroken) as refused:
            files.check(uploads.upload(uploads.HOSTILE[what], name, sent_as), kind=DOCUMENT, field="logo")
        assert refused.value.field == "logo"
        assert uploads.MARK.decode() not in refused.value.message


@pytest.mark.attack("A-41", "A-46")
@pytest.mark.parametrize("what", uploads.CARRYING)
def test_nothing_that_a_picture_carried_is_kept(what: str) -> None:
    checked = files.check(uploads.upload(uploads.CARRYING[what]), kind=PICTURE)
    assert checked.small is not None
    for kept in (checked.content, checked.small.content):
        assert uploads.MARK not in kept
        assert not any(word in kept for word in (b"<script", b"<html", b"Exif", b"EXIF", b"ICCP", b"iCCP", b"PK\x03"))
        with Image.open(io.BytesIO(kept)) as image:
            assert not dict(image.getexif())
            assert not image.info.get("icc_profile")


def test_a_photograph_on_its_side_is_set_upright() -> None:
    checked = files.check(uploads.upload(uploads.with_gps("JPEG", orientation=6)), kind=PICTURE)
    assert (checked.width, checked.height) == (60, 120)


@pytest.mark.attack("A-46")
@pytest.mark.parametrize("what", ["png of 20,000 by 20,000", "webp of 16,384 by 16,384", "png that unpacks to 20 MB"])
def test_a_bomb_is_refused_before_it_is_decoded(what: str) -> None:
    content = uploads.HOSTILE[what]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tracemalloc.start()
    started = time.process_time()
    with pytest.raises(RuleBroken):
        files.check(uploads.upload(content), kind=PICTURE)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.process_time() - started < 2, "OC8: two seconds of work at most"
    assert peak < 128_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 128_000


def test_pixels_size_and_formats_are_limited_by_kind() -> None:
    wide = uploads.picture(size=(5000, 4000))
    with pytest.raises(RuleBroken, match=r"5000 × 4000 pixels.*16 million"):
        files.check(uploads.upload(wide), kind=PICTURE)
    assert files.check(uploads.upload(wide), kind=DOCUMENT).width == 3000
    with pytest.raises(RuleBroken, match="larger than 5 MB"):
        files.check(uploads.upload(bytes(5_000_001)), kind=PICTURE)
    with pytest.raises(RuleBroken, match=r"PDF.*PNG, JPEG, WebP"):
        files.check(uploads.upload(uploads.PDF), kind=PICTURE)


def test_a_size_that_was_said_too_small_does_not_help() -> None:
    lying = uploads.upload(bytes(5_000_001))
    lying.size = 10
    with pytest.raises(RuleBroken, match="larger than 5 MB"):
        files.check(lying, kind=PICTURE)


@pytest.mark.parametrize("content", [uploads.noise(), uploads.noise((96, 96)), uploads.noise((900, 40), "JPEG")])
def test_the_small_copy_weighs_at_most_four_thousand_bytes(content: bytes) -> None:
    small = files.check(uploads.upload(content), kind=PICTURE).small
    assert small is not None
    assert len(small.content) <= 4000


@pytest.mark.attack("A-43", "A-45")
@pytest.mark.parametrize("name", uploads.NAMES, ids=range(len(uploads.NAMES)))
def test_a_name_is_cleaned(name: str) -> None:
    cleaned = cleaned_name(name, PNG)
    assert cleaned.endswith(".png")
    assert 5 <= len(cleaned) <= 105
    assert not set(cleaned) & set("<>:\"'`/\\|?*%;&$\r\n\0‮​⁦")
    assert not cleaned.startswith(".")
    assert cleaned.partition(".")[0].lower() not in {"con", "nul", "lpt1", "aux", "prn"}
    assert cleaned.encode()
    assert cleaned_name(cleaned, PNG) == cleaned, "cleaning twice changes nothing"


def test_letters_of_all_scripts_stay() -> None:
    assert cleaned_name("Žádost – příloha č. 3.pdf", PDF) == "Žádost – příloha č. 3.pdf"
    assert cleaned_name("名前.jpeg", PNG) == "名前.png"


@given(st.text(max_size=300))
def test_any_text_makes_a_harmless_name(text: str) -> None:
    cleaned = cleaned_name(text, PNG)
    assert cleaned.isprintable()
    assert "/" not in cleaned
    assert len(cleaned) <= 105
    assert cleaned_name(cleaned, PNG) == cleaned


SEEDS = [uploads.picture("PNG"), uploads.picture("JPEG"), uploads.picture("WEBP"), uploads.with_gps(), uploads.PDF]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 2000), st.binary(min_size=1, max_size=6)), max_size=6))
def test_damaged_files_are_taken_or_refused_and_nothing_else(seed: bytes, damages: list[tuple[int, bytes]]) -> None:
    content = bytearray(seed)
    for place, wrong in damages:
        at = place % len(content)
        content[at : at + len(wrong)] = wrong
    try:
        checked = files.check(uploads.upload(bytes(content)), kind=DOCUMENT)
    except RuleBroken:
        return
    assert checked.content
