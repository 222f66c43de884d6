"""How the values of profile fields are read: each kind of field has one way, and a wrong value names its field."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django_countries import countries

from modus.core.errors import RuleBroken
from modus.directory.models import Field
from modus.directory.models.profile_types import (
    CODES,
    COUNTRIES,
    COUNTRY,
    DAY,
    DECIMAL,
    LINK,
    MAIL,
    NUMBER,
    PHONE,
    PICTURE,
    REGION,
    TERMS,
    YEAR,
)

EARLIEST_YEAR = 1800
LONGEST_LINK = 300
LARGEST_NUMBER = 10_000_000
EUROPEAN_UNION = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)
# What Eurostat and the European institutions write instead of the ISO codes.
ALIASES = {"EL": "GR", "UK": "GB"}
NUTS_PREFIX = {"GR": "EL", "GB": "UK"}
_SEPARATORS = re.compile(r"[;,\n]")
_PHONE = re.compile(r"(?=.*\d)[+\d][\d ()/.\-–]*")
_NACE = re.compile(r"(\d{2})(?:\.?(\d{1,2}))?")
_is_link = URLValidator(schemes=["http", "https"])


def is_asked(field: Field, *, country: str) -> bool:
    """Whether a field belongs to the form of a country."""
    return not field.eu_only or country in EUROPEAN_UNION


def clean_value(field: Field, raw: Any, *, on: date) -> Any:
    """Read one value by the kind of its field; nothing when it is empty.

    Raises: RuleBroken naming the field.
    """
    if raw is None or raw == [] or (isinstance(raw, str) and not raw.strip()):
        return None
    try:
        return READERS.get(field.kind, _text)(field, raw, on)
    except (ValueError, ValidationError, TypeError) as error:
        raise RuleBroken(_refusal(field), field=field.name) from error


def nuts_fits_country(code: str, country: str) -> bool:
    """Whether a region's code begins as its country's do: Greek regions begin with EL."""
    return code[:2] == NUTS_PREFIX.get(country, country)


def _refusal(field: Field) -> str:
    words = {
        NUMBER: _("Write a whole number that is not negative."),
        DECIMAL: _("Write a number that is not negative, such as 0.5."),
        LINK: _("Write an address that begins with https:// or http://."),
        MAIL: _("Write a mail address, such as office@example.org."),
        PHONE: _("Write a telephone number, such as +420 585 000 000."),
        YEAR: _("Write a year from %(first)s to today.") % {"first": EARLIEST_YEAR},
        DAY: _("Write a day as 2026-12-31."),
        COUNTRY: _("Choose a country from the list."),
        COUNTRIES: _("Choose countries from the list."),
        CODES: _("Write NACE codes of one to four levels, such as C, 26, 26.7 or 26.70."),
        PICTURE: _("A picture is uploaded, not written."),
        REGION: _("Write a NUTS code, such as CZ064."),
    }
    longest = LONGEST_LINK if field.kind == LINK else field.longest
    return words.get(field.kind) or _("Write at most %(longest)s characters.") % {"longest": longest}


def _text(field: Field, raw: Any, on: date) -> str:
    text = str(raw).replace("\r\n", "\n").replace("\x00", "").strip()
    if len(text) > field.longest:
        raise ValueError
    return text


def _number(field: Field, raw: Any, on: date) -> int:
    number = int(str(raw).strip())
    if not 0 <= number <= LARGEST_NUMBER:
        raise ValueError
    return number


def _decimal(field: Field, raw: Any, on: date) -> float:
    number = float(str(raw).strip().replace(",", "."))
    if not 0 <= number <= LARGEST_NUMBER:
        raise ValueError
    return round(number, 2)


def _year(field: Field, raw: Any, on: date) -> int:
    year = int(str(raw).strip())
    if not EARLIEST_YEAR <= year <= on.year:
        raise ValueError
    return year


def _day(field: Field, raw: Any, on: date) -> str:
    day = raw if isinstance(raw, date) else parse_date(str(raw).strip())
    if day is None:
        raise ValueError
    return day.isoformat()


def _link(field: Field, raw: Any, on: date) -> str:
    address = str(raw).strip()
    if ":" not in address:
        address = f"https://{address}"
    if len(address) > LONGEST_LINK:
        raise ValueError
    _is_link(address)
    return address


def _mail(field: Field, raw: Any, on: date) -> str:
    address = str(raw).strip().lower()
    validate_email(address)
    return address


def _phone(field: Field, raw: Any, on: date) -> str:
    number = _text(field, raw, on)
    if not _PHONE.fullmatch(number):
        raise ValueError
    return number


def _country(field: Field, raw: Any, on: date) -> str:
    code = str(raw).strip().upper()
    code = ALIASES.get(code, code)
    if not countries.name(code):
        raise ValueError
    return code


def _countries(field: Field, raw: Any, on: date) -> list[str]:
    return list(dict.fromkeys(_country(field, code, on) for code in _listed(raw)))


def _region(field: Field, raw: Any, on: date) -> str:
    code = str(raw).strip().upper()
    if not re.fullmatch(r"[A-Z]{2}[A-Z0-9]{0,3}", code):
        raise ValueError
    return code


def _codes(field: Field, raw: Any, on: date) -> list[list[str]]:
    """NACE codes as [["2.1", "26.70"]]: a code means nothing without its version."""
    codes = [item[1] if isinstance(item, list | tuple) else item for item in _listed(raw)]
    return [["2.1", code] for code in dict.fromkeys(nace_code(str(code)) for code in codes)]


def nace_code(raw: str) -> str:
    """A NACE code in its usual form, whether or not the dot was typed, without checking that it exists."""
    text = raw.strip().upper()
    if re.fullmatch(r"[A-V]", text):
        return text
    found = _NACE.fullmatch(text)
    if found is None:
        raise ValueError(raw)
    division, below = found.groups()
    return f"{division}.{below}" if below else division


def _terms(field: Field, raw: Any, on: date) -> list[str]:
    codes = list(dict.fromkeys(str(code).strip() for code in _listed(raw)))
    if any(len(code) > 40 for code in codes):
        raise ValueError
    return codes


def _listed(raw: Any) -> list[Any]:
    items = _SEPARATORS.split(raw) if isinstance(raw, str) else list(raw)
    return [item for item in items if not isinstance(item, str) or item.strip()]


def _picture(field: Field, raw: Any, on: date) -> None:
    """A picture comes in by its upload: a key that somebody writes might be that of another's file."""
    raise ValueError


READERS: dict[str, Callable[[Field, Any, date], Any]] = {
    NUMBER: _number,
    DECIMAL: _decimal,
    YEAR: _year,
    DAY: _day,
    LINK: _link,
    MAIL: _mail,
    PHONE: _phone,
    PICTURE: _picture,
    COUNTRY: _country,
    COUNTRIES: _countries,
    REGION: _region,
    CODES: _codes,
    TERMS: _terms,
}
