"""Reads answers as a browser would and tells what a marked text became."""

from html.parser import HTMLParser

from django.http import HttpResponse

from tests.attacks.payloads import MARK
from tests.attacks.walking import words_of

ADDRESSES_IN_ATTRIBUTES = {
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "xlink:href",
    "poster",
    "background",
    "srcdoc",
}
ACTIVE = {
    "script",
    "iframe",
    "object",
    "embed",
    "base",
    "meta",
    "link",
    "style",
    "svg",
    "math",
    "img",
    "video",
    "audio",
}
# Attributes whose text is only read, never run.
TOLD = {"value", "title", "alt", "placeholder", "content", "name", "id", "for"}


class Inspector(HTMLParser):
    """Reads a page as a browser would and notes what the mark became: an element, an attribute, a script."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = "data" if ("type", "application/ld+json") in attrs else tag
        if MARK in tag:
            self.found.append(f"element <{tag}>")
        for name, value in attrs:
            said = value or ""
            if MARK in name:
                self.found.append(f"attribute {name} of <{tag}>")
            elif MARK in said and is_run(tag, name, said):
                self.found.append(f"{name}={said[:80]!r} of <{tag}>")

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if MARK in data and self.inside in {"script", "style"}:
            self.found.append(f"text inside <{self.inside}>")


def is_run(tag: str, name: str, value: str) -> bool:
    """Whether an attribute with the mark does something, instead of telling something."""
    if name.startswith(("on", "hx-on")) or name in {"style", "srcdoc", "hx-vals", "hx-headers"}:
        return True
    if name in ADDRESSES_IN_ATTRIBUTES or name.startswith("hx-"):
        scheme = value.strip().lower().partition(":")[0]
        return not value.startswith(("/", "?", "#", "mailto:", "tel:", "http://testserver")) or scheme in {
            "javascript",
            "data",
            "vbscript",
        }
    return tag in ACTIVE and name not in TOLD


def became(answer: HttpResponse) -> list[str]:
    """What the mark became in an answer; nothing when it stayed text."""
    if "html" not in answer.headers.get("Content-Type", ""):
        return []
    inspector = Inspector()
    inspector.feed(words_of(answer))
    inspector.close()
    return inspector.found
