"""What is known of rendered snippets. The sound itself is a sealed blob."""

import json
from dataclasses import asdict

from sqlalchemy import Connection, delete, insert

from storage.records import ShownWord, SnippetRecord, Span
from storage.rows import Columns, row_with
from storage.tables import snippets


class Snippets:
    """Reads and writes snippet records."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def put(self, snippet: SnippetRecord) -> None:
        """Store what is known of a rendered snippet; a re-render replaces it."""
        self.drop(snippet.request_id)
        self.connection.execute(
            insert(snippets).values(
                request_id=snippet.request_id,
                blob=snippet.blob,
                duration_ms=snippet.duration_ms,
                start_ms=snippet.span.start_ms,
                end_ms=snippet.span.end_ms,
                words=json.dumps([asdict(word) for word in snippet.words]),
                peaks=json.dumps(snippet.peaks),
                rendered_at=snippet.rendered_at,
            )
        )

    def of_request(self, request_id: int) -> SnippetRecord | None:
        """The snippet of a request, while it is kept."""
        row = row_with(self.connection, snippets.c.request_id, request_id)
        if row is None:
            return None
        return snippet_of(row)

    def drop(self, request_id: int) -> None:
        """Forget a snippet; its blob is the caller's to delete."""
        self.connection.execute(
            delete(snippets).where(snippets.c.request_id == request_id)
        )


def snippet_of(row: Columns) -> SnippetRecord:
    """A row of `snippets`."""
    return SnippetRecord(
        request_id=row["request_id"],
        blob=row["blob"],
        duration_ms=row["duration_ms"],
        span=Span(start_ms=row["start_ms"], end_ms=row["end_ms"]),
        words=tuple(ShownWord(**word) for word in json.loads(row["words"])),
        peaks=tuple(json.loads(row["peaks"])),
        rendered_at=row["rendered_at"],
    )
