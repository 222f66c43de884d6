"""Who calls: the person behind a token, confined to its scope, as far as her rights of today still reach there."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables
from ninja.security import HttpBearer

from modus.api import limiting
from modus.api.audience import admit
from modus.api.errors import NoToken
from modus.api.reading import read_body
from modus.core import tokens
from modus.core.errors import NotAllowed
from modus.core.time import today
from modus.directory import queries
from modus.directory.queries import accounts

if TYPE_CHECKING:
    from modus.core.tokens import Token


class TokenBearer(HttpBearer):
    """A token in the header `Authorization: Bearer modus_…`; nowhere else, and no cookie."""

    @sensitive_variables("token")
    def authenticate(self, request: HttpRequest, token: str) -> "Token":
        """Find the token and its person.

        Raises: NoToken when it is unknown, revoked or expired, its account is closed, or its place is hers no more;
        NotAllowed when it does not include the operation or its owner owes a second factor; TooMany; Unreadable for a
        body that cannot be read.
        """
        found = tokens.token_behind(token)
        person = queries.person_of(found.user) if found else None
        if found is None or person is None:
            raise NoToken
        limiting.spend_by_token(found)
        if accounts.owes_second_factor(person, on=today()):
            raise NotAllowed
        person.token = found
        rights = queries.rights_of(person, on=today())
        if found.scope_id is not None and not (rights.clusters or rights.offices):
            raise NoToken
        tokens.note_use(found)
        request.auth = found  # type: ignore[attr-defined]
        request.person, request.rights = person, rights  # type: ignore[attr-defined]
        match = request.resolver_match
        admit(request, request.declared, match.kwargs if match else {})  # type: ignore[arg-type,attr-defined]
        request.body_read = read_body(request)  # type: ignore[attr-defined]
        return found


bearer = TokenBearer()
