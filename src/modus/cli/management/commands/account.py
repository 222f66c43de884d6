"""`modus account`: what only an operator may do with an account: switch it off or on, help after a lost device."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from modus.core.errors import RuleBroken
from modus.directory import actions, queries
from modus.directory.queries import accounts


class Command(BaseCommand):
    help = "Switch an account off or on, or take a lost second factor away."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="the mail address that the account signs in with")
        act = parser.add_mutually_exclusive_group(required=True)
        act.add_argument("--switch-off", action="store_true", help="end every session and let nobody in")
        act.add_argument("--switch-on", action="store_true", help="let its owner in again")
        act.add_argument(
            "--remove-second-factor", action="store_true", help="after a lost device: the password is enough"
        )

    def handle(self, **options: Any) -> None:
        account = accounts.any_account_with(options["address"])
        person = accounts.person_with_account(account) if account else None
        if person is None:
            raise CommandError(f"No account has the address {options['address']}.")
        try:
            self.stdout.write(_carried_out(person, options))
        except RuleBroken as broken:
            raise CommandError(broken.message) from broken


def _carried_out(person: Any, options: dict[str, Any]) -> str:
    clock = queries.clock()
    if options["remove_second_factor"]:
        actions.forget_second_factor(person, by=clock)
        return f"{person.user.email} signs in with the password alone; every session has ended."
    actions.switch_account(person, is_active=options["switch_on"], by=clock)
    return f"{person.user.email} is switched {'on' if options['switch_on'] else 'off'}; every session has ended."
