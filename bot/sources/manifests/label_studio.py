"""A Label Studio export: one JSON list of tasks, a task a clip."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.errors import Invalid
from bot.sources.manifests.entries import Entry, Find, Table
from bot.sources.manifests.json_lines import object_in
from bot.sources.transcripts.annotation.label_studio import (
    audio_of,
    clip_id_of,
    transcript_of_task,
)
from bot.text import text

_MAX_TASK_LENGTH = 8 * 1024 * 1024


@dataclass(frozen=True)
class LabelStudio:
    """An export of many tasks."""

    name: str

    @property
    def tables(self) -> Mapping[str, Table]:
        """Return the export itself."""
        return {"tasks": Table(self.name, self._key_of, tasks_in)}

    def entry(self, clip_id: str, find: Find) -> Entry | None:
        """Return the recording of the clip's task with its words."""
        records = find("tasks", clip_id)
        if not records:
            return None
        task = object_in(_bare(records[0]))
        return Entry(audio=audio_of(task), transcript=transcript_of_task(task))

    def _key_of(self, record: bytes) -> str | None:
        task = object_in(_bare(record))
        if not task:
            return None
        return clip_id_of(task)


def tasks_in(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the tasks of a list, each with the text before it.

    Together they are the file, so that places in it can be counted.
    """
    decoder = json.JSONDecoder()
    held = ""
    for chunk in chunks:
        # A letter cut in two between chunks is kept as two halves, byte for byte.
        held += chunk.decode("utf-8", "surrogateescape")
        at = 0
        while (first := held.find("{", at)) >= 0:
            try:
                _, end = decoder.raw_decode(held, first)
            except ValueError:
                break  # The rest of the task is in the next chunk.
            yield held[at:end].encode("utf-8", "surrogateescape")
            at = end
        held = held[at:]
        if len(held) > _MAX_TASK_LENGTH:
            raise Invalid(text("sources.manifest.not_tasks"))


def _bare(record: bytes) -> bytes:
    return record[max(record.find(b"{"), 0) :]
