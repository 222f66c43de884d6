"""Who an address and a password belong to."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth import get_user_model

from modus.algorithms.addresses import canonical_address


class Backend(AuthenticationBackend):
    """Looks an account up by its one address, with one statement whether or not there is one."""

    def _authenticate_by_email(self, email: str, password: str) -> Any:
        user = get_user_model().objects.filter(email=canonical_address(email)).first()
        return self._check_password(user, password)
