"""How heavy a page is with everything that it loads, as served and as compressed."""

import gzip
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from django.conf import settings

LOADED = {"link": "href", "script": "src", "img": "src", "source": "src", "image": "href", "use": "href"}
RELATIONS = {"stylesheet", "icon", "preload", "modulepreload", "manifest"}
CSS_ADDRESS = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)|@import\s+["']([^"']+)["']""")
JS_IMPORT = re.compile(r"""(?:from|import)\s*\(?["'](\.[^"']+)["']""")


@dataclass(frozen=True)
class Weight:
    """Bytes of the page alone and of all, raw and compressed."""

    page: int
    raw: int
    compressed: int
    files: int


class _Loads(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        address = named.get(LOADED.get(tag, ""))
        if not address or address.startswith(("data:", "#")):
            return
        if tag == "link" and not RELATIONS & set((named.get("rel") or "").split()):
            return
        self.found.append(address)


def weight_of(page: bytes, url: str) -> Weight:
    """Add up a page and the files that it and its style sheets name; pages are served as they are, files compressed."""
    loads = _Loads()
    loads.feed(page.decode())
    waiting = [urljoin(url, address) for address in loads.found]
    seen: dict[str, tuple[int, int]] = {}
    while waiting:
        address = urlsplit(waiting.pop()).path
        file = _file(address)
        if address in seen or file is None:
            continue
        content = file.read_bytes()
        seen[address] = (len(content), _compressed(file, content))
        waiting += [urljoin(address, inner) for inner in _inner(file, content)]
    raw = sum(size for size, _ in seen.values())
    compressed = sum(size for _, size in seen.values())
    return Weight(len(page), len(page) + raw, len(gzip.compress(page)) + compressed, len(seen))


def _file(address: str) -> Path | None:
    if not address.startswith(settings.STATIC_URL):
        raise RuntimeError(f"The page loads {address}, which is no static file.")
    file = Path(settings.STATIC_ROOT) / address.removeprefix(settings.STATIC_URL)
    return file if file.is_file() else None


def _compressed(file: Path, content: bytes) -> int:
    packed = Path(f"{file}.gz")
    return packed.stat().st_size if packed.exists() else len(content)


def _inner(file: Path, content: bytes) -> list[str]:
    pattern = {".css": CSS_ADDRESS, ".js": JS_IMPORT}.get(file.suffix)
    if pattern is None:
        return []
    found = [next(filter(None, match.groups())) for match in pattern.finditer(content.decode())]
    return [address for address in found if not address.startswith("data:")]
