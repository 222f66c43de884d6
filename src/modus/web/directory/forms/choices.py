"""Choices with their labels, as lists and forms show them."""

from modus.directory.models import MembershipKind, OrganisationKind, Role, SizeClass
from modus.directory.models.organisation import COMPANY_KINDS

TYPES = dict(OrganisationKind.choices)
KINDS = dict(MembershipKind.choices)
SIZES = dict(SizeClass.choices)
COMPANIES = COMPANY_KINDS
SMALLEST = (OrganisationKind.MICRO, OrganisationKind.SMALL)
ROLES = dict(Role.choices)
MEMBER_ROLES = {role: ROLES[role] for role in (Role.REPRESENTATIVE, Role.COLLEAGUE)}
TEAM_ROLES = {role: ROLES[role] for role in (Role.MANAGER, Role.STAFF)}
