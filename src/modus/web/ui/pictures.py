"""Pictures inside pages: the small copy in a box of its own size, so that nothing jumps and little is loaded."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

SIDE = 48


def file_address(key: object, form: str = "original") -> str:
    """Where a file, or its small copy, is read by those who may."""
    return reverse("files:file", kwargs={"file": str(key), "form": form})


@dataclass(frozen=True)
class Picture:
    """An uploaded picture by its key; `text` says what it shows, nothing if the words beside it do."""

    key: str
    text: str = ""
    side: int = SIDE

    def __html__(self) -> SafeString:
        """Let a picture stand wherever a text stands."""
        return format_html(
            '<img class="picture" src="{}" alt="{}" width="{}" height="{}" loading="lazy" decoding="async">',
            file_address(self.key, "small"),
            self.text,
            self.side,
            self.side,
        )

    __str__ = __html__


def evidence_lines(waivers: Iterable[tuple[Any, Any]]) -> list[dict[str, Any]]:
    """Waivers with the addresses of what proves them: a page that everybody may open, a file for those who may."""
    return [
        {"waiver": waiver, "url": waiver.evidence, "file_url": file_address(key) if key else ""}
        for waiver, key in waivers
    ]


def picture_or_none(key: object, text: str = "", side: int = SIDE) -> Picture | None:
    """The picture behind a key, if there is one."""
    return Picture(str(key), text, side) if key else None
