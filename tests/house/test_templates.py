"""Templates: nothing inline, nothing unused, every word marked for translation."""

import ast
import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.template.loader import get_template

from tests.house.source import in_words, python_files, template_name, templates, text_of, tree_of
from tests.house.texts import visible_texts

INLINE = {
    r"<style\b": "a <style> element; put it into static/css",
    r"\sstyle\s*=": "a style attribute; use a class",
    r"\son[a-z]+\s*=\s*[\"']": "an event handler; put it into static/js",
    r"javascript:": "a javascript: address",
    r"\|\s*safe\b|\{%\s*autoescape off": "unescaped text; build it with format_html in Python",
}
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.S | re.I)
NAMED_BY_PACKAGES = {"400.html", "403.html", "404.html", "429.html", "500.html"}
NAMED_IN_TEMPLATE = re.compile(r"""\{%\s*(?:include|extends)\s+["']([^"'#]+)""")
COMMENT = re.compile(
    r"\{% comment .*?%\}.*?\{% endcomment %\}|\{%\s*comment\s*%\}.*?\{% endcomment %\}|\{#.*?#\}", re.S
)
WORDS_OF_CALLS = {
    "label",
    "help_text",
    "help",
    "title",
    "headline",
    "empty_label",
    "verbose_name",
    "caption",
    "message",
}
ERRORS = {"RuleBroken", "ValidationError", "add_error"}
DEVELOPMENT_ONLY = {"catalogue", "samples"}
PIECES = {"Entry", "Badge", "Link", "Chip", "Fact", "Column", "Hit", "Group"}
HAS_LETTERS = re.compile(r"[^\W\d_]{2,}")


def pages() -> list[Path]:
    return [path for path in templates() if path.suffix == ".html"]


def test_templates_hold_no_script_and_no_style() -> None:
    wrong = []
    for path in pages():
        text = COMMENT.sub("", text_of(path))
        wrong += [f"{in_words(path)} holds {words}" for pattern, words in INLINE.items() if re.search(pattern, text)]
        for attributes, body in SCRIPT.findall(text):
            if body.strip() and "application/ld+json" not in attributes:
                wrong.append(f"{in_words(path)} holds an inline script; put it into static/js")
    assert not wrong, "\n".join(wrong)


def test_every_template_compiles() -> None:
    for path in templates():
        if path.suffix != ".svg":
            get_template(template_name(path))


def test_no_template_is_left_over() -> None:
    named = names_in_python() | {name for path in templates() for name in NAMED_IN_TEMPLATE.findall(text_of(path))}
    unused = [
        in_words(path)
        for path in templates()
        if template_name(path) not in named | NAMED_BY_PACKAGES and not belongs_to_allauth(template_name(path))
    ]
    assert not unused, f"Nothing uses these templates: {unused}"


def names_in_python() -> set[str]:
    """Every literal that names a template, also the part of a fragment before the hash."""
    return {
        node.value.partition("#")[0]
        for path in python_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"\.(html|txt)", node.value)
    }


def belongs_to_allauth(name: str) -> bool:
    """Whether the name replaces a template of the account package."""
    package = find_spec("allauth")
    return bool(package and package.origin and (Path(package.origin).parent / "templates" / name).is_file())


def test_pieces_of_pages_begin_with_an_underscore() -> None:
    wrong = []
    for path in pages():
        for name in re.findall(r"""\{%\s*include\s+["']([^"'#]+)["']""", text_of(path)):
            if not name.rpartition("/")[2].startswith("_"):
                wrong.append(f"{in_words(path)} includes {name}")
        for name in re.findall(r"""\{%\s*extends\s+["']([^"']+)["']""", text_of(path)):
            if not name.rpartition("/")[2].startswith("layout"):
                wrong.append(f"{in_words(path)} extends {name}, which is not a layout")
    assert not wrong, f"A fragment is called _fragment.html, a frame layout….html: {wrong}"


def test_every_word_of_a_template_can_be_translated() -> None:
    wrong = [
        f"{in_words(path)}: {words!r}"
        for path in templates()
        if path.suffix != ".svg"
        for words in visible_texts(text_of(path), marked=False)
    ]
    assert not wrong, "Mark these with {% translate %} or {% blocktranslate trimmed %}:\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    ("template", "bare"),
    [
        ('<p>{% translate "Good morning" %}</p>', []),
        ("<p>Good morning</p>", ["Good morning"]),
        ('<a title="Good">{{ name }}</a>', ["Good"]),
        ("{% blocktranslate trimmed %}Good {{ name }}{% endblocktranslate %} · 12", []),
        ("<img alt=\"{% translate 'A map' %}\"><script>let word</script>", []),
        ("<p>{% if a %}Yes{% endif %} {{ name }}</p>", ["Yes …"]),
    ],
)
def test_the_search_for_bare_words_sees_them(template: str, bare: list[str]) -> None:
    assert visible_texts(template, marked=False) == bare


def test_every_text_of_python_can_be_translated() -> None:
    wrong = [
        f"{in_words(path)}:{node.lineno} {text!r}"
        for path in [*python_files("web"), *python_files("directory"), *python_files("api")]
        if not any(path.stem.startswith(stem) for stem in DEVELOPMENT_ONLY)
        for node, text in bare_texts(path)
    ]
    assert not wrong, "Mark these with gettext (as _):\n" + "\n".join(wrong)


def bare_texts(path: Path) -> list[tuple[ast.AST, str]]:
    found: list[tuple[ast.AST, str]] = []
    for node in ast.walk(tree_of(path)):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func).rpartition(".")[2]
        texts = [keyword.value for keyword in node.keywords if keyword.arg in WORDS_OF_CALLS]
        if name in ERRORS or ast.unparse(node.func).startswith("messages."):
            texts += node.args[:2]
        elif name in PIECES:
            texts += node.args[:1]
        found += [(node, text) for value in texts for text in _literal(value)]
    return found


def _literal(value: ast.expr) -> list[str]:
    """A literal of several words or one capitalised word: a sentence or a label, not a code."""
    if isinstance(value, ast.JoinedStr):
        parts = [part.value for part in value.values if isinstance(part, ast.Constant)]
        return [text for text in parts if HAS_LETTERS.search(str(text)) and " " in str(text).strip()]
    if not (isinstance(value, ast.Constant) and isinstance(value.value, str)):
        return []
    text = value.value
    is_said = " " in text.strip() or text[:1].isupper()
    return [text] if is_said and HAS_LETTERS.search(text) else []
