"""The examples of the developer guide work as they stand there."""

import json
import re
import shlex
from collections.abc import Iterator

import pytest

from modus.directory.models import Cluster, Membership, Person
from tests.api.calling import call
from tests.factories.tokens import token_of
from tests.house.source import ROOT, text_of

GUIDE = ROOT / "docs" / "developer" / "api.md"
EXAMPLE = re.compile(r"^(curl .*?)   # (\d{3})$", re.M)


def examples() -> Iterator[tuple[str, int]]:
    for block in re.findall(r"```sh\n(.*?)```", text_of(GUIDE), re.S):
        yield from ((words, int(status)) for words, status in EXAMPLE.findall(block))


def run(words: str, secret: str) -> int:
    """A line of curl, as far as the guide uses it."""
    said = [part.replace("$MODUS", "").replace("$TOKEN", secret) for part in shlex.split(words)][1:]
    method, headers, body, address = "GET", {}, "", ""
    while said:
        part = said.pop(0)
        if part == "-X":
            method = said.pop(0)
        elif part == "-H":
            name, _colon, value = said.pop(0).partition(": ")
            headers[name.replace("-", "_").lower()] = value
        elif part == "-d":
            body = said.pop(0)
        else:
            address = part
    headers.pop("content_type", None)
    answer = call(method, address, "", json.loads(body) if body else None, **headers)
    return answer.status_code


@pytest.mark.row("P3")
@pytest.mark.django_db
def test_the_examples_of_the_guide_answer_as_it_says(cluster: Cluster, manager: Person) -> None:
    _token, secret = token_of(manager, cluster)
    seen = [(words, run(words, secret)) for words, _status in examples()]
    assert seen == list(examples())
    assert len(seen) >= 7
    assert Membership.objects.within(cluster=cluster).count() == 1
