"""The only way out: every request that the site itself makes to another host goes through here.

Somebody may have typed the address, so it is not trusted. The name is resolved here, every address that it has must be
public, and the connection is made to an address that was checked, so that another answer of the DNS a moment later
changes nothing. No redirects, no proxies of the environment, two ports, bounded time, a bounded answer.
"""

import ipaddress
import re
import socket
import ssl
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from urllib3 import Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from modus.core.errors import RuleBroken

PORTS = {"http": 80, "https": 443}
LARGEST_ANSWER = 64 * 1024
TIMEOUT_SECONDS = 10.0
FAILURES_UNTIL_OPEN = 5
OPEN_SECONDS = 60.0
HOSTS_REMEMBERED = 1000
# A name whose last part is a number would be read as an IPv4 address by somebody, in one of its old spellings.
ENDS_IN_NUMBER = re.compile(r"(^|\.)(\d+|0x[0-9a-f]*)\.?$", re.IGNORECASE)
HOST_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.(?!-)[a-z0-9_-]{1,63})+", re.IGNORECASE)
NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]


class AddressRefused(RuleBroken):
    """We do not call this address; one sentence for all reasons, so that nobody maps our network with it."""


class Unreachable(Exception):
    """The other host did not answer, or not in time; trying again later may help."""


@dataclass(frozen=True)
class Answer:
    """What the other host said; of a long body only the beginning."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Target:
    """An address taken apart: the host as the DNS knows it, or an address that was written as one."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def named(self) -> str:
        """The host as the Host header says it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet, also when another is hidden inside it."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        hidden = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if hidden is not None:
            return is_public(hidden)
        if address.is_site_local or address.packed[0] >> 5 != 1:
            # Global unicast is 2000::/3; everything else is local, reserved or a way to the older protocol.
            return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_loopback or address.is_link_local
    )


def is_within(host: str, domain: str) -> bool:
    """Whether a host is a domain or one below it: `a.example.org` of `example.org`, never `evil-example.org`."""
    host, domain = _dns_name(host), _dns_name(domain)
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))


def resolve_by_dns(host: str, port: int) -> list[str]:
    """The addresses of a name, as the system knows them."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable("no address") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Circuit:
    """Hosts that failed several times in a row are left alone for a while, so that nobody waits for them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._changing = threading.Lock()

    def require_closed(self, host: str) -> None:
        """Let a request through, after the rest one at a time.

        Raises: Unreachable while the host is left alone.
        """
        with self._changing:
            count, until = self._failures.get(host, (0, 0.0))
            if count < FAILURES_UNTIL_OPEN:
                return
            if self._clock() < until:
                raise Unreachable("left alone for a while after several failures")
            self._failures[host] = (count, self._clock() + OPEN_SECONDS)

    def note(self, host: str, *, is_failure: bool) -> None:
        with self._changing:
            count, _until = self._failures.pop(host, (0, 0.0))
            if is_failure:
                self._failures[host] = (count + 1, self._clock() + OPEN_SECONDS)
            while len(self._failures) > HOSTS_REMEMBERED:
                self._failures.popitem(last=False)


@dataclass(frozen=True)
class Client:
    """The client with what it depends on: who resolves names, which addresses and ports are open, who is at rest."""

    resolve: Resolve = resolve_by_dns
    may_reach: Callable[[Address], bool] = is_public
    ports: Collection[int] = frozenset(PORTS.values())
    circuit: Circuit = field(default_factory=Circuit)
    make_context: Callable[[], ssl.SSLContext] = ssl.create_default_context

    def send(
        self,
        method: str,
        url: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        timeout: float = TIMEOUT_SECONDS,
    ) -> Answer:
        """Send one request and read the beginning of its answer; everything together takes `timeout` seconds at most.

        Raises: AddressRefused for an address that we do not call; Unreachable when nobody answers in time.
        """
        target = self.target_of(url)
        self.circuit.require_closed(target.host)
        deadline = time.monotonic() + timeout
        try:
            answer = self._send(target, self._checked(target), method, body, dict(headers or {}), deadline)
        except Unreachable:
            self.circuit.note(target.host, is_failure=True)
            raise
        self.circuit.note(target.host, is_failure=False)
        return answer

    def target_of(self, url: str) -> Target:
        """Take an address apart, without asking the DNS.

        Raises: AddressRefused for everything but http and https to a proper host at an open port.
        """
        try:
            parts = urlsplit(url)
            port = parts.port or PORTS.get(parts.scheme, 0)
        except ValueError as error:
            raise _refused() from error
        host = _host_of(parts)
        is_odd = parts.scheme not in PORTS or "@" in parts.netloc or port not in self.ports
        if is_odd or not host or re.search(r"[\s\\\x00-\x1f\x7f]", url):
            raise _refused()
        literal = _literal(host)
        if (literal is not None and not self.may_reach(literal)) or not _is_listed(host):
            raise _refused()
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if not path.isascii():
            raise _refused()
        return Target(parts.scheme, host, port, path)

    def _checked(self, target: Target) -> list[str]:
        """The addresses of the host, if every one of them may be reached."""
        literal = _literal(target.host)
        found = [target.host] if literal is not None else self.resolve(target.host, target.port)
        if not found:
            raise Unreachable("no address")
        for text in found:
            address = _literal(text)
            if address is None or not self.may_reach(address):
                raise _refused()
        return found

    def _send(
        self, target: Target, addresses: list[str], method: str, body: bytes, headers: dict[str, str], deadline: float
    ) -> Answer:
        failure: Exception | None = None
        for address in addresses[:3]:
            left = deadline - time.monotonic()
            if left <= 0:
                break
            connection = self._connection(target, address, left)
            ended = threading.Timer(left, _hang_up, [connection])
            ended.start()
            try:
                connection.connect()
                connection.sock.settimeout(max(deadline - time.monotonic(), 0.1))
            except (HTTPError, OSError) as error:
                failure = error
                ended.cancel()
                connection.close()
                continue
            try:
                answer = _exchange(connection, target, method, body, headers)
                if time.monotonic() >= deadline:
                    # Hung up on in the middle: what was read until then looks like an answer and is none.
                    raise Unreachable("too slow")
                return answer
            except (HTTPError, OSError, ValueError) as error:
                # Never tried at the next address: the request may have arrived.
                raise Unreachable(type(error).__name__) from error
            finally:
                ended.cancel()
                connection.close()
        raise Unreachable("no answer") from failure

    def _connection(self, target: Target, address: str, seconds: float) -> HTTPConnection:
        wait = Timeout(connect=min(seconds, TIMEOUT_SECONDS / 2), read=seconds)
        if target.scheme == "http":
            return HTTPConnection(address, target.port, timeout=wait.connect_timeout)
        return HTTPSConnection(
            address,
            target.port,
            timeout=wait.connect_timeout,
            ssl_context=self.make_context(),
            server_hostname=target.host,
            assert_hostname=target.host,
        )


def _exchange(connection: HTTPConnection, target: Target, method: str, body: bytes, headers: dict[str, str]) -> Answer:
    own = {"Host": target.named, "User-Agent": "modus", "Accept-Encoding": "identity", "Connection": "close"}
    connection.request(method, target.path, body=body or None, headers={**headers, **own}, preload_content=False)
    response = connection.getresponse()
    parts, length = [], 0
    while length < LARGEST_ANSWER:
        part = response.read1(LARGEST_ANSWER - length, decode_content=False)
        if not part:
            break
        parts.append(part)
        length += len(part)
    return Answer(response.status, dict(response.headers), b"".join(parts)[:LARGEST_ANSWER])


def _hang_up(connection: HTTPConnection) -> None:
    """End a conversation that lasts too long, at whatever point it is."""
    held = connection.sock
    if held is not None:
        try:
            held.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it has ended meanwhile


def _host_of(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if _literal(host) is not None:
        return host
    name = _dns_name(host)
    return name if HOST_NAME.fullmatch(name) and not ENDS_IN_NUMBER.search(name) and len(name) <= 253 else ""


def _dns_name(host: str) -> str:
    """A name as the DNS knows it: small letters, without the last dot, other alphabets in their ASCII form."""
    try:
        return host.removesuffix(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""


def _literal(host: str) -> Address | None:
    """An address that is written as one, in its only proper spelling."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return None if isinstance(address, ipaddress.IPv6Address) and address.scope_id else address


def _is_listed(host: str) -> bool:
    """Whether the operator lets the site call this host: any, unless there is a list."""
    return not settings.OUTBOUND_HOSTS or any(is_within(host, domain) for domain in settings.OUTBOUND_HOSTS)


def _refused() -> AddressRefused:
    return AddressRefused(_("This address cannot be called from here. Give a public https:// address."), field="url")


_client = Client()
send = _client.send
target_of = _client.target_of
