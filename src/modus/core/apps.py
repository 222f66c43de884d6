"""Registers the ground with Django."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "modus.core"
    label = "core"

    def ready(self) -> None:
        from modus.core import logs

        logs.configure()
