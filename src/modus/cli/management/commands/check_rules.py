"""The daily check: profiles are held against the rules of the day, and old ones are to be confirmed again."""

from typing import Any

from django.core.management.base import BaseCommand

from modus.core.time import today
from modus.directory import actions, queries


class Command(BaseCommand):
    help = "Hold every listed profile and candidate against its rules, and remind of old ones; run it once a day."

    def handle(self, *args: Any, **options: Any) -> None:
        profiles, changed = actions.check_all_profiles(on=today(), by=queries.clock())
        for result in changed:
            state = "met" if result.is_met else f"not met since {result.failing_since}"
            self.stdout.write(f"{result.profile.slug}: {result.rule_set} {state}")
        for profile in actions.remind_of_profiles(on=today(), by=queries.clock()):
            self.stdout.write(f"{profile.slug}: reminder to confirm it")
        self.stdout.write(f"Profiles checked: {profiles}, results changed: {len(changed)}")
