"""Arabic words with the particles and pronouns that are written onto them."""

from __future__ import annotations

from collections.abc import Container, Iterator

_BEFORE = (
    *("", "و", "ف", "ال", "وال", "فال", "ب", "بال", "ل", "لل"),
    *("ك", "كال", "وب", "وبال", "ول", "ولل", "فل", "هال", "عال"),
)
_AFTER = ("", "ي", "ك", "ه", "ها", "نا", "هم", "كم", "ني", "ات", "ين", "ون", "ان")
_SHORTEST_STEM = 3


def is_form_of(form: str, known: Container[str]) -> bool:
    """Return whether the word is a known one with particles or pronouns."""
    return any(stem in known for stem in _stems(form))


def _stems(form: str) -> Iterator[str]:
    for before in _BEFORE:
        for after in _AFTER:
            if form.startswith(before) and form.endswith(after):
                stem = form[len(before) : len(form) - len(after)]
                yield from _spellings(stem, after)


def _spellings(stem: str, after: str) -> Iterator[str]:
    """Yield the stem as the list may spell it; ta marbuta opens before an ending."""
    if len(stem) < _SHORTEST_STEM:
        return
    yield stem
    if after == "ات":
        yield stem + "ه"
    if after and stem.endswith("ت"):
        yield stem[:-1] + "ه"
