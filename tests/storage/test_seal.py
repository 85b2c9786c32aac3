"""Sealed snippets open for their own clip and key, and for nothing else."""

import base64
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import Sealed, StorageError
from storage.seal import (
    KEY_BYTES,
    MasterKey,
    new_data_key,
    new_master_key,
    open_sealed,
    seal,
)

KEY = os.urandom(KEY_BYTES)


@given(st.binary(max_size=300), st.text(max_size=30))
def test_what_was_sealed_opens_again(blob: bytes, name: str) -> None:
    assert open_sealed(seal(blob, KEY, name), KEY, name) == blob


def test_sealing_twice_gives_different_bytes() -> None:
    assert seal(b"same", KEY, "a") != seal(b"same", KEY, "a")


def test_sealed_bytes_do_not_show_the_plain_ones() -> None:
    assert b"canary" not in seal(b"canary" * 20, KEY, "a")


@given(st.data())
def test_any_changed_bit_is_noticed(data: st.DataObject) -> None:
    sealed = bytearray(seal(b"a snippet", KEY, "HC-1/a"))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Sealed):
        open_sealed(bytes(sealed), KEY, "HC-1/a")


@given(st.integers(0, 60))
def test_cut_off_bytes_are_noticed(length: int) -> None:
    sealed = seal(b"a snippet that is long enough to be cut", KEY, "a")
    with pytest.raises(Sealed):
        open_sealed(sealed[:length], KEY, "a")


@given(st.binary(max_size=80))
def test_rubbish_is_noticed(rubbish: bytes) -> None:
    with pytest.raises(Sealed):
        open_sealed(rubbish, KEY, "a")


def test_another_key_opens_nothing() -> None:
    with pytest.raises(Sealed, match="another key"):
        open_sealed(seal(b"x", KEY, "a"), os.urandom(KEY_BYTES), "a")


def test_bytes_moved_to_another_name_do_not_open() -> None:
    with pytest.raises(Sealed):
        open_sealed(seal(b"x", KEY, "HC-1/a"), KEY, "HC-2/a")


def test_a_data_key_unwraps_for_its_clip_only() -> None:
    master = MasterKey.read(new_master_key())
    plain = new_data_key()
    wrapped = master.wrap(plain, "clip-1")
    assert master.unwrap(wrapped, "clip-1") == plain
    assert plain not in wrapped
    with pytest.raises(Sealed):
        master.unwrap(wrapped, "clip-2")


def test_every_clip_gets_its_own_key() -> None:
    assert new_data_key() != new_data_key()
    assert len(new_data_key()) == KEY_BYTES


def test_after_a_rotation_old_keys_still_unwrap_and_new_ones_are_used() -> None:
    old, new = new_master_key(), new_master_key()
    plain = new_data_key()
    wrapped = MasterKey.read(old).wrap(plain, "c")
    rotated = MasterKey.read(f"{new}, {old}")
    assert rotated.unwrap(wrapped, "c") == plain
    again = rotated.wrap(plain, "c")
    assert MasterKey.read(new).unwrap(again, "c") == plain


def test_a_key_wrapped_by_a_lost_master_key_says_what_to_do() -> None:
    wrapped = MasterKey.read(new_master_key()).wrap(new_data_key(), "c")
    with pytest.raises(Sealed, match="add the old key"):
        MasterKey.read(new_master_key()).unwrap(wrapped, "c")


@given(st.data())
def test_any_changed_bit_of_a_wrapped_key_is_noticed(data: st.DataObject) -> None:
    master = MasterKey([KEY])
    wrapped = bytearray(master.wrap(b"k" * KEY_BYTES, "c"))
    at = data.draw(st.integers(0, len(wrapped) - 1))
    wrapped[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Sealed):
        master.unwrap(bytes(wrapped), "c")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "empty"),
        (" , ", "empty"),
        ("not base64!", "not base64"),
        (base64.b64encode(b"short").decode(), "32 bytes in base64, not 5"),
        (base64.b64encode(b"x" * 33).decode(), "32 bytes in base64, not 33"),
    ],
)
def test_a_wrong_master_key_is_one_clear_line(text: str, complaint: str) -> None:
    with pytest.raises(StorageError, match=complaint) as caught:
        MasterKey.read(text)
    assert "openssl rand -base64 32" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_key_appears_in_an_error() -> None:
    text = base64.b64encode(b"secret-secret").decode()
    with pytest.raises(StorageError) as caught:
        MasterKey.read(text)
    assert text not in str(caught.value)


def test_derived_bytes_depend_on_the_seed_and_the_master_key() -> None:
    one, other = MasterKey.read(new_master_key()), MasterKey.read(new_master_key())
    assert one.derive(b"a") == one.derive(b"a")
    assert len(one.derive(b"a")) == 32
    assert len({one.derive(b"a"), one.derive(b"b"), other.derive(b"a")}) == 3
