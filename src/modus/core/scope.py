"""Scoped tables: a read that does not say whose rows it wants raises, so that no cluster sees another's by accident."""

from typing import Any, Self, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


class UnscopedRead(RuntimeError):
    """A scoped table was read without `within` or `across`."""


class ScopedQuerySet(models.QuerySet[M]):
    """A queryset that can only be read after `within` (whose rows) or `across` (why everybody's)."""

    _is_scoped = False

    def within(self, *conditions: models.Q, **lookups: Any) -> Self:
        """The rows of somebody: a cluster, an organisation, a person."""
        rows = self.filter(*conditions, **lookups)
        rows._is_scoped = True
        return rows

    def across(self, reason: str) -> Self:
        """Rows of everybody; the reason says why this is right here."""
        if not reason:
            raise ValueError("Say why a read may go across all scopes.")
        rows: Self = self._chain()  # type: ignore[attr-defined]
        rows._is_scoped = True
        return rows

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]
        clone._is_scoped = self._is_scoped
        return clone

    def _add_hints(self, **hints: Any) -> None:
        # A relation followed from an object at hand is scoped by that object.
        super()._add_hints(**hints)  # type: ignore[misc]
        self._is_scoped = self._is_scoped or "instance" in hints

    def _check(self) -> None:
        if not self._is_scoped:
            raise UnscopedRead(f"{self.model.__name__} was read without within() or across().")

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            self._check()
        super()._fetch_all()  # type: ignore[misc]

    def count(self) -> int:
        self._check()
        return super().count()

    def exists(self) -> bool:
        self._check()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._check()
        return super().aggregate(*args, **kwargs)

    def iterator(self, chunk_size: int | None = None) -> Any:
        self._check()
        return super().iterator(chunk_size)

    def update(self, **kwargs: Any) -> int:
        self._check()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._check()
        return super().delete()
