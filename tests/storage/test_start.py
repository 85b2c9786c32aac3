"""What is kept of the last start, on both databases."""

from datetime import timedelta

from storage.records import RoleMapping
from storage.store import Store
from tests.storage.builders import NOW


def test_nothing_is_known_before_the_first_start(store: Store) -> None:
    with store.read() as tx:
        assert tx.startup.role_mapping() is None
        assert tx.startup.known_settings() == {}


def test_a_mapping_is_kept_and_replaced(store: Store) -> None:
    waits = RoleMapping(in_force="{}", waiting='{"lead": 1}', waiting_since=NOW)
    for mapping in (waits, RoleMapping(in_force='{"lead": 1}')):
        with store.begin() as tx:
            tx.startup.save_role_mapping(mapping)
        with store.read() as tx:
            assert tx.startup.role_mapping() == mapping


def test_settings_are_kept_replaced_and_forgotten(store: Store) -> None:
    with store.begin() as tx:
        tx.startup.save_settings({"a": ("1", "2"), "b": ("3", None)}, gone=())
    with store.begin() as tx:
        tx.startup.save_settings(
            {"b": ("4", None), "c": ("5", "6")}, gone=["a", "never"]
        )
        tx.startup.save_settings({}, gone=())
    with store.read() as tx:
        assert tx.startup.known_settings() == {"b": ("4", None), "c": ("5", "6")}


def test_starts_take_turns(store: Store) -> None:
    for later in range(3):
        with store.begin() as tx:
            tx.startup.lock(NOW + timedelta(minutes=later))
            assert tx.startup.known_settings() == {}
