"""The one way out: only public addresses, checked when the connection is made; held against real listeners."""

import ipaddress
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from modus.core import outbound
from modus.core.outbound import AddressRefused, Circuit, Client, Unreachable, is_public, is_within

HERE = "127.0.0.1"
PUBLIC = ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "1.1.1.1", "8.8.8.8"]
NOT_PUBLIC = [
    *(
        "127.0.0.1",
        "127.255.255.254",
        str(ipaddress.IPv4Address(0)),
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
    ),
    *("169.254.169.254", "100.64.0.1", "100.127.255.255", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1"),
    *("203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1", "100::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "2002:7f00:1::", "2002:a00:1::"),
    *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1", "2001:0:4136:e378:8000:63bf:80ff:fffe"),
]


class Listener(HTTPServer):
    """A server that remembers what it was asked and answers as it is told."""

    def __init__(self, answer: Callable[[BaseHTTPRequestHandler], None]) -> None:
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args: Any) -> None:
                """Say nothing."""

            def do_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                listener.asked.append((self.command, self.path, dict(self.headers), body))
                try:
                    answer(self)
                except OSError:
                    self.close_connection = True

            do_GET = do_POST = do_any  # noqa: N815  as the library wants them

        super().__init__((HERE, 0), Handler)
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


def reply(status: int = 200, body: bytes = b"fine", **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@pytest.fixture
def listen() -> Iterator[Callable[..., Listener]]:
    running: list[Listener] = []

    def start(answer: Callable[[BaseHTTPRequestHandler], None] | None = None) -> Listener:
        running.append(Listener(answer or reply()))
        return running[-1]

    yield start
    for listener in running:
        listener.shutdown()
        listener.server_close()


def client(listener: Listener, *answers: list[str], **more: Any) -> Client:
    """A client for which the listener's address counts as public, and that gets these answers from the DNS in turn."""
    left = list(answers) or [[HERE]]

    def resolve(host: str, port: int) -> list[str]:
        return left.pop(0) if len(left) > 1 else left[0]

    may = more.pop("may_reach", lambda address: address == ipaddress.ip_address(HERE) or is_public(address))
    return Client(resolve=resolve, may_reach=may, ports={80, 443, listener.port}, **more)


def test_a_request_arrives_with_its_name_body_and_headers(listen: Callable[..., Listener]) -> None:
    listener = listen()
    answer = client(listener).send(
        "POST", f"http://Hooks.Example.ORG.:{listener.port}/in?a=b", body=b"{}", headers={"X-Id": "1"}
    )
    assert (answer.status, answer.body) == (200, b"fine")
    method, path, headers, body = listener.asked[0]
    assert (method, path, body, headers["X-Id"]) == ("POST", "/in?a=b", b"{}", "1")
    assert headers["Host"] == f"hooks.example.org:{listener.port}"


@pytest.mark.attack("A-61")
@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_what_is_not_public_is_not_called(address: str, listen: Callable[..., Listener]) -> None:
    """Neither written as an address nor behind a name, nor as one of several addresses of a name."""
    assert not is_public(ipaddress.ip_address(address))
    strict = Client(resolve=lambda host, port: [PUBLIC[0], address])
    literal = f"[{address}]" if ":" in address else address
    for url in (f"http://{literal}/", f"https://{literal}/", "http://hooks.example.org/"):
        with pytest.raises(AddressRefused):
            strict.send("POST", url, timeout=1)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_known(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.attack("A-62")
@pytest.mark.parametrize(
    "url",
    [
        *("http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/", "http://127.1/", "http://0x7f.0.0.1/"),
        *("http://017700000001/", "http://127.0.0.1./", "http://1.1.1.0x1/", "http://[::ffff:7f00:1]/", "http://0/"),
        *("http://user@hooks.example.org/", "http://user:pass@hooks.example.org/", "http://@hooks.example.org/"),
        *("ftp://hooks.example.org/", "file:///etc/passwd", "gopher://hooks.example.org/", "javascript:alert(1)"),
        *("http://hooks.example.org:22/", "http://hooks.example.org:8000/", "https://hooks.example.org:99999/"),
        *(
            "http://localhost/",
            "http://intranet/",
            "http:///",
            "http://",
            "",
            "//hooks.example.org/",
            "hooks.example.org",
        ),
        *("http://hooks.example.org\\@127.0.0.1/", "http://hooks.example.org /", "http://hooks.exa\nmple.org/"),
        *(
            "http://[fe80::1%25eth0]/",
            "http://①②⑦.⓪.⓪.①/",
            "http://127。0。0。1/",
            "http://-a.example/",
            "http://a..example/",
        ),
        *("http://hooks.example.org/\r\nX: y", "http://hooks.example.org/ä"),
    ],
)
def test_odd_spellings_schemes_and_ports_are_refused_without_asking_anybody(url: str) -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise AssertionError(f"{host} was looked up")

    with pytest.raises(AddressRefused):
        Client(resolve=resolve).send("POST", url, timeout=1)


@pytest.mark.attack("A-62")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status: int, listen: Callable[..., Listener]) -> None:
    inner = listen()
    outer = listen(reply(status, Location=f"http://{HERE}:{inner.port}/secret"))
    answer = client(outer).send("POST", f"http://hooks.example.org:{outer.port}/")
    assert (answer.status, inner.asked) == (status, [])


@pytest.mark.attack("A-63", "A-64")
def test_another_answer_of_the_dns_after_the_check_changes_nothing(listen: Callable[..., Listener]) -> None:
    """Looked up once; what was checked is what is connected to; a private answer next time is refused."""
    listener = listen()
    asking = client(listener, [HERE], ["10.0.0.1"])
    url = f"http://hooks.example.org:{listener.port}/"
    assert asking.send("POST", url).status == 200
    with pytest.raises(AddressRefused):
        asking.send("POST", url)
    assert len(listener.asked) == 1


@pytest.mark.attack("A-65")
@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        ("example.org", True),
        ("EXAMPLE.org.", True),
        ("a.b.example.org", True),
        ("evil-example.org", False),
        ("example.org.evil.tld", False),
        ("xample.org", False),
        ("exаmple.org", False),  # with a Cyrillic letter
        ("org", False),
        ("", False),
    ],
)
def test_a_list_of_hosts_ends_at_its_dots(
    host: str, is_ours: bool, settings: Any, listen: Callable[..., Listener]
) -> None:
    assert is_within(host, "example.org") is is_ours
    settings.OUTBOUND_HOSTS = ["Example.org"]
    listener = listen()
    if is_ours:
        assert client(listener).send("GET", f"http://{host}:{listener.port}/").status == 200
    else:
        with pytest.raises(AddressRefused):
            client(listener).send("GET", f"http://{host}:{listener.port}/")


