"""Addresses of a network's office."""

from django.urls import path

from modus.web.network import clusters, outbox, requests, review, rule_sets, views, webhooks

app_name = "network"
PROFILE = "profiles/<uuid:profile>/"
CLUSTER = "clusters/<slug:cluster>/"
MAIL = "outbox/<uuid:mail>/"

urlpatterns = [
    path("", views.home, name="home"),
    path("profiles/", review.profile_list, name="profile-list"),
    path(PROFILE, review.profile_review, name="profile-review"),
    path(f"{PROFILE}decide/", review.profile_decide, name="profile-decide"),
    path(f"{PROFILE}waivers/new/", review.waiver_create, name="waiver-create"),
    path(f"{PROFILE}waivers/<uuid:waiver>/withdraw/", review.waiver_withdraw, name="waiver-withdraw"),
    path("clusters/", clusters.cluster_list, name="cluster-list"),
    path("clusters/new/", clusters.cluster_create, name="cluster-create"),
    path(f"{CLUSTER}hand-over/", clusters.cluster_hand_over, name="cluster-hand-over"),
    path("requests/", requests.request_list, name="request-list"),
    path("requests/<uuid:join_request>/decide/", requests.request_decide, name="request-decide"),
    path("rules/", rule_sets.rule_set_list, name="rule-set-list"),
    path("rules/<slug:rule_set>/", rule_sets.rule_set_detail, name="rule-set-detail"),
    path("rules/<slug:rule_set>/check/", rule_sets.rule_set_check, name="rule-set-check"),
    path("outbox/", outbox.outbox, name="outbox"),
    path(MAIL, outbox.outbox_mail, name="outbox-mail"),
    path(f"{MAIL}edit/", outbox.outbox_edit, name="outbox-edit"),
    path(f"{MAIL}hold/", outbox.outbox_hold, name="outbox-hold"),
    path(f"{MAIL}call-back/", outbox.outbox_call_back, name="outbox-call-back"),
    path(f"{MAIL}send-again/", outbox.outbox_send_again, name="outbox-send-again"),
    path("webhooks/", webhooks.webhook_list, name="webhook-list"),
    path("webhooks/<uuid:webhook>/", webhooks.webhook_detail, name="webhook-detail"),
    path("webhooks/<uuid:webhook>/change/", webhooks.webhook_change, name="webhook-change"),
    path("webhooks/<uuid:webhook>/secret/", webhooks.webhook_secret, name="webhook-secret"),
]
