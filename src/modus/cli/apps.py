"""Registers the operators' door with Django."""

from django.apps import AppConfig


class CliConfig(AppConfig):
    name = "modus.cli"
    label = "cli"