def test_the_environment_names_no_proxy(listen: Callable[..., Listener], monkeypatch: pytest.MonkeyPatch) -> None:
    proxy, listener = listen(), listen()
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://{HERE}:{proxy.port}")
    client(listener).send("GET", f"http://hooks.example.org:{listener.port}/")
    assert (len(listener.asked), proxy.asked) == (1, [])


def test_a_long_answer_is_read_to_its_bound(listen: Callable[..., Listener]) -> None:
    listener = listen(reply(body=b"x" * (outbound.LARGEST_ANSWER * 4)))
    assert client(listener).send("GET", f"http://hooks.example.org:{listener.port}/").body == b"x" * 64 * 1024


@pytest.mark.parametrize("way", ["silent", "dripping headers", "dripping body"])
def test_who_dawdles_is_hung_up_on(way: str, listen: Callable[..., Listener]) -> None:
    """The whole conversation has one bound, however slowly and steadily somebody speaks."""
    ended = threading.Event()

    def dawdle(handler: BaseHTTPRequestHandler) -> None:
        text = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" if way == "dripping body" else b"HTTP/1.1 200 OK\r\n"
        if way != "silent":
            handler.wfile.write(text)
        for _moment in range(100):
            if ended.wait(0.05):
                return
            if way != "silent":
                handler.wfile.write(b"X: y\r\n" if way == "dripping headers" else b"x")

    listener = listen(dawdle)
    began = time.monotonic()
    with pytest.raises(Unreachable):
        client(listener).send("GET", f"http://hooks.example.org:{listener.port}/", timeout=0.5)
    ended.set()
    assert time.monotonic() - began < 3


def test_a_broken_connection_and_a_name_without_address_are_no_answer(listen: Callable[..., Listener]) -> None:
    listener = listen(lambda handler: handler.connection.close())
    for asking in (client(listener), client(listener, [])):
        with pytest.raises(Unreachable):
            asking.send("GET", f"http://hooks.example.org:{listener.port}/", timeout=2)


