"""The URL table as it stands: every pattern with its full name, the audience and the methods that its view declares.

Pages declare one audience for an address, the door for machines one for each method (`all_operations`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from modus.web.ui.audience import Audience


@dataclass(frozen=True)
class Route:
    """One address: its name, its pattern in full, the names and converters of its parts, whom it is for."""

    name: str
    address: str
    parts: tuple[tuple[str, str], ...]
    audience: Any
    methods: tuple[str, ...]

    @property
    def is_personal(self) -> bool:
        """Whether nobody but a signed-in person gets in."""
        return self.audience not in {Audience.EVERYBODY, Audience.DEVELOPER}


def all_patterns() -> list[tuple[str, URLPattern]]:
    """Every pattern of the URL table with its name in full."""
    return [(name, pattern) for name, pattern, _address, _parts in _walk(get_resolver().url_patterns)]


def all_routes() -> list[Route]:
    """Every address that declares its audience."""
    return [
        Route(name, address, tuple(parts.items()), pattern.callback.audience, pattern.callback.methods)
        for name, pattern, address, parts in _walk(get_resolver().url_patterns)
        if hasattr(pattern.callback, "audience")
    ]


def all_operations() -> list[Route]:
    """Every operation of the door for machines, each with its one method."""
    return [
        Route(name, address, tuple(parts.items()), declared.who, (method,))
        for name, pattern, address, parts in _walk(get_resolver().url_patterns)
        for method, declared in getattr(pattern.callback, "operations", {}).items()
    ]


def is_ours(pattern: URLPattern) -> bool:
    """Whether the view itself was written here."""
    view = pattern.callback
    return str(getattr(getattr(view, "__wrapped__", view), "__module__", "")).startswith("modus.")


def _walk(
    patterns: Iterable[URLPattern | URLResolver], space: str = "", before: str = "", above: dict[str, str] | None = None
) -> Iterator[tuple[str, URLPattern, str, dict[str, str]]]:
    for pattern in patterns:
        address = before + str(pattern.pattern)
        parts = {**(above or {}), **{name: _kind(part) for name, part in _converters(pattern).items()}}
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, inner, address, parts)
        else:
            yield f"{space}{pattern.name or address}", pattern, address, parts


def _converters(pattern: URLPattern | URLResolver) -> dict[str, Any]:
    regex = dict.fromkeys(pattern.pattern.regex.groupindex)
    return {**regex, **pattern.pattern.converters}


def _kind(converter: Any) -> str:
    return type(converter).__name__.removesuffix("Converter").lower() if converter else "text"
