"""Profiles: what each circle of readers may see of them, and which are listed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.dateparse import parse_date
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _
from django_countries import countries

from modus.core.time import say_day
from modus.directory import rules
from modus.directory.models import Cluster, Field, Profile, ProfileType, Visibility, profile_type
from modus.directory.models.profile import listed_on
from modus.directory.models.profile_types import (
    CODES,
    COUNTRIES,
    COUNTRY,
    DAY,
    GROUPS,
    LINK,
    MAIL,
    PICTURE,
    REGION,
    TERMS,
)
from modus.directory.queries.terms import TermName, terms_named

NACE_VERSION = "2.1"


@dataclass(frozen=True)
class ShownField:
    """One field as a reader sees it: the value in words, and where it comes from."""

    field: Field
    label: str
    value: str
    raw: Any
    url: str = ""
    source: str = ""
    circle: str = Visibility.PUBLIC

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def picture(self) -> str:
        """The key of the picture, if this is one."""
        return str(self.raw) if self.field.kind == PICTURE else ""


@dataclass(frozen=True)
class ShownGroup:
    """The fields of one group that a reader may see and that are filled in."""

    code: str
    label: str
    fields: tuple[ShownField, ...]


def published_profile(slug: str) -> Profile | None:
    """The profile that the public finds under a short name."""
    listed = Profile.objects.within(is_listed=True, slug=slug)
    return listed.select_related("organisation", "network").first()


def listed_profiles(*, on: date) -> QuerySet[Profile]:
    """The profiles of the public directory; those that nobody confirmed for a year and a half are left out."""
    return _listed_on(on).all()


@lru_cache(maxsize=8)
def _listed_on(day: date) -> QuerySet[Profile]:
    """Put together once a day, never read itself: half of the public pages begin with it several times."""
    return Profile.objects.within(listed_on(day))


def profile_of_cluster(cluster: Cluster) -> Profile | None:
    """The profile of the organisation that runs a cluster."""
    rows = Profile.objects.within(organisation=cluster.organisation_id, type="cluster")
    return rows.select_related("organisation", "network").first()


def profile_of_slug(slug: str) -> Profile | None:
    """The profile of the organisation that runs the cluster of this short name."""
    rows = Profile.objects.within(organisation__cluster__slug=slug, type="cluster")
    return rows.select_related("organisation", "network").first()


def profile_at(pk: UUID) -> Profile | None:
    """One profile by its key; whoever asks must hold it against the circle of the reader."""
    related = ("network", "organisation__cluster__network", "organisation__cluster__organisation")
    return Profile.objects.within(pk=pk).select_related(*related).first()


def profiles_of_organisation(pk: UUID) -> QuerySet[Profile]:
    """The profiles of one organisation."""
    return Profile.objects.within(organisation=pk).order_by("type")


def profiles_spoken_for(rights: rules.Rights) -> QuerySet[Profile]:
    """The profiles of the organisations for which a person speaks."""
    rows = Profile.objects.within(organisation__in=rights.speaks_for)
    return rows.select_related("organisation__cluster", "network").order_by("sort_name", "type")


def visible_values(profile: Profile, circle: str, *, copy: str = "published") -> tuple[ShownGroup, ...]:
    """What a circle of readers may see, in the order of the form; one query for all the codes.

    `copy` is "published" or "values" (the working copy, for those who edit it and for the office that reviews it).
    """
    kind = profile_type(profile.type)
    seen = seen_values(profile, circle, copy=copy)
    terms = terms_named(_codes_in(kind, seen))
    shown = {field.name: _shown(profile, field, seen[field.name], terms) for field in kind.fields if field.name in seen}
    groups = [
        ShownGroup(code, str(label), tuple(shown[f.name] for f in kind.fields if f.group == code and f.name in shown))
        for code, label in GROUPS.items()
    ]
    return tuple(group for group in groups if group.fields)


def seen_values(profile: Profile, circle: str, *, copy: str = "published") -> dict[str, Any]:
    """The bare values that a circle may see, for exports and for what is derived from them; no query."""
    values = getattr(profile, copy)
    return {
        field.name: values[field.name]
        for field in profile_type(profile.type).fields
        if values.get(field.name) not in (None, "", []) and rules.can_see_field(circle, field, profile.visibility)
    }


def picture_values(profile: Profile, circle: str, *, copy: str = "published") -> list[str]:
    """The keys of the pictures that a circle sees in a copy; no query."""
    pictures = {field.name for field in profile_type(profile.type).fields if field.kind == PICTURE}
    return [str(value) for name, value in seen_values(profile, circle, copy=copy).items() if name in pictures]


def shown_differences(profile: Profile, circle: str) -> list[tuple[str, str, str]]:
    """Label, published and submitted value of each field that differs and that the circle may see."""
    before = _by_name(visible_values(profile, circle))
    after = _by_name(visible_values(profile, circle, copy="values"))
    order = [field.name for field in profile_type(profile.type).fields]
    names = [name for name in order if _raw(before.get(name)) != _raw(after.get(name))]
    return [
        (
            (after.get(name) or before[name]).label,
            before[name].value if name in before else "",
            after[name].value if name in after else "",
        )
        for name in names
    ]


def _by_name(groups: Iterable[ShownGroup]) -> dict[str, ShownField]:
    return {shown.name: shown for group in groups for shown in group.fields}


def _raw(shown: ShownField | None) -> Any:
    return shown.raw if shown else None


def _codes_in(kind: ProfileType, values: dict[str, Any]) -> dict[str, set[str]]:
    wanted: dict[str, set[str]] = {}
    for field in kind.fields:
        value = values.get(field.name)
        if not value or not field.taxonomy:
            continue
        codes = wanted.setdefault(field.taxonomy, set())
        if field.kind == CODES:
            codes.update(code for _version, code in value)
            codes.update(code[:2] for _version, code in value)
        else:
            codes.update([value] if isinstance(value, str) else value)
    return wanted


def _shown(profile: Profile, field: Field, value: Any, terms: dict[tuple[str, str], TermName]) -> ShownField:
    return ShownField(
        field=field,
        label=str(field.label),
        value=value_in_words(field, value, terms),
        raw=value,
        url=value if field.kind == LINK else f"mailto:{value}" if field.kind == MAIL else "",
        source=profile.sources.get(field.name, ""),
        circle=profile.visibility.get(field.name, field.visibility),
    )


def value_in_words(field: Field, value: Any, terms: dict[tuple[str, str], TermName]) -> str:
    """A stored value as people read it: names of countries, labels of codes with their version, days in words."""
    if field.kind == COUNTRY:
        return country_name(value)
    if field.kind == COUNTRIES:
        return ", ".join(country_name(code) for code in value)
    if field.kind == TERMS:
        return ", ".join(_label(terms, field.taxonomy, code) for code in value)
    if field.kind == REGION:
        return f"{_label(terms, field.taxonomy, value)} ({value})"
    if field.kind == CODES:
        return "; ".join(_activity(terms, version, code) for version, code in value)
    if field.kind == PICTURE:
        return _("a picture (%(mark)s)") % {"mark": str(value)[:8]}
    if field.kind == DAY or field.name == "members_as_of":
        day = parse_date(str(value))
        return say_day(day) if day else str(value)
    return _languages(str(value)) if field.name == "languages" else str(value)


def _languages(text: str) -> str:
    """The names of languages where codes were written; what is no code is said as it is."""
    words = [word.strip() for word in text.replace(";", ",").split(",")]
    return ", ".join(_language(word) for word in words if word)


def _language(word: str) -> str:
    try:
        return str(get_language_info(word.lower())["name_translated"])
    except KeyError:
        return word


def country_name(code: str) -> str:
    """The name of a country behind its ISO code."""
    return country_names(get_language() or "").get(code, code)


@cache
def country_names(language: str) -> dict[str, str]:
    """The names in a language, looked up once: a list of a hundred countries would take 6 ms each time."""
    return {code: str(name) for code, name in countries}


def _label(terms: dict[tuple[str, str], TermName], taxonomy: str, code: str) -> str:
    term = terms.get((taxonomy, code))
    return term.label if term else code


def _activity(terms: dict[tuple[str, str], TermName], version: str, code: str) -> str:
    """A NACE code with its version; a section letter means nothing without it."""
    term = terms.get(("nace", code)) if version == NACE_VERSION else None
    if term is None:
        return _("%(code)s (NACE Rev. %(version)s)") % {"code": code, "version": version}
    division = terms.get(("nace", code[:2]))
    words = {"code": code, "label": term.label, "version": version, "section": division.parent if division else ""}
    if code.isalpha():
        return _("%(code)s %(label)s (section of NACE Rev. %(version)s)") % words
    return _("%(code)s %(label)s (NACE Rev. %(version)s, section %(section)s)") % words
