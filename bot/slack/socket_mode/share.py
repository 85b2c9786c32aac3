"""The share of this process in the connections of the app, kept in the database."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.rules.slack_calls.sockets import LEASE, may_hold
from storage.records import SocketShare
from storage.replicas.process_names import has_died_here, new_process_name
from storage.store import Store


@dataclass(frozen=True)
class Hello:
    """The number of connections that Slack counted for the app, and when."""

    counted: int
    at: datetime


class ProcessShare:
    """Reserves connections before they are open, and frees them once they are closed."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._clock = clock
        now = clock()
        self._share = SocketShare(
            process=new_process_name(),
            since=now,
            held=0,
            held_until=now,
        )

    def renew(self, n_open: int, hello: Hello | None) -> int:
        """Return how many connections may be open now, of which `n_open` are.

        Those to be closed stay reserved until a call with a smaller `n_open`.
        """
        now = self._clock()
        if self._is_in_force(n_open, hello, now):
            return n_open
        with self._store.begin() as tx:
            tx.socket_shares.lock()
            tx.socket_shares.remove_expired(now)
            mine = replace(self._share, held=n_open, held_until=now + LEASE)
            shares = [mine]
            for share in tx.socket_shares.live(now):
                if has_died_here(share.process):
                    # Its connections ended with it, before its share runs out.
                    tx.socket_shares.remove(share.process)
                elif share.process != mine.process:
                    shares.append(share)
            allowed = may_hold(mine.process, shares)
            mine = replace(mine, held=max(allowed, n_open))
            if hello is not None and hello.at != mine.counted_at:
                held_by_others = sum(share.held for share in shares[1:])
                mine = replace(
                    mine,
                    counted=hello.counted,
                    counted_at=hello.at,
                    expected=held_by_others + mine.held,
                )
            tx.socket_shares.put(mine)
        self._share = mine
        return allowed

    def leave(self) -> None:
        """Free the connections of this process for others."""
        with self._store.begin() as tx:
            tx.socket_shares.remove(self._share.process)

    def _is_in_force(
        self,
        n_open: int,
        hello: Hello | None,
        now: datetime,
    ) -> bool:
        """Return whether there is nothing to write, by a look that takes no lock."""
        mine = self._share
        if mine.held != n_open or now > mine.held_until - LEASE / 2:
            return False
        if hello is not None and hello.at != mine.counted_at:
            return False
        with self._store.read() as tx:
            shares = tx.socket_shares.live(now)
        if mine not in shares:
            return False
        return may_hold(mine.process, shares) == n_open
