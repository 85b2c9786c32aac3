"""Forms of Dutch, Danish and Swedish words, by rule."""

from __future__ import annotations

from collections.abc import Iterator

_VOWELS = "aeiou"
_DANISH_NOUN = "en et n t er r e s ens ene erne rne ne ers".split()
_DANISH_ADJECTIVE = "t e ere est este r st ste".split()
_SWEDISH_NOUN = "en et n t ar er or r na arna erna orna ens s arnas".split()
_SWEDISH_ADJECTIVE = "t a are ast aste e".split()


def dutch(section: str, word: str) -> Iterator[str]:
    """Yield the forms of a Dutch noun, adjective or verb."""
    yield word
    if section == "verbs":
        yield from _dutch_verb(word)
    elif section == "adjectives":
        long = _dutch_stem_before_vowel(word)
        yield from (long + "e", long + "er", long + "ere", word + "st", word + "ste")
        yield from (word + "s", word + "re")
    else:
        long = _dutch_stem_before_vowel(word)
        yield from (long + "en", word + "s", word + "'s", word + "je", word + "jes")
        yield from (word + "tje", word + "tjes", word + "en", word + "n")


def _dutch_verb(infinitive: str) -> Iterator[str]:
    stem = _dutch_verb_stem(infinitive)
    yield from (stem, stem + "t", stem + "te", stem + "de", stem + "den", stem + "ten")
    yield from ("ge" + stem + "t", "ge" + stem + "d", infinitive + "d")
    for particle in ("af", "aan", "uit", "op", "in", "terug", "door", "mee", "weg"):
        yield particle + infinitive


def _dutch_verb_stem(infinitive: str) -> str:
    """Return "maak" of "maken", "zet" of "zetten", "speel" of "spelen"."""
    stem = infinitive.removesuffix("en")
    if stem[-1] == stem[-2:-1]:
        return stem[:-1]
    if _is_open(stem):
        stem = stem[:-1] + stem[-2] + stem[-1]
    return _hardened(stem)


def _hardened(stem: str) -> str:
    """Return the spelling at the end of a word: "reis", "geloof"."""
    return stem[:-1] + {
        "z": "s",
        "v": "f",
    }.get(stem[-1], stem[-1])


def _dutch_stem_before_vowel(word: str) -> str:
    """Return "zett" of "zet", "man" of "maan", "brev" of "brief"."""
    if len(word) < 3 or word[-1] in _VOWELS:
        return word
    if word[-2] in _VOWELS and word[-3] == word[-2]:
        return _softened(word[:-2] + word[-1])
    if word[-2] in _VOWELS and word[-3] not in _VOWELS:
        return word + word[-1]
    return _softened(word)


def _softened(stem: str) -> str:
    return stem[:-1] + {
        "s": "z",
        "f": "v",
    }.get(stem[-1], stem[-1])


def _is_open(stem: str) -> bool:
    """Return whether one vowel stands before one consonant."""
    if len(stem) < 3 or stem[-1] in _VOWELS or stem[-2] not in "aeou":
        return False
    return stem[-3] not in _VOWELS


def danish(section: str, word: str) -> Iterator[str]:
    """Yield the forms of a Danish noun or adjective; verbs are written out."""
    yield word
    endings = _DANISH_NOUN
    if section == "adjectives":
        endings = _DANISH_ADJECTIVE
    yield from _with_endings(word, endings)


def swedish(section: str, word: str) -> Iterator[str]:
    """Yield the forms of a Swedish noun or adjective; verbs are written out."""
    yield word
    endings = _SWEDISH_NOUN
    if section == "adjectives":
        endings = _SWEDISH_ADJECTIVE
    yield from _with_endings(word, endings)


def _with_endings(word: str, endings: list[str]) -> Iterator[str]:
    """Yield the endings after the word, its doubled end and its shortened stem."""
    stems = {word}
    if word[-1] not in "aeiouyæøåäö":
        stems.add(word + word[-1])
    if word[-2:-1] == "e":
        stems.add(word[:-2] + word[-1])
    if word.endswith(("e", "a")):
        stems.add(word[:-1])
    for stem in sorted(stems):
        yield from (stem + ending for ending in endings)
