"""Sentences that are stored: by key and values, to be read in any language later."""

import json
from collections.abc import Mapping


class Sentence(str):
    """A sentence in one language, with the key and the values it was made from."""

    __slots__ = ("key", "values")

    key: str
    values: Mapping[str, object]

    def __new__(
        cls,
        written: str,
        key: str,
        values: Mapping[str, object],
    ) -> "Sentence":
        sentence = super().__new__(cls, written)
        sentence.key = key
        sentence.values = values
        return sentence

    def __reduce__(self) -> tuple[object, ...]:
        """Return what a copy is made of, also in another process."""
        return type(self), (str(self), self.key, self.values)


def stored(sentence: str) -> str:
    """Return a sentence as it is stored: JSON of its key and values.

    A text that is none of the catalogue's is stored as it is.
    """
    if not isinstance(sentence, Sentence):
        return sentence
    return json.dumps(_document(sentence), ensure_ascii=False, sort_keys=True)


def _document(sentence: Sentence) -> dict[str, object]:
    values = {name: _stored_value(value) for name, value in sentence.values.items()}
    return {"key": sentence.key, "values": values}


def _stored_value(value: object) -> object:
    if isinstance(value, Sentence):
        return _document(value)
    if isinstance(value, bool | int | float):
        return value
    return str(value)
