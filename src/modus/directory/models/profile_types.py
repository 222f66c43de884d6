"""The types of profiles as data: which fields each has, who sees them unless told otherwise, and how they are read."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TEXT, LONG_TEXT, NUMBER, DECIMAL, LINK, MAIL, PHONE, YEAR, DAY, TERMS, CODES, COUNTRY, COUNTRIES, REGION, PICTURE = (
    "text",
    "long-text",
    "number",
    "decimal",
    "link",
    "mail",
    "phone",
    "year",
    "day",
    "terms",
    "codes",
    "country",
    "countries",
    "region",
    "picture",
)


@dataclass(frozen=True)
class Field:
    """One field of a profile type; `kind` decides how it is read and shown, `taxonomy` where its codes come from."""

    name: str
    label: str | Promise
    kind: str = TEXT
    group: str = "identity"
    help: str | Promise = ""
    visibility: str = "public"
    is_required: bool = False
    taxonomy: str = ""
    longest: int = 200
    eu_only: bool = False


@dataclass(frozen=True)
class ProfileType:
    """A type of profile: its code, its name and its fields in order."""

    code: str
    label: str | Promise
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)


GROUPS = {
    "identity": _("Identity"),
    "contact": _("Contact"),
    "composition": _("Members"),
    "focus": _("Focus"),
    "organisation": _("Organisation"),
    "offer": _("Offer and search"),
    "transition": _("Green and digital"),
}

COUNTRY_FIELD = Field(
    "country", _("Country"), COUNTRY, is_required=True, help=_("The country decides which fields and rules apply.")
)
IDENTITY = (
    COUNTRY_FIELD,
    Field("name", _("Name"), is_required=True),
    Field("name_english", _("Name in English")),
    Field("short_name", _("Short name"), longest=60),
    Field("legal_form", _("Legal form"), longest=60),
    Field("founded", _("Year of set-up"), YEAR),
    Field("city", _("Place"), longest=120),
    Field("nuts", _("Region"), REGION, taxonomy="nuts", help=_("The NUTS 2024 code of the seat, such as CZ064.")),
    Field("website", _("Website"), LINK),
    Field("website_english", _("English website"), LINK, help=_("A page in English that shows what you do.")),
    Field("description", _("Description"), LONG_TEXT, longest=2000),
    Field("logo", _("Logo"), PICTURE),
)
CONTACT = (
    Field("mailbox", _("Mailbox"), MAIL, "contact", help=_("A shared mailbox, not a person's address.")),
    Field("phone", _("Telephone of the organisation"), PHONE, "contact", longest=40),
    Field("languages", _("Languages"), TEXT, "contact"),
)
ECOSYSTEMS = Field("ecosystems", _("Industrial ecosystems"), TERMS, "focus", taxonomy="ecosystem")
TECHNOLOGIES = Field("technologies", _("Technology fields"), TERMS, "focus", taxonomy="technology")
ACTIVITIES = Field(
    "nace",
    _("Industries (NACE Rev. 2.1)"),
    CODES,
    "focus",
    taxonomy="nace",
    help=_("Codes separated by commas, such as 26.70, 72.10."),
)
TOPIC = Field("topic", _("Topic"), TEXT, "focus")
KEYWORDS = Field("keywords", _("Keywords"), TEXT, "focus", longest=500)

CLUSTER_COMPOSITION = (
    Field("members_as_of", _("Members counted in"), TEXT, "composition", help=_("A year and month, such as 2026-10.")),
    Field(
        "members_scope",
        _("What was counted"),
        TEXT,
        "composition",
        help=_("Organisations, or only companies; about, or at least."),
    ),
    *(
        Field(name, label, NUMBER, "composition")
        for name, label in (
            ("members", _("Members in all")),
            ("smes", _("Small and medium-sized enterprises")),
            ("large_firms", _("Large enterprises")),
            ("research_organisations", _("Research organisations")),
            ("universities", _("Universities")),
            ("public_bodies", _("Public bodies")),
        )
    ),
)
CLUSTER_ORGANISATION = (
    Field("fte", _("Staff of the cluster organisation (FTE)"), DECIMAL, "organisation", visibility="network"),
    Field("activities_per_year", _("Cluster activities a year"), NUMBER, "organisation"),
    Field(
        "public_link",
        _("Link to the public side"),
        TEXT,
        "organisation",
        help=_("The public body or programme that you work with, and how."),
    ),
    Field("programmes", _("Programmes that support the cluster"), TEXT, "organisation"),
    Field(
        "public_funding_share", _("Public share of the income, in per cent"), NUMBER, "organisation", visibility="staff"
    ),
    Field("label", _("Label of excellence"), TEXT, "organisation"),
    Field("label_valid_until", _("Label valid until"), DAY, "organisation"),
)
CLUSTER_OFFER = (
    Field("services", _("Services for members"), LONG_TEXT, "offer", longest=2000),
    Field("cooperation_offer", _("Cooperation that you offer"), LONG_TEXT, "offer", longest=2000),
    Field("partner_search", _("Partners that you look for"), LONG_TEXT, "offer", longest=2000),
    Field("target_countries", _("Target countries"), COUNTRIES, "offer"),
)
TRANSITION = (
    Field("green_services", _("Services for the green transition"), LONG_TEXT, "transition", longest=1000),
    Field("digital_services", _("Services for the digital transition"), LONG_TEXT, "transition", longest=1000),
)
COSME = Field(
    "sme_status",
    _("SME status under Recommendation 2003/361/EC"),
    TEXT,
    "organisation",
    eu_only=True,
    help=_("Asked of organisations in the European Union only."),
)

PROFILE_TYPES = {
    kind.code: kind
    for kind in (
        ProfileType(
            "cluster",
            _("Cluster organisation"),
            (
                *IDENTITY,
                *CONTACT,
                *CLUSTER_COMPOSITION,
                ECOSYSTEMS,
                TECHNOLOGIES,
                ACTIVITIES,
                TOPIC,
                KEYWORDS,
                *CLUSTER_ORGANISATION,
                *CLUSTER_OFFER,
                *TRANSITION,
            ),
        ),
        ProfileType(
            "member",
            _("Cluster member"),
            (
                *IDENTITY,
                *CONTACT,
                ECOSYSTEMS,
                TECHNOLOGIES,
                ACTIVITIES,
                KEYWORDS,
                Field("staff", _("Staff"), NUMBER, "organisation", visibility="cluster"),
                COSME,
                Field("products", _("Products and services"), LONG_TEXT, "offer", is_required=True, longest=2000),
                Field("partner_search", _("Partners that you look for"), LONG_TEXT, "offer", longest=2000),
            ),
        ),
        ProfileType(
            "partnership",
            _("Project or European partnership"),
            (
                *IDENTITY,
                *CONTACT,
                ECOSYSTEMS,
                TOPIC,
                Field("programme", _("Programme"), TEXT, "organisation", is_required=True),
                Field("starts", _("Begins on"), DAY, "organisation"),
                Field("ends", _("Ends on"), DAY, "organisation"),
                Field("partners", _("Partners"), LONG_TEXT, "organisation", longest=2000),
                Field("target_countries", _("Target countries"), COUNTRIES, "offer"),
            ),
        ),
        ProfileType(
            "association",
            _("National cluster association"),
            (
                *IDENTITY,
                *CONTACT,
                Field("members", _("Member clusters"), NUMBER, "composition", is_required=True),
                Field("services", _("Services for members"), LONG_TEXT, "offer", longest=2000),
            ),
        ),
        ProfileType(
            "resource-efficiency",
            _("Resource-efficiency support"),
            (
                *IDENTITY,
                *CONTACT,
                ECOSYSTEMS,
                Field(
                    "green_services",
                    _("Services for the green transition"),
                    LONG_TEXT,
                    "transition",
                    is_required=True,
                    longest=2000,
                ),
                Field("target_countries", _("Countries served"), COUNTRIES, "offer"),
            ),
        ),
        ProfileType(
            "technology-centre",
            _("Technology centre"),
            (
                *IDENTITY,
                *CONTACT,
                Field("technologies", _("Technology fields"), TERMS, "focus", taxonomy="technology", is_required=True),
                Field("facilities", _("Test facilities"), LONG_TEXT, "offer", longest=2000),
                *TRANSITION,
            ),
        ),
        ProfileType(
            "policy-body",
            _("Policy body"),
            (
                *IDENTITY,
                *CONTACT,
                Field("level", _("Level (regional, national, European)"), TEXT, "organisation", is_required=True),
                Field("programmes", _("Cluster programmes"), LONG_TEXT, "organisation", longest=2000),
            ),
        ),
        ProfileType(
            "training-provider",
            _("Training provider"),
            (
                *IDENTITY,
                *CONTACT,
                TECHNOLOGIES,
                Field("courses", _("Courses"), LONG_TEXT, "offer", is_required=True, longest=2000),
            ),
        ),
    )
}


def profile_type(code: str) -> ProfileType:
    """The type behind a code; an unknown code is a programming error."""
    return PROFILE_TYPES[code]
