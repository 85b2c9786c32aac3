"""Data that is due for deletion.

Held clips and clips with an open case are never due.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, and_, delete, exists, or_, select
from sqlalchemy.sql.elements import ColumnElement

from storage.records import Request, RequestState, SnippetRecord
from storage.requests.request_rows import request_of
from storage.requests.snippets import snippet_of
from storage.tables import cases, clip_keys, holds, requests, snippets
from storage.upsert import upsert


class RetentionDates:
    """Reads data that is over its retention time."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def desks_with_requests(self) -> list[str]:
        """Return the desks that have requests."""
        return list(
            self.connection.execute(select(requests.c.desk).distinct()).scalars()
        )

    def snippets_due(
        self,
        desk: str,
        moment: datetime,
        states: Iterable[RequestState],
        limit: int = 100,
    ) -> list[SnippetRecord]:
        """Return snippets of a desk's requests that closed before `moment`.

        Only requests in one of `states` count.
        """
        query = (
            select(snippets)
            .join(requests, requests.c.id == snippets.c.request_id)
            .where(
                requests.c.closed_at < moment,
                requests.c.state.in_(list(states)),
                requests.c.desk == desk,
                ~_kept_back(requests.c.clip_id),
            )
            .order_by(requests.c.closed_at)
            .limit(limit)
        )
        return [snippet_of(row) for row in self.connection.execute(query).mappings()]

    def keep_clip_key(self, clip_id: str, *, until: datetime) -> None:
        """Store until when a clip's key is kept. A later call replaces an earlier one."""
        upsert(
            self.connection,
            clip_keys,
            {
                "clip_id": clip_id,
                "keep_until": until,
            },
        )

    def forget_clip_key(self, clip_id: str) -> None:
        """Delete the entry of a clip whose key is shredded."""
        self.connection.execute(delete(clip_keys).where(clip_keys.c.clip_id == clip_id))

    def clip_keys_due(self, now: datetime, limit: int = 100) -> list[str]:
        """Return clips whose keys are due for shredding."""
        query = (
            select(clip_keys.c.clip_id)
            .where(clip_keys.c.keep_until <= now, ~_kept_back(clip_keys.c.clip_id))
            .order_by(clip_keys.c.keep_until)
            .limit(limit)
        )
        return list(self.connection.execute(query).scalars())

    def answers_due(
        self,
        desk: str,
        moment: datetime,
        limit: int = 100,
    ) -> list[Request]:
        """Return a desk's requests that closed before `moment` and still hold texts."""
        query = (
            select(requests)
            .where(
                requests.c.words_kept,
                requests.c.closed_at < moment,
                requests.c.desk == desk,
                ~_kept_back(requests.c.clip_id),
            )
            .order_by(requests.c.closed_at)
            .limit(limit)
        )
        return [request_of(row) for row in self.connection.execute(query).mappings()]


def _kept_back(clip_id: ColumnElement[str]) -> ColumnElement[bool]:
    return or_(
        exists().where(and_(holds.c.clip_id == clip_id, holds.c.ended_at.is_(None))),
        exists().where(and_(cases.c.clip_id == clip_id, cases.c.closed_at.is_(None))),
    )
