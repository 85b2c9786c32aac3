"""Notes and checkpoints: the published examples, everything malformed, and fuzz."""

import base64
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storage.audit.proofs import checkpoint, note
from storage.audit.proofs.checkpoint import Checkpoint, Keys
from storage.audit.proofs.merkle import EMPTY_ROOT, leaf_hash
from storage.audit.proofs.note import BadNote, Signer, Verifier

# The example of Go's golang.org/x/mod/sumdb/note documentation.
GO_SIGNING_KEY = (
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
)
GO_PUBLIC_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# The example of c2sp.org/tlog-checkpoint; its key is not published.
C2SP_CHECKPOINT = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)
SIGNER = Signer("example.com/log", b"s" * 32)
OTHER = Signer("example.com/log", b"o" * 32)
WITNESS = Signer("witness.example/w", b"w" * 32, kind=4)
ROOT = leaf_hash(b"x")


def test_a_note_of_gos_documentation_verifies_and_is_made_again() -> None:
    signer, key = Signer.read(GO_SIGNING_KEY), Verifier.read(GO_PUBLIC_KEY)
    assert signer.verifier == key
    text, signed_by = note.verify(GO_NOTE, [key])
    assert signed_by == (key,)
    assert note.sign(text, [signer]) == GO_NOTE


def test_the_published_checkpoint_parses() -> None:
    found = checkpoint.parse(note.parse(C2SP_CHECKPOINT).text)
    assert (found.origin, found.size) == ("example.com/behind-the-sofa", 20852163)
    assert found.text == note.parse(C2SP_CHECKPOINT).text


def test_keys_survive_being_written() -> None:
    fresh = Signer.new("example.com/help-clip")
    assert Signer.read(fresh.export()) == fresh
    assert Verifier.read(str(fresh.verifier)) == fresh.verifier
    assert fresh.export() not in repr(fresh)
    assert fresh.export()[-20:] not in repr(fresh)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2003b", "x" * 201, "a\n"])
def test_a_key_cannot_have_a_name_that_breaks_notes(name: str) -> None:
    with pytest.raises(BadNote, match="no spaces"):
        Signer.new(name)


@given(st.text(max_size=60))
@example("PRIVATE+KEY+a+b+c")
@example(GO_SIGNING_KEY.replace("c74f20a3", "c74f20a4"))
@example(GO_SIGNING_KEY.replace("c74f20a3", "C74F20A3"))
@example(GO_SIGNING_KEY[:-4])
@example(GO_PUBLIC_KEY[:-4])
@example(GO_PUBLIC_KEY.replace("c74f20a3", "00000000"))
@example("a+b+" + "é" * 44)
def test_text_that_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        Verifier.read(text)
    with pytest.raises(BadNote):
        Signer.read(text)


def test_every_key_of_a_rotation_signs_and_either_is_believed() -> None:
    keys = Keys.read(f"{SIGNER.export()},{OTHER.export()}")
    signed = keys.sign(7, ROOT)
    expected = Checkpoint(origin="example.com/log", size=7, root=ROOT)
    for trusted in (
        [SIGNER.verifier],
        [OTHER.verifier],
        [SIGNER.verifier, OTHER.verifier],
    ):
        assert checkpoint.verify(signed, trusted) == expected


def test_a_retired_key_is_believed_but_does_not_sign() -> None:
    keys = Keys.read(f"{SIGNER.export()}, {OTHER.verifier}")
    assert len(note.parse(keys.sign(7, ROOT)).signatures) == 1
    assert checkpoint.verify(Keys((OTHER,)).sign(3, ROOT), keys.verifiers).size == 3


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ,",
        str(SIGNER.verifier),
        f"{SIGNER.export()},{Signer.new('other').export()}",
        "junk",
    ],
)
def test_wrong_signing_keys_are_one_clear_line(text: str) -> None:
    with pytest.raises(BadNote) as caught:
        Keys.read(text)
    assert "\n" not in str(caught.value)


def test_a_signature_by_someone_else_is_not_believed() -> None:
    with pytest.raises(BadNote, match="No key we trust"):
        note.verify(Keys((OTHER,)).sign(1, ROOT), [SIGNER.verifier])


def test_a_wrong_signature_of_a_trusted_key_condemns_the_note() -> None:
    good = Keys((SIGNER, OTHER)).sign(1, ROOT)
    line = note.sign("another text\n", [OTHER]).splitlines(keepends=True)[-1]
    forged = "".join([*good.splitlines(keepends=True)[:-1], line])
    with pytest.raises(BadNote, match="forged"):
        note.verify(forged, [SIGNER.verifier, OTHER.verifier])
    assert note.verify(forged, [SIGNER.verifier])[1] == (SIGNER.verifier,)


def test_a_witness_adds_its_time_and_is_verified() -> None:
    signed = Keys((SIGNER,)).sign(9, ROOT)
    text = note.parse(signed).text
    cosigned = signed + WITNESS.line(text, time=1_774_000_000)
    _, signed_by = note.verify(cosigned, [SIGNER.verifier, WITNESS.verifier])
    assert signed_by == (SIGNER.verifier, WITNESS.verifier)
    with pytest.raises(BadNote, match="forged"):
        note.verify(
            signed + WITNESS.line(text + "x\n", time=5),
            [SIGNER.verifier, WITNESS.verifier],
        )


