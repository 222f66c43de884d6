"""What an API is sent is read once: JSON of bounded length and depth, and nothing that was not declared."""

import json
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.test import RequestFactory

from modus.api.errors import Unreadable
from modus.api.reading import DEEPEST, LONGEST_BODY, ReadParser, read_body, require_declared, require_no_body
from modus.core.errors import RuleBroken

pytestmark = [pytest.mark.attack("A-102")]


def sent(body: bytes, content_type: str = "application/json") -> Any:
    return RequestFactory().post("/", body, content_type=content_type)


def asked(query: str) -> Any:
    return RequestFactory().get(f"/?{query}")


def nested(depth: int, inner: Any = 1) -> Any:
    for _level in range(depth):
        inner = [inner]
    return inner


@pytest.mark.parametrize(
    "value",
    [
        {"a": 1},
        [],
        "x",
        None,
        nested(DEEPEST),
        {"a": nested(DEEPEST - 1)},
        {"a": {"b": "é"}},
        json.loads("[" * 8 + "]" * 8),
    ],
)
def test_plain_json_is_read_as_it_was_sent(value: Any) -> None:
    assert read_body(sent(json.dumps(value).encode())) == value


def test_no_body_is_nothing_whatever_it_says_it_is() -> None:
    assert read_body(sent(b"", "text/plain")) is None


def test_a_body_of_the_longest_length_is_read() -> None:
    text = "x" * (LONGEST_BODY - 2)
    assert read_body(sent(json.dumps(text).encode())) == text


@pytest.mark.parametrize(
    ("body", "content_type", "status", "words"),
    [
        (b'"' + b"x" * (LONGEST_BODY - 1) + b'"', "application/json", 413, "too long"),
        (b"{}", "text/plain", 415, "Send the body as application/json"),
        (b"{", "application/json", 400, "The body is no JSON"),
        (b"NaN", "application/json", 400, "The body is no JSON"),
        (b"[Infinity]", "application/json", 400, "The body is no JSON"),
        (b"\xff", "application/json", 400, "The body is no JSON"),
        (b"[" * 100_000, "application/json", 400, "The body is no JSON"),
        (json.dumps(nested(DEEPEST + 1)).encode(), "application/json", 400, "nested too deeply"),
        (json.dumps({"a": nested(DEEPEST)}).encode(), "application/json", 400, "nested too deeply"),
        (b'["\\u0000"]', "application/json", 400, "a letter in the body that cannot be stored"),
        (b'{"\\ud800": 1}', "application/json", 400, "a letter in the body that cannot be stored"),
        (b'{"a": ["\\udfff"]}', "application/json", 400, "a letter in the body that cannot be stored"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(
    body: bytes, content_type: str, status: int, words: str
) -> None:
    with pytest.raises(Unreadable, match=words) as refused:
        read_body(sent(body, content_type))
    assert refused.value.status == status


def test_a_body_that_the_server_stops_reading_is_too_long() -> None:
    class Request:
        content_type = "application/json"

        @property
        def body(self) -> bytes:
            raise RequestDataTooBig

    with pytest.raises(Unreadable, match="too long") as refused:
        read_body(Request())  # type: ignore[arg-type]
    assert refused.value.status == 413


@pytest.mark.parametrize(("said", "field"), [({"a" * 61: 1, "b": 2}, "a" * 60), ([1], None), ("x", None)])
def test_an_operation_that_takes_nothing_is_told_nothing(said: Any, field: str | None) -> None:
    request = asked("")
    request.body_read = said
    with pytest.raises(RuleBroken, match="There is no such field here") as refused:
        require_no_body(request)
    assert refused.value.field == field


def test_an_operation_that_takes_nothing_takes_an_empty_body() -> None:
    for said in (None, {}, []):
        request = asked("")
        request.body_read = said
        require_no_body(request)
    require_no_body(asked(""))


def test_declared_parameters_are_taken_once_or_often() -> None:
    require_declared(asked("a=1&b=2&b=3&b=\ue000"), once=["a"], many=["b"])
    require_declared(asked(""), once=["a"], many=[])


@pytest.mark.parametrize(
    ("query", "words", "field"),
    [
        ("c=1", "no such parameter", "c"),
        (f"{'c' * 61}=1", "no such parameter", "c" * 60),
        ("a=1&a=1", "Say this once", "a"),
        ("a=%00", "a letter in it that cannot be stored", "a"),
        ("b=1&b=%00", "a letter in it that cannot be stored", "b"),
    ],
)
def test_what_was_not_declared_is_refused_by_name(query: str, words: str, field: str) -> None:
    with pytest.raises(RuleBroken, match=words) as refused:
        require_declared(asked(query), once=["a"], many=["b"])
    assert refused.value.field == field


def test_the_framework_gets_what_was_read_when_the_call_was_admitted() -> None:
    request = asked("")
    request.body_read = {"a": 1}
    assert ReadParser().parse_body(request) == {"a": 1}
