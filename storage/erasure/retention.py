"""Data that is due for deletion.

Held clips, clips with an open case and clips whose erasure waits are never due.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import (
    Connection,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from storage.records import Request, RequestState, SnippetRecord
from storage.requests.request_rows import request_of
from storage.requests.snippets import snippet_of
from storage.tables import (
    cases,
    clip_keys,
    holds,
    requests,
    snippets,
    waiting_erasures,
)
from storage.upsert import upsert


class RetentionDates:
    """Reads data that is over its retention time."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def desks_with_requests(self) -> list[str]:
        """Return the desks that have requests.

        Each step finds the next desk in an index, so that the number of requests costs
        nothing: https://wiki.postgresql.org/wiki/Loose_indexscan
        """
        first = select(func.min(requests.c.desk).label("desk"))
        found = first.cte("found", recursive=True)
        following = select(func.min(requests.c.desk)).where(
            requests.c.desk > found.c.desk
        )
        step = select(following.scalar_subquery()).where(found.c.desk.is_not(None))
        desks = found.union_all(step)
        query = select(desks.c.desk).where(desks.c.desk.is_not(None))
        return list(self.connection.execute(query).scalars())

    def snippets_due(
        self,
        desk: str,
        moment: datetime,
        states: Iterable[RequestState],
        limit: int,
    ) -> list[SnippetRecord]:
        """Return snippets of a desk's requests that closed before `moment`.

        Only requests in one of `states` count.
        """
        # Few snippets are kept, and ever more requests are closed. These expressions
        # keep the database from looking the other way round: it goes through the
        # snippets, and finds the request of each.
        request_id = snippets.c.request_id + 0
        query = (
            select(snippets)
            .join(requests, requests.c.id == request_id)
            .where(
                requests.c.closed_at < moment,
                requests.c.state.concat("").in_(list(states)),
                requests.c.desk.concat("") == desk,
                ~_kept_back(requests.c.clip_id),
            )
            .order_by(requests.c.closed_at)
            .limit(limit)
        )
        return [snippet_of(row) for row in self.connection.execute(query).mappings()]

    def keep_clip_key(
        self,
        clip_id: str,
        *,
        until: datetime,
        wrapped_by: str | None = None,
    ) -> None:
        """Store until when a clip's key is kept. A later call replaces an earlier one.

        Without `wrapped_by` the entry's master key stays as it is.
        """
        row: dict[str, object] = {
            "clip_id": clip_id,
            "keep_until": until,
        }
        if wrapped_by is not None:
            row["wrapped_by"] = wrapped_by
        upsert(self.connection, clip_keys, row)

    def note_wrapped(self, clip_id: str, master_id: str) -> None:
        """Store that this master key wraps the clip's key."""
        self.connection.execute(
            update(clip_keys)
            .where(clip_keys.c.clip_id == clip_id)
            .values(wrapped_by=master_id)
        )

    def count_clip_keys(self, wrapped_by: str) -> tuple[int, int, int]:
        """Return the numbers of keys: all, of another master key, of an unknown one."""
        other = clip_keys.c.wrapped_by != wrapped_by
        unknown = clip_keys.c.wrapped_by.is_(None)
        query = select(
            func.count(),
            func.count().filter(other),
            func.count().filter(unknown),
        ).select_from(clip_keys)
        n_keys, n_other, n_unknown = self.connection.execute(query).one()
        return n_keys, n_other, n_unknown

    def clip_keys_to_rewrap(
        self,
        wrapped_by: str,
        after: str,
        limit: int,
    ) -> list[str]:
        """Return clips whose keys another master key wraps, in order of their ids.

        Only ids behind `after` count.
        """
        query = (
            select(clip_keys.c.clip_id)
            .where(
                clip_keys.c.clip_id > after,
                clip_keys.c.wrapped_by.is_distinct_from(wrapped_by),
            )
            .order_by(clip_keys.c.clip_id)
            .limit(limit)
        )
        return list(self.connection.execute(query).scalars())

    def has_clip_key(self, clip_id: str) -> bool:
        """Return whether the clip has an entry, so that its key was not shredded."""
        query = select(clip_keys.c.clip_id).where(clip_keys.c.clip_id == clip_id)
        return self.connection.execute(query).first() is not None

    def forget_clip_key(self, clip_id: str) -> None:
        """Delete the entry of a clip whose key is shredded."""
        self.connection.execute(delete(clip_keys).where(clip_keys.c.clip_id == clip_id))

    def clip_keys_due(self, now: datetime, limit: int) -> list[str]:
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
        limit: int,
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
        exists().where(
            and_(
                waiting_erasures.c.clip_id == clip_id,
                waiting_erasures.c.ended_at.is_(None),
            )
        ),
    )
