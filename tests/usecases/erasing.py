"""What erasure tests share."""

from datetime import timedelta
from pathlib import Path

from bot.errors import HelpClipError
from bot.usecases import erase, erase_place
from storage.errors import StorageError
from storage.records import Erasure, OutboxRow, Place, Receipt, Task
from storage.tables import metadata
from tests.house import House


def clean_up(house: House) -> None:
    """Do what the eraser does, until nothing is due."""
    while row := claimed(house):
        try:
            if row.argument is not None:
                erase_place.clean(house.services, house.worker(), int(row.argument))
            elif row.request_id is not None:
                erase.erase_accidental(house.services, house.worker(), row.request_id)
        except (HelpClipError, StorageError):
            pass
        with house.services.store.begin() as tx:
            tx.finish(row.id, house.now)


def claimed(house: House) -> OutboxRow | None:
    with house.services.store.begin() as tx:
        rows = tx.claim([Task.ERASE], now=house.now, lease=timedelta(minutes=1), limit=1)
    return rows[0] if rows else None


def receipts(house: House, erasure: Erasure) -> dict[Place, Receipt]:
    with house.services.store.read() as tx:
        return {receipt.place: receipt for receipt in tx.receipts(erasure.id)}


def stored(house: House) -> bytes:
    """All the database holds: SQLite's files byte for byte, else every value of every table."""
    store = house.services.store
    if store.url.startswith("sqlite"):
        database = Path(store.url.removeprefix("sqlite:///"))
        return b"".join(path.read_bytes() for path in database.parent.glob(f"{database.name}*"))
    with store.read() as tx:
        rows = [tx.connection.execute(table.select()).all() for table in metadata.sorted_tables]
    return str(rows).encode()


def open_places(house: House, erasure: Erasure) -> set[Place]:
    return {place for place, receipt in receipts(house, erasure).items() if not receipt.done_at}
