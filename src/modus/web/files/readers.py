"""Who reads which kind of file: each kind names the queries of its room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modus.core.time import today
from modus.directory import queries

if TYPE_CHECKING:
    from modus.core.files import StoredFile
    from modus.directory.rules import Rights


@dataclass(frozen=True)
class Readers:
    """Whether everybody reads a file of this kind, and whether a person does; and whether it may stand inside pages."""

    is_seen_by: Callable[[StoredFile, Rights], bool]
    is_public: Callable[[StoredFile], bool] = lambda file: False
    is_shown: bool = False


def _is_public_logo(file: StoredFile) -> bool:
    return queries.logo_is_public(file, on=today())


# A kind without an entry is read by nobody.
READERS = {
    "logo": Readers(queries.logo_is_seen_by, _is_public_logo, is_shown=True),
    "evidence": Readers(queries.evidence_is_seen_by),
}
