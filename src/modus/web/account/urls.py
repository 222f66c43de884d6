"""Addresses of this folder; allauth finds its own pages by their names."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from modus.web.account import mails, views

own = (
    [
        path("", views.person, name="person"),
        path("mail/", mails.mail, name="mail"),
        path("mail/stop/<str:signed>/", mails.mail_stop, name="mail-stop"),
        path("mails/", mails.mail_list, name="mail-list"),
        path("mails/<uuid:mail>/", mails.mail_detail, name="mail-detail"),
        path("mails/caused/<slug:act>/", mails.mail_act, name="mail-act"),
        path("mails/caused/<slug:act>/call-back/", mails.mail_call_back, name="mail-call-back"),
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
