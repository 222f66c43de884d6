"""The servers of the examples on free ports: modus as its unit starts it, nginx and Caddy in front."""

import os
import re
import shlex
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "docs" / "administrator" / "examples"
HOST = "clusters.example.org"
START_SECONDS = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def require(program: str) -> str:
    """The path of a program; the test is skipped without it, and fails where it is required."""
    found = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found:
        return found
    if os.environ.get("MODUS_REQUIRE_BROWSER"):
        pytest.fail(f"{program} is not installed, and the whole check needs it.")
    pytest.skip(f"{program} is not installed.")


def unit(name: str) -> dict[str, str]:
    """What a unit says, by name; the last of several counts."""
    lines = (EXAMPLES / name).read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def settings_of(folder: Path) -> dict[str, str]:
    """The surroundings that the unit's file gives, with nothing of the tests' own."""
    told = {
        "MODUS_SITE_ADDRESS": f"https://{HOST}",
        "MODUS_DATA_FOLDER": str(folder / "data"),
        "MODUS_BEHIND_PROXY": "yes",
        "MODUS_SECURITY_CONTACT": "mailto:security@clusters.example.org",
    }
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("MODUS_", "DJANGO_"))}
    return {**kept, **told, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}


def command_of(line: str, port: int) -> list[str]:
    """A line of a unit with this checkout's modus, on a free port."""
    words = shlex.split(line.replace("127.0.0.1:8000", f"127.0.0.1:{port}"))
    return [sys.executable, "-m", "modus.cli", *words[1:]]


@contextmanager
def running(command: list[str], folder: Path, surroundings: dict[str, str], *ports: int) -> Iterator[int]:
    """A server until it is no longer needed; its pid, once it listens on its ports."""
    with (folder / f"{Path(command[0]).name}.log").open("w+") as log:
        server = subprocess.Popen(command, env=surroundings, cwd=folder, stdout=log, stderr=log, start_new_session=True)
        try:
            for port in ports:
                _wait_for(port, server, folder / Path(log.name).name)
            yield server.pid
        finally:
            server.terminate()
            with suppress(subprocess.TimeoutExpired):
                server.wait(timeout=20)
            server.kill()


def _wait_for(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + START_SECONDS * 4
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    pytest.fail(f"Nothing listens on {port}.\n{log.read_text()[-2000:]}")


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for the example's host, signed by itself."""
    key, chain = folder / "clusters.key", folder / "clusters.pem"
    asked = f"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN={HOST}"
    subprocess.run(
        [require("openssl"), *asked.split(), "-keyout", str(key), "-out", str(chain)], check=True, capture_output=True
    )
    return chain, key


def nginx(folder: Path, behind: int) -> tuple[list[str], int, int]:
    """The command for nginx with the example, and its ports for HTTPS and HTTP."""
    secure, plain = free_port(), free_port()
    chain, key = certificate(folder)
    text = (EXAMPLES / "nginx.conf").read_text()
    text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{secure} ssl")
    text = text.replace("listen 80", f"listen 127.0.0.1:{plain}")
    text = text.replace("/etc/ssl/clusters.pem", str(chain)).replace("/etc/ssl/clusters.key", str(key))
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{behind}")
    folders = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/errors; worker_processes 1; user root;"
        f"events {{ worker_connections 2048; }} http {{ access_log off; {folders} {text} }}"
    )
    return [require("nginx"), "-c", str(folder / "nginx.conf"), "-p", str(folder)], secure, plain


def caddy(folder: Path, behind: int) -> tuple[list[str], int, int]:
    """The command for Caddy with the example, and its ports for HTTPS and HTTP."""
    secure, plain = free_port(), free_port()
    chain, key = certificate(folder)
    text = (EXAMPLES / "Caddyfile").read_text().replace("127.0.0.1:8000", f"127.0.0.1:{behind}")
    ports = f"admin off\n    http_port {plain}\n    https_port {secure}"
    text = text.replace("{\n    servers", f"{{\n    {ports}\n    servers", 1)
    text = re.sub(rf"^{HOST} {{", f"{HOST} {{\n    bind 127.0.0.1\n    tls {chain} {key}", text, flags=re.M)
    (folder / "Caddyfile").write_text(text)
    return [require("caddy"), "run", "--config", str(folder / "Caddyfile")], secure, plain


@dataclass(frozen=True)
class Answer:
    """What a server said to one request."""

    status: int
    headers: dict[str, list[str]]
    body: str

    def header(self, name: str) -> str:
        return ", ".join(self.headers.get(name.lower(), []))


def opened(port: int, *, secure: bool) -> socket.socket:
    """A connection as a browser opens it."""
    plain = socket.create_connection(("127.0.0.1", port), timeout=20)
    return believing().wrap_socket(plain, server_hostname=HOST) if secure else plain


@cache
def believing() -> ssl.SSLContext:
    """A browser that takes the example's certificate; made once, because it reads all authorities of the machine."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def said(connection: socket.socket) -> bytes:
    """All that a server says until it closes, or says nothing more."""
    got = b""
    with suppress(TimeoutError, ConnectionError, ssl.SSLError):
        while part := connection.recv(65536):
            got += part
    return got


def asked(port: int, path: str, *, secure: bool = True, body: str = "", **headers: str) -> Answer:
    """One request, and the connection closed."""
    lines = {"Host": HOST, "Connection": "close", **{name.replace("_", "-"): value for name, value in headers.items()}}
    if body:
        lines |= {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body.encode()))}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    with opened(port, secure=secure) as connection:
        connection.sendall(f"{'POST' if body else 'GET'} {path} HTTP/1.1\r\n{head}\r\n{body}".encode())
        return _read(said(connection))


def _read(raw: bytes) -> Answer:
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers: dict[str, list[str]] = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers.setdefault(name.strip().lower(), []).append(value.strip())
    return Answer(int(first.split()[1]), headers, body.decode("utf-8", "replace"))
