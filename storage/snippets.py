"""Rendered snippets, the keys they are sealed with, quarantined clips, and results."""

import json
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, RowMapping, bindparam, delete, func, insert, select, update

from storage.records import Answer, Person, Result, ShownWord, SnippetRecord, Span
from storage.rows import row_with
from storage.tables import quarantines, results, snippets

_QUARANTINED = select(quarantines.c.id).where(
    quarantines.c.clip_id == bindparam("clip_id"), quarantines.c.released_at.is_(None)
)


class SnippetRows:
    """Methods of `Transaction` about snippets, clips and results."""

    connection: Connection

    def put_snippet(self, snippet: SnippetRecord) -> None:
        """Store what is known of a rendered snippet; a re-render replaces it."""
        self.drop_snippet(snippet.request_id)
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

    def snippet(self, request_id: int) -> SnippetRecord | None:
        """The snippet of a request, while it is kept."""
        row = row_with(self.connection, snippets.c.request_id, request_id)
        return None if row is None else snippet_of(row)

    def drop_snippet(self, request_id: int) -> None:
        """Forget a snippet; its blob is the caller's to delete."""
        self.connection.execute(delete(snippets).where(snippets.c.request_id == request_id))

    def lock_clip(self, clip_id: str) -> None:
        """Let nobody else decide about this clip until the transaction ends.

        SQLite needs nothing: BEGIN IMMEDIATE already lets in one writer at a time.
        """
        if self.connection.dialect.name == "postgresql":
            self.connection.execute(
                select(func.pg_advisory_xact_lock(func.hashtextextended(clip_id, 0)))
            )

    def add_quarantine(
        self, clip_id: str, request_id: int | None, reporter: Person | None, now: datetime
    ) -> None:
        """Close a clip to everybody. `reporter` is None for a drill."""
        self.connection.execute(
            insert(quarantines).values(
                clip_id=clip_id,
                request_id=request_id,
                reporter_team=reporter.team_id if reporter else None,
                reporter_user=reporter.user_id if reporter else None,
                since=now,
            )
        )

    def is_quarantined(self, clip_id: str) -> bool:
        """Whether a clip is closed to everybody now."""
        return self.connection.execute(_QUARANTINED, {"clip_id": clip_id}).first() is not None

    def release_quarantine(self, clip_id: str, now: datetime) -> bool:
        """Open a clip again. False when it was not closed."""
        changed = self.connection.execute(
            update(quarantines)
            .where(quarantines.c.clip_id == clip_id, quarantines.c.released_at.is_(None))
            .values(released_at=now)
        )
        return changed.rowcount > 0

    def put_result(self, request_id: int, result: Result) -> None:
        """Store a result to deliver; the same id replaces nothing and adds nothing."""
        known = select(results.c.id).where(results.c.id == result.id)
        if self.connection.execute(known).first() is not None:
            return
        body = asdict(result)
        body["settled_at"] = result.settled_at.isoformat()
        self.connection.execute(
            insert(results).values(
                id=result.id,
                request_id=request_id,
                body=json.dumps(body),
                settled_at=result.settled_at,
            )
        )

    def result(self, result_id: str) -> Result | None:
        """A result by its id."""
        query = select(results.c.body).where(results.c.id == result_id)
        body = self.connection.execute(query).scalar_one_or_none()
        return None if body is None else _result(body)

    def results(self, limit: int = 1000) -> list[Result]:
        """The newest results, oldest of them first."""
        query = select(results.c.body).order_by(results.c.settled_at.desc(), results.c.id.desc())
        bodies = self.connection.execute(query.limit(limit)).scalars().all()
        return [_result(body) for body in reversed(bodies)]

    def mark_delivered(self, result_id: str, now: datetime) -> bool:
        """The sink has it. Whether that is news."""
        new = update(results).where(results.c.id == result_id, results.c.delivered_at.is_(None))
        return self.connection.execute(new.values(delivered_at=now)).rowcount == 1

    def result_count(self, request_id: int) -> int:
        """How many results this request has had, later changes included."""
        query = select(results.c.id).where(results.c.request_id == request_id)
        return len(self.connection.execute(query).all())


def snippet_of(row: RowMapping) -> SnippetRecord:
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


def _result(body: str) -> Result:
    values = json.loads(body)
    values["span"] = Span(**values["span"])
    values["dissent"] = tuple(values["dissent"])
    values["settled_at"] = datetime.fromisoformat(values["settled_at"])
    values["answer"] = Answer(values["answer"])
    return Result(**values)
