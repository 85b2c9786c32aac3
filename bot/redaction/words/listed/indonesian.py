"""Indonesian words with the prefixes and suffixes that grammar puts on them."""

from __future__ import annotations

from collections.abc import Container, Iterator

_AFTER = ("", "kan", "i", "an", "nya", "ku", "mu", "lah", "kah", "kanlah", "kannya")
_BEFORE = ("", "di", "ber", "ter", "se", "ke", "per", "pe", "me", "memper")
_NASAL = {
    "menge": ("",),
    "meny": ("s",),
    "peny": ("s",),
    "meng": ("", "k"),
    "peng": ("", "k"),
    "mem": ("", "p"),
    "pem": ("", "p"),
    "men": ("", "t"),
    "pen": ("", "t"),
}
"""Prefix -> the sounds that it may stand for at the beginning of the root."""

_SHORTEST_ROOT = 4


def is_form_of(form: str, known: Container[str]) -> bool:
    """Return whether the word is a known root with affixes, or a doubled one."""
    first, _, second = form.partition("-")
    if second:
        return first in known and second.startswith(first)
    return any(root in known for root in _roots(form))


def _roots(form: str) -> Iterator[str]:
    for after in _AFTER:
        if form.endswith(after):
            stem = form[: len(form) - len(after)]
            yield from _without_prefix(stem)


def _without_prefix(stem: str) -> Iterator[str]:
    for before in _BEFORE:
        root = stem.removeprefix(before)
        if stem.startswith(before) and len(root) >= _SHORTEST_ROOT:
            yield root
    for before, sounds in _NASAL.items():
        root = stem.removeprefix(before)
        if root != stem and len(root) >= _SHORTEST_ROOT - 1:
            yield from (sound + root for sound in sounds)
