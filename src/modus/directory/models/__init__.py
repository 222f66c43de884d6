"""What is: the tables of the directory."""

from modus.directory.models.file_kinds import EVIDENCE, LOGO
from modus.directory.models.invitation import Invitation, InvitationState
from modus.directory.models.membership import Commitment, Membership, MembershipKind, Position, Role, active_on
from modus.directory.models.network import Cluster, ClusterSlug, Network
from modus.directory.models.organisation import COMPANY_KINDS, Organisation, OrganisationKind, SizeClass
from modus.directory.models.person import Person, SavedView
from modus.directory.models.profile import FieldNote, Profile, ProfileStatus, ProfileTerm, Visibility
from modus.directory.models.profile_types import PROFILE_TYPES, Field, ProfileType, profile_type
from modus.directory.models.request import JoinRequest, RequestKind, RequestStatus
from modus.directory.models.rule_set import Measure, Rule, RuleSet, ValidationResult, Waiver
from modus.directory.models.taxonomy import Place, Taxonomy, Term, TermChange

__all__ = [
    "COMPANY_KINDS",
    "EVIDENCE",
    "LOGO",
    "PROFILE_TYPES",
    "Cluster",
    "ClusterSlug",
    "Commitment",
    "Field",
    "FieldNote",
    "Invitation",
    "InvitationState",
    "JoinRequest",
    "Measure",
    "Membership",
    "MembershipKind",
    "Network",
    "Organisation",
    "OrganisationKind",
    "Person",
    "Place",
    "Position",
    "Profile",
    "ProfileStatus",
    "ProfileTerm",
    "ProfileType",
    "RequestKind",
    "RequestStatus",
    "Role",
    "Rule",
    "RuleSet",
    "SavedView",
    "SizeClass",
    "Taxonomy",
    "Term",
    "TermChange",
    "ValidationResult",
    "Visibility",
    "Waiver",
    "active_on",
    "profile_type",
]
