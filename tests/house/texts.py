"""The words of a template that people read: marked for translation, or left bare."""

import re
from html.parser import HTMLParser

from django.template.base import Lexer, TokenType

READ_ALOUD = {
    "title",
    "aria-label",
    "aria-description",
    "placeholder",
    "alt",
    "label",
    "aria-roledescription",
    "summary",
}
NOT_READ = {"script", "style", "kbd", "code"}
OPENING = {"blocktranslate", "blocktrans", "comment", "verbatim"}
HOLE = "\ue000"
LETTERS = re.compile(r"[^\W\d_]{2,}")
# Names and units that are the same in every language.
SAME_EVERYWHERE = {"modus", "html", "csv", "json", "xlsx", "ics", "km", "nace", "nuts"}
QUOTED = re.compile(r"""^\s*(?:translate|trans)\s+(?:"([^"]*)"|'([^']*)')""")


def visible_texts(template: str, *, marked: bool) -> list[str]:
    """The texts of a template: those that are marked for translation, or the others."""
    bare, translated, inside = [], [], ""
    for token in Lexer(template).tokenize():
        words = token.contents.split()
        if token.token_type == TokenType.BLOCK and inside and words[0] == f"end{inside}":
            inside = ""
        elif inside in {"blocktranslate", "blocktrans"} and token.token_type == TokenType.TEXT:
            translated.append(token.contents)
        elif inside:
            continue
        elif token.token_type == TokenType.BLOCK and words[0] in OPENING:
            inside = words[0]
            bare.append(HOLE)
        elif token.token_type == TokenType.BLOCK:
            match = QUOTED.match(token.contents)
            translated += [match[1] or match[2] or ""] if match else []
            bare.append(HOLE if match else "")
        elif token.token_type == TokenType.TEXT:
            bare.append(token.contents)
        else:
            bare.append(HOLE)
    return translated if marked else unmarked("".join(bare))


def unmarked(html: str) -> list[str]:
    """The bare words of a page whose holes were cut out."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    found = []
    for text in reader.texts:
        words = [word for word in LETTERS.findall(text) if word.lower() not in SAME_EVERYWHERE]
        found += [" ".join(text.replace(HOLE, "…").split())] if words else []
    return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.texts += [value for name, value in attrs if value and name in READ_ALOUD]
        facts = dict(attrs)
        if tag == "input" and facts.get("type") in {"submit", "button"}:
            self.texts.append(facts.get("value") or "")
        if tag == "meta" and facts.get("name") == "description":
            self.texts.append(facts.get("content") or "")
        if tag in NOT_READ:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if not self.open:
            self.texts.append(data)
