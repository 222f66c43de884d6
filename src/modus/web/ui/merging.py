"""Two who edit the same thing: what only one of them changed is kept, what both changed is decided by the second.

A form that edits carries what it showed (`shown`). When it comes back, three states are compared field by field: what
was shown, what stands there now, what was written. Nothing is overwritten that its writer did not see.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from modus.directory.queries.history import NewestChange

# Hidden fields by which an action knows which state was read; after comparing they name the present one.
VERSIONS = ("version", "seen")
SHOWN = "shown"
OWN = (SHOWN, *VERSIONS)
Words = list[str]


@dataclass(frozen=True)
class Choice:
    """A field that two people changed: what was there, what the other made of it, what this one wrote."""

    name: str
    label: str
    before: str
    theirs: str
    mine: str


class MergingForm(forms.Form):
    """A form that edits what stands somewhere: its `initial` is what stands there at this moment."""

    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    questions: list[Choice]
    # Asked only when there is something to tell.
    last_change: Callable[[], NewestChange | None] = staticmethod(lambda: None)

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        if field_name == SHOWN:
            return json.dumps(self._standing())
        return super().get_initial_for_field(field, field_name)

    @cached_property
    def meanwhile(self) -> NewestChange | None:
        """Who changed it last, and when, as far as this reader may know."""
        return self.last_change()

    def merge(self) -> bool:
        """Lay what was written over what stands there now; no when both changed a field and nobody chose yet."""
        self.questions = []
        shown = _read(self.data.get(self.add_prefix(SHOWN), "")) if self.is_bound else None
        if shown is None:
            return True
        standing = self._standing()
        data = QueryDict(mutable=True)
        data.update(self.data)
        asked = set(data.getlist(self.add_prefix("asked")))
        for name in [name for name in standing if name in shown]:
            wanted = self._decided(name, shown[name], standing[name], is_asked=name in asked)
            if wanted != self._written(name):
                _put(data, self.add_prefix(name), wanted)
        data[self.add_prefix(SHOWN)] = json.dumps({**shown, **standing})
        for name in VERSIONS:
            if name in self.fields:
                data[self.add_prefix(name)] = str(self.get_initial_for_field(self.fields[name], name))
        data.setlist(self.add_prefix("asked"), [choice.name for choice in self.questions])
        self.data = data
        return not self.questions

    def _decided(self, name: str, before: Words, theirs: Words, *, is_asked: bool) -> Words:
        """What a field gets: the only change there is, or the choice between two."""
        mine = self._written(name)
        if is_asked:
            chosen = self.data.get(self.add_prefix(f"take-{name}"))
            if chosen not in {"mine", "theirs"}:
                return self._ask(name, before, theirs, mine)
            mine = mine if chosen == "mine" else before
        if theirs in (before, mine):
            return mine
        if mine == before:
            return theirs
        # Also when a third person changed it since the choice was offered: that is a new question.
        return self._ask(name, before, theirs, mine)

    def _ask(self, name: str, before: Words, theirs: Words, mine: Words) -> Words:
        self.questions.append(self._choice(name, before, theirs, mine))
        return mine

    def _choice(self, name: str, *states: Words) -> Choice:
        field = self.fields[name]
        before, theirs, mine = (_said(field, words) for words in states)
        return Choice(name, str(field.label or name), before, theirs, mine)

    def _compared(self) -> Iterable[tuple[str, forms.Field]]:
        return ((name, field) for name, field in self.fields.items() if name not in OWN and not field.disabled)

    def _standing(self) -> dict[str, Words]:
        return {name: _words(field, self.get_initial_for_field(field, name)) for name, field in self._compared()}

    def _written(self, name: str) -> Words:
        field = self.fields[name]
        return _words(field, field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name)))


def _words(field: forms.Field, value: Any) -> Words:
    """A value as a browser would send it, whether it comes from a row or from a browser."""
    if isinstance(field.widget, forms.CheckboxInput):
        return ["on"] if value else []
    shown = field.widget.format_value(field.prepare_value(value))
    values = [str(one).replace("\r\n", "\n").strip() for one in (shown if isinstance(shown, list) else [shown]) if one]
    return sorted(values) if isinstance(shown, list) else [one for one in values if one]


def _said(field: forms.Field, words: Words) -> str:
    """A value as the page says it."""
    if isinstance(field.widget, forms.CheckboxInput):
        return _("yes") if words else _("no")
    labels = {str(key): str(label) for key, label in getattr(field, "choices", None) or []}
    return ", ".join(labels.get(word, word) for word in words)


def _put(data: Any, name: str, words: Words) -> None:
    if words:
        data.setlist(name, words)
    else:
        data.pop(name, None)


def _read(text: str) -> dict[str, Words] | None:
    """What a form says that it showed; nothing when that is no answer of ours."""
    try:
        shown = json.loads(text) if text else None
    except ValueError:
        return None
    if not isinstance(shown, dict):
        return None
    return {name: [str(one) for one in words] for name, words in shown.items() if isinstance(words, list)}
