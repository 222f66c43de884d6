"""Words that people typed stay words: in a line, in Markdown, in HTML and in text."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modus.core.text import TAGS, WORD_JOINER, clean_markup, literal, markup_of, one_line, plain_of, quoted
from tests.attacks.payloads import FAMILIES

MARKDOWN = (
    "[click](https://h.example)",
    "![x](https://h.example/x.png)",
    "<https://h.example>",
    "https://h.example/x?y=1",
    "www.h.example",
    "eve@h.example",
    "# heading",
    "> quote",
    "1. first",
    "- entry",
    "***",
    "    code",
    "```\ncode\n```",
    "a | b\n--|--",
    "**bold** _thin_ `code`",
    "[ref]: https://h.example",
    "&lt;b&gt; &#91;x](y)",
    "line\\\nbreak  \nhere",
    "setext\n===",
)


class Reader(HTMLParser):
    """What is in a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]


def seen(markup: str) -> str:
    """What a reader sees of a paragraph of HTML."""
    inner = markup.removeprefix("<p>").removesuffix("</p>\n")
    for name, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&nbsp;", "\xa0"), ("&amp;", "&")):
        inner = inner.replace(name, sign)
    return inner.replace(WORD_JOINER, "")


@pytest.mark.attack("A-74", "A-33")
@pytest.mark.parametrize("typed", [*FAMILIES, *MARKDOWN])
def test_typed_words_are_seen_as_they_were_typed(typed: str) -> None:
    markup = markup_of(literal(typed))
    assert seen(markup) == one_line(typed, most=10_000)
    assert markup.count("<") == 2, "one paragraph and nothing else"
    assert plain_of(literal(typed)).replace(WORD_JOINER, "").strip() == one_line(typed, most=10_000)


@pytest.mark.attack("A-74")
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_words_stay_words(typed: str) -> None:
    markup = markup_of(f"Dear {literal(typed)}.")
    assert markup.count("<") == 2
    assert seen(markup) == f"Dear {one_line(typed, most=10_000)}."


@pytest.mark.attack("A-74")
@pytest.mark.parametrize("typed", ["https://h.example/a", "h.example", "e@h.example", "http://1.2.3.4", "ｈ．example"])
def test_no_program_makes_a_link_of_typed_words(typed: str) -> None:
    for said in (markup_of(literal(typed)), plain_of(literal(typed)), markup_of(quoted(typed))):
        assert WORD_JOINER in said
        assert typed not in said
        assert "href" not in said


@pytest.mark.attack("A-74")
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\u2029", "\x85", "\v", "\f", "\x00", "\u202e"])
def test_a_line_is_one_line(end: str) -> None:
    line = one_line(f"Anna{end}Bcc: eve@h.example{'x' * 2000}")
    assert len(line) <= 200
    assert line.isprintable()
    assert end not in line


def test_a_quotation_keeps_its_lines() -> None:
    source = quoted("First line\n\n# second *line*\nthird")
    assert plain_of(source) == "> First line\n\n> # second *line*\n> third\n"
    assert markup_of(source).count("<blockquote>") == 1
    assert "<h1>" not in markup_of(source)


def test_a_link_of_ours_is_a_link() -> None:
    source = "Hello.\n\n[Set it](https://modus.example/a)\n\n- [One](https://modus.example/1)\n- two"
    assert plain_of(source) == (
        "Hello.\n\nSet it:\nhttps://modus.example/a\n\n- One:\n  https://modus.example/1\n- two\n"
    )
    assert '<a href="https://modus.example/a" rel="noopener noreferrer">Set it</a>' in markup_of(source)


@pytest.mark.attack("A-33", "A-34", "A-66")
@pytest.mark.parametrize("typed", FAMILIES)
def test_the_sanitiser_leaves_nothing_that_runs_or_loads(typed: str) -> None:
    cleaned = clean_markup(f"<p>{typed}</p>")
    assert clean_markup(cleaned) == cleaned, "what is clean stays as it is"
    reader = Reader()
    reader.feed(cleaned)
    assert reader.tags <= TAGS
    assert reader.attributes <= {"href", "rel", "start"}
    assert all(link.startswith(("http://", "https://", "mailto:")) for link in reader.links), reader.links


@pytest.mark.attack("A-34", "A-66")
def test_markdown_brings_no_picture_and_no_html() -> None:
    markup = markup_of(
        "![x](https://h.example/x.png) <img src=x> [a](javascript:x) [b](data:text/html,x) [c](file:///x)"
    )
    reader = Reader()
    reader.feed(markup)
    assert reader.tags <= {"p", "a"}
    assert reader.links == ["https://h.example/x.png"], "a picture becomes a way to it"
