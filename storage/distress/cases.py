"""Cases of stopped clips: reports, checklist steps and replies."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import (
    Connection,
    RowMapping,
    func,
    insert,
    or_,
    select,
    update,
)

from storage.records import Case, CaseState, Person, Reply, Report, Severity, Tick
from storage.rows import ids_of, person_of, row_with
from storage.tables import (
    case_replies,
    case_reports,
    case_ticks,
    cases,
)

_LIVE = (CaseState.OPEN, CaseState.ACKNOWLEDGED)


class Cases:
    """Reads and writes cases."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add(
        self,
        *,
        key: str,
        clip_id: str,
        request_id: int | None,
        desk: str | None,
        opened_at: datetime,
        due_at: datetime,
        is_drill: bool = False,
        bundle_id: int | None = None,
    ) -> Case:
        """Store a new case, with no officer called yet, and return it with its number."""
        row = self.connection.execute(
            insert(cases)
            .values(
                key=key,
                clip_id=clip_id,
                request_id=request_id,
                desk=desk,
                severity=Severity.UNKNOWN,
                state=CaseState.OPEN,
                opened_at=opened_at,
                stage=0,
                due_at=due_at,
                is_drill=is_drill,
                bundle_id=bundle_id,
            )
            .returning(*cases.c)
        )
        return _case(row.mappings().one())

    def save(self, case: Case) -> None:
        """Write the columns that change during a case's life."""
        officer_team, officer_user = ids_of(case.officer)
        former_team, former_user = ids_of(case.former_officer)
        self.connection.execute(
            update(cases)
            .where(cases.c.id == case.id)
            .values(
                severity=case.severity,
                state=case.state,
                stage=case.stage,
                due_at=case.due_at,
                overdue_since=case.overdue_since,
                officer_team=officer_team,
                officer_user=officer_user,
                former_team=former_team,
                former_user=former_user,
                acknowledged_at=case.acknowledged_at,
                closed_at=case.closed_at,
                bundle_id=case.bundle_id,
            )
        )

    def by_id(self, case_id: int) -> Case | None:
        """Return the case with this number."""
        row = row_with(self.connection, cases.c.id, case_id)
        if row is None:
            return None
        return _case(row)

    def by_key(self, key: str, *, lock: bool = False) -> Case | None:
        """Return the case with this unguessable key.

        `lock` keeps other transactions from changing the case until this one ends.
        """
        row = row_with(self.connection, cases.c.key, key, lock=lock)
        if row is None:
            return None
        return _case(row)

    def live_on(self, clip_id: str) -> Case | None:
        """Return the case on this clip that is not closed, and lock it."""
        query = select(cases).where(
            cases.c.clip_id == clip_id, cases.c.state.in_(_LIVE)
        )
        row = self.connection.execute(query.with_for_update()).mappings().first()
        if row is None:
            return None
        return _case(row)

    def live(self) -> list[Case]:
        """Return all cases that are not closed, in order of their due time."""
        query = (
            select(cases)
            .where(cases.c.state.in_(_LIVE))
            .order_by(cases.c.due_at, cases.c.id)
        )
        return [_case(row) for row in self.connection.execute(query).mappings()]

    def closed(self, rows: int, after: int | None) -> list[Case]:
        """Return closed cases, newest first, those behind the case `after`."""
        query = select(cases).where(cases.c.state.not_in(_LIVE))
        if after is not None:
            query = query.where(cases.c.id < after)
        found = self.connection.execute(query.order_by(cases.c.id.desc()).limit(rows))
        return [_case(row) for row in found.mappings()]

    def count_closed(self) -> int:
        """Return the number of all closed cases."""
        query = select(func.count()).select_from(cases)
        closed = query.where(cases.c.state.not_in(_LIVE))
        return self.connection.execute(closed).scalar_one()

    def of_bundle(self, bundle_id: int) -> list[Case]:
        """Return the cases of a bundle, oldest first."""
        query = select(cases).where(cases.c.bundle_id == bundle_id).order_by(cases.c.id)
        return [_case(row) for row in self.connection.execute(query).mappings()]

    def due(self, now: datetime) -> list[Case]:
        """Return cases whose due time has passed."""
        query = select(cases).where(cases.c.due_at <= now).order_by(cases.c.due_at)
        return [_case(row) for row in self.connection.execute(query).mappings()]

    def counts(self, now: datetime) -> tuple[int, int]:
        """Return the number of live cases, and how many of them are or were overdue."""
        late = or_(cases.c.overdue_since.is_not(None), cases.c.due_at <= now)
        live = select(func.count()).select_from(cases).where(cases.c.state.in_(_LIVE))
        return (
            self.connection.execute(live).scalar_one(),
            self.connection.execute(live.where(late)).scalar_one(),
        )

    def last_drill(self) -> Case | None:
        """Return the newest drill."""
        query = (
            select(cases).where(cases.c.is_drill).order_by(cases.c.id.desc()).limit(1)
        )
        row = self.connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        return _case(row)

    def add_report(
        self,
        case_id: int,
        reporter: Person,
        now: datetime,
    ) -> bool:
        """Store a report. Return False if the reporter had reported this case before."""
        if any(report.reporter == reporter for report in self.reports(case_id)):
            return False
        self.connection.execute(
            insert(case_reports).values(
                case_id=case_id,
                reporter_team=reporter.team_id,
                reporter_user=reporter.user_id,
                severity=Severity.UNKNOWN,
                reported_at=now,
            )
        )
        return True

    def grade_report(
        self,
        case_id: int,
        reporter: Person,
        severity: Severity,
    ) -> None:
        """Store how severe the recording is in the reporter's view."""
        self.connection.execute(
            update(case_reports)
            .where(
                case_reports.c.case_id == case_id,
                case_reports.c.reporter_team == reporter.team_id,
                case_reports.c.reporter_user == reporter.user_id,
            )
            .values(severity=severity)
        )

    def reports(self, case_id: int) -> list[Report]:
        """Return the reports of a case, oldest first."""
        query = (
            select(case_reports)
            .where(case_reports.c.case_id == case_id)
            .order_by(case_reports.c.reported_at, case_reports.c.reporter_user)
        )
        return [_report(row) for row in self.connection.execute(query).mappings()]

    def add_tick(self, case_id: int, tick: Tick) -> None:
        """Store that a step of the checklist is done."""
        self.connection.execute(
            insert(case_ticks).values(
                case_id=case_id,
                step=tick.step,
                version=tick.version,
                officer_team=tick.officer.team_id,
                officer_user=tick.officer.user_id,
                ticked_at=tick.ticked_at,
            )
        )

    def ticks(self, case_id: int) -> list[Tick]:
        """Return the steps that are done, oldest first."""
        query = select(case_ticks).where(case_ticks.c.case_id == case_id)
        rows = self.connection.execute(
            query.order_by(case_ticks.c.ticked_at, case_ticks.c.step)
        )
        return [_tick(row) for row in rows.mappings()]

    def add_reply(
        self,
        case_id: int,
        officer: Person,
        text: str,
        now: datetime,
    ) -> Reply:
        """Store an officer's reply and return it with its number."""
        row = self.connection.execute(
            insert(case_replies)
            .values(
                case_id=case_id,
                officer_team=officer.team_id,
                officer_user=officer.user_id,
                text=text,
                sent_at=now,
            )
            .returning(*case_replies.c)
        )
        return _reply(row.mappings().one())

    def replies(self, case_ids: Iterable[int]) -> list[Reply]:
        """Return the officers' replies on these cases, oldest first."""
        query = select(case_replies).where(case_replies.c.case_id.in_(list(case_ids)))
        rows = self.connection.execute(query.order_by(case_replies.c.id)).mappings()
        return [_reply(row) for row in rows]


