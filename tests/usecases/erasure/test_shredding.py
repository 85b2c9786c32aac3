"""A backup of before an erasure, put back, opens nothing."""

import contextlib
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Text, cast, make_url, select

from bot.errors import Unavailable
from bot.usecases.context import Act
from bot.usecases.erasure import erase, purge
from bot.usecases.listening.grant import grant
from bot.usecases.listening.request_snippet import RequestSnippet
from bot.usecases.requests import withdraw
from storage.blobs import open_blobs
from storage.errors import Sealed
from storage.keys import ClipKeys
from storage.records import Origin, Request
from storage.seal import open_sealed
from storage.store import Store
from storage.tables import metadata
from tests.product import CLIP, RAVI, ROSA, Product
from tests.usecases.erasure.erasing import clean_up

ON_BOTH_DATABASES = True


class Backup:
    """The database and the sealed snippets of a moment; the key store only where asked
    for.
    """

    def __init__(
        self, product: Product, tmp_path: Path, *, with_keys: bool = False
    ) -> None:
        self.folder = tmp_path / "backup"
        self.folder.mkdir()
        self.database_url = copied(product.services.store, self.folder)
        shutil.copytree(tmp_path / "snippets", self.folder / "snippets")
        if with_keys:
            shutil.copytree(tmp_path / "keys", self.folder / "keys")
        self._product = product

    def restored(self) -> Product:
        """The product on what was kept, with today's SNIPPET_KEY and today's key
        store.
        """
        services = replace(
            self._product.services,
            store=Store(self.database_url),
            blobs=open_blobs(str(self.folder / "snippets")),
        )
        if (self.folder / "keys").is_dir():
            keys = ClipKeys(open_blobs(str(self.folder / "keys")), services.snippet_key)
            services = replace(services, clip_keys=keys)
        return Product(services, now=self._product.now)


def copied(store: Store, folder: Path) -> str:
    """A copy of the whole database as it is; its address."""
    url = make_url(store.url)
    if url.get_backend_name() == "sqlite":
        with (
            contextlib.closing(sqlite3.connect(str(url.database))) as live,
            contextlib.closing(sqlite3.connect(folder / "product.db")) as copy,
        ):
            live.backup(copy)
        return f"sqlite:///{folder / 'product.db'}"
    backup = url.set(database=f"backup_{url.database}")
    store.close()  # PostgreSQL copies a database only while nobody is in it
    elsewhere = url.set(database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(elsewhere, autocommit=True) as connection:
        connection.execute(
            f"CREATE DATABASE {backup.database} TEMPLATE {url.database}".encode()
        )
    return backup.render_as_string(hide_password=False)


@pytest.fixture
def stores() -> Iterator[list[Store]]:
    """Stores to close."""
    opened: list[Store] = []
    yield opened
    for store in opened:
        store.close()


def erased(product: Product) -> None:
    shell = Act(person=None, origin=Origin.CLI, now=product.now)
    erase.erase_clip(product.services, shell, CLIP, reason="letter 7")
    clean_up(product)


def press_play(product: Product, request: Request) -> bytes:
    act = product.act(RAVI, origin=Origin.PAGE)
    return grant(
        product.services, act, RequestSnippet(request.key), secrets.token_hex(16)
    ).wav


def test_a_backup_from_before_the_erasure_plays_nothing(
    product: Product, tmp_path: Path, stores: list[Store]
) -> None:
    request = product.open(ROSA)
    backup = Backup(product, tmp_path)
    as_it_was = backup.restored()
    stores.append(as_it_was.services.store)
    assert press_play(as_it_was, request)  # so the backup is whole
    erased(product)
    restored = backup.restored()
    stores.append(restored.services.store)
    assert (
        restored.request(request).state == "open"
    )  # the old database knows of no erasure
    assert restored.services.blobs.exists(request.blob)
    with pytest.raises(Unavailable):
        press_play(restored, request)


def test_a_purge_shreds_old_backups_too(
    product: Product, tmp_path: Path, stores: list[Store]
) -> None:
    request = product.open(ROSA)
    backup = Backup(product, tmp_path)
    withdraw.withdraw(product.services, product.act(ROSA), request.key)
    product.pass_time(hours=25)
    assert (purge.purge(product.services, product.worker()).snippets) == 1
    purge.purge(product.services, product.worker())
    restored = backup.restored()
    stores.append(restored.services.store)
    with pytest.raises(Unavailable):
        press_play(restored, request)


def test_nothing_in_the_backup_is_a_key_of_what_is_sealed_in_it(
    product: Product, tmp_path: Path
) -> None:
    """Whatever the old database holds, tried as a wrapped key and as a plain one."""
    request = product.open(ROSA)
    backup = Backup(product, tmp_path)
    erased(product)
    sealed = (backup.folder / "snippets" / request.blob).read_bytes()
    master = product.services.snippet_key
    with contextlib.closing(Store(backup.database_url)) as old, old.read() as tx:
        cells = {
            cell
            for table in metadata.sorted_tables
            for row in tx.connection.execute(
                select(*(cast(c, Text) for c in table.columns))
            )
            for cell in row
            if cell is not None
        }
    assert len(cells) > 20
    for cell in cells:
        raw = cell.encode()
        with pytest.raises(Sealed):
            master.unwrap(raw, CLIP)
        with pytest.raises((Sealed, ValueError)):
            open_sealed(sealed, raw[:32].ljust(32, b"\0"), request.blob)
    with pytest.raises(Sealed):
        open_sealed(sealed, master.derive(CLIP.encode()), request.blob)


def test_a_backup_that_holds_the_key_store_does_play_so_it_must_be_left_out(
    product: Product, tmp_path: Path, stores: list[Store]
) -> None:
    request = product.open(ROSA)
    backup = Backup(product, tmp_path, with_keys=True)
    erased(product)
    restored = backup.restored()
    stores.append(restored.services.store)
    assert press_play(restored, request)


def test_losing_the_key_store_costs_only_what_was_still_kept(
    product: Product, tmp_path: Path
) -> None:
    request = product.open(ROSA)
    for path in (tmp_path / "keys").iterdir():
        path.unlink()
    with pytest.raises(Unavailable):
        press_play(product, request)
    withdraw.withdraw(product.services, product.act(ROSA), request.key)
    again = product.open(ROSA)
    assert press_play(product, again)
