"""What is kept for one person alone. None of it is in the access log: it is theirs."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Index,
    RowMapping,
    String,
    Table,
    Text,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from storage.cases import case_reports, cases
from storage.records import Break, Choices, Exposure, Person
from storage.tables import RowId, UtcTime, listens, metadata, person_columns, proposals, requests
from storage.upsert import upsert

breaks = Table(
    "breaks",
    metadata,
    Column("id", RowId, primary_key=True),
    *person_columns("person"),
    Column("started_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Index("breaks_by_person", "person_team", "person_user", "ends_at"),
    sqlite_autoincrement=True,
)

choices = Table(
    "choices",
    metadata,
    Column("team_id", String(32), primary_key=True),
    Column("user_id", String(32), primary_key=True),
    Column("weekly_line", Boolean, nullable=False),
    Column("in_circle", Boolean, nullable=False),
    Column("not_offered", Text, nullable=False),
)

# When something that is done once in a while was last done, by whichever replica.
rounds = Table(
    "rounds",
    metadata,
    Column("chore", String(32), primary_key=True),
    Column("done_at", UtcTime, nullable=False),
)


class CareRows:
    """Methods of `Transaction` about one person's own affairs."""

    connection: Connection

    def add_break(self, person: Person, now: datetime, ends_at: datetime) -> None:
        """Pause somebody's queue."""
        self.connection.execute(
            insert(breaks).values(
                person_team=person.team_id,
                person_user=person.user_id,
                started_at=now,
                ends_at=ends_at,
            )
        )

    def end_breaks(self, person: Person, now: datetime) -> None:
        """They are back."""
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

    def breaks(self, person: Person, limit: int = 20) -> list[Break]:
        """Somebody's breaks, newest first."""
        query = (
            select(breaks)
            .where(breaks.c.person_team == person.team_id, breaks.c.person_user == person.user_id)
            .order_by(breaks.c.id.desc())
            .limit(limit)
        )
        return [_break(row) for row in self.connection.execute(query).mappings()]

    def exposures(self, person: Person, since: datetime) -> list[Exposure]:
        """The stopped recordings somebody has heard or stopped since then, newest first."""
        reported = and_(
            case_reports.c.case_id == cases.c.id,
            case_reports.c.reporter_team == person.team_id,
            case_reports.c.reporter_user == person.user_id,
        )
        heard = (
            select(requests.c.clip_id, func.min(listens.c.granted_at).label("at"))
            .join(requests, requests.c.id == listens.c.request_id)
            .where(
                listens.c.listener_team == person.team_id,
                listens.c.listener_user == person.user_id,
            )
            .group_by(requests.c.clip_id)
            .subquery()
        )
        query = (
            select(cases.c.opened_at, case_reports.c.reported_at, heard.c.at)
            .select_from(
                cases.outerjoin(case_reports, reported).outerjoin(
                    heard, heard.c.clip_id == cases.c.clip_id
                )
            )
            .where(
                cases.c.is_drill.is_(False),
                or_(case_reports.c.case_id.is_not(None), heard.c.clip_id.is_not(None)),
                func.coalesce(case_reports.c.reported_at, cases.c.opened_at) >= since,
            )
            .order_by(cases.c.id.desc())
        )
        return [
            Exposure(at=reported_at or opened_at, stopped_it=reported_at is not None)
            for opened_at, reported_at, _ in self.connection.execute(query)
        ]

    def choices(self, person: Person) -> Choices:
        """What somebody chose."""
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
        """Keep what somebody chose."""
        values = {
            "team_id": person.team_id,
            "user_id": person.user_id,
            "weekly_line": chosen.weekly_line,
            "in_circle": chosen.in_circle,
            "not_offered": " ".join(sorted(chosen.not_offered)),
        }
        upsert(self.connection, choices, values)

    def circle(self, team_id: str) -> list[str]:
        """The Slack ids of those who are glad to be called for a chat."""
        query = select(choices.c.user_id).where(choices.c.team_id == team_id, choices.c.in_circle)
        return sorted(self.connection.execute(query).scalars())

    def forget_care(self, person: Person) -> None:
        """Delete somebody's breaks and choices."""
        self.connection.execute(
            delete(breaks).where(
                breaks.c.person_team == person.team_id, breaks.c.person_user == person.user_id
            )
        )
        self.connection.execute(
            delete(choices).where(
                choices.c.team_id == person.team_id, choices.c.user_id == person.user_id
            )
        )

    def begin_round(self, name: str, now: datetime, every: timedelta) -> datetime | None:
        """When it was last done, if it is time again; then it counts as done now.

        The first time only starts the clock.
        """
        query = select(rounds.c.done_at).where(rounds.c.chore == name).with_for_update()
        done_at: datetime | None = self.connection.execute(query).scalar_one_or_none()
        if done_at is not None and now - done_at < every:
            return None
        upsert(self.connection, rounds, {"chore": name, "done_at": now})
        return done_at

    def proposers_since(self, since: datetime) -> list[Person]:
        """Everybody who has answered since then."""
        query = (
            select(proposals.c.proposer_team, proposals.c.proposer_user)
            .where(proposals.c.made_at >= since, proposals.c.withdrawn_at.is_(None))
            .distinct()
        )
        rows = self.connection.execute(query.order_by(proposals.c.proposer_user))
        return [Person(team_id=team, user_id=user) for team, user in rows]

    def words_of(self, person: Person, since: datetime) -> list[tuple[str, str, str]]:
        """What somebody answered, and what it was settled as since then; and the locale."""
        query = (
            select(proposals.c.text, requests.c.settled_text, requests.c.locale)
            .join(requests, requests.c.id == proposals.c.request_id)
            .where(
                proposals.c.proposer_team == person.team_id,
                proposals.c.proposer_user == person.user_id,
                proposals.c.withdrawn_at.is_(None),
                proposals.c.text.is_not(None),
                requests.c.settled_text.is_not(None),
                requests.c.closed_at >= since,
            )
        )
        return [(text, settled, locale) for text, settled, locale in self.connection.execute(query)]

    def stopped_before(self, clip_ids: Iterable[str]) -> set[str]:
        """Which of these clips were stopped once, and opened again."""
        query = select(cases.c.clip_id).where(
            cases.c.clip_id.in_(list(clip_ids)), cases.c.is_drill.is_(False)
        )
        return set(self.connection.execute(query).scalars())

    def met_on(self, desk: str, since: datetime) -> dict[str, int]:
        """How many stopped recordings each person of a desk has heard or stopped since then.

        For counting over at least five people only; whoever shows it shows nobody.
        """
        recent = (cases.c.desk == desk) & (cases.c.opened_at >= since) & cases.c.is_drill.is_(False)
        reported = (
            select(cases.c.id, case_reports.c.reporter_user.label("user"))
            .join(case_reports, case_reports.c.case_id == cases.c.id)
            .where(recent)
        )
        heard = (
            select(cases.c.id, listens.c.listener_user.label("user"))
            .join(requests, requests.c.clip_id == cases.c.clip_id)
            .join(listens, listens.c.request_id == requests.c.id)
            .where(recent)
        )
        met = reported.union(heard).subquery()
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
