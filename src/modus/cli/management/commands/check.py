"""Say what is unsafe about this installation."""

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import check


class Command(check.Command):
    help = "Read settings, files and database, and say what is unsafe; ends with 1 when something is."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(deploy=True, fail_level="WARNING", databases=["default"])

    def handle(self, *app_labels: Any, **options: Any) -> None:
        super().handle(*app_labels, **options)
