"""Documentation: every page can be reached, every link leads somewhere, and the plan is the plan."""

import csv
import re
from pathlib import Path

import pytest

from tests.house.source import PACKAGE, ROOT, in_words, text_of

DOCS = ROOT / "docs"
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.S)
BEGINNINGS = (ROOT / "README.md", DOCS / "README.md")
ARCHITECTURE = DOCS / "developer" / "architecture.md"


def pages() -> list[Path]:
    return [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


def links_of(page: Path) -> list[str]:
    return LINK.findall(CODE.sub("", text_of(page)))


def target_of(page: Path, link: str) -> Path:
    return (page.parent / link.partition("#")[0]).resolve()


def is_elsewhere(link: str) -> bool:
    return bool(re.match(r"[a-z]+:", link))


def anchor_of(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def test_every_link_leads_somewhere() -> None:
    broken = []
    for page in pages():
        for link in links_of(page):
            if is_elsewhere(link):
                continue
            target = target_of(page, link) if link.partition("#")[0] else page
            if not target.exists():
                broken.append(f"{in_words(page)} → {link}")
            elif "#" in link and target.suffix == ".md" and link.partition("#")[2] not in anchors_of(target):
                broken.append(f"{in_words(page)} → {link} (no such heading)")
    assert not broken, "These links lead nowhere:\n" + "\n".join(broken)


def anchors_of(page: Path) -> set[str]:
    return {anchor_of(heading) for heading in re.findall(r"^#+ (.+)$", text_of(page), re.M)}


def test_every_page_can_be_reached() -> None:
    reached, waiting = set(BEGINNINGS), list(BEGINNINGS)
    while waiting:
        page = waiting.pop()
        if not page.exists():
            continue
        for link in links_of(page):
            target = target_of(page, link)
            if not is_elsewhere(link) and target.suffix == ".md" and target not in reached:
                reached.add(target)
                waiting.append(target)
    lost = [in_words(page) for page in pages() if page not in reached]
    assert not lost, f"Link these from docs/README.md, or from a page that it links: {lost}"


def test_the_plan_names_the_folders_that_there_are() -> None:
    plan = text_of(ARCHITECTURE)
    folders = {p.name for p in PACKAGE.iterdir() if p.is_dir() and not p.name.startswith((".", "__"))}
    drawn = set(re.findall(r"([a-z]+)/", plan.partition("├── src/modus/")[2].partition("├── tests/")[0]))
    inside_web = {p.name for p in (PACKAGE / "web").iterdir() if p.is_dir() and not p.name.startswith("__")}
    missing = (folders | inside_web) - drawn
    assert not missing, f"Draw these folders in section 3 of docs/developer/architecture.md: {sorted(missing)}"
    gone = drawn - folders - inside_web - {"thing", "room", "css", "js", "img", "timetable", "matching"}
    assert not gone, f"docs/developer/architecture.md draws folders that are not there: {sorted(gone)}"


def test_every_room_of_the_plan_is_described() -> None:
    for room in ("directory", "surveys", "finance", "strategy", "opportunities", "events", "academy", "insight"):
        assert f"`{room}`" in text_of(ARCHITECTURE)


def test_the_closed_list_of_the_ground_is_closed() -> None:
    """Nothing slips into core: what is there stands in the plan."""
    line = next(line for line in text_of(ARCHITECTURE).splitlines() if "├── core/" in line)
    files = {path.stem for path in (PACKAGE / "core").glob("*.py")} - {"__init__", "apps", "models"}
    unknown = files - set(re.findall(r"[a-z]+", line.partition("FOUNDATION")[2]))
    assert not unknown, f"The ground is a closed list; name these in the plan with the reason, or move them: {unknown}"


def test_catalogue_rows_have_a_title_each() -> None:
    with (DOCS / "developer" / "rows.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = [row["code"] for row in rows]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[A-Z]\d{1,2}", code) for code in codes)
    assert all(row["title"].strip() for row in rows)


@pytest.mark.parametrize("question", ["Who are we?", "Where are we going?", "Whom do we tell?"])
def test_the_rooms_ask_the_questions_of_the_plan(question: str) -> None:
    asking = [path for path in PACKAGE.glob("*/__init__.py") if question in text_of(path)]
    assert len(asking) == 1
    assert question in text_of(ARCHITECTURE)
