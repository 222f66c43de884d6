"""The folder of the files: for the owner of the process alone, each file there as a whole or not at all."""

import os
from pathlib import Path

from django.core.files import File
from django.core.files.storage import FileSystemStorage

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600


class FolderStorage(FileSystemStorage):
    """Files in a folder. What is being written bears another name until it is on the disk."""

    faults: tuple[type[Exception], ...] = (OSError,)

    def _save(self, name: str, content: File) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        os.chmod(self.location, PRIVATE_FOLDER)
        unfinished = path.with_name(f"{path.name}.part")
        try:
            with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE), "wb") as target:
                for chunk in content.chunks():
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
            os.replace(unfinished, path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        _write_through(path.parent)
        return name


def _write_through(folder: Path) -> None:
    """The entry in the folder reaches the disk too, before a row says that the file is there."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
