"""The trace of a failure, without what must not be kept: addresses, passwords, tokens."""

import re
from traceback import format_exception

LONGEST = 6000
SECRETS = (
    (re.compile(r"://[^/\s:@]+:[^@\s]+@"), "://…@"),
    (re.compile(r"(?i)\b(bearer|basic)\s+\S+"), r"\1 …"),
    (re.compile(r"(?i)\b([\w-]*(?:password|passwd|secret|token|api[_-]?key)[\w-]*['\"]?\s*[=:]\s*)\S+"), r"\1…"),
    (re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+\.[a-zA-Z]{2,}"), "…@…"),
    (re.compile(r"\b[A-Za-z0-9_\-]{40,}\b"), "…"),
)


def scrubbed_trace(error: BaseException) -> str:
    """The last lines of the traceback, cleaned."""
    return scrub("".join(format_exception(error)))[-LONGEST:]


def scrub(text: str) -> str:
    """Take out what identifies or opens something."""
    for pattern, instead in SECRETS:
        text = pattern.sub(instead, text)
    return text
