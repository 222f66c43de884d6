"""The two errors that an action may raise: doors turn them into 403 and 422."""

from dataclasses import dataclass


class NotAllowed(Exception):
    """The acting person may not do this."""


class RuleBroken(Exception):
    """What was asked for breaks a rule; `field` names the input that has to change, if one does."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Conflict(RuleBroken):
    """Somebody else changed it since it was read: nothing was written, so that nothing is overwritten unseen."""


@dataclass(frozen=True)
class Fault:
    """What is wrong at one place of an input file; `row` counts as a spreadsheet does, the header being row 1."""

    file: str
    row: int
    column: str
    reason: str

    def __str__(self) -> str:
        place = f"row {self.row}" + (f", column {self.column}" if self.column else "")
        return f"{self.file}, {place}: {self.reason}"


class FaultyInput(RuleBroken):
    """An input file is wrong; every fault is named and nothing was changed."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults
