"""The command `modus`."""

import os
import sys
from tempfile import TemporaryDirectory

from django.core.management import execute_from_command_line
from django.db import OperationalError

# Files in, files out: these keep nothing, so they leave no folder of data behind where they are called.
KEEPS_NOTHING = {"timetable"}


def main() -> None:
    """Hand the words after `modus` to the management command of that name; send-mail and send_mail are the same."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "modus.config.settings")
    # Database, secret and files hold personal data: whatever a command makes is for its own user only.
    os.umask(0o077)
    name, *others = sys.argv[1:] or ["help"]
    if name in KEEPS_NOTHING and "MODUS_DATA_FOLDER" not in os.environ:
        with TemporaryDirectory() as folder:
            os.environ["MODUS_DATA_FOLDER"] = folder
            _run(name, others)
    else:
        _run(name, others)


def _run(name: str, others: list[str]) -> None:
    try:
        execute_from_command_line(["modus", name if name.startswith("-") else name.replace("-", "_"), *others])
    except OperationalError as error:
        # It is not there, locked or full: for the operator to mend, who needs the reason and no traceback.
        reason = " ".join(str(error).split())
        sys.exit(f"The database did not do it: {reason}")


if __name__ == "__main__":
    main()
