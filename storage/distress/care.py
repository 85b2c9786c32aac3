"""Breaks and choices of one person.

They belong to that person and are not in the access log.
"""

from datetime import datetime

from sqlalchemy import (
    Connection,
    RowMapping,
    and_,
    case,
    cast,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from storage.records import Break, CaseState, Choices, Exposure, Person
from storage.tables import (
    breaks,
    case_reports,
    cases,
    choices,
    listens,
    requests,
)
from storage.tables.base import UtcTime
from storage.upsert import upsert

# A case of a bundle counts for colleagues who heard the recording only once an officer
# has confirmed it by keeping the recording closed.
_CONFIRMED = or_(
    cases.c.bundle_id.is_(None),
    cases.c.state == CaseState.KEPT,
)


class Care:
    """Reads and writes breaks and choices."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add_break(
        self,
        person: Person,
        now: datetime,
        ends_at: datetime,
    ) -> None:
        """Store a break; no request is offered to the person during it."""
        self.connection.execute(
            insert(breaks).values(
                person_team=person.team_id,
                person_user=person.user_id,
                started_at=now,
                ends_at=ends_at,
            )
        )

    def end_breaks(self, person: Person, now: datetime) -> None:
        """End the person's breaks early."""
        self.connection.execute(
            update(breaks)
            .where(
                breaks.c.person_team == person.team_id,
                breaks.c.person_user == person.user_id,
                breaks.c.ended_at.is_(None),
                breaks.c.ends_at > now,
            )
            .values(ended_at=now)
        )

    def breaks(self, person: Person, limit: int) -> list[Break]:
        """Return the person's breaks, newest first."""
        query = (
            select(breaks)
            .where(
                breaks.c.person_team == person.team_id,
                breaks.c.person_user == person.user_id,
            )
            .order_by(breaks.c.id.desc())
            .limit(limit)
        )
        return [_break(row) for row in self.connection.execute(query).mappings()]

    def exposures(self, person: Person, since: datetime) -> list[Exposure]:
        """Return the stopped recordings the person heard or stopped, newest first.

        One of a bundle counts from an officer's confirmation on, at its time. A play
        while the case was open, which only its officer has, counts at its own time.
        """
        reported = and_(
            case_reports.c.case_id == cases.c.id,
            case_reports.c.reporter_team == person.team_id,
            case_reports.c.reporter_user == person.user_id,
        )
        heard = (
            select(
                requests.c.clip_id,
                func.max(listens.c.granted_at).label("last"),
            )
            .join(requests, requests.c.id == listens.c.request_id)
            .where(
                listens.c.listener_team == person.team_id,
                listens.c.listener_user == person.user_id,
            )
            .group_by(requests.c.clip_id)
            .subquery()
        )
        stopped_at = case(
            (cases.c.bundle_id.is_(None), cases.c.opened_at),
            else_=cases.c.closed_at,
        )
        was_open = and_(
            heard.c.last >= cases.c.opened_at,
            or_(cases.c.closed_at.is_(None), heard.c.last <= cases.c.closed_at),
        )
        heard_at = case((was_open, heard.c.last), else_=stopped_at)
        met_at = func.coalesce(case_reports.c.reported_at, heard_at)
        is_heard = heard.c.clip_id.is_not(None)
        query = (
            select(
                cast(met_at, UtcTime),
                case_reports.c.case_id.is_not(None),
                is_heard,
            )
            .select_from(
                cases.outerjoin(case_reports, reported).outerjoin(
                    heard, heard.c.clip_id == cases.c.clip_id
                )
            )
            .where(
                cases.c.is_drill.is_(False),
                or_(
                    case_reports.c.case_id.is_not(None),
                    and_(is_heard, _CONFIRMED),
                ),
                met_at >= since,
            )
            .order_by(met_at.desc(), cases.c.id.desc())
        )
        return [
            Exposure(at=at, stopped_it=stopped_it, heard=heard_it)
            for at, stopped_it, heard_it in self.connection.execute(query)
        ]

    def choices(self, person: Person) -> Choices:
        """Return the person's choices."""
        query = select(choices).where(
            choices.c.team_id == person.team_id, choices.c.user_id == person.user_id
        )
        row = self.connection.execute(query).mappings().one_or_none()
        if row is None:
            return Choices()
        return Choices(
            weekly_line=row["weekly_line"],
            in_circle=row["in_circle"],
            not_offered=frozenset(row["not_offered"].split()),
        )

    def save_choices(self, person: Person, chosen: Choices) -> None:
        """Store the person's choices."""
        values = {
            "team_id": person.team_id,
            "user_id": person.user_id,
            "weekly_line": chosen.weekly_line,
            "in_circle": chosen.in_circle,
            "not_offered": " ".join(sorted(chosen.not_offered)),
        }
        upsert(self.connection, choices, values)

    def peer_circle(self, team_id: str) -> list[str]:
        """Return the Slack ids of people who accept calls for a peer talk."""
        query = select(choices.c.user_id).where(
            choices.c.team_id == team_id, choices.c.in_circle
        )
        return sorted(self.connection.execute(query).scalars())

    def forget_person(self, person: Person) -> None:
        """Delete the person's breaks and choices."""
        self.connection.execute(
            delete(breaks).where(
                breaks.c.person_team == person.team_id,
                breaks.c.person_user == person.user_id,
            )
        )
        self.connection.execute(
            delete(choices).where(
                choices.c.team_id == person.team_id, choices.c.user_id == person.user_id
            )
        )

    def exposure_counts(self, desk: str, since: datetime) -> dict[str, int]:
        """Return how many stopped recordings each person of a desk heard.

        The figures are for totals over at least five people and are never shown by
        person.
        """
        recent = (
            (cases.c.desk == desk)
            & (cases.c.opened_at >= since)
            & cases.c.is_drill.is_(False)
            & _CONFIRMED
        )
        met = (
            select(cases.c.id, listens.c.listener_user.label("user"))
            .distinct()
            .join(requests, requests.c.clip_id == cases.c.clip_id)
            .join(listens, listens.c.request_id == requests.c.id)
            .where(recent)
            .subquery()
        )
        query = select(met.c.user, func.count()).group_by(met.c.user)
        return dict(self.connection.execute(query).all())


def _break(row: RowMapping) -> Break:
    return Break(
        id=row["id"],
        person=Person(team_id=row["person_team"], user_id=row["person_user"]),
        started_at=row["started_at"],
        ends_at=row["ends_at"],
        ended_at=row["ended_at"],
    )
