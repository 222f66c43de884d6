"""Serve the pages."""

import gc
import shutil
import socket
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.wsgi import get_wsgi_application
from django.urls import reverse
from gunicorn.app.base import BaseApplication

from modus.config import environment


class Server(BaseApplication):
    """gunicorn with threads, the application loaded once before the workers part, so that they share memory."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        # Made only now: the static files that it looks for were collected a moment ago.
        application = get_wsgi_application()
        load_once()
        return application


def load_once() -> None:
    """Load all pages, and let the collector of garbage leave alone what stays: the workers share that memory.

    A page makes some ten thousand objects that go by themselves. To look for those that do not after every 700, as by
    default, took up to a quarter of a page's time.
    """
    reverse("home:home")
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


class Command(BaseCommand):
    help = "Serve the pages with gunicorn."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bind", default="127.0.0.1:8000", help="address and port, 127.0.0.1:8000 by default")
        parser.add_argument("--workers", type=int, default=environment.integer("MODUS_WEB_WORKERS", 2, least=1))

    def handle(self, *args: Any, **options: Any) -> None:
        require_free(options["bind"])
        _count_together(settings.DATA_FOLDER / "metrics")
        call_command("collectstatic", interactive=False, verbosity=0)
        self.stdout.write(f"Serving {settings.SITE_NAME} on {options['bind']}. Stop with Ctrl-C.")
        Server(
            {
                "bind": options["bind"],
                "workers": options["workers"],
                "threads": 4,
                "worker_class": "gthread",
                "preload_app": True,
                "control_socket_disable": True,
                "max_requests": 10_000,
                "max_requests_jitter": 1_000,
                "limit_request_line": 8190,
                "loglevel": "warning",
            }
        ).run()


def _count_together(folder: Path) -> None:
    """Let the processes add up their figures in one folder, which begins empty: counts of old processes are gone."""
    if settings.METRICS_KEY:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        environment.announce("PROMETHEUS_MULTIPROC_DIR", str(folder))


def require_free(bind: str) -> None:
    """Say in words when somebody else listens there, before anything is started."""
    host, _, port = bind.rpartition(":")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), int(port)))
        except (OSError, ValueError) as error:
            raise CommandError(
                f"{bind} cannot be used ({error}). Choose another with --bind 127.0.0.1:8001."
            ) from error
