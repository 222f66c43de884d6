"""What happens: every change. Each action is atomic, asks the rules and leaves a line in the journal."""

from modus.directory.actions.cluster_intake import found_cluster_with_manager, hand_over_to
from modus.directory.actions.enrolment import engage_person, enrol_member, revise_member
from modus.directory.actions.importing import import_files
from modus.directory.actions.importing.lists import load_nace
from modus.directory.actions.membership import (
    admit_member,
    change_membership,
    change_membership_kinds,
    end_membership,
    reinstate_membership,
)
from modus.directory.actions.network import found_cluster, found_network, rename_cluster, set_cluster_settings
from modus.directory.actions.organisation import correct_organisation, record_organisation
from modus.directory.actions.person import (
    correct_person,
    end_position,
    give_position,
    hand_over,
    link_account,
    record_own_person,
    record_person,
    set_password,
    unite_people,
)
from modus.directory.actions.profile import (
    accept_as_candidate,
    ask_for_changes,
    confirm_profile,
    list_from_public_sources,
    publish_profile,
    refuse_profile,
    save_profile,
    start_profile,
    submit_profile,
    withdraw_profile,
)
from modus.directory.actions.registration import register_organisation
from modus.directory.actions.request import (
    approve_request,
    ask_for_organisation,
    refuse_request,
    withdraw_request,
)
from modus.directory.actions.rule_set import (
    adopt_rule_set_version,
    check_all_profiles,
    check_cluster,
    check_profile,
    grant_waiver,
    store_check,
    withdraw_waiver,
)
from modus.directory.actions.saved_view import forget_view, keep_view
from modus.directory.actions.webhook import (
    connect_webhook,
    deliver_webhooks,
    remove_webhook,
    renew_webhook_secret,
    resume_webhook,
    show_webhook_secret,
    stop_webhook,
    test_webhook,
)

__all__ = [
    "accept_as_candidate",
    "admit_member",
    "adopt_rule_set_version",
    "approve_request",
    "ask_for_changes",
    "ask_for_organisation",
    "change_membership",
    "change_membership_kinds",
    "check_all_profiles",
    "check_cluster",
    "check_profile",
    "confirm_profile",
    "connect_webhook",
    "correct_organisation",
    "correct_person",
    "deliver_webhooks",
    "end_membership",
    "end_position",
    "engage_person",
    "enrol_member",
    "forget_view",
    "found_cluster",
    "found_cluster_with_manager",
    "found_network",
    "give_position",
    "grant_waiver",
    "hand_over",
    "hand_over_to",
    "import_files",
    "keep_view",
    "link_account",
    "list_from_public_sources",
    "load_nace",
    "publish_profile",
    "record_organisation",
    "record_own_person",
    "record_person",
    "refuse_profile",
    "refuse_request",
    "register_organisation",
    "reinstate_membership",
    "remove_webhook",
    "rename_cluster",
    "renew_webhook_secret",
    "resume_webhook",
    "revise_member",
    "save_profile",
    "set_cluster_settings",
    "set_password",
    "show_webhook_secret",
    "start_profile",
    "stop_webhook",
    "store_check",
    "submit_profile",
    "test_webhook",
    "unite_people",
    "withdraw_profile",
    "withdraw_request",
    "withdraw_waiver",
]
