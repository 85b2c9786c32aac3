"""Bundles of stops by one person who neither heard nor was offered the recordings."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, select, update

from storage.records import Person, StopBundle, StopReason
from storage.replicas.locks import lock_names
from storage.rows import row_with
from storage.tables import stop_bundles


class StopBundles:
    """Reads and writes bundles of stops."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def lock_reporter(self, reporter: Person) -> None:
        """Let no other stop of this reporter be bundled until the transaction ends."""
        lock_names(
            self.connection,
            f"stops {reporter.team_id} {reporter.user_id}",
        )

    def add(
        self,
        key: str,
        reporter: Person,
        now: datetime,
    ) -> StopBundle:
        """Store a new bundle and return it with its number."""
        row = self.connection.execute(
            insert(stop_bundles)
            .values(
                key=key,
                reporter_team=reporter.team_id,
                reporter_user=reporter.user_id,
                started_at=now,
            )
            .returning(*stop_bundles.c)
        )
        return _bundle(row.mappings().one())

    def latest(self, reporter: Person, since: datetime) -> StopBundle | None:
        """Return the reporter's newest bundle, if it was started after `since`."""
        query = (
            select(stop_bundles)
            .where(
                stop_bundles.c.reporter_team == reporter.team_id,
                stop_bundles.c.reporter_user == reporter.user_id,
                stop_bundles.c.started_at > since,
            )
            .order_by(stop_bundles.c.id.desc())
            .limit(1)
        )
        row = self.connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        return _bundle(row)

    def by_id(self, bundle_id: int, *, lock: bool = False) -> StopBundle:
        """Return the bundle with this number, which a case or a row names."""
        row = row_with(self.connection, stop_bundles.c.id, bundle_id, lock=lock)
        assert row is not None
        return _bundle(row)

    def by_key(self, key: str, *, lock: bool = False) -> StopBundle | None:
        """Return the bundle with this unguessable key."""
        row = row_with(self.connection, stop_bundles.c.key, key, lock=lock)
        if row is None:
            return None
        return _bundle(row)

    def with_ids(self, bundle_ids: Iterable[int]) -> list[StopBundle]:
        """Return these bundles, oldest first."""
        query = (
            select(stop_bundles)
            .where(stop_bundles.c.id.in_(list(bundle_ids)))
            .order_by(stop_bundles.c.id)
        )
        return [_bundle(row) for row in self.connection.execute(query).mappings()]

    def save_page(
        self,
        bundle_id: int,
        stage: int,
        at: datetime,
    ) -> None:
        """Store that this stage is paged about the bundle at this time."""
        self.connection.execute(
            update(stop_bundles)
            .where(stop_bundles.c.id == bundle_id)
            .values(paged_stage=stage, paged_at=at)
        )

    def explain(
        self,
        bundle_id: int,
        reason: StopReason,
        now: datetime,
    ) -> None:
        """Store the reporter's answer; a later one replaces it."""
        self.connection.execute(
            update(stop_bundles)
            .where(stop_bundles.c.id == bundle_id)
            .values(reason=reason, explained_at=now)
        )


def _bundle(row: RowMapping) -> StopBundle:
    reason: StopReason | None = None
    if row["reason"] is not None:
        reason = StopReason(row["reason"])
    return StopBundle(
        id=row["id"],
        key=row["key"],
        reporter=Person(team_id=row["reporter_team"], user_id=row["reporter_user"]),
        started_at=row["started_at"],
        paged_stage=row["paged_stage"],
        paged_at=row["paged_at"],
        reason=reason,
        explained_at=row["explained_at"],
    )
