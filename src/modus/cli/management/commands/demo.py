"""Show modus with a network of invented clusters and of real ones known from public sources."""

import json
import os
import secrets
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.management import call_command
from django.core.management.base import BaseCommand

from modus.config.settings import PACKAGE
from modus.directory import actions, queries

DEMO_FILES = (PACKAGE / "reference", PACKAGE / "demo")
LOGOS = PACKAGE / "demo" / "logos"
ROLES = {"office": "Network office", "manager": "Cluster manager", "representative": "Member representative"}


class Command(BaseCommand):
    help = (
        "Migrate, load the demo through the import command, print three sign-ins, and serve the site with its worker."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-serve", action="store_true", help="prepare everything, then end")
        parser.add_argument("--bind", default="127.0.0.1:8000", help="address and port")

    def handle(self, *args: Any, **options: Any) -> None:
        self._part("Database", lambda: call_command("migrate", verbosity=0))
        if not queries.networks_exist():
            self._part("Code lists, clusters, members, people", self._load)
        self._tell_sign_ins(self._sign_ins(settings.DATA_FOLDER / "demo-sign-ins.json"))
        self.stdout.write(
            f"\nOpen http://{options['bind'].replace('127.0.0.1', 'localhost')} and sign in as one of them.\n"
        )
        if not options["no_serve"]:
            call_command("serve", bind=options["bind"], stdout=self.stdout)

    def _part(self, name: str, work: Callable[[], object]) -> None:
        started = time.monotonic()
        self.stdout.write(f"{name} …")
        work()
        self.stdout.write(f"{name}: done in {time.monotonic() - started:.1f} s")

    def _load(self) -> None:
        call_command("import", "nace", *map(str, DEMO_FILES), stdout=self.stdout)
        for file in sorted(LOGOS.glob("*.png")):
            self._show_logo(file, by=queries.clock())

    def _show_logo(self, file: Path, *, by: Any) -> None:
        """Give a cluster its logo the way that everybody goes: into the working copy, handed in, decided on again."""
        profile = queries.profile_of_slug(file.stem)
        if profile is None:
            return
        said, status = profile.confirmed_on, profile.status
        with file.open("rb") as opened:
            uploads = {"logo": File(opened, file.name)}
            actions.save_profile(profile, values={}, visibility={}, uploads=uploads, version=profile.version, by=by)
        actions.submit_profile(profile, by=by)
        decide = actions.publish_profile if status == "published" else actions.accept_as_candidate
        actions.confirm_profile(decide(profile, by=by), on=said, by=by)

    def _sign_ins(self, file: Path) -> list[dict[str, str]]:
        """The sign-ins of the demo: made once, with passwords of their own, in a file that only its owner may read."""
        if file.exists():
            return list(json.loads(file.read_text()))
        found = [
            {"role": role, "email": person.email, "password": secrets.token_urlsafe(9)}
            for role, person in queries.people_with_account_by_role(ROLES).items()
        ]
        for row in found:
            actions.set_password(row["email"], password=row["password"], by=queries.clock())
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
            json.dump(found, handle)
        return found

    def _tell_sign_ins(self, sign_ins: list[dict[str, str]]) -> None:
        self.stdout.write("\nEverything in the three clusters named “invented” is invented.\n")
        for row in sign_ins:
            self.stdout.write(f"  {ROLES[row['role']]:<22} {row['email']:<56} {row['password']}")
