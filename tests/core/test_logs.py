"""Logs carry the number of the request and no secret."""

import json
import logging

import pytest
from django.test import RequestFactory

from modus.core import logs

CANARY = "kanarek-7f3a"


def record_of(message: str, *args: object, extra: dict[str, object] | None = None) -> logging.LogRecord:
    logger = logging.getLogger("modus.test")
    return logger.makeRecord(logger.name, logging.INFO, "", 0, message, args, None, extra=extra)


def said(message: str, *args: object, extra: dict[str, object] | None = None) -> dict[str, object]:
    """What a line says as JSON, after all that a handler does with it."""
    record = record_of(message, *args, extra=extra)
    assert logs.AddressFilter().filter(record)
    return dict(json.loads(logs.line_formatter(as_json=True).format(record)))


def test_a_line_bears_the_number_of_its_request() -> None:
    token = logs.request_id.set("0123456789abcdef")
    try:
        assert said("done")["request"] == "0123456789abcdef"
    finally:
        logs.request_id.reset(token)
    assert "request" not in said("done")


@pytest.mark.attack("A-91")
@pytest.mark.parametrize(
    "text",
    [
        f"password={CANARY}",
        f'{{"token": "{CANARY}"}}',
        f"Authorization: Bearer {CANARY}",
        f"Cookie: {CANARY}",
        f"csrfmiddlewaretoken={CANARY}&a=1",
        f"postgresql://modus:{CANARY}@db.example/modus",
        f"secret_key: {CANARY}",
        f"api_key='{CANARY}'",
    ],
)
def test_a_secret_in_running_text_is_hidden(text: str) -> None:
    line = said("went wrong: %s", text)
    assert CANARY not in json.dumps(line)
    assert "went wrong" in str(line["event"])


@pytest.mark.attack("A-91")
def test_what_a_secret_name_holds_is_hidden_at_any_depth() -> None:
    event = {"password": CANARY, "answer": {"session_key": CANARY, "rows": [{"otp": CANARY}]}, "page": "home:home"}
    hidden = logs.hide_secrets(None, "", event)
    assert CANARY not in json.dumps(hidden)
    assert hidden["page"] == "home:home"


@pytest.mark.attack("A-59", "A-91")
def test_a_refused_request_is_logged_by_its_page_and_not_by_its_address() -> None:
    request = RequestFactory().get(f"/account/password/reset/1-{CANARY}/")
    request.number = "0123"  # type: ignore[attr-defined]
    line = said("Not Found: %s", request.path, extra={"request": request, "status_code": 404})
    assert line["event"] == "GET no page: 404, request 0123"
    assert CANARY not in json.dumps(line)


def test_a_line_in_words_says_the_same() -> None:
    line = logs.line_formatter(as_json=False).format(record_of("done token=%s", CANARY))
    assert "done" in line
    assert CANARY not in line
