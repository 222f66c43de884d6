"""One source for each mail: a template in a small Markdown, filled with literal words, read as text and as HTML."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import override

from modus.core.outbox.topics import Topic
from modus.core.text import literal, markup_of, one_line, plain_of, quoted

PLAIN_VALUES = (bool, int, float, Decimal, date, datetime, UUID, type(None))
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;color:#1d2129;background:#fff;margin:0}"
    "main{max-width:36rem;margin:0 auto;padding:24px}a{color:#1f4fa3}"
    "blockquote{margin:0 0 0 4px;padding-left:12px;border-left:3px solid #c9ccd3}"
    "footer{margin-top:24px;border-top:1px solid #c9ccd3;color:#555c68;font-size:14px}"
)
LETTER = (
    '<!doctype html><html lang="{}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>{}</title><style>{}</style></head><body><main>{}<footer>{}</footer></main></body></html>"
)


@dataclass(frozen=True)
class Written:
    """A mail's words: subject and source are kept, text and markup are made from the source."""

    subject: str
    source: str

    @property
    def text(self) -> str:
        return plain_of(self.source)

    @property
    def markup(self) -> SafeString:
        return markup_of(self.source)


def write(template: str, context: dict[str, Any], *, language: str) -> Written:
    """Fill a template: its first line is the subject, the rest the text.

    A name that ends in `_url` is a path of this site and becomes a link; one that ends in `_said` are lines that
    somebody typed and becomes a quotation; every other text stands there literally.
    """
    with override(language):
        values = {"site_name": literal(settings.SITE_NAME), **_filled(context)}
        engine = get_template(template).template  # type: ignore[attr-defined]
        said = engine.render(Context(values, autoescape=False)).strip()
    subject, _line, source = said.partition("\n")
    return Written(one_line(plain_of(subject), most=150), _tidy(source))


def footer_of(topic: Topic, stop_url: str) -> str:
    """What stands below every mail, as Markdown: whose it is, and how such mails end; a preview has no such address."""
    said = _("You get this mail from %(site)s.") % {"site": literal(settings.SITE_NAME)}
    if not topic.can_be_stopped:
        return said
    words = _("No more mails on “%(topic)s”") % {"topic": literal(topic.label)}
    return f"{said}\n\n[{words}]({stop_url})" if stop_url else f"{said}\n\n{words}"


def letter(subject: str, source: str, footer: str, *, language: str) -> str:
    """The mail as a page of HTML that fetches nothing."""
    style = SafeString(STYLE)  # safe: ours
    return format_html(LETTER, language, subject, style, markup_of(source), markup_of(footer))


def site_url(path: str) -> str:
    """The full address of a page of this site.

    Raises: ValueError for anything but a path of this site.
    """
    if not path.startswith("/") or path.startswith("//") or "\\" in path:
        raise ValueError(f"A link in a mail is a path of this site, not {path!r}.")
    return settings.SITE_ADDRESS + quote(path, safe="/:?&=%-._~+,;@!$#")


def rewritten(source: str, text: str) -> str:
    """The source with other words: what was typed stands there literally, and the links of the mail stay below."""
    typed = [literal(block) for block in text.replace("\r\n", "\n").split("\n\n") if block.strip()]
    return "\n\n".join([*typed, *_links(source)])


def words_to_edit(source: str) -> str:
    """The text of a mail without its links: what may be written anew."""
    return plain_of("\n\n".join(block for block in source.split("\n\n") if not _is_link(block))).strip()


def _links(source: str) -> list[str]:
    return [block for block in source.split("\n\n") if _is_link(block)]


def _is_link(block: str) -> bool:
    return block.startswith("[") and block.endswith(")") and "](http" in block


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(name, value) for name, value in values.items()}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, Promise):
        value = str(value)
    if isinstance(value, str):
        if name.endswith("_url"):
            return site_url(value)
        return quoted(value) if name.endswith("_said") and value.strip() else literal(value)
    if isinstance(value, dict):
        return _filled(value)
    if isinstance(value, list | tuple):
        return [_value(name, entry) for entry in value]
    if isinstance(value, PLAIN_VALUES):
        return value
    raise TypeError(f"A mail is made of words, numbers and days; {name} is a {type(value).__name__}.")


def _tidy(source: str) -> str:
    """Blocks with one empty line between them, whatever the tags of the template left."""
    lines = [line.rstrip() for line in source.strip().split("\n")]
    blocks = "\n".join(lines).split("\n\n")
    return "\n\n".join(block.strip("\n") for block in blocks if block.strip())
