"""The role mapping and the settings' digests at the last start."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, select

from storage.records import RoleMapping
from storage.tables import (
    role_mappings,
    settings_known,
    starts,
)
from storage.upsert import insert_many, upsert

_ONLY = 1


class StartupState:
    """Reads and writes the state compared at start."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def lock(self, now: datetime) -> None:
        """Wait until no other replica is starting, and make the others wait."""
        upsert(
            self.connection,
            starts,
            {
                "id": _ONLY,
                "at": now,
            },
        )

    def role_mapping(self) -> RoleMapping | None:
        """Return the stored role mapping, or None before the first start."""
        row = self.connection.execute(select(role_mappings)).mappings().one_or_none()
        if row is None:
            return None
        return RoleMapping(
            in_force=row["in_force"],
            waiting=row["waiting"],
            waiting_since=row["waiting_since"],
        )

    def save_role_mapping(self, mapping: RoleMapping) -> None:
        """Store the role mapping."""
        upsert(
            self.connection,
            role_mappings,
            {
                "id": _ONLY,
                **vars(mapping),
            },
        )

    def known_settings(self) -> dict[str, tuple[str, str | None]]:
        """Return each setting's digest and its value where it may be shown.

        The result is empty before the first start.
        """
        rows = self.connection.execute(select(settings_known))
        return {row.setting: (row.digest, row.shown) for row in rows}

    def save_settings(
        self, known: Mapping[str, tuple[str, str | None]], gone: Iterable[str]
    ) -> None:
        """Store these settings and delete those in `gone`."""
        names = {*gone, *known}
        if names:
            where = settings_known.c.setting.in_(sorted(names))
            self.connection.execute(delete(settings_known).where(where))
        if known:
            rows = [
                {
                    "setting": name,
                    "digest": digest,
                    "shown": shown,
                }
                for name, (digest, shown) in sorted(known.items())
            ]
            insert_many(self.connection, settings_known, rows)
