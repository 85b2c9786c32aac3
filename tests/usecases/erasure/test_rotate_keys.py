"""Rotating SNIPPET_KEY: snippets stay readable, and what was shredded stays gone."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from bot.usecases.context import act_without_person
from bot.usecases.erasure import erase, places
from bot.usecases.erasure.rotate_keys import (
    KeyCounts,
    Rotated,
    count_keys,
    rotate_keys,
)
from storage.blobs import FolderBlobs
from storage.errors import Sealed, StorageError
from storage.keys import ClipKeys
from storage.records import Action, Origin, Outcome
from storage.seal import MasterKey, new_master_key, read_master_keys
from tests.product import CLIP, RAVI, ROSA, Product

ON_BOTH_DATABASES = True

OLD = new_master_key()
NEW = new_master_key()


def set_key(product: Product, folder: Path, *keys: str) -> MasterKey:
    """Restart with this SNIPPET_KEY."""
    master = MasterKey.read(",".join(keys))
    product.services.snippet_key = master
    product.services.clip_keys = ClipKeys(FolderBlobs(folder / "keys"), master)
    return master


def keep_keys(product: Product, count: int) -> list[str]:
    """Make keys of clips as rendering does; return the clips."""
    clips = [f"clip-{number:05}" for number in range(count)]
    with product.services.store.begin() as tx:
        for clip_id in clips:
            tx.retention.keep_clip_key(
                clip_id,
                until=product.now + timedelta(days=1),
                wrapped_by=product.services.snippet_key.current_id,
            )
            product.services.clip_keys.make(clip_id)
    return clips


def rotate(product: Product) -> Rotated:
    return rotate_keys(product.services, product.worker(), [].append)


def test_after_a_rotation_the_new_key_alone_opens_every_snippet(
    product: Product, tmp_path: Path
) -> None:
    set_key(product, tmp_path, OLD)
    request = product.open(ROSA)
    set_key(product, tmp_path, NEW, OLD)
    assert count_keys(product.services) == KeyCounts(keys=1, of_another=1, of_unknown=0)
    assert rotate(product) == Rotated(wrapped=1, unreadable=0)
    set_key(product, tmp_path, NEW)
    assert count_keys(product.services).of_another == 0
    assert product.hear(RAVI, request)
    set_key(product, tmp_path, OLD)
    with pytest.raises(Sealed):
        product.services.clip_keys.get(CLIP)


def test_a_rotation_changes_no_data_key(product: Product, tmp_path: Path) -> None:
    set_key(product, tmp_path, OLD)
    clips = keep_keys(product, 250)
    before = [product.services.clip_keys.get(clip) for clip in clips]
    set_key(product, tmp_path, NEW, OLD)
    assert rotate(product).wrapped == 250
    assert rotate(product).wrapped == 0
    set_key(product, tmp_path, NEW)
    assert [product.services.clip_keys.get(clip) for clip in clips] == before


def test_a_rotation_is_on_record(product: Product, tmp_path: Path) -> None:
    set_key(product, tmp_path, OLD)
    keep_keys(product, 3)
    set_key(product, tmp_path, NEW, OLD)
    rotate(product)
    event = product.last_event()
    assert event.action is Action.KEYS_ROTATED
    assert event.numbers == {"keys": 3, "unreadable": 0}


def test_keys_of_an_older_release_are_wrapped_too(
    product: Product, tmp_path: Path
) -> None:
    set_key(product, tmp_path, OLD)
    with product.services.store.begin() as tx:
        tx.retention.keep_clip_key("old", until=product.now)
    key = product.services.clip_keys.make("old")
    set_key(product, tmp_path, NEW, OLD)
    assert count_keys(product.services).of_unknown == 1
    rotate(product)
    assert count_keys(product.services).of_unknown == 0
    set_key(product, tmp_path, NEW)
    assert product.services.clip_keys.get("old") == key


def test_a_key_that_no_master_key_opens_is_counted_and_the_others_go_on(
    product: Product, tmp_path: Path
) -> None:
    set_key(product, tmp_path, new_master_key())
    keep_keys(product, 2)
    set_key(product, tmp_path, OLD)
    product.open(ROSA)
    set_key(product, tmp_path, NEW, OLD)
    assert rotate(product) == Rotated(wrapped=1, unreadable=2)
    assert product.last_event().outcome is Outcome.FAILED
    assert count_keys(product.services).of_another == 2


def test_a_new_clip_is_wrapped_by_the_first_key(
    product: Product, tmp_path: Path
) -> None:
    set_key(product, tmp_path, NEW, OLD)
    product.open(ROSA)
    assert rotate(product).wrapped == 0


def test_a_replica_with_the_former_key_first_is_noticed(
    product: Product, tmp_path: Path
) -> None:
    set_key(product, tmp_path, NEW, OLD)
    request = product.open(ROSA)
    set_key(product, tmp_path, OLD, NEW)
    product.render(product.ask(RAVI, span="0.1-0.6").request)
    set_key(product, tmp_path, NEW, OLD)
    assert count_keys(product.services).of_another == 1
    rotate(product)
    set_key(product, tmp_path, NEW)
    assert product.hear(RAVI, request)


class Stops(FolderBlobs):
    """A folder that a reader stands still in, after it has read."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.has_read = Event()
        self.may_go_on = Event()

    def get(self, name: str) -> bytes:
        data = super().get(name)
        self.has_read.set()
        self.may_go_on.wait(20)
        return data


