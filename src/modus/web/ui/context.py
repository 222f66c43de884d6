"""What the frame around every page shows: where the person is and where she can go."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from modus.web.ui.pictures import Picture


@dataclass(frozen=True)
class Entry:
    """One way to go: a label in words, the address and an icon beside the words."""

    label: str
    url: str
    icon: str = ""
    is_current: bool = False
    count: int = 0


@dataclass(frozen=True)
class Frame:
    """The picture around a page; `place` is public, person, space or office."""

    place: str = "public"
    title: str = ""
    subtitle: str = ""
    entries: list[Entry] = field(default_factory=list)
    spaces: list[Entry] = field(default_factory=list)
    person_name: str = ""
    stylesheet: str = ""
    logo: Picture | None = None

    @property
    def quick(self) -> list[Entry]:
        """What the bar of a phone shows beside home and search; names of places are too long for it."""
        return self.entries[-2:] if self.place == "person" else self.entries[1:4]


def frame(request: HttpRequest) -> dict[str, object]:
    """Give the template its frame, made only when the template asks for it."""
    make: Callable[[], Frame] = getattr(request, "make_frame", Frame)
    return {"frame": SimpleLazyObject(make), "site_name": settings.SITE_NAME}
