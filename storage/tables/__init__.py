"""All tables, one module a noun. Times are microseconds since the epoch in UTC."""

from storage.tables.access_log import (
    action_days,
    checkpoints,
    entries,
    events,
    person_days,
    prunings,
    questions,
    tiles,
    unsequenced,
)
from storage.tables.base import RowId, UtcTime, metadata, person_columns
from storage.tables.care import breaks, choices, talk_marks, talk_mutes, talks
from storage.tables.cases import (
    case_replies,
    case_reports,
    case_ticks,
    cases,
    quarantines,
    stop_bundles,
)
from storage.tables.channels import channel_members, channels, incidents
from storage.tables.erasures import (
    bars,
    erasures,
    holds,
    hook_calls,
    receipts,
    waiting_erasures,
)
from storage.tables.listens import elevated_listens, listens
from storage.tables.outbox import leases, outbox, paces, rounds, socket_shares
from storage.tables.people import (
    drafts,
    group_members,
    group_refreshes,
    people,
    practice,
    readings,
    sessions,
    used_nonces,
)
from storage.tables.proposals import (
    adjudications,
    appeals,
    claims,
    declines,
    late_answers,
    proposals,
)
from storage.tables.requests import followers, requests, thread_replies
from storage.tables.results import results
from storage.tables.snippets import clip_keys, personal_reports, snippets
from storage.tables.startup import role_mappings, settings_known, starts
from storage.tables.work_tools import tool_requests, work_tools

__all__ = [
    "RowId",
    "UtcTime",
    "action_days",
    "adjudications",
    "appeals",
    "bars",
    "breaks",
    "case_replies",
    "case_reports",
    "case_ticks",
    "cases",
    "channel_members",
    "channels",
    "checkpoints",
    "choices",
    "claims",
    "clip_keys",
    "declines",
    "drafts",
    "elevated_listens",
    "entries",
    "erasures",
    "events",
    "followers",
    "group_members",
    "group_refreshes",
    "holds",
    "hook_calls",
    "incidents",
    "late_answers",
    "leases",
    "listens",
    "metadata",
    "outbox",
    "paces",
    "people",
    "person_columns",
    "person_days",
    "personal_reports",
    "practice",
    "proposals",
    "prunings",
    "quarantines",
    "questions",
    "readings",
    "receipts",
    "requests",
    "results",
    "role_mappings",
    "rounds",
    "sessions",
    "settings_known",
    "snippets",
    "socket_shares",
    "starts",
    "stop_bundles",
    "talk_marks",
    "talk_mutes",
    "talks",
    "thread_replies",
    "tiles",
    "tool_requests",
    "unsequenced",
    "used_nonces",
    "waiting_erasures",
    "work_tools",
]
