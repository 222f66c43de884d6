"""Addresses of this folder; allauth finds its own pages by their names."""

from django.urls import URLPattern, URLResolver, include, path

from modus.web.account import mails, tokens
from modus.web.account.views import address, invitation, leaving, mailed, person, second_factor, sessions, signing, sso

own = (
    [
        path("", person.person, name="person"),
        path("mail/", mails.mail, name="mail"),
        path("mail/stop/<str:signed>/", mails.mail_stop, name="mail-stop"),
        path("mails/", mails.mail_list, name="mail-list"),
        path("mails/<uuid:mail>/", mails.mail_detail, name="mail-detail"),
        path("mails/caused/<slug:act>/", mails.mail_act, name="mail-act"),
        path("mails/caused/<slug:act>/call-back/", mails.mail_call_back, name="mail-call-back"),
        path("address/", address.address, name="address"),
        path("positions/<uuid:position>/leave/", leaving.position_leave, name="position-leave"),
        path("close/", leaving.close, name="close"),
        path("provider/link/", sso.provider_link, name="provider-link"),
        path("provider/unlink/", sso.provider_unlink, name="provider-unlink"),
        path("sessions/", sessions.sessions, name="sessions"),
        path("sessions/end/", sessions.session_end, name="session-end"),
        path("sessions/end-others/", sessions.sessions_end, name="sessions-end"),
        path("second-factor/", second_factor.second_factor, name="second-factor"),
        path("second-factor/app/", second_factor.app_add, name="app-add"),
        path("second-factor/passkey/", second_factor.passkey_add, name="passkey-add"),
        path("second-factor/remove/", second_factor.factor_remove, name="factor-remove"),
        path("second-factor/codes/", second_factor.recovery_codes, name="recovery-codes"),
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
    path("link/", mailed.link_sent, name="account_link_sent"),
    path("link/<slug:key>/", mailed.link, name="account_link"),
    path("invitation/", invitation.invitation, name="account_invitation"),
    path("invitation/opened/", invitation.invitation_opened, name="account_invitation_opened"),
    path("invitation/switch/", invitation.invitation_switch, name="account_invitation_switch"),
    path("invitation/mail/", invitation.invitation_mail, name="account_invitation_mail"),
    path("invitation/<slug:key>/", invitation.invitation_link, name="account_invitation_link"),
    path("address/confirm/", address.address_confirm, name="account_address_confirm"),
    path("address/undo/", address.address_undo, name="account_address_undo"),
    path("provider/", sso.sso_sign_in, name="account_sso_sign_in"),
    path("provider/return/", sso.sso_return, name="openid_connect_callback"),
    path("inactive/", signing.inactive, name="account_inactive"),
    path("password/", signing.password_change, name="account_change_password"),
    path("password/set/", signing.password_set, name="account_set_password"),
    path("password/reset/", mailed.password_reset, name="account_reset_password"),
    path("password/new/", mailed.new_password, name="account_new_password"),
    path("prove/", signing.prove, name="account_reauthenticate"),
    path("prove/code/", signing.prove_by_code, name="mfa_reauthenticate"),
    path("prove/passkey/", signing.prove_by_passkey, name="mfa_reauthenticate_webauthn"),
    path("sign-in/second/", signing.second_step, name="mfa_authenticate"),
    path("sign-in/passkey/", signing.sign_in_passkey, name="mfa_login_webauthn"),
]