def test_a_certificate_of_somebody_else_is_no_answer(listen: Callable[..., Listener]) -> None:
    """Whoever speaks no proper TLS for the name that was asked is not given the request."""
    listener = listen()
    with pytest.raises(Unreachable):
        client(listener).send("POST", f"https://hooks.example.org:{listener.port}/", body=b"secret", timeout=2)
    assert listener.asked == []


@pytest.mark.fault("F-33")
def test_a_host_that_failed_five_times_is_left_alone_and_tried_again_later(listen: Callable[..., Listener]) -> None:
    """Nobody waits for a host that is down."""
    moment, asked = [0.0], [0]

    def resolve(host: str, port: int) -> list[str]:
        asked[0] += 1
        raise Unreachable("no address")

    listener = listen()
    down = Client(resolve=resolve, ports={listener.port}, circuit=Circuit(lambda: moment[0]))
    for _time in range(8):
        with pytest.raises(Unreachable):
            down.send("GET", f"http://down.example.org:{listener.port}/")
    assert asked[0] == outbound.FAILURES_UNTIL_OPEN
    moment[0] += outbound.OPEN_SECONDS + 1
    for _time in range(3):
        with pytest.raises(Unreachable):
            down.send("GET", f"http://down.example.org:{listener.port}/")
    assert asked[0] == outbound.FAILURES_UNTIL_OPEN + 1
    with pytest.raises(Unreachable):
        down.send("GET", f"http://other.example.org:{listener.port}/")
    assert asked[0] == outbound.FAILURES_UNTIL_OPEN + 2


@pytest.mark.parametrize(
    ("url", "scheme", "host", "port", "path", "named"),
    [
        ("https://A.Example.", "https", "a.example", 443, "/", "a.example"),
        ("http://a.example/x?y=1#z", "http", "a.example", 80, "/x?y=1", "a.example"),
        ("http://a.example:443/", "http", "a.example", 443, "/", "a.example:443"),
        ("https://a.example:80?b", "https", "a.example", 80, "/?b", "a.example:80"),
        ("https://[2606:2800:220:1::1]/", "https", "2606:2800:220:1::1", 443, "/", "[2606:2800:220:1::1]"),
        ("https://[2606:2800:220:1::1]:80/", "https", "2606:2800:220:1::1", 80, "/", "[2606:2800:220:1::1]:80"),
        ("https://1.1.1.1/", "https", "1.1.1.1", 443, "/", "1.1.1.1"),
        ("https://bücher.example/", "https", "xn--bcher-kva.example", 443, "/", "xn--bcher-kva.example"),
        (f"https://{'a' * 63}.example/", "https", f"{'a' * 63}.example", 443, "/", f"{'a' * 63}.example"),
    ],
)
def test_an_address_is_taken_apart_as_the_dns_and_the_header_say_it(
    url: str, scheme: str, host: str, port: int, path: str, named: str
) -> None:
    target = outbound.target_of(url)
    assert (target.scheme, target.host, target.port, target.path, target.named) == (scheme, host, port, path, named)


LABEL = "a" * 61
LONG_NAMES = {length: ".".join([*[LABEL] * 3, "b" * (length - 3 * 62 - 8), "example"]) for length in (253, 254)}


@pytest.mark.attack("A-61", "A-62")
@pytest.mark.parametrize(
    "url",
    [
        f"https://{LONG_NAMES[254]}/",
        f"https://{'a' * 64}.example/",
        "https://-a.example/",
        "https://a.-b.example/",
        "https://a..example/",
        "https://example/",
        "https://a.example/é",
        "https://a.example/\x7f",
        "https://a.example/\\x",
        "https://a.example:8080/",
        "https://a.example:99999/",
        "https://u@a.example/",
        "//a.example/",
        "https:///x",
        "https://[fe80::1%25eth0]/",
        "https://[2606:2800:220:1::1%25eth0]/",
        "https://a.1/",
        "https://a.0x/",
    ],
)
def test_an_address_that_is_none_is_refused_in_one_sentence(url: str) -> None:
    with pytest.raises(AddressRefused, match="This address cannot be called from here") as refusal:
        outbound.target_of(url)
    assert refusal.value.field == "url"


def test_the_longest_name_of_the_dns_is_a_name() -> None:
    assert outbound.target_of(f"https://{LONG_NAMES[253]}/").host == LONG_NAMES[253]
    assert len(LONG_NAMES[253]) == 253


