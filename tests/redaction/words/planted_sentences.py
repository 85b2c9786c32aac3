"""Own sentences with planted names, numbers, codes and addresses, per language."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.redaction.words.listed.tables import WITHOUT_SPACES
from bot.redaction.words.word_lists import number_words

FOLDER = Path(__file__).parent / "planted"
N_SENTENCES = 300
_FEWEST_DIGITS, _MOST_DIGITS = 4, 8
_N_FIGURES = 5
_HIGHEST_HOUSE = 99


@dataclass(frozen=True)
class Planted:
    """A sentence as words, and the kind of what is planted at each place.

    Kinds: "" for the sentence around it, else name, digits, figures, house or street.
    """

    words: tuple[str, ...]
    kinds: tuple[str, ...]


def planted(language: str) -> Iterator[Planted]:
    """Yield the same 300 sentences of a language at every call."""
    lines = (FOLDER / f"{language}.txt").read_text(encoding="utf-8").splitlines()
    fillers = {"name": _values(lines, "names"), "street": _values(lines, "streets")}
    templates = [line for line in lines if "{" in line and not line.startswith("#")]
    rng = random.Random(language)
    for i in range(N_SENTENCES):
        yield _filled(templates[i % len(templates)], fillers, language, rng)


def _values(lines: list[str], key: str) -> list[str]:
    (line,) = (line for line in lines if line.startswith(f"{key}:"))
    return line.partition(": ")[2].split("|")


def _filled(
    template: str, fillers: dict[str, list[str]], language: str, rng: random.Random
) -> Planted:
    words: list[str] = []
    kinds: list[str] = []
    for piece in template.replace("{", "|{").replace("}", "}|").split("|"):
        kind = piece[1:-1] if piece.startswith("{") else ""
        text = _value(kind, fillers, language, rng) if kind else piece
        pieces = list(text) if language in WITHOUT_SPACES else text.split()
        words += pieces
        kinds += [kind] * len(pieces)
    return Planted(tuple(words), tuple(kinds))


def _value(
    kind: str, fillers: dict[str, list[str]], language: str, rng: random.Random
) -> str:
    if kind == "digits":
        digits = _digit_words(language)
        n = rng.randint(_FEWEST_DIGITS, _MOST_DIGITS)
        return " ".join(rng.choice(digits) for _ in range(n))
    if kind == "house":
        return str(rng.randint(1, _HIGHEST_HOUSE))
    if kind == "figures":
        return "".join(rng.choice("0123456789") for _ in range(_N_FIGURES))
    return rng.choice(fillers[kind])


def _digit_words(language: str) -> list[str]:
    kinds = number_words(language).items()
    return sorted(word for word, kind in kinds if kind in ("digit", "article"))