def test_a_witness_alone_does_not_make_a_checkpoint() -> None:
    text = Checkpoint(origin="example.com/log", size=9, root=ROOT).text
    with pytest.raises(BadNote, match="not signed by the log"):
        checkpoint.verify(f"{text}\n{WITNESS.line(text, time=1)}", [WITNESS.verifier])


def test_another_logs_key_does_not_sign_ours() -> None:
    stranger = Signer("example.com/other", b"s" * 32)
    text = Checkpoint(origin="example.com/log", size=9, root=ROOT).text
    with pytest.raises(BadNote, match="not signed by the log"):
        checkpoint.verify(
            note.sign(text, [stranger]), [stranger.verifier, SIGNER.verifier]
        )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "origin\n1\n",
        f"origin\n01\n{base64.b64encode(ROOT).decode()}\n",
        f"origin\n-1\n{base64.b64encode(ROOT).decode()}\n",
        f"origin\n1.0\n{base64.b64encode(ROOT).decode()}\n",
        f"origin\n٣\n{base64.b64encode(ROOT).decode()}\n",
        f"origin\n{'9' * 19}\n{base64.b64encode(ROOT).decode()}\n",
        f"\n1\n{base64.b64encode(ROOT).decode()}\n",
        f"origin\n1\n{base64.b64encode(ROOT[:-1]).decode()}\n",
        f"origin\n1\n{base64.b64encode(ROOT).decode()[:-2]}B=\n",
        f"origin\n1\n{base64.b64encode(ROOT).decode()}\n\n",
        f"origin\n1\n{base64.b64encode(ROOT).decode()}",
        f"origin\n0\n{base64.b64encode(ROOT).decode()}\n",
    ],
)
def test_a_text_that_is_not_quite_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        checkpoint.parse(text)


GOOD = Keys((SIGNER,)).sign(20852163, ROOT)
MESSAGE = f"The access log has *7* entries.\n```\n{GOOD}```\nreply  thread"


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.rstrip("\n"),
        GOOD.replace("\n", "\r\n"),
        "\n\n" + GOOD + "\n \n",
        "".join(f"  {line} \n" for line in GOOD.splitlines()),
        MESSAGE,
    ],
)
def test_a_checkpoint_is_found_in_what_was_copied(text: str) -> None:
    assert checkpoint.find_note(text) == GOOD


@pytest.mark.parametrize(
    "text",
    ["", "hello", GOOD + "\n" + GOOD, GOOD.split("\n\n")[0], GOOD.replace("— ", "- ")],
)
def test_text_without_one_whole_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNote, match="no checkpoint in this text"):
        checkpoint.find_note(text)


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_surrounds_a_checkpoint_it_is_found_or_refused(
    before: str, after: str
) -> None:
    found = checkpoint.parse(note.parse(GOOD).text)
    with suppress(BadNote):
        text = checkpoint.find_note(f"{before}\n{GOOD}\n{after}")
        found = checkpoint.verify(text, [SIGNER.verifier])
    assert found.size == 20852163


def test_an_empty_log_has_a_checkpoint() -> None:
    assert (
        checkpoint.verify(Keys((SIGNER,)).sign(0, EMPTY_ROOT), [SIGNER.verifier]).size
        == 0
    )


@given(st.data())
def test_no_changed_character_of_a_checkpoint_is_accepted(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(GOOD) - 1))
    char = data.draw(st.characters(codec="utf-8").filter(lambda c: c != GOOD[at]))
    with pytest.raises(BadNote):
        checkpoint.verify(GOOD[:at] + char + GOOD[at + 1 :], [SIGNER.verifier])


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 40))
def test_no_piece_of_a_checkpoint_is_accepted(start: int, length: int) -> None:
    with pytest.raises(BadNote):
        checkpoint.verify(GOOD[:start] + GOOD[start + length :], [SIGNER.verifier])


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("\n—+ ="), max_size=200))
def test_any_text_is_a_note_or_refused(text: str) -> None:
    with suppress(BadNote):
        note.parse(text)
    with suppress(BadNote):
        checkpoint.parse(text)
    with pytest.raises(BadNote):
        note.verify(text, [SIGNER.verifier])


@pytest.mark.parametrize("text", ["x", "a\tb\n", "a\x00\n", "\ud800\n", "a\r\n"])
def test_a_text_no_note_may_have_is_not_signed(text: str) -> None:
    with pytest.raises(BadNote):
        note.sign(text, [SIGNER])


def test_a_flood_of_signatures_is_refused() -> None:
    text, _, line = note.sign("a\n", [SIGNER]).rpartition("\n—")
    with pytest.raises(BadNote, match="too many"):
        note.parse(text + ("\n—" + line.removesuffix("\n")) * 101 + "\n")
