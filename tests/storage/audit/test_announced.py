"""Which checkpoint the auditors are to be told of, and which they have."""

from datetime import timedelta

from storage.audit.announced import last_announced, mark_announced, to_announce
from storage.audit.log.sequencer import sequence_all
from storage.audit.proofs import checkpoint
from storage.audit.proofs.anchors import PUBLISH_EVERY, publish
from storage.store import Store
from tests.storage.audit.logs import KEYS, log_of, write
from tests.storage.builders import NOW


def test_only_the_newest_published_checkpoint_is_announced_and_once(
    store: Store,
) -> None:
    log_of(store, 5)
    with store.read() as tx:
        assert to_announce(tx.log) is None  # signed, but not published
    for now in (NOW, NOW + PUBLISH_EVERY):
        write(store, 4, first=5)
        sequence_all(store, KEYS, lambda: NOW)
        assert publish(store, KEYS, None, now, lambda *_: None) is not None
    with store.begin() as tx:
        found = to_announce(tx.log)
        assert found is not None
        assert checkpoint.verify(found.note, KEYS.verifiers).size == found.size == 14
        assert last_announced(tx.log) is None
        mark_announced(tx.log, found.size, NOW + timedelta(hours=1))
        assert to_announce(tx.log) is None
        assert last_announced(tx.log) == NOW + timedelta(hours=1)
