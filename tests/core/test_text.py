"""Words that people typed stay words: in a line, in Markdown, in HTML and in text."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modus.core.text import TAGS, WORD_JOINER, clean_markup, literal, markup_of, one_line, plain_of, quoted, typed_words
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


HIDDEN = [*"\u00ad\u061c\u200b\u200e\u200f\ufeff", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2060, 0x2070))]


@pytest.mark.attack("A-74")
@pytest.mark.parametrize("mark", HIDDEN, ids=ascii)
def test_a_mark_that_is_not_seen_goes_and_its_neighbours_stay(mark: str) -> None:
    assert typed_words(f"a{mark}b") == "ab"


@pytest.mark.parametrize(
    "sign", ["\u00ac", "\u00ae", "\u200c", "\u200d", "\u2027", "\u2070", "é", "\t", "\n"], ids=ascii
)
def test_what_is_written_stays(sign: str) -> None:
    """The joiners too: writings of Asia need them."""
    assert typed_words(f"a{sign}b") == f"a{sign}b"


def test_line_ends_of_all_kinds_are_one_and_letters_have_one_form() -> None:
    assert typed_words("a\r\nb\rc\vd\fe\x85f\u2028g\u2029h\x00\x1b\x7f") == "a\nb\nc\nd\ne\nf\ng\nh"
    assert (typed_words("e\u0301"), typed_words(7), typed_words("\ud800x")) == ("é", "7", "x")


def test_a_line_is_cut_at_its_most_and_not_before() -> None:
    assert (one_line("x" * 200), one_line("x" * 201)) == ("x" * 200, "x" * 199 + "…")
    assert (one_line("abcd", most=4), one_line("abcde", most=4), one_line("ab cde", most=4)) == ("abcd", "abc…", "ab…")


def test_what_makes_a_letter_stays() -> None:
    """Each tag with nothing in it but itself, not even a title."""
    tags = {"p", "br", "a", "strong", "em", "ul", "ol", "li", "blockquote", "h2", "h3", "hr", "code"}
    found = Reader()
    for tag in tags | {"h1", "div", "span", "table", "img"}:
        found.feed(clean_markup(f'<{tag} title="x" lang="y">x'))
    assert (found.tags, found.attributes) == (tags, {"rel"})


@pytest.mark.attack("A-33")
@pytest.mark.parametrize("scheme", ["http://h.example", "https://h.example", "mailto:a@h.example"])
def test_a_link_of_three_schemes_stays_and_vouches_for_nobody(scheme: str) -> None:
    assert clean_markup(f'<a href="{scheme}" title="x">y</a>') == f'<a href="{scheme}" rel="noopener noreferrer">y</a>'
    assert clean_markup(f'<a href="x{scheme}">y</a>') == '<a rel="noopener noreferrer">y</a>'


def test_a_list_may_begin_anywhere_and_nothing_else_has_attributes() -> None:
    assert clean_markup('<ol start="3" class="x"><li value="4">y</li></ol>') == '<ol start="3"><li>y</li></ol>'


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("", ""),
        ("One.\n\nTwo.", "One.\n\nTwo.\n"),
        ("a\nb", "a b\n"),
        ("a\\\nb", "a\nb\n"),
        ("a\n\n---\n\nb", "a\n\n--\n\nb\n"),
        ("See [it](https://x.example).", "See it: https://x.example.\n"),
        ("[it](https://x.example)", "it:\nhttps://x.example\n"),
        ("[a](https://x.example) [b](https://y.example)", "a:\nhttps://x.example b:\nhttps://y.example\n"),
        ("- a\n- b", "- a\n- b\n"),
        ("+ a\n+ b", "- a\n- b\n"),
        ("* a", "- a\n"),
        ("text\n\n- a\n\ntext", "text\n\n- a\n\ntext\n"),
        ("3. a\n4. b", "3. a\n\n4. b\n"),
        ("> a\\\n> b", "> a\n> b\n"),
        ("> - a\\\n>   b\n> - c", "> - a\n>   b\n\n> - c\n"),
        ("- a\\\n  b\n\n  c", "- a\n  b\n\n  c\n"),
        ("- > a\n\nb", "- > a\n\nb\n"),
        ("**a** _b_ `c`", "a b c\n"),
    ],
)
def test_markdown_is_read_without_a_program_for_it(source: str, text: str) -> None:
    assert plain_of(source) == text


def test_a_quotation_breaks_where_its_lines_do_and_not_at_an_empty_one() -> None:
    assert quoted("  a \n b\n\nc ") == "> a\\\n> b\n> \n> c"
    assert quoted("\n a \n") == "> a"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("a.b", f"a\\.{WORD_JOINER}b"),
        ("a@b", f"a\\@{WORD_JOINER}b"),
        ("x://y", f"x\\:{WORD_JOINER}\\/\\/y"),
        ("a. b", "a\\. b"),
        ("a: /b", "a\\: \\/b"),
        (" a \t b ", "a b"),
        ("~{[`@:/!-", "\\~\\{\\[\\`\\@\\:\\/\\!\\-"),
    ],
)
def test_a_sign_is_escaped_and_what_looks_like_a_link_is_broken(typed: str, said: str) -> None:
    assert literal(typed) == said


def test_every_sign_of_ascii_is_escaped_and_no_letter() -> None:
    signs = [chr(n) for n in range(0x21, 0x7F)]
    assert {sign for sign in signs if literal(sign) != sign} == {sign for sign in signs if not sign.isalnum()}


def test_markup_that_is_not_taken_is_text() -> None:
    for source in ("```\nx\n```", "    x", "x\n===", "[a]: https://h.example", "<https://h.example>", "<b>x</b>"):
        markup = markup_of(source)
        assert "<pre" not in markup
        assert "<h1" not in markup
        assert "href" not in markup
        assert "<b>" not in markup
        assert len(markup) > len("<p></p>\n")
