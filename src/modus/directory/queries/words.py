"""The words of a search, sought in a folded text."""

from functools import reduce
from operator import and_

from django.db.models import Q, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from modus.algorithms.text import fold


def holding_words(field: str, text: str) -> Q:
    """The condition that a folded text holds every word.

    Where each row must be read anyway: PostgreSQL finds the place of a word in a tenth of the time that LIKE takes.
    """
    places = (StrIndex(field, Value(word)) for word in fold(text).split())
    return reduce(and_, (Q(GreaterThan(place, 0)) for place in places), Q())
