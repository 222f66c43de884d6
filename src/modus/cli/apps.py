"""Registers the operators' door with Django."""

from django.apps import AppConfig
from django.core.checks import Tags, register


class CliConfig(AppConfig):
    name = "modus.cli"
    label = "cli"

    def ready(self) -> None:
        from modus.cli import deployment

        for check in deployment.CHECKS:
            register(check, Tags.security, deploy=True)
