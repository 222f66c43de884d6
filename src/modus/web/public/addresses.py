"""Addresses that leave the site: built from the configuration, never from what a request says of itself."""

from django.conf import settings
from django.urls import reverse


def absolute(path: str) -> str:
    """The full address of a path of this site."""
    return f"{settings.SITE_ADDRESS}{path}"


def profile_address(slug: str) -> str:
    """The full address of a public profile."""
    return absolute(reverse("public:profile-detail", kwargs={"slug": slug}))