def test_a_host_is_asked_as_a_stranger_would_be_and_says_only_what_it_was_told(
    listen: Callable[..., Listener],
) -> None:
    listener = listen(reply(201, b"made", **{"X-Answer": "yes"}))
    given = {"Host": "evil.example", "User-Agent": "x", "X-Own": "1"}
    answer = client(listener).send("GET", f"http://a.example:{listener.port}/x", headers=given)
    method, path, headers, body = listener.asked[0]
    assert (method, path, body) == ("GET", "/x", b"")
    assert headers == {
        "Host": f"a.example:{listener.port}",
        "User-Agent": "modus",
        "Accept-Encoding": "identity",
        "Connection": "close",
        "X-Own": "1",
    }
    assert (answer.status, answer.headers["X-Answer"], answer.body) == (201, "yes", b"made")


def test_the_next_address_is_tried_where_nobody_listens_and_never_after_the_request_went_out(
    listen: Callable[..., Listener],
) -> None:
    listener = listen()
    nobody = "::1"
    reach = {"may_reach": lambda address: address.is_loopback}
    assert (
        client(listener, [nobody, nobody, HERE], **reach).send("GET", f"http://a.example:{listener.port}/").status
        == 200
    )
    with pytest.raises(Unreachable, match="no answer"):
        client(listener, [nobody] * 3 + [HERE], **reach).send("GET", f"http://a.example:{listener.port}/")
    broken = listen(lambda handler: handler.connection.close())
    with pytest.raises(Unreachable):
        client(broken, [HERE, HERE], **reach).send("POST", f"http://a.example:{broken.port}/", timeout=2)
    assert len(broken.asked) == 1


def test_a_success_closes_the_account_of_failures_and_only_the_last_thousand_hosts_are_remembered() -> None:
    circuit = Circuit(lambda: 0.0)
    for _time in range(outbound.FAILURES_UNTIL_OPEN - 1):
        circuit.note("a.example", is_failure=True)
    circuit.require_closed("a.example")
    circuit.note("a.example", is_failure=False)
    for _time in range(outbound.FAILURES_UNTIL_OPEN - 1):
        circuit.note("a.example", is_failure=True)
    circuit.require_closed("a.example")
    circuit.note("a.example", is_failure=True)
    with pytest.raises(Unreachable, match="left alone"):
        circuit.require_closed("a.example")
    for number in range(outbound.HOSTS_REMEMBERED - 1):
        circuit.note(f"h{number}.example", is_failure=True)
    with pytest.raises(Unreachable):
        circuit.require_closed("a.example")
    circuit.note("one-more.example", is_failure=True)
    circuit.require_closed("a.example")


def test_a_host_rests_until_its_minute_is_over_and_then_takes_one_at_a_time() -> None:
    moment = [0.0]
    circuit = Circuit(lambda: moment[0])
    for _time in range(outbound.FAILURES_UNTIL_OPEN):
        circuit.note("a.example", is_failure=True)
    moment[0] = outbound.OPEN_SECONDS - 0.1
    with pytest.raises(Unreachable):
        circuit.require_closed("a.example")
    moment[0] = outbound.OPEN_SECONDS
    circuit.require_closed("a.example")
    with pytest.raises(Unreachable):
        circuit.require_closed("a.example")
    moment[0] = 2 * outbound.OPEN_SECONDS
    circuit.require_closed("a.example")


def test_the_system_is_asked_for_each_address_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(0, 0, 0, "", (address, 443)) for address in ("1.1.1.1", "8.8.8.8", "1.1.1.1")]
    monkeypatch.setattr("socket.getaddrinfo", lambda host, port, type: found)
    assert outbound.resolve_by_dns("a.example", 443) == ["1.1.1.1", "8.8.8.8"]

    def fail(host: str, port: int, type: int) -> None:
        raise OSError

    monkeypatch.setattr("socket.getaddrinfo", fail)
    with pytest.raises(Unreachable, match="no address"):
        outbound.resolve_by_dns("a.example", 443)


@pytest.mark.parametrize(
    ("host", "domain", "within"),
    [
        ("a.example", "a.example", True),
        ("b.a.example.", "A.example", True),
        ("ba.example", "a.example", False),
        ("example", "a.example", False),
        ("a.example", "", False),
        ("", "", False),
        ("a..example", "a..example", False),
    ],
)
def test_a_host_lies_within_a_domain_or_not(host: str, domain: str, within: bool) -> None:
    assert is_within(host, domain) is within


@pytest.mark.parametrize("address", ["64:ff9b::808:808", "::ffff:8.8.8.8", "2002:808:808::1"])
def test_an_address_that_hides_another_is_what_it_hides(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))
