"""What was read a moment ago and may be told again: for lists that only an import changes."""

import time
from collections.abc import Hashable, Iterable, Mapping
from typing import Generic, TypeVar

from django.conf import settings

SECONDS = 60
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Answers by key that hold for a minute in this process; what was not found is never kept.

    For rows of which there are few and which everybody may see. Not in development and tests, where rows change
    without an import.
    """

    def __init__(self) -> None:
        self._answers: dict[K, tuple[float, V]] = {}

    def among(self, keys: Iterable[K]) -> dict[K, V]:
        """The answers that still hold."""
        if settings.GUARD_READS:
            return {}
        oldest = time.monotonic() - SECONDS
        held = ((key, self._answers.get(key)) for key in keys)
        return {key: answer[1] for key, answer in held if answer and answer[0] > oldest}

    def keep(self, found: Mapping[K, V]) -> None:
        """Answers that were read just now."""
        if not settings.GUARD_READS:
            now = time.monotonic()
            self._answers.update((key, (now, value)) for key, value in found.items())
