"""modus webhooks: tell the webhooks what is due, for an installation whose clock is a cron job."""

from typing import Any

from django.core.management.base import BaseCommand

from modus.directory import actions


class Command(BaseCommand):
    help = "Send the deliveries of webhooks that are due."

    def handle(self, *args: Any, **options: Any) -> None:
        sent = actions.deliver_webhooks()
        self.stdout.write(f"{sent} sent")
