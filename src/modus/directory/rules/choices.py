"""What can be chosen, as codes: for doors that read codes instead of forms."""

from modus.directory.models import PROFILE_TYPES, MembershipKind, OrganisationKind, Role, SizeClass, Visibility

ORGANISATION_KINDS = tuple(OrganisationKind.values)
MEMBERSHIP_KINDS = tuple(MembershipKind.values)
SIZE_CLASSES = tuple(SizeClass.values)
ROLES = tuple(Role.values)
MEMBER_ROLES = (Role.REPRESENTATIVE.value, Role.COLLEAGUE.value)
TEAM_ROLES = (Role.MANAGER.value, Role.STAFF.value)
CIRCLES = tuple(Visibility.values)
TYPES_OF_PROFILES = tuple(PROFILE_TYPES)
