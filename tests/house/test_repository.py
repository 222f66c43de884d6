"""What the repository holds: nothing of one machine, nothing of a registry, no secrets, no stray binaries."""

import re
from pathlib import Path

import pytest

from tests.house.source import ROOT, in_words, text_of, tracked_files

# The halves of each word stand apart, so that this file does not hold what it looks for.
MACHINE_FOLDERS = ("wo-rk", "ro-ot", "ho-me/[a-z]+", "Us-ers/[a-z]+")
REGISTRY_WORDS = (
    r"py-pi\.org",
    "python-hosted",
    "registry.np-mjs",
    "proxy.go-lang",
    "-{2}(?:extra.)?index.u-rl",
    "trusted.ho-st",
)
WRITERS = (
    "cla-ude",
    "anth-ropic",
    "chat-gpt",
    "open-ai",
    "copi-lot",
    "language mo-del",
    "co.auth-ored.by",
    "generated wi-th",
)
KEYS = ("-{5}BEGIN [A-Z ]*PRIVATE KEY-{5}", "AKIA[0-9A-Z]{16}", "ghp_[A-Za-z0-9]{36}")


def any_of(words: tuple[str, ...], *, before: str = "", after: str = "") -> re.Pattern[str]:
    joined = "|".join(re.sub(r"(?<=[a-z])-(?=[a-z])", "", word) for word in words)
    return re.compile(f"{before}(?:{joined}){after}", re.I)


MACHINE_PATHS = any_of(MACHINE_FOLDERS, before=r"(?<![\w.])/", after="/")
REGISTRIES = any_of(REGISTRY_WORDS)
AUTHORSHIP = any_of(WRITERS, before=r"\b", after=r"\b")
SECRETS = any_of(KEYS)
LARGEST_FILE = 1_500_000
DATA = {".csv", ".json", ".svg", ".po", ".lock"}


def findings(pattern: re.Pattern[str], *, but: tuple[str, ...] = ()) -> list[str]:
    found = []
    for path in tracked_files():
        if path.name in but or path.suffix in DATA:
            continue
        for number, line in enumerate(text_of(path).splitlines(), 1):
            if match := pattern.search(line):
                found.append(f"{in_words(path)}:{number} {match[0]}")
    return found


@pytest.mark.parametrize(
    ("pattern", "advice"),
    [
        (MACHINE_PATHS, "Take paths of one machine out"),
        (REGISTRIES, "Take addresses of package registries out"),
        (AUTHORSHIP, "Say nothing about who or what wrote the code"),
        (SECRETS, "Take secrets out, and change them"),
    ],
    ids=["machine", "registry", "authorship", "secret"],
)
def test_no_file_holds_what_does_not_belong(pattern: re.Pattern[str], advice: str) -> None:
    found = findings(pattern)
    assert not found, f"{advice}: {found}"


@pytest.mark.attack("A-110")
def test_locked_packages_are_hashes_and_nothing_else() -> None:
    files = sorted(ROOT.glob("requirements*.txt"))
    assert files, "requirements.txt locks the packages"
    for path in files:
        logical = text_of(path).replace("\\\n", " ").splitlines()
        lines = [line.strip() for line in logical if line.strip() and not line.lstrip().startswith("#")]
        unhashed = [line.split()[0] for line in lines if "--hash=sha256:" not in line]
        assert not unhashed, f"{path.name}: every package bears its hash: {unhashed}"
        strange = [line.split()[0] for line in lines if "://" in line or line.startswith("-")]
        assert not strange, f"{path.name} holds addresses or options: {strange}"


def test_no_file_is_larger_than_a_repository_should_carry() -> None:
    large = [f"{in_words(path)} ({path.stat().st_size:,} bytes)" for path in tracked_files() if is_large(path)]
    assert not large, f"Keep large files out of the repository: {large}"


def is_large(path: Path) -> bool:
    return path.stat().st_size > LARGEST_FILE


# What a page shows right now is not what it shows when it is done; `expect` waits for that.
LOOKS = re.compile(
    r"\.(?:is_visible|is_hidden|is_checked|is_enabled|inner_text|text_content|all_inner_texts|all_text_contents)\(\)"
    r"|(?:locator|get_by_\w+)\([^\n]*\)\.count\(\)"
)


def test_browser_tests_wait_for_what_they_look_for() -> None:
    files = sorted((ROOT / "tests" / "browser").glob("*.py"))
    assert files
    found = [f"{in_words(path)}: {hit[0]}" for path in files for hit in LOOKS.finditer(text_of(path))]
    assert not found, f"Ask with playwright's `expect`, which waits: {found}"


def test_no_data_of_a_running_site_is_in_the_repository() -> None:
    strays = [
        in_words(p) for p in tracked_files() if p.name == "secret-key" or p.suffix in {".sqlite3", ".pyc", ".log"}
    ]
    assert not strays, f"Add these to .gitignore and remove them: {strays}"


def is_data(path: Path) -> bool:
    return path.name == "secret-key" or path.suffix in {".sqlite3", ".pyc", ".log"}
