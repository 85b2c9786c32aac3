"""Entries of a manifest, and the tables in which a format finds them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.sources.transcripts.transcript import Transcript
from storage.records import TimingSource

NO_TRANSCRIPT = Transcript(words=(), timing=TimingSource.UNKNOWN)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """`audio` is a path or name from the manifest's folder; the rest may be missing."""

    audio: str
    transcript: Transcript = NO_TRANSCRIPT
    locale: object = None
    speaker: object = None
    consent: object = None


def whole_lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the lines of a file, with their line breaks."""
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line + b"\n"
    if rest:
        yield rest


@dataclass(frozen=True)
class Table:
    """A file of records, the key of each, and the means to separate records."""

    name: str
    key_of: Callable[[bytes], str | None]
    split: Callable[[Iterator[bytes]], Iterator[bytes]] = field(default=whole_lines)


Find = Callable[[str, str], Sequence[bytes]]
"""Return the records of a table, by its name, that have a key."""


class ManifestFormat(Protocol):
    """How one toolkit writes a corpus."""

    @property
    def tables(self) -> Mapping[str, Table]:
        """Return the files of the manifest, by this program's names for them."""
        ...

    def entry(self, clip_id: str, find: Find) -> Entry | None:
        """Return the entry of a clip from its records, or None if it is in none."""
        ...


def stem_of(path: str) -> str:
    """Return the name of a recording without folders and extension: its clip id.

    A million of these are asked for at once, so pathlib is too slow here.
    """
    name = path.replace("\\", "/").rpartition("/")[2]
    stem, _, _ = name.rpartition(".")
    return stem or name
