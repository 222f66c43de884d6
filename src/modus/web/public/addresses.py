"""Addresses that leave the site: built from the configuration, never from what a request says of itself."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse

from modus.web.ui.pictures import file_address


def absolute(path: str) -> str:
    """The full address of a path of this site."""
    return f"{settings.SITE_ADDRESS}{path}"


def picture_address(key: object) -> str:
    """The full address of a public picture; nothing when there is none."""
    return absolute(file_address(key)) if key else ""


def open_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Public values for machines: a picture is where it can be read."""
    return {name: picture_address(value) if name == "logo" else value for name, value in values.items()}


def profile_address(slug: str) -> str:
    """The full address of a public profile."""
    return absolute(reverse("public:profile-detail", kwargs={"slug": slug}))