def test_a_key_that_is_shredded_during_the_rotation_does_not_come_back(
    product: Product, tmp_path: Path
) -> None:
    set_key(product, tmp_path, OLD)
    product.open(ROSA)
    master = set_key(product, tmp_path, NEW, OLD)
    place = Stops(tmp_path / "keys")
    product.services.clip_keys = ClipKeys(place, master)
    with ThreadPoolExecutor(2) as threads:
        rotation = threads.submit(rotate, product)
        assert place.has_read.wait(20)
        erasure = threads.submit(erase_the_clip, product)
        # Without the lock, the erasure ends here.
        wait([erasure], timeout=1)
        place.may_go_on.set()
        rotation.result()
        erasure.result()
    assert product.services.clip_keys.get(CLIP) is None
    assert rotate(product) == Rotated(wrapped=0, unreadable=0)
    assert product.services.clip_keys.get(CLIP) is None


def erase_the_clip(product: Product) -> None:
    act = act_without_person(Origin.CLI, product.now)
    erasure = erase.erase_clip(product.services, act, CLIP, reason="letter 7")
    places.clean_at_once(product.services, act, erasure)


class Breaks(FolderBlobs):
    """A folder that cannot be written any more after some keys."""

    left = 3

    def put(self, name: str, data: bytes) -> None:
        self.left -= 1
        if self.left < 0:
            raise StorageError("The folder cannot be used.")
        super().put(name, data)


def test_a_rotation_goes_on_where_it_was_interrupted(
    product: Product, tmp_path: Path
) -> None:
    set_key(product, tmp_path, OLD)
    clips = keep_keys(product, 7)
    master = set_key(product, tmp_path, NEW, OLD)
    product.services.clip_keys = ClipKeys(Breaks(tmp_path / "keys"), master)
    with pytest.raises(StorageError):
        rotate(product)
    assert count_keys(product.services).of_another == 4
    set_key(product, tmp_path, NEW, OLD)
    assert all(product.services.clip_keys.get(clip) for clip in clips)
    assert rotate(product).wrapped == 4


def test_pseudonyms_made_under_a_former_key_are_recognised() -> None:
    made = MasterKey.read(OLD).pseudonym(b"user agent", "Firefox")
    both = MasterKey.read(f"{NEW},{OLD}")
    assert both.stands_for(made, b"user agent", "Firefox")
    assert not both.stands_for(made, b"user agent", "Chrome")
    assert not both.stands_for(made, b"network address", "Firefox")
    assert not MasterKey(read_master_keys(NEW)).stands_for(
        made, b"user agent", "Firefox"
    )
