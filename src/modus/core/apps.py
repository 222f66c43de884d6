"""Registers the ground with Django."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "modus.core"
    label = "core"
