"""The command `modus`."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Hand the words after `modus` to the management command of that name; send-mail and send_mail are the same."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "modus.config.settings")
    name, *others = sys.argv[1:] or ["help"]
    execute_from_command_line(["modus", name if name.startswith("-") else name.replace("-", "_"), *others])


if __name__ == "__main__":
    main()
