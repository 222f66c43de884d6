"""Public pages kept for the next visitor while nothing happens: the journal tells when something did."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from threading import Lock
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from modus.core.journal import newest_number
from modus.core.time import today

View = Callable[..., HttpResponse]
PAGES_MAX = 200
# Two acts may end in another order than their numbers say; so a page is never kept longer than this.
SECONDS_MAX = 60


@dataclass(frozen=True)
class _Page:
    stamp: tuple[object, ...]
    made_at: float
    content: bytes
    headers: dict[str, str]


_pages: OrderedDict[tuple[object, ...], _Page] = OrderedDict()
_changing = Lock()


def kept_while_nothing_happens(view: View) -> View:
    """Answer visitors without an account with the page of the visitor before, if no act was done and no day passed.

    Every act leaves a line in the journal within its transaction, so that one question tells whether a page still
    holds. Not in development and tests, where rows change without acts.
    """

    @wraps(view)
    def kept(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if settings.GUARD_READS or request.method != "GET" or settings.SESSION_COOKIE_NAME in request.COOKIES:
            return view(request, **kwargs)
        key = (request.get_host(), request.get_full_path(), get_language(), "HX-Request" in request.headers)
        stamp = (newest_number(), today())
        page = _pages.get(key)
        if page is not None and page.stamp == stamp and time.monotonic() - page.made_at < SECONDS_MAX:
            return HttpResponse(page.content, headers=page.headers)
        response = view(request, **kwargs)
        if response.status_code == 200 and not response.streaming and not response.cookies:
            _keep(key, _Page(stamp, time.monotonic(), response.content, dict(response.headers)))
        return response

    return kept


def forget_all() -> None:
    """Let every page be made anew."""
    with _changing:
        _pages.clear()


def _keep(key: tuple[object, ...], page: _Page) -> None:
    with _changing:
        _pages[key] = page
        _pages.move_to_end(key)
        while len(_pages) > PAGES_MAX:
            _pages.popitem(last=False)
