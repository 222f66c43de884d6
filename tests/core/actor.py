"""Somebody who acts, where no directory is needed."""

import uuid
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Somebody:
    name: str
    id: uuid.UUID = field(default_factory=uuid.uuid4)


ANNA = Somebody("Anna", uuid.UUID(int=7))
