"""Profiles are started, saved, submitted, decided on, confirmed and withdrawn; and listed from public sources."""

from modus.directory.actions.profile.editing import (
    confirm_profile,
    save_profile,
    start_profile,
    submit_profile,
    withdraw_profile,
)
from modus.directory.actions.profile.listing import index_profile, list_from_public_sources
from modus.directory.actions.profile.moderation import (
    accept_as_candidate,
    ask_for_changes,
    publish_profile,
    refuse_profile,
)
from modus.directory.actions.profile.reminding import remind_of_profile, remind_of_profiles

__all__ = [
    "accept_as_candidate",
    "ask_for_changes",
    "confirm_profile",
    "index_profile",
    "list_from_public_sources",
    "publish_profile",
    "refuse_profile",
    "remind_of_profile",
    "remind_of_profiles",
    "save_profile",
    "start_profile",
    "submit_profile",
    "withdraw_profile",
]
