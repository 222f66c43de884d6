"""Who may: rights follow from positions and memberships that are active today; no query here."""

from modus.directory.rules.areas import AREAS
from modus.directory.rules.criteria import (
    Facts,
    Outcome,
    PassportState,
    evaluate,
    failing_since,
    is_valid,
    passport_state,
    plain,
)
from modus.directory.rules.profiles import (
    can_decide_on_profile,
    can_edit_profile,
    can_read_evidence,
    can_see_field,
    circle_of,
)
from modus.directory.rules.rights import (
    Rights,
    Standing,
    can_appoint_people,
    can_decide_on_request,
    can_edit_organisation,
    can_end_for_all,
    can_enter,
    can_manage_cluster,
    can_manage_members,
    can_run_network,
    narrowed_to,
    reach_of_appointment,
)
from modus.directory.rules.values import (
    clean_value,
    is_asked,
    nace_code,
    nuts_fits_country,
)

__all__ = [
    "AREAS",
    "Facts",
    "Outcome",
    "PassportState",
    "Rights",
    "Standing",
    "can_appoint_people",
    "can_decide_on_profile",
    "can_decide_on_request",
    "can_edit_organisation",
    "can_edit_profile",
    "can_end_for_all",
    "can_enter",
    "can_manage_cluster",
    "can_manage_members",
    "can_read_evidence",
    "can_run_network",
    "can_see_field",
    "circle_of",
    "clean_value",
    "evaluate",
    "failing_since",
    "is_asked",
    "is_valid",
    "nace_code",
    "narrowed_to",
    "nuts_fits_country",
    "passport_state",
    "plain",
    "reach_of_appointment",
]
