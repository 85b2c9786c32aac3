"""What erasure tests share."""

from datetime import timedelta
from pathlib import Path

from bot.errors import HelpClipError
from bot.usecases.erasure import places, waiting
from storage.errors import StorageError
from storage.records import Erasure, OutboxRow, Place, Receipt, Task
from storage.records.outbox import EraseAccidental, ErasePlace
from storage.tables import metadata
from tests.product import Product


def clean_up(product: Product) -> None:
    """Do what the eraser does, until nothing is due."""
    while row := claimed(product):
        try:
            match row.payload:
                case ErasePlace(receipt_id=receipt_id):
                    places.clean(product.services, product.worker(), receipt_id)
                case EraseAccidental(request_id=request_id):
                    waiting.close_accidental(
                        product.services, product.worker(), request_id
                    )
        except (HelpClipError, StorageError):
            pass
        with product.services.store.begin() as tx:
            tx.outbox.finish(row.id, product.now)


def claimed(product: Product) -> OutboxRow | None:
    with product.services.store.begin() as tx:
        rows = tx.outbox.claim(
            [Task.ERASE_PLACE, Task.ERASE_ACCIDENTAL],
            now=product.now,
            lease=timedelta(minutes=1),
            limit=1,
        )
    return rows[0] if rows else None


def receipts(product: Product, erasure: Erasure) -> dict[Place, Receipt]:
    with product.services.store.read() as tx:
        return {
            receipt.place: receipt for receipt in tx.receipts.of_erasure(erasure.id)
        }


def stored(product: Product) -> bytes:
    """All the database holds: SQLite's files byte for byte, else every value of every
    table.
    """
    store = product.services.store
    if store.url.startswith("sqlite"):
        database = Path(store.url.removeprefix("sqlite:///"))
        return b"".join(
            path.read_bytes() for path in database.parent.glob(f"{database.name}*")
        )
    with store.read() as tx:
        rows = [
            tx.connection.execute(table.select()).all()
            for table in metadata.sorted_tables
        ]
    return str(rows).encode()


def open_places(product: Product, erasure: Erasure) -> set[Place]:
    return {
        place
        for place, receipt in receipts(product, erasure).items()
        if not receipt.done_at
    }
