"""People, user groups, browser sessions and drafts."""

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    String,
    Table,
    Text,
)

from storage.tables.base import UtcTime, metadata, person_columns

# People as Slack last described them, for roles and for the guard of channels. Earlier
# releases stored the membership only: such rows have no team.
people = Table(
    "people",
    metadata,
    Column("user_id", String(32), primary_key=True),
    Column("membership", String(16), nullable=False),
    Column("checked_at", UtcTime, nullable=False, index=True),
    Column("team_id", String(32)),
    Column("enterprise_id", String(32)),
    Column("is_guest", Boolean),
    Column("is_stranger", Boolean),
    Column("is_app", Boolean),
    # As Slack gave it at the last sign-in; for people who read about people.
    Column("name", String(80)),
    # The language in Slack, and the one that the person chose on a page instead.
    Column("locale", String(35)),
    Column("chosen_language", String(35)),
)

# Members of Slack user groups at the last reading. Pages and replicas share the rows,
# so that they need no call to Slack.
group_members = Table(
    "group_members",
    metadata,
    Column("group_id", String(32), primary_key=True),
    # Every request asks for the groups of a person.
    Column("user_id", String(32), primary_key=True, index=True),
)

group_refreshes = Table(
    "group_refreshes",
    metadata,
    Column("group_id", String(32), primary_key=True),
    Column("refreshed_at", UtcTime, nullable=False),
)

# How far the reading of a long list of Slack has come. `cursor` is that of the next
# page; `complete_at` is when the last page was read.
readings = Table(
    "readings",
    metadata,
    Column("list", String(32), primary_key=True),
    Column("cursor", Text, nullable=False),
    Column("read_at", UtcTime, nullable=False),
    Column("complete_at", UtcTime),
)

# What a person did with the synthetic recordings of the practice.
practice = Table(
    "practice",
    metadata,
    Column("team_id", String(32), primary_key=True),
    Column("user_id", String(32), primary_key=True),
    Column("exercise", String(16), primary_key=True),
    Column("result", String(16), nullable=False),
    Column("done_at", UtcTime, nullable=False),
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
    Column("kind", String(40), nullable=False),
    Column("login", String(8), nullable=False),
    Column("used_at", UtcTime, nullable=False),
    Column("was_idle", Boolean, nullable=False),
    Index("sessions_by_person", "person_team", "person_user"),
)

# Nonces of completed sign-ins, so that none is used twice. A sign-in under way is
# stored nowhere but in a sealed cookie.
used_nonces = Table(
    "used_nonces",
    metadata,
    Column("nonce_hash", String(64), primary_key=True),
    Column("expires_at", UtcTime, nullable=False),
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
