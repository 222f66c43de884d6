"""A folder of its own for each test, and somebody who stores."""

import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from modus.core.files import Kind
from modus.core.files.kinds import PDF, PICTURES

PICTURE = Kind("test-picture", "Picture", PICTURES, 5_000_000, small_side=96, is_shown=True)
DOCUMENT = Kind("test-document", "Document", PICTURES | {PDF}, 25_000_000, most_pixels=24_000_000, longest_side=3000)


@dataclass(frozen=True)
class Somebody:
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    name: str = "Somebody"


@pytest.fixture
def by() -> Somebody:
    return Somebody()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    """The folder of the files, empty."""
    place = tmp_path / "files"
    options = {"location": place, "base_url": None}
    own = {"BACKEND": "modus.core.files.storage.FolderStorage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": own}
    return place


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
