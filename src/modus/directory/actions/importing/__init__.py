"""Input files become rows: code lists, networks, clusters, members and people; all of them or none."""

import os
from collections.abc import Callable, Iterable

from modus.core import journal
from modus.core.errors import Fault, FaultyInput, NotAllowed
from modus.core.journal import action
from modus.directory.actions.importing import clusters, lists, people
from modus.directory.actions.importing.sheet import Sheet
from modus.directory.models import Person

Load = Callable[[Sheet, Person], str]

# What is done with which kind of file, in the order in which one needs the other; a file's name begins with its kind.
STEPS: tuple[tuple[str, Load], ...] = (
    ("nuts_2024", lists.load_nuts),
    ("nuts_2021_to_2024", lists.load_nuts_changes),
    ("ecosystems", lists.load_ecosystems),
    ("technologies", lists.load_technologies),
    ("places", lists.load_places),
    ("networks", clusters.load_networks),
    ("public_clusters", clusters.load_public_clusters),
    ("clusters", clusters.load_clusters),
    ("members", people.load_members),
    ("people", people.load_people),
    # Rules count members, so a cluster's profile is decided on when its members are there.
    ("clusters", clusters.decide_on_profiles),
)
KINDS = tuple(dict(STEPS))


def kind_of(file: str) -> str | None:
    """The kind of an input file, told by its name."""
    stem = os.path.basename(file).lower()
    return next((kind for kind in sorted(KINDS, key=len, reverse=True) if stem.startswith(kind)), None)


@action
def import_files(
    files: Iterable[tuple[str, bytes]], *, by: Person, report: Callable[[str], None] = lambda line: None
) -> list[str]:
    """Load input files, given as name and content, in the order in which they need each other.

    Raises: NotAllowed for everybody but an operator (the clock); FaultyInput with every fault, and nothing is changed.
    """
    if not by.is_clock:
        raise NotAllowed
    sheets = _sheets(files)
    told = []
    for kind, load in STEPS:
        for sheet in sheets.get(kind, []):
            told.append(f"{sheet.file}: {load(sheet, by)}")
            report(told[-1])
            _stop_at_faults(sheet)
    journal.record("directory.files.imported", by, by=by, changes={"files": told})
    return told


def _sheets(files: Iterable[tuple[str, bytes]]) -> dict[str, list[Sheet]]:
    sheets: dict[str, list[Sheet]] = {}
    faults: list[Fault] = []
    for name, content in files:
        kind = kind_of(name)
        if kind is None:
            reason = f"The name says no kind; begin it with one of {', '.join(KINDS)}."
            faults.append(Fault(os.path.basename(name), 1, "", reason))
            continue
        sheet = Sheet(os.path.basename(name), content)
        faults += sheet.faults
        sheets.setdefault(kind, []).append(sheet)
    if faults or not sheets:
        raise FaultyInput(faults or [Fault("input", 1, "", "There is no file to import.")])
    return sheets


def _stop_at_faults(sheet: Sheet) -> None:
    """What stands in a later file needs what stands in an earlier one, so the first wrong file ends the import."""
    if sheet.faults:
        raise FaultyInput(sheet.faults)
