"""The objects of results, tombstones and deletions in a bucket, for its sinks."""

from obstore.store import ObjectStore

from bot.sources.results.deletion_json import deletion_to_json, is_tombstone, tombstone
from bot.sources.results.result_json import result_to_json
from storage.records import Deletion, Result

DELETIONS = "deletions"


def object_in(store: ObjectStore, name: str) -> bytes:
    """Return an object; empty where there is none."""
    try:
        return bytes(store.get(name).bytes())
    except FileNotFoundError:
        return b""


def put_result(
    store: ObjectStore,
    name: str,
    result: Result,
) -> None:
    """Write a result's object, unless an erasure's tombstone stands there."""
    if not is_tombstone(object_in(store, name)):
        store.put(name, result_to_json(result) + b"\n")


def put_tombstone(
    store: ObjectStore,
    name: str,
    result_id: str,
) -> None:
    """Write a tombstone in the place of a result's object."""
    store.put(name, tombstone(result_id) + b"\n")


def put_deletion(store: ObjectStore, deletion: Deletion) -> None:
    """Write `deletions/E-7.json`."""
    store.put(f"{DELETIONS}/{deletion.id}.json", deletion_to_json(deletion) + b"\n")
