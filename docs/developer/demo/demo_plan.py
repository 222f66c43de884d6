"""How many members of which kind each invented cluster has, and from which words they are drawn."""

from dataclasses import dataclass
from datetime import date

import demo_words as words

Activity = tuple[str, str]
Town = tuple[str, str, str, int]


@dataclass(frozen=True)
class Plan:
    """One cluster: its words, its towns and its composition.

    A legal form is a pair: as it stands in a name in the local script, and in Latin letters.
    """

    slug: str
    country: str
    first_day: date
    companies: dict[str, int]
    former: int
    stems: list[str]
    second: list[str]
    activities: list[Activity]
    towns: list[Town]
    institutions: list[tuple]
    limited_forms: list[tuple[str, str]]
    stock_forms: list[tuple[str, str]]
    latin_share: float = 1.0


PLANS = [
    Plan(
        slug="moravian-photonics",
        country="CZ",
        first_day=date(2012, 5, 1),
        companies={"micro": 30, "small": 36, "medium": 20, "large": 9, "start-up": 8},
        former=4,
        stems=words.CZECH_STEMS,
        second=words.CZECH_SECOND,
        activities=words.PHOTONICS_ACTIVITIES,
        towns=words.PHOTONICS_TOWNS,
        institutions=words.PHOTONICS_INSTITUTIONS,
        limited_forms=[("s.r.o.", "s.r.o."), ("s.r.o.", "s.r.o."), ("spol. s r.o.", "spol. s r.o.")],
        stock_forms=[("a.s.", "a.s.")],
    ),
    Plan(
        slug="thrace-mobility",
        country="BG",
        first_day=date(2015, 4, 1),
        companies={"micro": 16, "small": 24, "medium": 14, "large": 6, "start-up": 4},
        former=3,
        stems=words.BULGARIAN_STEMS,
        second=words.BULGARIAN_SECOND,
        activities=words.MOBILITY_ACTIVITIES,
        towns=words.MOBILITY_TOWNS,
        institutions=words.MOBILITY_INSTITUTIONS,
        limited_forms=[("ЕООД", "EOOD"), ("ООД", "OOD")],
        stock_forms=[("АД", "AD"), ("ЕАД", "EAD")],
        latin_share=0.55,
    ),
    Plan(
        slug="norte-food",
        country="PT",
        first_day=date(2024, 3, 1),
        companies={"micro": 8, "small": 11, "medium": 3, "large": 1, "start-up": 2},
        former=1,
        stems=words.PORTUGUESE_STEMS,
        second=words.PORTUGUESE_SECOND,
        activities=words.FOOD_ACTIVITIES,
        towns=words.FOOD_TOWNS,
        institutions=words.FOOD_INSTITUTIONS,
        limited_forms=[("Lda", "Lda"), ("Lda", "Lda"), ("Unipessoal Lda", "Unipessoal Lda")],
        stock_forms=[("S.A.", "S.A.")],
    ),
]
