"""Logs: one line for each event, as JSON or in words, with the number of the request and without secrets."""

import logging
import re
from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import Any

import structlog
from django.http import HttpRequest
from structlog.types import Processor

# The number of the request that is being answered: the page shows it, the journal keeps it.
request_id: ContextVar[str] = ContextVar("request_id", default="")
HIDDEN = "[hidden]"
SECRET_NAMES = re.compile(r"passw|secret|token|cookie|authori[sz]ation|session|csrf|api_?key|otp|recovery", re.I)
# What stands behind such a word in running text: password=…, Authorization: Bearer …, "token": "…".
# Every repeat is bounded, so that no text makes the search run for ever.
SECRET_WORDS = re.compile(
    r"""((?:passw\w{0,20}|secret\w{0,20}|token|cookie|sessionid|csrf\w{0,20}|api_?key|authori[sz]ation)["']?\s{0,3}[:=]"""
    r"""\s{0,3}["']?)((?:bearer |basic )?[^\s"'&,;]{1,2000})""",
    re.I,
)
CREDENTIALS_IN_ADDRESS = re.compile(r"(://[^\s:/@]{0,100}:)[^\s@/]{1,500}(?=@)")


def hide_secrets(_logger: object, _method: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    """Replace what a secret name holds, and what follows one in running text or inside an address."""
    return {name: HIDDEN if SECRET_NAMES.search(name) else _hidden(value) for name, value in event.items()}


def _hidden(value: Any) -> Any:
    if isinstance(value, str):
        return CREDENTIALS_IN_ADDRESS.sub(rf"\1{HIDDEN}", SECRET_WORDS.sub(rf"\1{HIDDEN}", value))
    if isinstance(value, dict):
        return hide_secrets(None, "", value)
    if isinstance(value, list | tuple):
        return [_hidden(part) for part in value]
    return value


def add_request_number(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The number that the page shows and the journal keeps, so that all three are found together."""
    number = request_id.get()
    return {**event, "request": number} if number else event


class AddressFilter(logging.Filter):
    """Django logs refused and failed requests with their path, and a path may hold a secret: say the page instead."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest):
            number = getattr(request, "number", "")
            record.msg, record.args = f"{request.method} {page_of(request)}: {_reason(record)}, request {number}", ()
        return True


def _reason(record: logging.LogRecord) -> str:
    return str(getattr(record, "status_code", "")) or record.levelname


def page_of(request: HttpRequest) -> str:
    """The name of the page that was asked for; never its address."""
    match = getattr(request, "resolver_match", None)
    return str(match.view_name) if match else "no page"


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    add_request_number,
]

IN_WORDS = structlog.dev.ConsoleRenderer(colors=False)


def line_formatter(*, as_json: bool) -> structlog.stdlib.ProcessorFormatter:
    """How a line looks: as JSON for a machine that gathers logs, or in words; the same processors for both."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            hide_secrets,
            structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else IN_WORDS,
        ],
    )


def configure() -> None:
    """Let structlog's own loggers end in the same handlers as those of the standard library."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
