"""Print what this installation is made of."""

import json
import sys
import uuid
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

OURS = "modus-clusters"


class Command(BaseCommand):
    help = "Print the bill of materials: every package that runs here, with version and licence, as CycloneDX JSON."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--output", type=Path, help="a file instead of the screen")

    def handle(self, *args: Any, **options: Any) -> None:
        text = json.dumps(bill(), indent=2, ensure_ascii=False)
        if options["output"]:
            options["output"].write_text(f"{text}\n", encoding="utf-8")
        else:
            self.stdout.write(text)


def bill() -> dict[str, Any]:
    """The bill in the form of CycloneDX 1.6: modus, and every package that it needs to run."""
    parts = sorted(needed(OURS), key=lambda part: part.name.lower())
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid4()}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.now(UTC).isoformat(timespec="seconds"),
            "component": {**_component(distribution(OURS)), "type": "application"},
        },
        "components": [*map(_component, parts), _python()],
    }


def needed(name: str) -> set[Distribution]:
    """The installed packages that one package needs, and those that these need."""
    installed = {canonicalize_name(part.name): part for part in distributions()}
    found: set[tuple[NormalizedName, str]] = set()
    waiting = list(_requirements(installed[canonicalize_name(name)], ""))
    while waiting:
        wanted, extra = waiting.pop()
        if wanted in installed and (wanted, extra) not in found:
            found.add((wanted, extra))
            waiting += _requirements(installed[wanted], extra)
    return {installed[wanted] for wanted, _extra in found}


def _requirements(part: Distribution, extra: str) -> Iterator[tuple[NormalizedName, str]]:
    """What a package asks for here, each with every extra that is asked for."""
    for line in part.requires or []:
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            for wanted in ["", *requirement.extras]:
                yield canonicalize_name(requirement.name), wanted


def _component(part: Distribution) -> dict[str, Any]:
    licence = _said(part, "License-Expression") or _classified(part) or _said(part, "License")
    component: dict[str, Any] = {
        "type": "library",
        "name": part.name,
        "version": part.version,
        "bom-ref": f"{part.name}@{part.version}",
        "purl": f"pkg:pypi/{canonicalize_name(part.name)}@{part.version}",
    }
    if licence:
        component["licenses"] = [{"license": {"name": licence.splitlines()[0][:200]}}]
    return component


def _said(part: Distribution, name: str) -> str:
    return next(iter(part.metadata.get_all(name) or []), "")


def _classified(part: Distribution) -> str:
    lines = part.metadata.get_all("Classifier") or []
    return "; ".join(line.rpartition(" :: ")[2] for line in lines if line.startswith("License :: "))


def _python() -> dict[str, Any]:
    version = ".".join(map(str, sys.version_info[:3]))
    return {"type": "platform", "name": "python", "version": version, "bom-ref": f"python@{version}"}
