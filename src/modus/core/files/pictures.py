"""Pictures: measured before they are decoded, and drawn anew, so that nothing of the sent bytes is kept."""

import hashlib
import io
import struct
import threading
import zlib
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from modus.core.errors import RuleBroken
from modus.core.files.kinds import JPEG, PNG, WEBP, Kind

# The last guard; each kind has a lower limit of its own, asked before Pillow is.
Image.MAX_IMAGE_PIXELS = 40_000_000
PILLOW = {PNG: "PNG", JPEG: "JPEG", WEBP: "WEBP"}
SAVED: dict[str, dict[str, object]] = {
    PNG: {"optimize": True},
    JPEG: {"quality": 88, "optimize": True},
    WEBP: {"quality": 88, "method": 4},
}
# What Pillow raises at bytes that are no picture.
UNREADABLE = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    ZeroDivisionError,
    MemoryError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    # Pillow warns of much that it overlooks; where warnings are errors, such a picture is refused.
    Warning,
)
SMALL_QUALITIES = (86, 70, 50, 30, 10)
SMALLEST_SIDE = 16
# A picture takes up to 100 MB while it is decoded: each process decodes one at a time.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Drawn:
    """A picture as it is stored: bytes of our own, without anything that was sent along."""

    content: bytes
    media_type: str
    width: int
    height: int

    @property
    def facts(self) -> dict[str, Any]:
        """What a row keeps of a small copy."""
        return {
            "media_type": self.media_type,
            "size": len(self.content),
            "sha256": hashlib.sha256(self.content).hexdigest(),
            "width": self.width,
            "height": self.height,
        }


def redrawn(content: bytes, media_type: str, kind: Kind) -> tuple[Drawn, Drawn | None]:
    """The picture drawn anew within the limits of its kind, and its small copy if the kind has one.

    Raises: RuleBroken for one that is too large, moves, or cannot be read.
    """
    _require_size(_measured(content, media_type), kind)
    with _one_at_a_time:
        try:
            picture = _decoded(content, media_type, kind)
        except UNREADABLE as error:
            raise RuleBroken(_("This picture cannot be read. Save it anew and choose it again.")) from error
        large = _saved(picture, media_type, SAVED[media_type])
        return large, _small(picture, kind) if kind.small_side else None


def _require_size(size: tuple[int, int], kind: Kind) -> None:
    width, height = size
    if width * height > kind.most_pixels:
        words = {"width": width, "height": height, "most": kind.most_pixels // 1_000_000}
        raise RuleBroken(
            _("This picture has %(width)s × %(height)s pixels. Make it smaller: %(most)s million at most.") % words
        )


def _measured(content: bytes, media_type: str) -> tuple[int, int]:
    """Width and height as the header says them; nothing is decoded."""
    try:
        if media_type == PNG:
            return struct.unpack(">II", content[16:24])  # type: ignore[return-value]
        if media_type == WEBP:
            return _measured_webp(content)
        with Image.open(io.BytesIO(content), formats=["JPEG"]) as image:
            return image.size
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise RuleBroken(_("This picture has far too many pixels. Make it smaller.")) from error
    except UNREADABLE as error:
        raise RuleBroken(_("This picture cannot be read. Save it anew and choose it again.")) from error


def _measured_webp(content: bytes) -> tuple[int, int]:
    """The canvas of a WebP: one of three headers (RFC 9649)."""
    chunk = content[12:16]
    if chunk == b"VP8X":
        if content[20] & 0b10:
            raise RuleBroken(_("This picture moves. Choose a still one."))
        return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little")
    if chunk == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack("<HH", content[26:30])
    return width & 0x3FFF, height & 0x3FFF


def _decoded(content: bytes, media_type: str, kind: Kind) -> Image.Image:
    """The first and only frame, upright, no larger than its kind, in plain colours."""
    with Image.open(io.BytesIO(content), formats=[PILLOW[media_type]]) as image:
        if getattr(image, "n_frames", 1) > 1:
            raise RuleBroken(_("This picture moves. Choose a still one."))
        _require_size(image.size, kind)
        side = kind.longest_side
        image.draft("RGB", (side, side))
        image.load()
        is_clear = media_type != JPEG and image.has_transparency_data
        plain: Image.Image = image if image.mode in {"RGB", "RGBA"} else image.convert("RGBA" if is_clear else "RGB")
        plain.thumbnail((side, side))
        upright = ImageOps.exif_transpose(plain)
    fresh = Image.new("RGBA" if is_clear else "RGB", upright.size)
    fresh.paste(upright)
    return fresh


def _saved(picture: Image.Image, media_type: str, options: dict[str, object]) -> Drawn:
    target = io.BytesIO()
    picture.save(target, PILLOW[media_type], **options)
    return Drawn(target.getvalue(), media_type, *picture.size)


def _small(picture: Image.Image, kind: Kind) -> Drawn:
    """A small copy that weighs no more than its kind allows: first less quality, then fewer pixels."""
    side = kind.small_side
    while True:
        shrunk = picture.copy()
        shrunk.thumbnail((side, side))
        for quality in SMALL_QUALITIES:
            small = _saved(shrunk, WEBP, {"quality": quality, "method": 6})
            if len(small.content) <= kind.small_bytes or side <= SMALLEST_SIDE:
                return small
        side = side * 3 // 4
