"""Code lists: NACE out of the installed package, NUTS, ecosystems, technologies and places out of files."""

from collections.abc import Iterator
from typing import Any

from stdnum import numdb

from modus.algorithms.text import fold
from modus.core import journal
from modus.core.journal import action
from modus.directory.actions.importing.sheet import Sheet
from modus.directory.models import Person, Place, Taxonomy, Term, TermChange

EUROSTAT = {"licence": "CC BY 4.0"}
BATCH = 500


@action
def load_nace(version: str, *, by: Person) -> Taxonomy:
    """Load NACE Rev. 2 or 2.1 from the package python-stdnum, each code with its parent and level."""
    taxonomy = _taxonomy("nace", version, f"NACE Rev. {version}", source="Eurostat, by python-stdnum", **EUROSTAT)
    revision = {"2": "20", "2.1": "21"}[version]
    terms = [
        Term(taxonomy=taxonomy, code=code, parent=parent, level=level, label=label)
        for code, parent, level, label in _nace_terms(numdb.get(f"eu/nace{revision}").prefixes)
    ]
    return _replace_terms(taxonomy, terms, by=by)


def _nace_terms(prefixes: Any, above: str = "", parent: str = "") -> Iterator[tuple[str, str, int, str]]:
    for _length, low, _high, info, children in prefixes:
        digits = above + low
        code = digits if len(digits) <= 2 else f"{digits[:2]}.{digits[2:]}"
        section = info.get("section", "")
        level = 1 if digits.isalpha() else len(digits)
        yield code, parent or section, level, _sentence_case(info["label"])
        yield from _nace_terms(children or [], digits, code)


def _sentence_case(label: str) -> str:
    return label.capitalize() if label.isupper() else label


def load_nuts(sheet: Sheet, by: Person) -> str:
    """Load the regions of NUTS 2024 and the statistical regions of EFTA and candidate countries."""
    taxonomy = _taxonomy("nuts", "2024", "NUTS 2024", source="Eurostat", **EUROSTAT)
    columns = ("code", "level", "country", "parent", "name", "name_latin", "kind")
    terms = [
        Term(
            taxonomy=taxonomy,
            code=row.text("code", is_required=True),
            parent=row.text("parent"),
            level=row.number_or_none("level", int) or 0,
            label=row.text("name_latin") or row.text("name"),
            country=row.text("country"),
            kind=row.text("kind"),
        )
        for row in sheet.rows(required=columns)
    ]
    return _loaded(sheet, taxonomy, terms, by=by)


def load_nuts_changes(sheet: Sheet, by: Person) -> str:
    """Load what became of the codes of NUTS 2021."""
    taxonomy = Taxonomy.objects.filter(code="nuts", version="2024").first()
    if taxonomy is None:
        sheet.fault(1, "", "Load nuts_2024.csv first or together with this file.")
        return "nothing"
    columns = ("code_2021", "code_2024", "level", "country", "name", "change")
    changes = [
        TermChange(
            taxonomy=taxonomy,
            old_code=row.text("code_2021"),
            new_code=row.text("code_2024"),
            name=row.text("name"),
            change=row.text("change"),
        )
        for row in sheet.rows(required=columns)
    ]
    if not sheet.faults:
        TermChange.objects.filter(taxonomy=taxonomy).delete()
        TermChange.objects.bulk_create(changes, batch_size=BATCH)
        journal.record("directory.taxonomy.changes-loaded", taxonomy, by=by, changes={"codes": [None, len(changes)]})
    return f"{len(changes)} changes of codes"


def load_ecosystems(sheet: Sheet, by: Person) -> str:
    """Load the industrial ecosystems."""
    taxonomy = _taxonomy("ecosystem", "2021", "Industrial ecosystems", source="SWD(2021) 351; own compilation")
    rows = sheet.rows(required=("slug", "name"), optional=("nace_rev2_indicative_NOT_OFFICIAL",))
    return _loaded(
        sheet, taxonomy, [Term(taxonomy=taxonomy, code=r.text("slug"), label=r.text("name")) for r in rows], by=by
    )


def load_technologies(sheet: Sheet, by: Person) -> str:
    """Load the technology fields."""
    taxonomy = _taxonomy("technology", "1", "Technology fields", source="Own compilation", licence="CC0")
    terms = [
        Term(
            taxonomy=taxonomy,
            code=row.text("code", is_required=True),
            label=row.text("label", is_required=True),
            parent=row.text("parent"),
            level=2 if row.text("parent") else 1,
        )
        for row in sheet.rows(required=("code", "label"), optional=("parent",))
    ]
    return _loaded(sheet, taxonomy, terms, by=by)


def load_places(sheet: Sheet, by: Person) -> str:
    """Load European places with their coordinates."""
    taxonomy = _taxonomy("place", "1", "Places", source="GeoNames", licence="CC BY 4.0")
    columns = ("geonameid", "name", "country", "lat", "lon", "population", "timezone")
    places = [
        Place(
            geoname=row.number_or_none("geonameid", int) or 0,
            name=row.text("name", is_required=True),
            folded_name=fold(row.text("name")),
            country=row.text("country"),
            latitude=row.number_or_none("lat", float) or 0.0,
            longitude=row.number_or_none("lon", float) or 0.0,
            population=row.number_or_none("population", int) or 0,
            time_zone=row.text("timezone"),
        )
        for row in sheet.rows(required=columns)
    ]
    if not sheet.faults:
        Place.objects.all().delete()
        Place.objects.bulk_create(places, batch_size=BATCH)
        journal.record("directory.taxonomy.loaded", taxonomy, by=by, changes={"places": [None, len(places)]})
    return f"{len(places)} places"


def _taxonomy(code: str, version: str, name: str, *, source: str, licence: str = "CC0") -> Taxonomy:
    facts = {"name": name, "source": source, "licence": licence}
    taxonomy, _was_made = Taxonomy.objects.update_or_create(code=code, version=version, defaults=facts)
    return taxonomy


def _loaded(sheet: Sheet, taxonomy: Taxonomy, terms: list[Term], *, by: Person) -> str:
    if not sheet.faults:
        _replace_terms(taxonomy, terms, by=by)
    return f"{len(terms)} codes"


def _replace_terms(taxonomy: Taxonomy, terms: list[Term], *, by: Person) -> Taxonomy:
    Term.objects.filter(taxonomy=taxonomy).delete()
    Term.objects.bulk_create(terms, batch_size=BATCH)
    journal.record("directory.taxonomy.loaded", taxonomy, by=by, changes={"codes": [None, len(terms)]})
    return taxonomy
