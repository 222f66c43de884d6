"""Words that people typed, made safe: one line for a header, literal words in Markdown, and the one sanitiser."""

import re
import unicodedata
from collections.abc import Sequence

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

# Zero width: it breaks a web address or a mail address, so that no mail program makes a link of it.
WORD_JOINER = "\u2060"
LINE_ENDS = re.compile("\r\n|[\r\n\v\f\x85\u2028\u2029]")
# Marks that turn the direction of writing, and others that are never seen.
UNSEEN = dict.fromkeys([0xAD, 0x61C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF])
PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
LOOKS_LIKE_A_LINK = re.compile(r"(?<=\w)[.．。｡@](?=\w)|:(?=//)")

TAGS = {"p", "br", "a", "strong", "em", "ul", "ol", "li", "blockquote", "h2", "h3", "hr", "code"}
# The star: without it the sanitiser lets each of them have a title and a language.
ATTRIBUTES: dict[str, set[str]] = {"*": set(), "a": {"href"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}

# Neither HTML nor pictures nor code, and an address is only a link where the text says so.
MARKDOWN = MarkdownIt("commonmark", {"html": False, "linkify": False}).disable(
    ["image", "html_block", "html_inline", "autolink", "code", "fence", "reference", "lheading"]
)


def one_line(value: object, *, most: int = 200) -> str:
    """Words fit for a header or a label: one line, without marks that are not seen, cut where it grows too long."""
    line = " ".join(typed_words(value).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def typed_words(value: object) -> str:
    """What somebody typed, without control characters and marks that are not seen; lines stay lines."""
    text = LINE_ENDS.sub("\n", unicodedata.normalize("NFC", str(value))).translate(UNSEEN)
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"})


def literal(value: object) -> str:
    """The same words as Markdown: shown as they were typed, never markup, and no program makes a link of them."""
    return _literal_line(" ".join(typed_words(value).split()))


def quoted(value: object) -> str:
    """Several typed lines as a quotation in Markdown, each of them literal."""
    lines = [_literal_line(line.strip()) for line in typed_words(value).strip().split("\n")]
    return "\n".join(f"> {line}\\" if line and following else f"> {line}" for line, following in _pairs(lines))


def markup_of(source: str) -> SafeString:
    """Markdown as clean HTML: the preview and what is sent or saved come from here."""
    return clean_markup(MARKDOWN.render(source))


def clean_markup(html: str) -> SafeString:
    """HTML with nothing in it but text, lists, quotations and links; nothing that loads, runs or looks otherwise."""
    cleaned = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener noreferrer")
    return mark_safe(cleaned)  # noqa: S308  cleaned one line above


def plain_of(source: str) -> str:
    """Markdown as text that is read without a program for it; a link is its words and its address."""
    blocks: list[str] = []
    margins: list[str] = []
    for token in MARKDOWN.parse(source):
        _move_margin(token, margins)
        if token.type == "inline":
            blocks.append(_with_margin(_inline(token.children or []), margins))
        elif token.type == "hr":
            blocks.append("--")
    return _joined(blocks)


def _literal_line(line: str) -> str:
    broken = LOOKS_LIKE_A_LINK.sub(lambda found: found[0] + WORD_JOINER, line)
    return PUNCTUATION.sub(r"\\\1", broken)


def _pairs(lines: Sequence[str]) -> list[tuple[str, str]]:
    return list(zip(lines, [*lines[1:], ""], strict=True))


def _move_margin(token: Token, margins: list[str]) -> None:
    if token.type == "blockquote_open":
        margins.append("> ")
    elif token.type == "list_item_open":
        margins.append("- " if token.markup in {"-", "*", "+"} else f"{token.info}. ")
    elif token.type in {"blockquote_close", "list_item_close"}:
        margins.pop()


def _with_margin(text: str, margins: list[str]) -> str:
    """The text behind its marks; the mark of an entry of a list stands at its first line only."""
    rest = "".join(mark if mark == "> " else " " * len(mark) for mark in margins)
    lines = text.split("\n")
    first = "".join(margins) + lines[0]
    margins[:] = [mark if mark == "> " else " " * len(mark) for mark in margins]
    return "\n".join([first, *(rest + line for line in lines[1:])])


def _joined(blocks: list[str]) -> str:
    """Blocks with an empty line between them; entries of a list stand close together."""
    text = before = ""
    for block in blocks:
        is_close = block.lstrip().startswith("- ") and before.lstrip().startswith("- ")
        text += ("\n" if is_close else "\n\n" if text else "") + block
        before = block
    return text + "\n" if text else ""


def _inline(children: Sequence[Token]) -> str:
    said, links = [], []
    is_alone = len(children) > 1 and children[0].type == "link_open" and children[-1].type == "link_close"
    for token in children:
        if token.type == "link_open":
            links.append(str(token.attrGet("href") or ""))
        elif token.type == "link_close":
            said.append((":\n" if is_alone else ": ") + links.pop())
        elif token.type in {"softbreak", "hardbreak"}:
            said.append("\n" if token.type == "hardbreak" else " ")
        else:
            said.append(token.content)
    return "".join(said)
