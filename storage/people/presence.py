"""The people active lately, as far as their sessions and questions show."""

from datetime import datetime

from sqlalchemy import Connection, func, select, union_all

from storage.tables import requests, sessions


class Presence:
    """Reads the people at work."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def since(self, team_id: str, since: datetime) -> list[str]:
        """Return the users of pages and askers since then, the last active first."""
        on_pages = select(
            sessions.c.person_user.label("user_id"), sessions.c.used_at.label("at")
        ).where(
            sessions.c.person_team == team_id,
            sessions.c.used_at >= since,
            sessions.c.ended_at.is_(None),
        )
        asking = select(requests.c.asker_user, requests.c.asked_at).where(
            requests.c.asker_team == team_id,
            requests.c.asked_at >= since,
        )
        acts = union_all(on_pages, asking).subquery()
        query = (
            select(acts.c.user_id)
            .group_by(acts.c.user_id)
            .order_by(func.max(acts.c.at).desc(), acts.c.user_id)
        )
        return list(self.connection.execute(query).scalars())
