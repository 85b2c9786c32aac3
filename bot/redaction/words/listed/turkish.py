"""Turkish words with the endings that grammar puts on them.

Forms are folded: dotless i is written as i.
"""

from __future__ import annotations

import re
from collections.abc import Container

_I = "[iuü]"
_A = "[ae]"
_MADE = f"(?:l{_I}k?|s{_I}z|[cç]{_I}|l{_A}n|l{_A})?"
_PLURAL = f"(?:l{_A}r)?"
_OWNED = f"(?:s?{_I}|{_I}?m|{_I}?n|{_I}?m{_I}z|{_I}?n{_I}z)?"
_CASE = (
    f"(?:n?y?{_A}|n?[dt]{_A}n?|n?{_I}n|y?l{_A}|n?y?{_I}|n?[dt]{_A}ki(?:l{_A}r{_I}?)?"
    f"|ki|[cç]{_A})?"
)
_COPULA = f"(?:y?[dt]{_I}|[dt]{_I}r|y?s{_A}|y{_I}m|s{_I}n)?"
_NOMINAL = re.compile(_MADE + _PLURAL + _OWNED + _CASE + _COPULA)

_PERSON = f"(?:{_I}?m|s{_I}n(?:{_I}z)?|k|{_I}z|n|n{_I}z|l{_A}r)?"
_VOICE = f"(?:{_I}?[lnş]|[dt]{_I}r|{_I}?t|y?{_A}bil|y?{_I}ver|m{_A}|m)*"
_TENSE = (
    f"(?:{_I}yor(?:[dt]u|mu[sş])?|y?{_A}c{_A}[kğ]|[dt]{_I}|m{_I}ş|{_I}?{_A}?r|z|m{_A}z"
    f"|s{_A}|m{_A}l{_I}|y?{_I}n(?:{_I}z)?|s{_I}n(?:l{_A}r)?|y?{_A}y{_I}m|y?{_A}l{_I}m"
    f"|m{_A}[kğ]?|m{_A}k|y?{_A}n|[dt]{_I}[kğ]|y?{_I}p|{_I}nc{_A}|y?{_A}r{_A}k|{_I}ş)?"
)
_TAIL = f"(?:{_PLURAL}{_OWNED}{_CASE})"
_VERBAL = re.compile(_VOICE + _TENSE + _PERSON + _TAIL)

_SHORTEST_NOUN = 3
_SHORTEST_VERB = 2
_HARD = {
    "b": "p",
    "c": "ç",
    "d": "t",
    "ğ": "k",
    "g": "k",
}


def is_form_of(form: str, known: Container[str]) -> bool:
    """Return whether the word is a known noun or verb with endings."""
    for end in range(len(form) - 1, _SHORTEST_VERB - 1, -1):
        stem, ending = form[:end], form[end:]
        if end >= _SHORTEST_NOUN and _is_noun(stem, ending, known):
            return True
        if _is_verb(stem, known) and _VERBAL.fullmatch(ending):
            return True
    return _is_verb(form, known)


def _is_noun(
    stem: str,
    ending: str,
    known: Container[str],
) -> bool:
    if not _NOMINAL.fullmatch(ending):
        return False
    if stem in known:
        return True
    hard = _HARD.get(stem[-1])
    if hard is None:
        return False
    if ending[0] not in "aeiuü":
        return False
    return stem[:-1] + hard in known


def _is_verb(stem: str, known: Container[str]) -> bool:
    """Return whether the infinitive is known; a softened or lost sound is restored."""
    if len(stem) < _SHORTEST_VERB:
        return False
    spellings = [stem, stem + "a", stem + "e"]
    if stem.endswith("d"):
        spellings.append(stem[:-1] + "t")
    return any(f"{each}m{vowel}k" in known for each in spellings for vowel in "ae")
