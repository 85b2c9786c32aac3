"""How many Socket Mode connections each process holds, of those Slack allows an app."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from storage.records import SocketShare
from storage.replicas.locks import lock_names
from storage.tables import socket_shares
from storage.upsert import upsert


class SocketShares:
    """Reads and writes the shares of the processes."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def lock(self) -> None:
        """Let no other process change its share until the transaction ends."""
        lock_names(self.connection, "socket shares")

    def live(self, now: datetime) -> list[SocketShare]:
        """Return the shares of the processes that renewed them in time."""
        query = select(socket_shares).where(socket_shares.c.held_until > now)
        rows = self.connection.execute(query).mappings()
        return [SocketShare(**row) for row in rows]

    def put(self, share: SocketShare) -> None:
        """Store or replace the share of a process."""
        upsert(self.connection, socket_shares, vars(share))

    def remove(self, process: str) -> None:
        """Give up the share of a process."""
        self.connection.execute(
            delete(socket_shares).where(socket_shares.c.process == process)
        )

    def remove_expired(self, now: datetime) -> None:
        """Give up the shares of processes that renew them no more."""
        self.connection.execute(
            delete(socket_shares).where(socket_shares.c.held_until <= now)
        )
