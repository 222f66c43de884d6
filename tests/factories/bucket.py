"""A small storage that speaks enough of the protocol of S3: put, get, head, delete and list, on this machine alone."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

BUCKET = "modus-test"


class Bucket(ThreadingHTTPServer):
    """The server; `objects` maps keys to bytes, `age` makes them look older, `is_full` refuses to write."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.objects: dict[str, bytes] = {}
        self.signatures: list[str] = []
        self.age = timedelta(0)
        self.is_full = False

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def options(self) -> dict[str, object]:
        """What the settings make of MODUS_FILES_…"""
        return {
            "bucket_name": BUCKET,
            "endpoint_url": self.address,
            "access_key": "key",
            "secret_key": "secret",
            "region_name": "eu-central-1",
            "location": "",
        }


class Handler(BaseHTTPRequestHandler):
    server: Bucket
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        """Say nothing."""

    @property
    def key(self) -> str:
        return unquote(urlsplit(self.path).path).removeprefix(f"/{BUCKET}").lstrip("/")

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.server.signatures.append(self.headers.get("Authorization", ""))
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def fault(self, status: int, code: str) -> None:
        self.answer(status, f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode())

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.is_full:
            self.fault(507, "QuotaExceeded")
            return
        self.server.objects[self.key] = body
        self.answer(200, ETag=f'"{hashlib.md5(body).hexdigest()}"')  # noqa: S324  the protocol's own mark

    def do_GET(self) -> None:
        if not self.key:
            self.list_objects()
            return
        body = self.server.objects.get(self.key)
        if body is None:
            self.fault(404, "NoSuchKey")
            return
        changed = format_datetime(datetime.now(UTC) - self.server.age, usegmt=True)
        self.answer(200, body, Last_Modified=changed, ETag=f'"{hashlib.md5(body).hexdigest()}"')  # noqa: S324

    do_HEAD = do_GET  # noqa: N815  named by the class above

    def do_DELETE(self) -> None:
        self.server.objects.pop(self.key, None)
        self.answer(204)

    def list_objects(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        prefix, delimiter = asked.get("prefix", [""])[0], asked.get("delimiter", [""])[0]
        names = sorted(key for key in self.server.objects if key.startswith(prefix))
        rest = [name[len(prefix) :] for name in names]
        folders = sorted({part.partition(delimiter)[0] for part in rest if delimiter and delimiter in part})
        files = [prefix + part for part in rest if not (delimiter and delimiter in part)]
        entries = "".join(f"<Contents><Key>{escape(name)}</Key><Size>1</Size></Contents>" for name in files)
        entries += "".join(
            f"<CommonPrefixes><Prefix>{escape(prefix + folder)}/</Prefix></CommonPrefixes>" for folder in folders
        )
        body = f"<ListBucketResult><IsTruncated>false</IsTruncated>{entries}</ListBucketResult>"
        self.answer(200, body.encode(), Content_Type="application/xml")


@contextmanager
def running() -> Iterator[Bucket]:
    """A bucket for the time of a test."""
    server = Bucket()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
