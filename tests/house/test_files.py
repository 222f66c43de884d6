"""Files go in by one door and out by one door: a second way is found here."""

import ast
import re
from importlib import import_module

import pytest
from django import forms
from django.apps import apps
from django.db import models

from modus.core.files import Kind
from modus.web.files.readers import READERS
from modus.web.ui.uploads import UploadField
from tests.house.source import in_words, module_name, python_files, rooms, shelf, text_of, tree_of

THE_DOOR = "src/modus/core/files/"
# What else opens files of its own: what a process keeps for itself, and files that an operator names.
OWN_FILES = {
    "src/modus/config/environment.py": "the secret, made once",
    "src/modus/cli/drills/mail.py": "what the mail server of a drill took, in the folder of the drill",
    "src/modus/cli/drills/postgresql.py": "the server of a drill, in a folder of its own",
    "src/modus/cli/drills/writers.py": "the log of the site, in the folder of the drill",
    "src/modus/cli/management/commands/demo.py": "the sign-ins of the demo",
    "src/modus/cli/management/commands/attacks.py": "the security page of a checkout",
    "src/modus/cli/management/commands/openapi.py": "the description of the API in a checkout",
    "src/modus/cli/management/commands/rotate_secret.py": "the secret, when it is changed",
    "src/modus/cli/management/commands/sbom.py": "the bill of materials, where the operator says",
    "src/modus/cli/management/commands/timetable.py": "a timetable, where the operator says",
    "src/modus/cli/management/commands/web.py": "the counts of the processes, emptied at the start",
}
STORES = re.compile(r"default_storage|FileSystemStorage|S3Storage|\bstorages\[|InMemoryStorage|TemporaryFile")
WRITES = re.compile(r"""\bopen\([^)]*["'][wax]b?\+?["']|write_bytes\(|write_text\(|os\.open\(|shutil\.""")
OPENS_PICTURES = re.compile(r"\bImage\.open\(|from PIL|import PIL")


def forms_in(module: object) -> list[type[forms.BaseForm]]:
    found = [thing for thing in vars(module).values() if isinstance(thing, type) and issubclass(thing, forms.BaseForm)]
    return [form for form in found if form.__module__ == module.__name__]  # type: ignore[attr-defined]


def is_second_field(field: forms.Field) -> bool:
    return isinstance(field, forms.FileField) and not isinstance(field, UploadField)


def second_fields(form: type[forms.BaseForm]) -> list[str]:
    fields = getattr(form, "base_fields", {})
    return [f"{form.__module__}.{form.__name__}.{name}" for name, field in fields.items() if is_second_field(field)]


def names_a_file_field(tree: ast.AST) -> list[int]:
    """Lines that make a file field of Django's instead of ours."""
    words = {"FileField", "ImageField", "FilePathField"}
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in words
    ]


def test_every_field_for_files_is_ours() -> None:
    pages = [path for path in python_files("web") if "forms" in path.stem or "forms" in path.parts]
    wrong = [
        name for path in pages for form in forms_in(import_module(module_name(path))) for name in second_fields(form)
    ]
    wrong += [f"{in_words(path)}:{line}" for path in python_files() for line in names_a_file_field(tree_of(path))]
    assert not wrong, f"Use UploadField from modus.web.ui.uploads: {wrong}"


def test_no_table_has_a_file_field_of_its_own() -> None:
    wrong = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.FileField | models.FilePathField)
    ]
    assert not wrong, f"Refer to core's StoredFile by a foreign key: {wrong}"


def test_nothing_else_stores_files_or_opens_pictures() -> None:
    elsewhere = [path for path in python_files() if not in_words(path).startswith(THE_DOOR)]
    wrong = [
        in_words(path) for path in elsewhere if STORES.search(text_of(path)) or OPENS_PICTURES.search(text_of(path))
    ]
    wrong += [in_words(path) for path in elsewhere if WRITES.search(text_of(path)) and in_words(path) not in OWN_FILES]
    assert not wrong, f"Store through modus.core.files, or say in OWN_FILES what is written there: {wrong}"


def test_what_writes_files_of_its_own_still_does() -> None:
    known = {in_words(path): path for path in python_files()}
    gone = [name for name in OWN_FILES if name not in known or not WRITES.search(text_of(known[name]))]
    assert not gone, f"Take these out of OWN_FILES: {gone}"


@pytest.mark.attack("A-13")
def test_every_kind_of_file_has_readers() -> None:
    kinds = {
        thing.code
        for room in rooms()
        for path in shelf(room, "models")
        for thing in vars(import_module(module_name(path))).values()
        if isinstance(thing, Kind)
    }
    assert kinds == set(READERS), "Say in web/files/readers.py who reads each kind of file."


def test_a_second_field_would_be_found() -> None:
    class Second(forms.Form):
        attachment = forms.FileField()

    assert second_fields(Second)
    assert names_a_file_field(ast.parse("x = forms.ImageField()"))
    assert STORES.search("default_storage.save(name, content)")
    assert WRITES.search('open(path, "wb")')
