"""A small mail server for drills and tests: it takes letters over SMTP, and fails where it is told to."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass(frozen=True)
class Letter:
    """What arrived: to whom the envelope was addressed, and the message."""

    to: list[str]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)  # type: ignore[return-value]


@dataclass
class MailServer:
    """Letters that arrived; `trouble` decides for each step (RCPT, DATA, END) what to answer, or how to break off."""

    letters: list[Letter] = field(default_factory=list)
    trouble: Callable[[str, str], str] = lambda step, address: ""
    port: int = 0
    changing: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, letter: Letter) -> None:
        with self.changing:
            self.letters.append(letter)


class Conversation(socketserver.StreamRequestHandler):
    """One connection. Trouble is a line of reply, "drop" (the connection ends) or "hang" (no answer comes)."""

    timeout = 30

    def handle(self) -> None:
        self.say("220 test")
        self.to: list[str] = []
        while line := self.rfile.readline().decode("ascii", "replace").strip():
            verb = line[:4].upper()
            if verb == "QUIT":
                self.say("221 bye")
                return
            if not self.step(verb, line):
                return

    def step(self, verb: str, line: str) -> bool:
        if verb == "RCPT":
            address = line.partition("<")[2].partition(">")[0]
            return self.answer("RCPT", address, "250 ok", then=lambda: self.to.append(address))
        if verb == "DATA":
            return self.answer("DATA", ",".join(self.to), "354 go on") and (self.refused or self.data())
        if verb in {"MAIL", "RSET"}:
            self.to = []
        self.say("250 ok")
        return True

    def data(self) -> bool:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line[1:] if line.startswith(b"..") else line)
        letter = Letter(list(self.to), b"".join(lines))
        return self.answer("END", ",".join(self.to), "250 taken", then=lambda: self.mail_server.keep(letter))

    def answer(self, step: str, address: str, usual: str, then: Callable[[], None] = lambda: None) -> bool:
        """Answer as usual or as trouble wants; "taken, drop" takes the letter and says nothing any more."""
        trouble = self.mail_server.trouble(step, address)
        self.refused = bool(trouble)
        if trouble in {"", "taken, drop"}:
            then()
        if trouble == "hang":
            self.rfile.readline()
            return False
        if trouble in {"drop", "taken, drop"}:
            return False
        self.say(trouble or usual)
        return True

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    @property
    def mail_server(self) -> MailServer:
        return self.server.mail_server  # type: ignore[attr-defined]


class Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, mail_server: MailServer) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.mail_server = mail_server

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed breaks off: that is what the drill is about."""


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A server on a free port of this machine."""
    server = MailServer()
    with Listener(server) as listener:
        server.port = listener.server_address[1]
        thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown()
            thread.join()
