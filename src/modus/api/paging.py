"""Pages of lists: bounded, by key, with the address of the next one in the answer and in its `Link` header."""

from collections.abc import Sequence
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from ninja import Schema
from pydantic import ConfigDict, Field

T = TypeVar("T")
MOST_PER_PAGE = 100
USUAL_PER_PAGE = 50
Limit = Annotated[int, Field(ge=1, le=MOST_PER_PAGE, description="How many at most on one page.")]
After = Annotated[UUID | None, Field(description="The id behind which the page begins; from `next`.")]


class Asked(Schema):
    """What can be asked of a list."""

    model_config = ConfigDict(extra="forbid")


class PageAsked(Asked):
    """Which page of a list, and how long."""

    limit: Limit = USUAL_PER_PAGE
    after: After = None


class Page(Schema, Generic[T]):
    """One page; `total` counts what the filters leave where it is known, `next` is the address of the next page."""

    items: list[T]
    total: int | None = None
    next: str | None = None


def page_of(
    request: HttpRequest, rows: Sequence[Any], *, last: UUID | None, has_next: bool, total: int | None = None
) -> dict[str, Any]:
    """A page of rows that the answer shows; `last` is the key of the last one."""
    following = _following(request, last) if has_next and last else None
    if following:
        request.said["Link"] = f'<{following}>; rel="next"'  # type: ignore[attr-defined]
    return {"items": list(rows), "total": total, "next": following}


def _following(request: HttpRequest, last: UUID) -> str:
    """The same question from the last row on, at the configured address whatever the request says of its host."""
    said = [(name, value) for name, values in request.GET.lists() if name != "after" for value in values]
    return f"{settings.SITE_ADDRESS}{request.path}?{urlencode([*said, ('after', str(last))])}"
