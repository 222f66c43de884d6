"""Serve the pages and work in the background together: everything that a small office needs."""

import gc
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from modus.cli.management.commands.web import require_free
from modus.cli.management.commands.worker import worker_children
from modus.cli.supervisor import Child, Supervisor
from modus.config import environment


class Command(BaseCommand):
    help = "Serve the pages and work in the background, in one tree of processes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bind", default="127.0.0.1:8000", help="address and port, 127.0.0.1:8000 by default")
        parser.add_argument("--workers", type=int, default=environment.integer("MODUS_WEB_WORKERS", 2, least=1))
        slots = environment.integer("MODUS_WORKER_PROCESSES", 2, least=1)
        parser.add_argument("--concurrency", type=int, default=slots, help="how many tasks at a time")

    def handle(self, *args: Any, **options: Any) -> None:
        require_free(options["bind"])
        served = {"bind": options["bind"], "workers": options["workers"], "stdout": self.stdout}
        web = Child("web", lambda _beat: call_command("web", **served), beats=False)
        gc.freeze()
        Supervisor([web, *worker_children(options["concurrency"])]).run()
