"""The open data: what it is, and the whole public directory as CSV and JSON, sent while it is read."""

import json
from collections.abc import Iterator
from datetime import date

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from modus.core.time import now, today
from modus.directory.queries.open_data import field_labels, open_records
from modus.directory.queries.profiles import listed_profiles
from modus.web.public import described, open_table
from modus.web.ui.audience import Audience, audience
from modus.web.ui.tables import csv_lines


@audience(Audience.EVERYBODY)
def open_data(request: HttpRequest) -> HttpResponse:
    context = {"total": listed_profiles(on=today()).count(), "fields": field_labels()}
    return render(request, "public/open_data.html", context)


@audience(Audience.EVERYBODY)  # type: ignore[arg-type]
def open_data_csv(request: HttpRequest) -> StreamingHttpResponse:
    rows = (open_table.row_of(record) for record in open_records(on=today()))
    lines = csv_lines(open_table.COLUMNS, rows)
    return _download(("\ufeff" if n == 0 else "") + line for n, line in enumerate(lines))


@audience(Audience.EVERYBODY)  # type: ignore[arg-type]
def open_data_json(request: HttpRequest) -> StreamingHttpResponse:
    return _download(_json_parts(on=today()), "json", "application/json")


def _json_parts(*, on: date) -> Iterator[str]:
    head = {"licence": described.LICENCE, "generated_at": now().isoformat(timespec="seconds")}
    yield json.dumps(head)[:-1] + ', "records": [\n'
    for n, record in enumerate(open_records(on=on)):
        yield (",\n" if n else "") + json.dumps(described.as_data(record), ensure_ascii=False)
    yield "\n]}\n"


def _download(parts: Iterator[str], ending: str = "csv", kind: str = "text/csv") -> StreamingHttpResponse:
    """Everybody may fetch it from everywhere: there is nothing in it that depends on who asks."""
    return StreamingHttpResponse(
        (part.encode() for part in parts),
        content_type=f"{kind}; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="directory-{today():%Y-%m-%d}.{ending}"',
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
        },
    )
