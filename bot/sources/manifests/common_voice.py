"""Common Voice's tables: a line a clip, columns between tabs, no times.

https://github.com/common-voice/cv-dataset
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.sources.manifests.entries import Entry, Find, Table, stem_of

_FOLDER = "clips"
_LONGEST_SPEAKER = 64


@dataclass(frozen=True)
class CommonVoice:
    """`columns` are the names in the first line."""

    name: str
    columns: tuple[str, ...]

    @property
    def tables(self) -> Mapping[str, Table]:
        """Return the table itself."""
        return {"clips": Table(self.name, self._key_of)}

    def entry(self, clip_id: str, find: Find) -> Entry | None:
        """Return the recording; without times its sentence cannot be placed."""
        lines = find("clips", clip_id)
        if not lines:
            return None
        row = self._row(lines[0])
        return Entry(
            audio=f"{_FOLDER}/{row['path']}",
            locale=row.get("locale") or None,
            speaker=row.get("client_id", "")[:_LONGEST_SPEAKER] or None,
        )

    def _key_of(self, line: bytes) -> str | None:
        path = self._row(line).get("path", "")
        if path in {"", "path"}:
            return None
        return stem_of(path)

    def _row(self, line: bytes) -> dict[str, str]:
        cells = line.decode("utf-8", "replace").rstrip("\r\n").split("\t")
        return dict(zip(self.columns, cells, strict=False))
