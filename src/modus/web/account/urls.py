"""Addresses of this folder; allauth finds its own pages by their names."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from modus.web.account import tokens, views

own = (
    [
        path("", views.person, name="person"),
        path("tokens/", tokens.token_list, name="token-list"),
        path("tokens/new/", tokens.token_create, name="token-create"),
        path("tokens/<uuid:machine_token>/revoke/", tokens.token_revoke, name="token-revoke"),
    ],
    "account",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(own)),
    path("sign-in/", views.sign_in, name="account_login"),
    path("sign-out/", views.sign_out, name="account_logout"),
    path("sign-up/", views.sign_up, name="account_signup"),
    path("inactive/", views.inactive, name="account_inactive"),
    path("address/", views.address_sent, name="account_email_verification_sent"),
    re_path(r"^address/(?P<key>[-:\w]+)/$", views.address_confirm, name="account_confirm_email"),
    path("password/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/sent/", views.password_reset_sent, name="account_reset_password_done"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_key,
        name="account_reset_password_from_key",
    ),
    path("prove/", views.prove, name="account_reauthenticate"),
]
