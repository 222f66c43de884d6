"""Registers the people's door with Django."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "modus.web"
    label = "web"
