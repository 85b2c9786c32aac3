"""Annotated transcripts for training and measuring; docs/words.md has their form."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import md5
from pathlib import Path

from bot.redaction.words.text import language_of
from bot.redaction.words.tokens import Unit

TIERS = ("", "direct", "indirect", "neutral")
"""What a word can be; "neutral" (a relation, an artist's name, a date) counts nowhere."""


@dataclass(frozen=True)
class Utterance:
    """One transcript.

    `tiers` holds for each word its place in TIERS. `kinds` holds the type of a personal
    span, the name of another annotated slot, or "O".
    """

    id: str
    source: str
    locale: str
    words: tuple[str, ...]
    tiers: tuple[int, ...]
    kinds: tuple[str, ...]

    @property
    def language(self) -> str:
        """Its language subtag."""
        return language_of(self.locale)

    def fold(self, n_folds: int) -> int:
        """The part of a cross-validation; translations of a sentence share it."""
        shared = self.source in ("massive", "slurp")
        name = self.id
        if shared:
            name = self.id.rsplit("-", 1)[-1]
        return int(md5(name.encode(), usedforsecurity=False).hexdigest(), 16) % n_folds

    def tier_of(self, unit: Unit) -> int:
        """Return the gravest tier among the unit's words."""
        return min(
            (tier for tier in self.tiers[unit.start : unit.end] if tier), default=0
        )

    def label_of(self, unit: Unit) -> tuple[str, str]:
        """Return (tier, kind) of the first word that has the unit's tier."""
        tier = self.tier_of(unit)
        return TIERS[tier], self.kinds[self.tiers.index(tier, unit.start, unit.end)]


def read(
    folder: Path,
    sources: Iterable[str],
    language: str,
) -> list[Utterance]:
    """Return all utterances of these sources and that language, in file order."""
    wanted = set(sources)
    files = [
        file
        for file in sorted(folder.glob("*.jsonl"))
        if file.name.split(".")[-3] in wanted
        and language_of(file.name.split(".")[-2]) == language
    ]
    return [
        _utterance(json.loads(line))
        for file in files
        for line in file.read_text(encoding="utf-8").splitlines()
    ]


def _utterance(record: dict[str, object]) -> Utterance:
    words, spans, slots = record["tokens"], record["pii"], record.get("other_slots", [])
    assert isinstance(words, list)
    assert isinstance(spans, list)
    assert isinstance(slots, list)
    return Utterance(
        str(record["id"]),
        str(record["source"]),
        str(record["locale"]),
        tuple(words),
        tuple(map(TIERS.index, _of_each_word(len(words), spans, "tier", ""))),
        _kinds(len(words), spans, slots),
    )


def _kinds(
    n_words: int,
    spans: Sequence[dict[str, object]],
    slots: Sequence[dict[str, object]],
) -> tuple[str, ...]:
    of_spans = _of_each_word(n_words, spans, "type", "")
    of_slots = _of_each_word(n_words, slots, "slot", "O")
    return tuple(kind or slot for kind, slot in zip(of_spans, of_slots, strict=True))


def _of_each_word(
    n_words: int,
    spans: Sequence[dict[str, object]],
    name: str,
    outside: str,
) -> list[str]:
    values = [outside] * n_words
    for span in spans:
        start, end = int(str(span["start_token"])), int(str(span["end_token"]))
        values[start:end] = [str(span[name])] * (end - start)
    return values
