"""Kinds of files: what each may be and how large; a room declares its own."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

JPEG, PNG, WEBP, PDF = "image/jpeg", "image/png", "image/webp", "application/pdf"
PICTURES = frozenset({JPEG, PNG, WEBP})
NAMES = {PNG: "PNG", JPEG: "JPEG", WEBP: "WebP", PDF: "PDF"}
ENDINGS = {PNG: "png", JPEG: "jpg", WEBP: "webp", PDF: "pdf"}
MB = 1_000_000


@dataclass(frozen=True)
class Kind:
    """What an upload is for, and its limits; pixels and sides are those of pictures.

    A picture is shrunk to `longest_side`. With `small_side` a small copy for lists is made, of at most `small_bytes`.
    `is_shown` says that its pictures may stand inside pages; everything else is only ever saved to disk.
    """

    code: str
    label: str | Promise
    media_types: frozenset[str]
    largest_bytes: int
    most_pixels: int = 16_000_000
    longest_side: int = 1024
    small_side: int = 0
    small_bytes: int = 4000
    is_shown: bool = False

    @property
    def accepts(self) -> str:
        """The media types as a file field names them to the browser, which is a courtesy and no check."""
        return ",".join(media_type for media_type in NAMES if media_type in self.media_types)

    @property
    def formats(self) -> str:
        """The formats in words."""
        return ", ".join(name for media_type, name in NAMES.items() if media_type in self.media_types)

    @property
    def limits(self) -> str:
        """Formats and largest size in words."""
        words = {"formats": self.formats, "size": self.largest_bytes // MB}
        return _("%(formats)s, up to %(size)s MB.") % words
