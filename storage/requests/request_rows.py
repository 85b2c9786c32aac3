"""Rows of `requests` as records."""

from sqlalchemy import RowMapping

from storage.records import (
    Answer,
    Difficulty,
    Person,
    Request,
    RequestState,
    Side,
    Span,
)


def request_of(row: RowMapping) -> Request:
    """Return a row of `requests` as a record."""
    settled_answer = None
    if row["settled_answer"]:
        settled_answer = Answer(row["settled_answer"])
    return Request(
        id=row["id"],
        key=row["key"],
        state=RequestState(row["state"]),
        desk=row["desk"],
        locale=row["locale"],
        clip_id=row["clip_id"],
        span=Span(start_ms=row["start_ms"], end_ms=row["end_ms"]),
        asker=Person(team_id=row["asker_team"], user_id=row["asker_user"]),
        difficulties=tuple(Difficulty(name) for name in row["difficulties"].split()),
        guess=row["guess"],
        quorum=row["quorum"],
        spare_seats=row["spare_seats"],
        speaker=row["speaker"],
        asked_at=row["asked_at"],
        expires_at=row["expires_at"],
        context_ms=row["context_ms"],
        needs_lead=row["needs_lead"],
        opened_at=row["opened_at"],
        closed_at=row["closed_at"],
        channel_id=row["channel_id"],
        thread_ts=row["thread_ts"],
        reposted_at=row["reposted_at"],
        problem=row["problem"],
        settled_answer=settled_answer,
        settled_text=row["settled_text"],
        settled_personal=row["settled_personal"],
        discussed_at=row["discussed_at"],
        remasked=row["remasked"],
        waiting_since=row["waiting_since"],
        chased=row["chased"],
        chase_at=row["chase_at"],
        helping_desk=row["helping_desk"],
        masked_sides=frozenset(Side(name) for name in row["masked_sides"].split()),
    )
