"""What /proc says of processes, and a free port."""

import signal
import socket
import sys
from pathlib import Path


def children_of(process: int) -> list[int]:
    """The processes right below one; none when it has ended."""
    try:
        return [int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []


def command_of(process: int) -> str:
    """The command line of a process; empty when it has ended, also when nobody has taken note of its end."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""


def end_gently() -> None:
    """Let SIGTERM unwind this process, so that every server is stopped and every folder removed."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))


def free_port() -> int:
    """A port of this machine at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
