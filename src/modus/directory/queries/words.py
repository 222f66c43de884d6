"""The words of a search, sought in folded texts that must all be read anyway."""

from functools import reduce
from operator import and_

from django.db.models import Q, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from modus.algorithms.text import fold


def holding_words(field: str, text: str) -> Q:
    """The condition that a text holds every word of another; to ask for its place costs a third less than LIKE."""
    places = (StrIndex(field, Value(word)) for word in fold(text).split())
    return reduce(and_, (Q(GreaterThan(place, 0)) for place in places), Q())
