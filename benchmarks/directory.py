"""The pages of the directory at full size: queries, time, processor time, weight and memory, beside their targets."""

import argparse
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.scene import KINDS, drop_database, open_scene
from benchmarks.table import table, verdict

if TYPE_CHECKING:
    from benchmarks.pages import Page
    from benchmarks.server import Server
    from benchmarks.visits import Figures
    from benchmarks.weight import Weight

MEMORY_MB = 220
HEADS = ("page", "queries", "1 / 3 rows", "p50 ms", "p95 ms", "CPU ms", "database ms", "yardstick ms", "CPU at rest")
WEIGHTS = ("kB", "with all", "gzip")


@dataclass(frozen=True)
class Measured:
    """A page with everything that was measured of it."""

    page: "Page"
    figures: "Figures"
    weight: "Weight"
    fewer: list[int]

    def cpu_at_rest(self, rest_ms: float) -> float:
        """Processor time of page and database, scaled by how slow the machine was at that moment."""
        figures = self.figures
        return (figures.cpu_ms + (figures.backend_ms or 0)) * rest_ms / figures.yardstick_ms


def main() -> None:
    """Load, measure, print."""
    said = _arguments()
    scene = open_scene(said.database, said.folder)
    from django.core.management import call_command

    from benchmarks import loader, pages
    from modus.cli.management.commands.web import load_once

    loader.load(scene, loader.Size(said.clusters, said.organisations, said.people))
    call_command("collectstatic", interactive=False, verbosity=0)
    load_once()
    wanted = [page for page in pages.pages(said.clusters) if said.only.lower() in page.name.lower()]
    print(f"\n{scene.database}, Python {platform.python_version()}, {said.rounds} visits to each page\n", flush=True)
    try:
        found = [one for page in wanted if (one := _measured(page, said.rounds))]
    finally:
        pages.forget_added()
    rest = min(one.figures.yardstick_ms for one in found)
    print(table((*HEADS, *WEIGHTS, "target", "met", "others, CPU ms"), [_row(one, rest) for one in found]))
    print(f"\nYardstick at rest: {rest:.0f} ms.", flush=True)
    if not said.only:
        _serve(said.port, said.rounds)
    if said.drop:
        drop_database(scene)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--clusters", type=int, default=1200)
    parser.add_argument("--organisations", type=int, default=120_000)
    parser.add_argument("--people", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--folder", type=Path, default=Path("var/benchmark"), help="where all files of the run lie")
    parser.add_argument("--port", type=int, default=8099, help="port of the server on the loopback")
    parser.add_argument("--only", default="", help="measure the pages with this in their name")
    parser.add_argument("--drop", action="store_true", help="remove the database at the end")
    said = parser.parse_args()
    said.folder.mkdir(parents=True, exist_ok=True)
    return said


def _measured(page: "Page", rounds: int) -> Measured | None:
    """Everything about one page; nothing, and a word on the screen, when the page does not answer."""
    from benchmarks.visits import client_of, got, measured, queries_of
    from benchmarks.weight import weight_of

    try:
        figures = measured(client_of(page.account), page.visit, rounds=rounds)
        fewer = [len(queries_of(client_of(account), got(url))) for url, account in page.fewer]
    except Exception as error:  # noqa: BLE001  one page that fails must not hide the others
        print(f"  {page.name}: {type(error).__name__}: {str(error)[:300]}", flush=True)
        return None
    print(f"  {page.name}: {figures.cpu_ms:.1f} ms CPU, {figures.queries} queries", flush=True)
    return Measured(page, figures, weight_of(figures.page, page.url), fewer)


def _row(one: Measured, rest_ms: float) -> list[str]:
    figures, weight = one.figures, one.weight
    return [
        one.page.name,
        str(figures.queries),
        " / ".join(map(str, one.fewer)),
        f"{figures.p50_ms:.1f}",
        f"{figures.p95_ms:.1f}",
        f"{figures.cpu_ms:.1f}",
        "inside" if figures.backend_ms is None else f"{figures.backend_ms:.1f}",
        f"{figures.yardstick_ms:.0f}",
        f"{one.cpu_at_rest(rest_ms):.1f}",
        *(f"{size / 1000:.1f}" for size in (weight.page, weight.raw, weight.compressed)),
        *_compared(one, rest_ms),
        one.page.others,
    ]


def _compared(one: Measured, rest_ms: float) -> tuple[str, str]:
    """The promises in words, and whether all of them are kept: as measured, only at rest, or not."""
    from benchmarks.pages import LIST_P95, LIST_QUERIES, PUBLIC_BYTES

    page, figures = one.page, one.figures
    scale = rest_ms / figures.yardstick_ms
    promises: list[tuple[str, float, float, float]] = []
    if page.cpu_ms:
        spent = figures.cpu_ms + (figures.backend_ms or 0)
        promises.append((f"CPU {page.cpu_ms:.0f} ms", spent, spent * scale, page.cpu_ms))
    if page.is_list:
        promises.append((f"{LIST_QUERIES} queries", figures.queries, figures.queries, LIST_QUERIES))
        promises.append((f"p95 {LIST_P95} ms", figures.p95_ms, figures.p95_ms * scale, LIST_P95))
    if page.is_public:
        promises.append((f"{PUBLIC_BYTES // 1000} kB", one.weight.raw, one.weight.raw, PUBLIC_BYTES))
    if not promises:
        return "", ""
    as_measured = verdict(*((figure, most) for _, figure, _, most in promises))
    at_rest = verdict(*((figure, most) for _, _, figure, most in promises))
    words = ", ".join(words for words, *_ in promises)
    return words, "at rest" if (as_measured, at_rest) == ("NO", "yes") else as_measured


def _serve(port: int, rounds: int) -> None:
    """Two pages over HTTP, and the memory of the server before and after."""
    from django.urls import reverse

    from benchmarks.loader import BIG
    from benchmarks.pages import MANAGER
    from benchmarks.server import serving
    from benchmarks.visits import client_of

    session = client_of(MANAGER).cookies["session"].value
    members = reverse("directory:member-list", kwargs={"cluster": BIG})
    directory = f"{reverse('public:directory')}?country=DE&ecosystem=electronics"
    with serving(port) as server:
        idle = server.memory()
        rows = [
            _answered(server, "Members list, first page", members, f"session={session}", rounds),
            _answered(server, "Public directory, two facets", f"{directory}&visit={{}}", "", rounds),
            _answered(server, "Public directory, two facets, again", directory, "", rounds),
        ]
        used = server.memory()
    print("\n" + table(("over HTTP, two workers", "p50 ms", "p95 ms", "CPU ms", "yardstick ms"), rows))
    memory = [
        ["two web workers, idle after the start", f"{idle:.0f} MB", f"{MEMORY_MB} MB", verdict((idle, MEMORY_MB))],
        ["the same, idle after these visits", f"{used:.0f} MB", f"{MEMORY_MB} MB", verdict((used, MEMORY_MB))],
    ]
    print("\n" + table(("memory (PSS, with the master)", "figure", "target", "met"), memory))


def _answered(server: "Server", name: str, url: str, cookie: str, rounds: int) -> list[str]:
    from benchmarks.visits import yardstick_ms

    stick = yardstick_ms()
    figures = server.answered(url, cookie=cookie, rounds=max(rounds, 100))
    stick = (stick + yardstick_ms()) / 2
    return [name, f"{figures.p50_ms:.1f}", f"{figures.p95_ms:.1f}", f"{figures.cpu_ms:.1f}", f"{stick:.0f}"]


if __name__ == "__main__":
    main()
