"""The daily check: every listed profile and candidate is held against the rules of the day."""

from typing import Any

from django.core.management.base import BaseCommand

from modus.core.time import today
from modus.directory import actions, queries


class Command(BaseCommand):
    help = "Hold every listed profile and candidate against its rule sets; run it once a day."

    def handle(self, *args: Any, **options: Any) -> None:
        profiles, changed = actions.check_all_profiles(on=today(), by=queries.clock())
        for result in changed:
            state = "met" if result.is_met else f"not met since {result.failing_since}"
            self.stdout.write(f"{result.profile.slug}: {result.rule_set} {state}")
        self.stdout.write(f"Profiles checked: {profiles}, results changed: {len(changed)}")