def _case(row: RowMapping) -> Case:
    return Case(
        id=row["id"],
        key=row["key"],
        clip_id=row["clip_id"],
        request_id=row["request_id"],
        desk=row["desk"],
        severity=Severity(row["severity"]),
        state=CaseState(row["state"]),
        opened_at=row["opened_at"],
        stage=row["stage"],
        due_at=row["due_at"],
        overdue_since=row["overdue_since"],
        officer=person_of(row["officer_team"], row["officer_user"]),
        former_officer=person_of(row["former_team"], row["former_user"]),
        acknowledged_at=row["acknowledged_at"],
        closed_at=row["closed_at"],
        is_drill=row["is_drill"],
        bundle_id=row["bundle_id"],
    )


def _report(row: RowMapping) -> Report:
    return Report(
        case_id=row["case_id"],
        reporter=Person(team_id=row["reporter_team"], user_id=row["reporter_user"]),
        severity=Severity(row["severity"]),
        reported_at=row["reported_at"],
    )


def _tick(row: RowMapping) -> Tick:
    return Tick(
        step=row["step"],
        version=row["version"],
        officer=Person(team_id=row["officer_team"], user_id=row["officer_user"]),
        ticked_at=row["ticked_at"],
    )


def _reply(row: RowMapping) -> Reply:
    return Reply(
        id=row["id"],
        case_id=row["case_id"],
        officer=Person(team_id=row["officer_team"], user_id=row["officer_user"]),
        text=row["text"],
        sent_at=row["sent_at"],
    )
