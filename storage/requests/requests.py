"""Requests, the people who follow them, and the replies in their threads."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import (
    Connection,
    func,
    insert,
    select,
    update,
)

from storage.records import Difficulty, Person, Request, RequestState, Span
from storage.replicas.locks import listens_of, locks_on
from storage.requests.request_rows import request_of
from storage.rows import row_with
from storage.tables import (
    followers,
    proposals,
    requests,
    thread_replies,
)


class Requests:
    """Reads and writes requests."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add(
        self,
        *,
        key: str,
        desk: str,
        locale: str,
        clip_id: str,
        span: Span,
        asker: Person,
        difficulties: Iterable[Difficulty],
        guess: str | None,
        quorum: int,
        spare_seats: int = 0,
        speaker: str | None = None,
        asked_at: datetime,
        expires_at: datetime,
        context_ms: int = 2_000,
        needs_lead: bool = False,
    ) -> Request:
        """Store a new request in its first state and return it with its number."""
        state = RequestState.WAITING if needs_lead else RequestState.RENDERING
        row = self.connection.execute(
            insert(requests)
            .values(
                key=key,
                state=state,
                desk=desk,
                locale=locale,
                clip_id=clip_id,
                start_ms=span.start_ms,
                end_ms=span.end_ms,
                context_ms=context_ms,
                needs_lead=needs_lead,
                asker_team=asker.team_id,
                asker_user=asker.user_id,
                difficulties=" ".join(difficulties),
                guess=guess,
                quorum=quorum,
                spare_seats=spare_seats,
                speaker=speaker,
                asked_at=asked_at,
                expires_at=expires_at,
                settled_personal=False,
            )
            .returning(*requests.c)
        )
        return request_of(row.mappings().one())

    def save(self, request: Request) -> None:
        """Store the columns that change in a request's life."""
        self.connection.execute(
            update(requests)
            .where(requests.c.id == request.id)
            .values(
                state=request.state,
                guess=request.guess,
                quorum=request.quorum,
                needs_lead=request.needs_lead,
                expires_at=request.expires_at,
                opened_at=request.opened_at,
                closed_at=request.closed_at,
                channel_id=request.channel_id,
                thread_ts=request.thread_ts,
                reposted_at=request.reposted_at,
                problem=request.problem,
                settled_answer=request.settled_answer,
                settled_text=request.settled_text,
                settled_personal=request.settled_personal,
                discussed_at=request.discussed_at,
                remasked=request.remasked,
                masked_sides=" ".join(sorted(request.masked_sides)),
                waiting_since=request.waiting_since,
                chased=request.chased,
                chase_at=request.chase_at,
                helping_desk=request.helping_desk,
            )
        )

    def by_id(self, request_id: int, *, lock: bool = False) -> Request | None:
        """Return the request with this id; `lock` holds it until the transaction ends."""
        row = row_with(self.connection, requests.c.id, request_id, lock=lock)
        if row is None:
            return None
        return request_of(row)

    def by_key(self, key: str, *, lock: bool = False) -> Request | None:
        """Return the request with this unguessable key."""
        row = row_with(self.connection, requests.c.key, key, lock=lock)
        if row is None:
            return None
        return request_of(row)

    def by_key_for(self, key: str, listener: Person) -> Request | None:
        """Return the request, locked, and decide this person's listens in turn."""
        query = select(requests).where(requests.c.key == key).with_for_update()
        for lock in locks_on(self.connection, listens_of(listener)):
            query = query.add_columns(lock.label("lock"))
        row = self.connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        return request_of(row)

    def in_thread(
        self,
        channel_id: str,
        thread_ts: str,
        *,
        lock: bool = False,
    ) -> Request | None:
        """Return the request of this Slack thread."""
        query = select(requests).where(
            requests.c.channel_id == channel_id, requests.c.thread_ts == thread_ts
        )
        found = self.connection.execute(query.with_for_update() if lock else query)
        row = found.mappings().first()
        if row is None:
            return None
        return request_of(row)

    def on_clip(
        self,
        clip_id: str,
        states: Iterable[RequestState] | None = None,
        *,
        lock: bool = False,
    ) -> list[Request]:
        """Return the requests about one clip, oldest first."""
        query = (
            select(requests)
            .where(requests.c.clip_id == clip_id)
            .order_by(requests.c.id)
        )
        if states is not None:
            query = query.where(requests.c.state.in_(list(states)))
        rows = self.connection.execute(query.with_for_update() if lock else query)
        return [request_of(row) for row in rows.mappings()]

    def on_clips(self, clip_ids: Collection[str]) -> dict[str, list[Request]]:
        """Return the requests about each of these clips, oldest first."""
        query = (
            select(requests)
            .where(requests.c.clip_id.in_(sorted(clip_ids)))
            .order_by(requests.c.id)
        )
        found: dict[str, list[Request]] = {clip_id: [] for clip_id in clip_ids}
        for row in self.connection.execute(query).mappings():
            found[row["clip_id"]].append(request_of(row))
        return found

    def in_states(
        self,
        states: Iterable[RequestState],
        desks: Iterable[str],
    ) -> list[Request]:
        """Return all requests in these states on these desks, oldest first."""
        query = (
            select(requests)
            .where(requests.c.state.in_(list(states)), requests.c.desk.in_(list(desks)))
            .order_by(requests.c.asked_at, requests.c.id)
        )
        return [request_of(row) for row in self.connection.execute(query).mappings()]

    def posted_elsewhere(
        self,
        states: Iterable[RequestState],
        desk: str,
        channel_id: str,
    ) -> list[Request]:
        """Return a desk's requests whose thread is not in the desk's channel."""
        query = (
            select(requests)
            .where(
                requests.c.desk == desk,
                requests.c.state.in_(list(states)),
                requests.c.channel_id != channel_id,
            )
            .order_by(requests.c.id)
        )
        return [request_of(row) for row in self.connection.execute(query).mappings()]

    def closed_in_channel_since(
        self, channel_id: str, since: datetime
    ) -> list[Request]:
        """Return the requests with a thread in this channel that were closed since."""
        query = select(requests).where(
            requests.c.channel_id == channel_id,
            requests.c.thread_ts.is_not(None),
            requests.c.closed_at >= since,
        )
        return [request_of(row) for row in self.connection.execute(query).mappings()]

    def due(
        self,
        states: Iterable[RequestState],
        now: datetime,
        *,
        limit: int,
        paused_desks: Iterable[str] = (),
    ) -> list[Request]:
        """Return the first requests whose time is up, without those of paused desks."""
        query = (
            select(requests)
            .where(
                requests.c.state.in_(list(states)),
                requests.c.expires_at <= now,
                requests.c.desk.not_in(list(paused_desks)),
            )
            .order_by(requests.c.expires_at)
            .limit(limit)
        )
        return [request_of(row) for row in self.connection.execute(query).mappings()]

    def after(
        self,
        request_id: int,
        states: Iterable[RequestState],
        limit: int,
    ) -> list[Request]:
        """Return the first requests in these states with a higher id, lowest first."""
        # The sum keeps the database from passing over every closed request in the order
        # of ids: it takes the few live ones from the index of states.
        number = requests.c.id + 0
        query = (
            select(requests)
            .where(number > request_id, requests.c.state.in_(list(states)))
            .order_by(number)
            .limit(limit)
        )
        return [request_of(row) for row in self.connection.execute(query).mappings()]

    def count_by_state(self, states: Iterable[RequestState]) -> dict[RequestState, int]:
        """Return how many requests there are in each of these states that has any."""
        query = (
            select(requests.c.state, func.count())
            .where(requests.c.state.in_(list(states)))
            .group_by(requests.c.state)
        )
        return {
            RequestState(state): count
            for state, count in self.connection.execute(query)
        }

    def add_follower(
        self,
        request_id: int,
        person: Person,
        guess: str | None,
        now: datetime,
    ) -> None:
        """Store a person to notify when the request is settled, unless they follow."""
        if person in self.followers(request_id):
            return
        self.connection.execute(
            insert(followers).values(
                request_id=request_id,
                team_id=person.team_id,
                user_id=person.user_id,
                guess=guess,
                followed_at=now,
            )
        )

    def followers(self, request_id: int) -> list[Person]:
        """Return the people who joined this request, in order of joining."""
        query = (
            select(followers.c.team_id, followers.c.user_id)
            .where(followers.c.request_id == request_id)
            .order_by(followers.c.followed_at, followers.c.user_id)
        )
        rows = self.connection.execute(query)
        return [Person(team_id=team, user_id=user) for team, user in rows]

    def add_thread_reply(
        self,
        request_id: int,
        channel_id: str,
        ts: str,
    ) -> None:
        """Store a reply that may hold a request's word, unless it is stored already."""
        if (channel_id, ts) not in self.thread_replies(request_id):
            self.connection.execute(
                insert(thread_replies).values(
                    request_id=request_id,
                    channel_id=channel_id,
                    ts=ts,
                )
            )

    def thread_replies(self, request_id: int) -> list[tuple[str, str]]:
        """Return the channel and ts of each reply, oldest first."""
        query = (
            select(thread_replies.c.channel_id, thread_replies.c.ts)
            .where(thread_replies.c.request_id == request_id)
            .order_by(thread_replies.c.ts)
        )
        return [(channel_id, ts) for channel_id, ts in self.connection.execute(query)]

    def has_worked_on(self, person: Person, clip_ids: Iterable[str]) -> bool:
        """Return whether a person asked or answered about any of these clips."""
        query = (
            select(requests.c.id)
            .outerjoin(proposals, proposals.c.request_id == requests.c.id)
            .where(
                requests.c.clip_id.in_(list(clip_ids)),
                (
                    (requests.c.asker_team == person.team_id)
                    & (requests.c.asker_user == person.user_id)
                )
                | (
                    (proposals.c.proposer_team == person.team_id)
                    & (proposals.c.proposer_user == person.user_id)
                ),
            )
        )
        return self.connection.execute(query).first() is not None
