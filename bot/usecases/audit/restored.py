"""A database that came back from a backup: its gap is named, and work goes on."""

from bot.usecases.committed_detail import committed_detail
from bot.usecases.context import Act
from bot.usecases.services import Services
from storage.audit.log.sequencer import last_signed
from storage.audit.proofs.anchors import newest_anchored
from storage.audit.proofs.checkpoint import Keys
from storage.audit.proofs.restores import Restore, read_restores, write_restore
from storage.blobs import Blobs
from storage.identity import let_messages_be_looked_for, skip_numbers
from storage.records import Action


def record_restore(
    services: Services,
    act: Act,
    keys: Keys,
    anchors: Blobs | None = None,
    *,
    reason: str,
) -> Restore:
    """Record that the database was restored, and return where its log goes on.

    First the log is held against its last checkpoint and the anchors it reaches, so
    that only an earlier state of this log passes. Then no number of the lost time is
    given again, waiting messages are looked for in Slack before they are posted, and
    the event names the gap. The signed note beside the anchors comes last: without it
    nothing is signed, and the command may be repeated. Raises `StorageError`.
    """
    n_restores = 0
    n_anchored = 0
    if anchors is not None:
        n_restores = len(read_restores(anchors, keys.verifiers))
    with services.store.begin() as tx:
        edge = last_signed(tx.connection, keys)
        if anchors is not None:
            n_anchored = newest_anchored(tx, keys, anchors, edge.size)
        restore = Restore(
            number=n_restores + 1,
            size=edge.size,
            root=edge.root(),
            anchored=n_anchored,
        )
        skip_numbers(tx.connection, restore.lost)
        let_messages_be_looked_for(tx.connection)
        event = act.event(
            Action.DATABASE_RESTORED,
            numbers={"size": restore.size, "lost": restore.lost},
        )
        tx.log.record_with(event, detail=committed_detail(reason=reason))
    if anchors is not None and restore.lost:
        write_restore(anchors, keys, restore)
    return restore
