"""The examples of the administrator guide do what the guide says: units, nginx and Caddy, started for real."""

import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.deployment.servers import (
    EXAMPLES,
    HOST,
    asked,
    caddy,
    command_of,
    free_port,
    nginx,
    opened,
    require,
    running,
    said,
    settings_of,
    unit,
)

UNITS = ("modus.service", "modus-web.service", "modus-worker.service")
HALF_OPEN = 200


@dataclass(frozen=True)
class Site:
    """A site behind a server in front: ports for HTTPS and HTTP, that of modus itself, and its process."""

    secure: int
    plain: int
    behind: int
    pid: int


@pytest.fixture(scope="module")
def modus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int]]:
    """modus as its unit for the pages starts it; its port and its process."""
    folder, port = tmp_path_factory.mktemp("modus"), free_port()
    surroundings = settings_of(folder)
    migrate = command_of(unit("modus.service")["ExecStartPre"], port)
    subprocess.run(migrate, env=surroundings, cwd=folder, check=True)
    command = command_of(unit("modus-web.service")["ExecStart"], port)
    with running(command, folder, surroundings, port) as pid:
        yield port, pid


@pytest.fixture(scope="module", params=[nginx, caddy], ids=["nginx", "caddy"])
def site(
    request: pytest.FixtureRequest, modus: tuple[int, int], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("front")
    command, secure, plain = request.param(folder, modus[0])
    surroundings = {"PATH": "/usr/sbin:/usr/bin:/bin", "HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    with ExitStack() as stack:
        stack.enter_context(running(command, folder, surroundings, secure, plain))
        yield Site(secure, plain, *modus)


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_is_one_that_systemd_takes(name: str, tmp_path: Path) -> None:
    """Paths of the example are put where something is; everything else is as it stands."""
    text = (EXAMPLES / name).read_text().replace("/srv/modus/venv/bin/modus", "/bin/true")
    (tmp_path / name).write_text(text)
    told = subprocess.run(
        [require("systemd-analyze"), "verify", str(tmp_path / name)], capture_output=True, text=True, check=False
    )
    complaints = [line for line in told.stderr.splitlines() if name in line and "modus.env" not in line]
    assert complaints == []


def test_a_page_comes_by_https_and_says_so(site: Site) -> None:
    answer = asked(site.secure, "/directory/")
    assert answer.status == 200
    assert answer.header("Strict-Transport-Security").startswith("max-age=31536000")
    assert "default-src 'none'" in answer.header("Content-Security-Policy")
    assert asked(site.plain, "/directory/", secure=False).status in {301, 308}


@pytest.mark.attack("A-58")
def test_cookies_are_bound_to_the_host_and_to_https(site: Site) -> None:
    cookies = asked(site.secure, "/account/sign-in/").headers["set-cookie"]
    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        assert {"secure", "httponly", "path=/"} <= {part.strip().lower() for part in cookie.split(";")}
        assert "samesite=lax" in cookie.lower()


@pytest.mark.fault("F-44")
def test_the_health_is_asked_from_the_machine_itself(site: Site) -> None:
    assert asked(site.behind, "/health/ready", secure=False).body == "ready\n"
    assert asked(site.secure, "/health/ready").body == "ready\n"


@pytest.mark.attack("A-57")
def test_another_host_gets_nothing(site: Site) -> None:
    strange = asked(site.secure, "/", Host="evil.example")
    assert strange.status >= 400 or strange.body == ""
    assert asked(site.behind, "/", secure=False, Host="evil.example", X_Forwarded_Proto="https").status == 400


@pytest.mark.attack("A-83", "A-84")
def test_forged_addresses_do_not_hide_who_tries(site: Site) -> None:
    """Eleven tries at one account, each with other forwarding headers: the last one is told to wait."""
    statuses = []
    for number in range(12):
        forged = f"203.0.113.{number}"
        page = asked(site.secure, "/account/sign-in/", X_Forwarded_For=forged)
        cookie = page.headers["set-cookie"][0].partition(";")[0]
        token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.body)[0]
        answer = asked(
            site.secure,
            "/account/sign-in/",
            body=f"csrfmiddlewaretoken={token}&login=nobody-{site.secure}%40people.example&password=wrong-password-{number}",
            Cookie=cookie,
            Referer=f"https://{HOST}/account/sign-in/",
            X_Forwarded_For=forged,
            Forwarded=f"for={forged}",
            X_Real_IP=forged,
        )
        statuses.append(answer.status)
    assert statuses[0] == 422
    assert statuses[-1] == 429


HIDDEN = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
FRAMED = {
    "two lengths": "Content-Length: 4\r\nContent-Length: 40\r\n\r\nabcd",
    "length and chunks": f"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{HIDDEN}",
    "odd chunks": "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunks twice": "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "a negative length": "Content-Length: -1\r\n\r\n",
    "a length with a sign": "Content-Length: +4\r\n\r\nabcd",
    "a blank in a name": "Content-Length : 4\r\n\r\nabcd",
    "a chunk without end": f"Transfer-Encoding: chunked\r\n\r\n{'f' * 40}\r\nx\r\n0\r\n\r\n",
}


@pytest.mark.attack("A-106")
@pytest.mark.parametrize("what", FRAMED)
def test_two_messages_in_one_are_never_taken_apart_wrongly(what: str, site: Site) -> None:
    """Such a message is refused or read as one; whatever stands behind it never reaches modus as a part of it."""
    with opened(site.secure, secure=True) as connection:
        connection.settimeout(3)
        connection.sendall(f"POST /directory/ HTTP/1.1\r\nHost: {HOST}\r\n{FRAMED[what]}".encode())
        first = said(connection)
    statuses = re.findall(rb"HTTP/1\.1 (\d+)", first)
    assert b"smuggled" not in first
    assert set(statuses[:1]) <= {b"400", b"403", b"405", b"501", b"502"}, (what, statuses)
    assert first.lower().count(b"x-request-id") <= 1
    assert asked(site.secure, "/directory/").status == 200


@pytest.mark.fault("F-16")
def test_requests_that_never_end_keep_nobody_waiting(site: Site) -> None:
    """Two hundred half requests are open while others are answered; the server in front ends them by itself."""
    half: list[socket.socket] = []
    try:
        for _ in range(HALF_OPEN):
            connection = opened(site.secure, secure=True)
            connection.sendall(f"GET / HTTP/1.1\r\nHost: {HOST}\r\nX-Slow: ".encode())
            half.append(connection)
        assert [asked(site.secure, "/directory/").status for _ in range(10)] == [200] * 10
        time.sleep(11)
        assert said_nothing_more(half[0])
    finally:
        for connection in half:
            connection.close()


def said_nothing_more(connection: socket.socket) -> bool:
    connection.settimeout(15)
    rest = said(connection)
    return rest == b"" or b" 408 " in rest


@pytest.mark.attack("A-109")
def test_modus_listens_at_one_port_of_the_machine_itself(modus: tuple[int, int]) -> None:
    """Of the whole tree of processes nothing else can be reached, and not from outside."""
    port, pid = modus
    assert listening(pid) == {("127.0.0.1", port)}


def listening(pid: int) -> set[tuple[str, int]]:
    """Where a process and its children listen, as the kernel tells."""
    inodes = set()
    for child in family(pid):
        for link in Path(f"/proc/{child}/fd").iterdir():
            found = re.fullmatch(r"socket:\[(\d+)\]", str(link.readlink()))
            inodes |= {found[1]} if found else set()
    told = set()
    for table, family_of_addresses in (("tcp", socket.AF_INET), ("tcp6", socket.AF_INET6)):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A" and words[9] in inodes:
                host, number = words[1].split(":")
                told.add((address_of(host, family_of_addresses), int(number, 16)))
    return told


def address_of(host: str, family_of_addresses: int) -> str:
    words = bytes.fromhex(host)
    turned = b"".join(words[i : i + 4][::-1] for i in range(0, len(words), 4))
    return socket.inet_ntop(family_of_addresses, turned)


def family(pid: int) -> list[int]:
    """A process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in family(int(child)))]
