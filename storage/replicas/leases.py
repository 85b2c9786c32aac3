"""Work that one process does for all replicas."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from storage.tables import leases
from storage.upsert import insert_into


class Leases:
    """Gives each work to one holder at a time."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def take(
        self,
        work: str,
        holder: str,
        now: datetime,
        held_until: datetime,
    ) -> bool:
        """Take or prolong a lease. Return False while another holder has it."""
        row = insert_into(self.connection, leases).values(
            work=work,
            holder=holder,
            held_until=held_until,
        )
        is_free = (leases.c.holder == holder) | (leases.c.held_until < now)
        taken = row.on_conflict_do_update(
            index_elements=["work"],
            set_={
                "holder": holder,
                "held_until": held_until,
            },
            where=is_free,
        ).returning(leases.c.work)
        return self.connection.execute(taken).first() is not None

    def is_held(self, work: str, now: datetime) -> bool:
        """Return whether any holder has the lease now."""
        query = select(leases.c.holder).where(
            leases.c.work == work, leases.c.held_until >= now
        )
        return self.connection.execute(query).first() is not None

    def holder_of(self, work: str) -> str | None:
        """Return the last holder of the lease, None without one."""
        query = select(leases.c.holder).where(leases.c.work == work)
        return self.connection.execute(query).scalar_one_or_none()

    def release(self, work: str, holder: str) -> None:
        """Give up a lease, if this holder has it."""
        self.connection.execute(
            delete(leases).where(leases.c.work == work, leases.c.holder == holder)
        )
