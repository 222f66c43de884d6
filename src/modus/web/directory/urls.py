"""Addresses of a cluster's space."""

from django.urls import path

from modus.web.directory.views import (
    enrolment,
    home,
    invitations,
    members,
    outbox,
    people,
    saved_views,
    settings,
    team,
    webhooks,
)

app_name = "directory"
MEMBER = "members/<uuid:membership>/"
PERSON = "people/<uuid:person>/"
MAIL = "outbox/<uuid:mail>/"

urlpatterns = [
    path("", home.home, name="home"),
    path("members/", members.member_list, name="member-list"),
    path("members/new/", enrolment.member_create, name="member-create"),
    path("members/duplicates/", enrolment.member_duplicates, name="member-duplicates"),
    path("members/export/<slug:format>", members.member_export, name="member-export"),
    path("members/bulk/", members.member_bulk, name="member-bulk"),
    path(MEMBER, members.member_detail, name="member-detail"),
    path(f"{MEMBER}edit/", members.member_edit, name="member-edit"),
    path(f"{MEMBER}end/", members.membership_end, name="membership-end"),
    path(f"{MEMBER}reinstate/", members.membership_reinstate, name="membership-reinstate"),
    path(f"{MEMBER}kind/", members.membership_kind, name="membership-kind"),
    path("people/", people.person_list, name="person-list"),
    path("people/new/", people.person_create, name="person-create"),
    path("people/export/<slug:format>", people.person_export, name="person-export"),
    path(PERSON, people.person_detail, name="person-detail"),
    path(f"{PERSON}edit/", people.person_edit, name="person-edit"),
    path(f"{PERSON}positions/new/", people.position_create, name="position-create"),
    path(f"{PERSON}positions/<uuid:position>/end/", people.position_end, name="position-end"),
    path("views/<slug:which>/new/", saved_views.saved_view_create, name="saved-view-create"),
    path("views/<uuid:view>/delete/", saved_views.saved_view_delete, name="saved-view-delete"),
    path("colours.css", settings.colours, name="colours"),
    path("settings/", settings.settings, name="settings"),
    path("settings/rename/", settings.cluster_rename, name="cluster-rename"),
    path("settings/team/", team.team, name="team"),
    path("settings/team/invite/", invitations.invitation_create, name="invitation-create"),
    path(
        "settings/team/invitations/<uuid:invitation>/resend/", invitations.invitation_resend, name="invitation-resend"
    ),
    path(
        "settings/team/invitations/<uuid:invitation>/revoke/", invitations.invitation_revoke, name="invitation-revoke"
    ),
    path("settings/team/<uuid:position>/end/", team.team_position_end, name="team-position-end"),
    path("settings/team/hand-over/", team.hand_over, name="hand-over"),
    path("profile/", home.profile, name="profile"),
    path("outbox/", outbox.outbox, name="outbox"),
    path(MAIL, outbox.outbox_mail, name="outbox-mail"),
    path(f"{MAIL}edit/", outbox.outbox_edit, name="outbox-edit"),
    path(f"{MAIL}hold/", outbox.outbox_hold, name="outbox-hold"),
    path(f"{MAIL}call-back/", outbox.outbox_call_back, name="outbox-call-back"),
    path(f"{MAIL}send-again/", outbox.outbox_send_again, name="outbox-send-again"),
    path("settings/webhooks/", webhooks.webhook_list, name="webhook-list"),
    path("settings/webhooks/<uuid:webhook>/", webhooks.webhook_detail, name="webhook-detail"),
    path("settings/webhooks/<uuid:webhook>/change/", webhooks.webhook_change, name="webhook-change"),
    path("settings/webhooks/<uuid:webhook>/secret/", webhooks.webhook_secret, name="webhook-secret"),
]
