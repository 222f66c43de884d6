"""Kinds of fields that bodies and answers share, each as narrow as the form of the page that takes the same."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated, Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _
from django_countries import countries
from ninja import Schema
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler, StrictBool, StrictInt
from pydantic_core import CoreSchema, core_schema

from modus.core.time import today
from modus.directory.rules import choices

EARLIEST_YEAR = 1000
LARGEST = 2_147_483_647
_is_link = URLValidator(schemes=["http", "https"])


class Body(Schema):
    """What an operation takes: only what it names, every text without space around it."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


@dataclass(frozen=True)
class OneOf:
    """One code of a list, which the description names."""

    codes: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], CoreSchema]) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._known, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "enum": list(self.codes)}

    def _known(self, value: str) -> str:
        if value not in self.codes:
            raise ValueError(_("Choose from the list."))
        return value


def _link(value: str) -> str:
    if value:
        _check(_is_link, value, _("Write an address that begins with https:// or http://."))
    return value


def _mail(value: str) -> str:
    if value:
        _check(validate_email, value, _("Write a mail address, such as office@example.org."))
    return value.lower()


def _check(check: Callable[[str], Any], value: str, words: str) -> None:
    try:
        check(value)
    except ValidationError as error:
        raise ValueError(words) from error


def _country(value: str) -> str:
    if value and value not in _countries():
        raise ValueError(_("Choose a country from the list."))
    return value


@cache
def _countries() -> frozenset[str]:
    return frozenset(code for code, _name in countries)


def _year(value: int | None) -> int | None:
    if value is not None and value > today().year:
        raise ValueError(_("This year has not begun yet."))
    return value


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(_("Choose from the list."))
    return value


def _day(value: Any) -> Any:
    if not isinstance(value, date | None) and not (isinstance(value, str) and len(value) == len("2026-12-31")):
        raise ValueError(_("Write a day as 2026-12-31."))
    return value


Name = Annotated[str, Field(max_length=200, min_length=1)]
ShortText = Annotated[str, Field(max_length=60)]
PersonName = Annotated[str, Field(max_length=100, min_length=1)]
FamilyName = Annotated[str, Field(max_length=100)]
Phone = Annotated[str, Field(max_length=40)]
JobTitle = Annotated[str, Field(max_length=120)]
City = Annotated[str, Field(max_length=120)]
LongText = Annotated[str, Field(max_length=1000)]
Words = Annotated[str, Field(max_length=100, description="Words to search for.")]
Link = Annotated[str, Field(max_length=300), AfterValidator(_link)]
Mail = Annotated[str, Field(max_length=254), AfterValidator(_mail)]
Country = Annotated[str, Field(max_length=2), AfterValidator(_country)]
Year = Annotated[StrictInt | None, Field(ge=EARLIEST_YEAR, le=9999), AfterValidator(_year)]
Zone = Annotated[str, Field(max_length=50), AfterValidator(_zone)]
Version = Annotated[StrictInt, Field(ge=0, le=LARGEST, description="The version that was read.")]
Slug = Annotated[str, Field(max_length=60, min_length=2, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Day = Annotated[date, BeforeValidator(_day)]
Yes = StrictBool
OrganisationKind = Annotated[str, OneOf(choices.ORGANISATION_KINDS)]
MembershipKind = Annotated[str, OneOf(choices.MEMBERSHIP_KINDS)]
SizeClass = Annotated[str, OneOf(("", *choices.SIZE_CLASSES))]
Role = Annotated[str, OneOf(choices.ROLES)]
MemberRole = Annotated[str, OneOf(choices.MEMBER_ROLES)]
TeamRole = Annotated[str, OneOf(choices.TEAM_ROLES)]
Circle = Annotated[str, OneOf(choices.CIRCLES)]
ProfileType = Annotated[str, OneOf(choices.TYPES_OF_PROFILES)]
