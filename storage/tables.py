"""The tables. Times are microseconds since the epoch in UTC: exact and equal on both databases."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect

metadata = MetaData()

# SQLite only makes an INTEGER PRIMARY KEY an alias of its rowid, never a BIGINT.
RowId = BigInteger().with_variant(Integer, "sqlite")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class UtcTime(TypeDecorator[datetime]):
    """An aware datetime, kept as microseconds since the epoch."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> int | None:
        return None if value is None else (value - _EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: int | None, _: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + timedelta(microseconds=value)


def person_columns(prefix: str) -> list[Column[str]]:
    return [
        Column(f"{prefix}_team", String(32), nullable=False),
        Column(f"{prefix}_user", String(32), nullable=False),
    ]


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
    Column("speaker", String(64), index=True),  # the source's pseudonym
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
    Column("words_kept", Boolean, nullable=False, default=True),  # guesses, proposals' text
    Index("requests_by_clip", "clip_id", "state"),
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

# People who asked about a span that overlaps an open request: they are told the result too.
followers = Table(
    "followers",
    metadata,
    Column("request_id", ForeignKey("requests.id"), primary_key=True),
    Column("team_id", String(32), primary_key=True),
    Column("user_id", String(32), primary_key=True),
    Column("guess", Text),
    Column("followed_at", UtcTime, nullable=False),
)

declines = Table(
    "declines",
    metadata,
    Column("request_id", ForeignKey("requests.id"), primary_key=True),
    Column("team_id", String(32), primary_key=True),
    Column("user_id", String(32), primary_key=True),
    Column("declined_at", UtcTime, nullable=False),
)

proposals = Table(
    "proposals",
    metadata,
    Column("request_id", ForeignKey("requests.id"), primary_key=True),
    Column("proposer_team", String(32), primary_key=True),
    Column("proposer_user", String(32), primary_key=True),
    Column("answer", String(40), nullable=False),
    Column("text", Text),
    Column("confidence", Integer, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("withdrawn_at", UtcTime),
)

listens = Table(
    "listens",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("request_id", ForeignKey("requests.id"), nullable=False),
    *person_columns("listener"),
    Column("press", String(64), nullable=False),
    Column("granted_at", UtcTime, nullable=False),
    Column("closeness", String(16)),
    Column("played_ms", Integer, nullable=False, default=0),
    Column("loops", Integer, nullable=False, default=0),
    UniqueConstraint("request_id", "listener_team", "listener_user", "press"),
    Index("listens_by_listener", "listener_team", "listener_user", "granted_at"),
)

adjudications = Table(
    "adjudications",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("request_id", ForeignKey("requests.id"), nullable=False, index=True),
    *person_columns("lead"),
    Column("answer", String(40), nullable=False),
    Column("text", Text),
    Column("reason", Text, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    sqlite_autoincrement=True,
)

snippets = Table(
    "snippets",
    metadata,
    Column("request_id", ForeignKey("requests.id"), primary_key=True),
    Column("blob", String(200), nullable=False),
    Column("duration_ms", Integer, nullable=False),
    Column("start_ms", Integer, nullable=False),
    Column("end_ms", Integer, nullable=False),
    Column("words", Text, nullable=False),
    Column("peaks", Text, nullable=False),
    Column("rendered_at", UtcTime, nullable=False),
)

# Which clips have a data key, and until when. The keys are not in the database: see keys.py.
clip_keys = Table(
    "clip_keys",
    metadata,
    Column("clip_id", String(128), primary_key=True),
    Column("keep_until", UtcTime, nullable=False, index=True),
)

quarantines = Table(
    "quarantines",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("clip_id", String(128), nullable=False, index=True),
    Column("request_id", ForeignKey("requests.id")),
    Column("reporter_team", String(32)),
    Column("reporter_user", String(32)),
    Column("since", UtcTime, nullable=False),
    Column("released_at", UtcTime),
    sqlite_autoincrement=True,
)

results = Table(
    "results",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("request_id", ForeignKey("requests.id"), nullable=False, index=True),
    Column("body", Text, nullable=False),
    Column("settled_at", UtcTime, nullable=False),
    Column("delivered_at", UtcTime),
)

drafts = Table(
    "drafts",
    metadata,
    Column("team_id", String(32), primary_key=True),
    Column("user_id", String(32), primary_key=True),
    Column("form", String(64), primary_key=True),
    Column("body", Text, nullable=False),
    Column("saved_at", UtcTime, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    *person_columns("person"),
    Column("name", String(80), nullable=False),
    Column("browser", String(24), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("authenticated_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False, index=True),
    Column("ended_at", UtcTime),
    Index("sessions_by_person", "person_team", "person_user"),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("state_hash", String(64), primary_key=True),
    Column("nonce", String(64), nullable=False),
    Column("return_to", Text, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)

# Who is in which Slack user group, as last asked; shared so pages and replicas need no Slack call.
group_members = Table(
    "group_members",
    metadata,
    Column("group_id", String(32), primary_key=True),
    Column("user_id", String(32), primary_key=True),
)

group_refreshes = Table(
    "group_refreshes",
    metadata,
    Column("group_id", String(32), primary_key=True),
    Column("refreshed_at", UtcTime, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("task", String(24), nullable=False),
    Column("lane", String(64), nullable=False),
    Column("request_id", ForeignKey("requests.id")),
    Column("argument", String(200)),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", UtcTime, nullable=False),
    Column("claimed_until", UtcTime),
    Column("done_at", UtcTime),
    Column("failure", String(80)),
    Index("outbox_pending", "done_at", "due_at"),
    Index("outbox_by_lane", "lane", "id"),
    sqlite_autoincrement=True,
)

# When each Slack channel may be posted to again: the pace is shared by all replicas.
paces = Table(
    "paces",
    metadata,
    Column("channel_id", String(32), primary_key=True),
    Column("free_at", UtcTime, nullable=False),
)
