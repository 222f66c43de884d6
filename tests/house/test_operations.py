"""Settings and commands are documented, all of them, and what is documented exists."""

import re

from tests.house.source import PACKAGE, ROOT, in_words, python_files, text_of

SETTINGS_PAGE = ROOT / "docs" / "administrator" / "settings.md"
COMMANDS_PAGE = ROOT / "docs" / "administrator" / "commands.md"
READ = re.compile(r"""environment\.\w+\(\s*["'](MODUS_[A-Z_]+)["']""")
READS_THE_ENVIRONMENT = {"src/modus/config/environment.py", "src/modus/config/wsgi.py", "src/modus/cli/__main__.py"}


def test_every_setting_is_documented_and_nothing_else_is() -> None:
    read = {name for path in python_files() for name in READ.findall(text_of(path))}
    documented = set(re.findall(r"MODUS_[A-Z_]+", text_of(SETTINGS_PAGE)))
    assert not read - documented, f"Document in docs/administrator/settings.md: {sorted(read - documented)}"
    assert not documented - read, f"settings.md knows settings that are not: {documented - read}"


def test_the_environment_is_read_in_one_place() -> None:
    elsewhere = [
        in_words(path)
        for path in python_files()
        if re.search(r"os\.(environ|getenv)", text_of(path)) and in_words(path) not in READS_THE_ENVIRONMENT
    ]
    assert not elsewhere, f"Read settings through modus.config.environment: {elsewhere}"


def test_every_command_is_documented_and_nothing_else_is() -> None:
    commands = {path.stem for path in (PACKAGE / "cli/management/commands").glob("*.py") if path.stem != "__init__"}
    documented = set(re.findall(r"^## modus ([\w-]+)", text_of(COMMANDS_PAGE), re.M))
    assert not commands - documented, (
        f"Document in docs/administrator/commands.md, as '## modus name': {commands - documented}"
    )
    assert not documented - commands, f"commands.md knows commands that are not: {documented - commands}"


def test_commands_stand_in_the_operators_door_only() -> None:
    elsewhere = [in_words(p) for p in PACKAGE.rglob("management/commands/*.py") if PACKAGE / "cli" not in p.parents]
    assert not elsewhere, f"Move these to src/modus/cli/management/commands: {elsewhere}"
