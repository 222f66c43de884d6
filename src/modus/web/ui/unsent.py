"""Forms whose sender was signed out meanwhile: what she sent is kept behind the sign-in and shown to her again.

Nothing is lost and nothing is done: after signing in the form stands there as it was sent, and waits for another press.
It works without JavaScript. Only what comes from a form that was given to an account is kept, and only that account
sees it again, whoever signs in at this browser.
"""

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, QueryDict

from modus.core.drafts import LARGEST, SECRET
from modus.web.ui.once import FORM_KEY, owner_of

IN_SESSION = "unsent"


def keep_unsent(request: HttpRequest) -> None:
    """Keep what an account sent after its session had ended, in the new session of the same browser."""
    owner = owner_of(request.POST.get(FORM_KEY, ""))
    if request.method != "POST" or owner is None:
        return
    values = [(name, said) for name, said in request.POST.lists() if not SECRET.search(name)]
    if len(json.dumps(values)) <= LARGEST:
        request.session[IN_SESSION] = {"address": request.get_full_path(), "owner": str(owner), "values": values}


def take_unsent(request: HttpRequest) -> QueryDict | None:
    """What this account sent to this address when it was signed out; it is given once."""
    kept: dict[str, Any] | None = request.session.get(IN_SESSION)
    if kept is None or request.method != "GET" or kept["address"] != request.get_full_path():
        return None
    del request.session[IN_SESSION]
    if UUID(kept["owner"]) != request.user.pk:
        return None
    data = QueryDict(mutable=True)
    for name, said in kept["values"]:
        data.setlist(name, said)
    return data
