"""Requests, the people who follow them, and the replies in their threads."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
    text,
)

from storage.tables.base import RowId, UtcTime, metadata, person_columns

requests = Table(
    "requests",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("key", String(32), nullable=False, unique=True),
    Column("state", String(20), nullable=False),
    Column("desk", String(64), nullable=False),
    Column("locale", String(35), nullable=False),
    Column("clip_id", String(128), nullable=False),
    Column("start_ms", Integer, nullable=False),
    Column("end_ms", Integer, nullable=False),
    *person_columns("asker"),
    Column("difficulties", String(120), nullable=False),
    # The source's pseudonym.
    Column("speaker", String(64), index=True),
    Column("guess", Text),
    Column("quorum", Integer, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("opened_at", UtcTime),
    Column("closed_at", UtcTime),
    Column("channel_id", String(32)),
    Column("thread_ts", String(32)),
    Column("problem", Text),
    Column("settled_answer", String(40)),
    Column("settled_text", Text),
    Column("settled_personal", Boolean, nullable=False, default=False),
    Column("discussed_at", UtcTime),
    Column(
        "words_kept",
        Boolean,
        nullable=False,
        default=True,
        # Whether guesses and texts of proposals are kept.
    ),
    # How much the snippet plays at most on either side of the span.
    Column(
        "context_ms",
        Integer,
        nullable=False,
        server_default="2000",
    ),
    # Whether the recording was asked about enough, and no lead has agreed to more yet.
    Column(
        "needs_lead",
        Boolean,
        nullable=False,
        server_default=false(),
    ),
    Column("remasked", Integer, nullable=False, default=0, server_default="0"),
    Column(
        "masked_sides",
        String(20),
        nullable=False,
        default="",
        server_default="",
    ),
    # How many answers may differ from a quorum before a lead is asked.
    Column("spare_seats", Integer, nullable=False, server_default="0"),
    # The clock of a request that waits for people in its present state.
    Column("waiting_since", UtcTime),
    Column("chased", Integer, nullable=False, server_default="0"),
    Column("chase_at", UtcTime),
    # Another desk of the language, whose people may help.
    Column("helping_desk", String(64)),
    # When it was posted again, once, after its message was deleted in Slack.
    Column("reposted_at", UtcTime),
    Index("requests_by_clip", "clip_id", "state"),
    Index("requests_to_chase", "state", "chase_at"),
    Index("requests_by_desk", "desk", "state", "asked_at"),
    Index("requests_by_asker", "asker_team", "asker_user", "asked_at"),
    Index("requests_by_expiry", "state", "expires_at"),
    Index("requests_by_thread", "channel_id", "thread_ts"),
    Index(
        "requests_with_words",
        "desk",
        "closed_at",
        sqlite_where=text("words_kept = 1"),
        postgresql_where=text("words_kept"),
    ),
    sqlite_autoincrement=True,
)

# People who asked about a span that overlaps an open request. They are notified of the
# result too.
followers = Table(
    "followers",
    metadata,
    Column("request_id", ForeignKey("requests.id"), primary_key=True),
    Column("team_id", String(32), primary_key=True),
    Column("user_id", String(32), primary_key=True),
    Column("guess", Text),
    Column("followed_at", UtcTime, nullable=False),
    Index("followers_by_person", "team_id", "user_id", "request_id"),
)

# Replies that hold a request's word, so that an erasure finds them.
thread_replies = Table(
    "thread_replies",
    metadata,
    Column("request_id", ForeignKey("requests.id"), primary_key=True),
    Column("channel_id", String(32), primary_key=True),
    Column("ts", String(32), primary_key=True),
)
