"""What a file is, by its bytes alone: the name's ending and the type that the browser sent never count."""

import re
from collections.abc import Callable

import puremagic

from modus.core.files.kinds import JPEG, NAMES, PDF, PNG, WEBP

# A reader of documents would take these for a page although the file begins as a PDF does.
MARKUP = re.compile(rb"<\s*(!doctype|html|head|body|script|svg|iframe|\?xml)", re.IGNORECASE)
HEAD = 1024
# The directory of a ZIP archive stands in the last 64 KB: a PDF that has one is two files in one.
TAIL = 66_000
# A file that begins as one of ours and is none is not whole; its kind says nothing.
BEGIN_AS_OURS = {".png", ".jpg", ".jpeg", ".webp", ".pdf"}
ZIP_DIRECTORY = b"PK\x05\x06"


def _is_png(content: bytes) -> bool:
    return content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR"


def _is_jpeg(content: bytes) -> bool:
    return content.startswith(b"\xff\xd8\xff")


def _is_webp(content: bytes) -> bool:
    return content.startswith(b"RIFF") and content[8:12] == b"WEBP" and content[12:15] == b"VP8"


def _is_pdf(content: bytes) -> bool:
    """A whole PDF from the first byte to the last mark, with nothing before and nothing behind."""
    is_whole = content.rstrip(b"\r\n\t \x00").endswith(b"%%EOF")
    is_two = MARKUP.search(content[:HEAD]) or ZIP_DIRECTORY in content[-TAIL:]
    return bool(re.match(rb"%PDF-[12]\.\d", content)) and is_whole and not is_two


CHECKS: dict[str, Callable[[bytes], bool]] = {PNG: _is_png, JPEG: _is_jpeg, WEBP: _is_webp, PDF: _is_pdf}


def media_type_of(content: bytes) -> str:
    """One of the four media types that are taken, or nothing; two readings have to agree."""
    ours = next((media_type for media_type, is_it in CHECKS.items() if is_it(content)), "")
    return ours if ours and ours in _second_reading(content) else ""


def name_of_type(content: bytes) -> str:
    """What a refused file seems to be, in a word for the message; nothing when nobody knows."""
    known = media_type_of(content)
    if known:
        return NAMES[known]
    if MARKUP.search(content[:HEAD]):
        return "SVG" if re.search(rb"<\s*svg", content[:HEAD], re.IGNORECASE) else "HTML"
    endings = {match.extension for match in _matches(content) if match.confidence >= 0.4}
    if endings & BEGIN_AS_OURS:
        return ""
    return min(endings).lstrip(".").upper()[:8] if endings else ""


def _second_reading(content: bytes) -> set[str]:
    return {match.mime_type for match in _matches(content)}


def _matches(content: bytes) -> list[puremagic.PureMagicWithConfidence]:
    try:
        return puremagic.magic_string(content[:HEAD])
    except (puremagic.PureError, ValueError):
        return []
