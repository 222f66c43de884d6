"""An upload is looked at before anything is written: its size, its content, its pixels and its name."""

import hashlib
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _

from modus.core.errors import RuleBroken
from modus.core.files.kinds import MB, PICTURES, Kind
from modus.core.files.names import cleaned_name
from modus.core.files.pictures import Drawn, redrawn
from modus.core.files.sniffing import media_type_of, name_of_type


class Upload(Protocol):
    """What a form hands over; its media type is not asked for."""

    @property
    def name(self) -> str | None: ...
    @property
    def size(self) -> int | None: ...
    def read(self, size: int = ..., /) -> bytes: ...
    def seek(self, position: int, /) -> object: ...


@dataclass(frozen=True)
class Checked:
    """An upload that passed every check of its kind; only `check` makes one."""

    kind: Kind
    name: str
    media_type: str
    content: bytes
    width: int | None = None
    height: int | None = None
    small: Drawn | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def check(upload: Upload, *, kind: Kind, field: str | None = None) -> Checked:
    """Look at an upload by its bytes; pictures are drawn anew.

    Raises: RuleBroken naming the field, with what is wrong and what to do.
    """
    try:
        content = _read(upload, kind)
        media_type = _media_type(content, kind)
        name = cleaned_name(upload.name or "", media_type)
        if media_type not in PICTURES:
            return Checked(kind, name, media_type, content)
        drawn, small = redrawn(content, media_type, kind)
    except RuleBroken as broken:
        raise RuleBroken(broken.message, field=field) from broken
    return Checked(kind, name, media_type, drawn.content, drawn.width, drawn.height, small)


def _read(upload: Upload, kind: Kind) -> bytes:
    too_large = _("This file is larger than %(most)s MB.") % {"most": kind.largest_bytes // MB}
    if (upload.size or 0) > kind.largest_bytes:
        raise RuleBroken(too_large)
    upload.seek(0)
    content = upload.read(kind.largest_bytes + 1)
    if len(content) > kind.largest_bytes:
        raise RuleBroken(too_large)
    if not content:
        raise RuleBroken(_("This file is empty."))
    return content


def _media_type(content: bytes, kind: Kind) -> str:
    found = media_type_of(content)
    if found in kind.media_types:
        return found
    words = {"formats": kind.formats, "found": name_of_type(content)}
    if words["found"]:
        raise RuleBroken(_("This seems to be a file of the kind %(found)s. Choose one of these: %(formats)s.") % words)
    raise RuleBroken(_("This file is none of these, or not whole: %(formats)s.") % words)
