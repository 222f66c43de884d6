"""Write the description of the door for machines, as OpenAPI: to the screen, or to a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

# By its name, as settings name views: doors do not import each other.
DESCRIPTION = "modus.api.reference.text"


class Command(BaseCommand):
    help = "Print the description of the API as OpenAPI, or write it to a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="where to write it, as docs/developer/openapi.json")

    def handle(self, *args: Any, **options: Any) -> None:
        text = str(import_string(DESCRIPTION)())
        if options["file"] is None:
            self.stdout.write(text, ending="")
            return
        options["file"].write_text(text, encoding="utf-8")
        self.stdout.write(f"Written: {options['file']}, {len(text)} characters.")
