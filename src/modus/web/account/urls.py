"""Addresses of this folder; allauth finds its own pages by their names."""

from django.urls import URLPattern, URLResolver, include, path

from modus.web.account import tokens
from modus.web.account.views import mailed, person, signing

own = (
    [
        path("", person.person, name="person"),
        path("tokens/", tokens.token_list, name="token-list"),
        path("tokens/new/", tokens.token_create, name="token-create"),
        path("tokens/<uuid:machine_token>/revoke/", tokens.token_revoke, name="token-revoke"),
    ],
    "account",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(own)),
    path("sign-in/", signing.sign_in, name="account_login"),
    path("sign-in/link/", mailed.sign_in_link, name="account_sign_in_link"),
    path("sign-in/confirm/", mailed.sign_in_confirm, name="account_sign_in_confirm"),
    path("sign-out/", signing.sign_out, name="account_logout"),
    path("sign-up/", mailed.sign_up, name="account_signup"),
    path("sign-up/finish/", mailed.sign_up_finish, name="account_sign_up_finish"),
    path("mail/", mailed.link_sent, name="account_link_sent"),
    path("mail/<slug:key>/", mailed.link, name="account_link"),
    path("inactive/", signing.inactive, name="account_inactive"),
    path("password/", signing.password_change, name="account_change_password"),
    path("password/set/", signing.password_set, name="account_set_password"),
    path("password/reset/", mailed.password_reset, name="account_reset_password"),
    path("password/new/", mailed.new_password, name="account_new_password"),
    path("prove/", signing.prove, name="account_reauthenticate"),
]
