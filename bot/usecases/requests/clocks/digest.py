"""The digest of disputes: one message an hour and desk instead of one a dispute."""

from bot.rules.requests import clocks
from bot.usecases.context import Act
from bot.usecases.requests.clocks.rounds import desk_round
from bot.usecases.services import Services
from storage.records.outbox import PostDigest


def post_digests(services: Services, act: Act) -> int:
    """Enqueue a digest for each desk with a dispute since its last one; return how many.

    It is no act on a recording: each dispute is on record by itself.
    """
    with services.store.read() as tx:
        newest = tx.clocks.newest_disputes(act.now - clocks.COMMITTED_WITHIN)
        last = tx.rounds.last([_name(desk) for desk in newest])
    n_posted = 0
    for desk, disputed_at in newest.items():
        last_at = last.get(_name(desk))
        if desk not in services.desks.desks:
            continue
        if not clocks.is_digest_due(disputed_at, last_at, act.now):
            continue
        with services.store.begin() as tx:
            if tx.rounds.start(_name(desk), act.now, clocks.DIGESTS_APART):
                tx.outbox.enqueue(PostDigest(desk_id=desk), now=act.now)
                n_posted += 1
    return n_posted


def _name(desk: str) -> str:
    return desk_round("digest", desk)
