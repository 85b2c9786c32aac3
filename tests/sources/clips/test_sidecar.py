import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import HelpClipError, Invalid
from bot.sources.clips.reading import MAX_SIDE_FILE_BYTES
from bot.sources.clips.sidecar import parse_sidecar
from storage.records import Consent, TimingSource, Word


def test_a_good_sidecar_is_read_in_full(sidecar):
    clip = parse_sidecar(sidecar(), "En-0001")
    assert clip.locale == "en-US"
    assert clip.recorded_at == datetime(2024, 5, 1, 7, 30, tzinfo=UTC)
    assert clip.speaker == "spk_7f3a"
    assert clip.consent is Consent.GRANTED
    assert clip.timing is None
    assert clip.words[0] == Word(text="turn", start_ms=100, end_ms=300, confidence=0.9)
    assert clip.words[2].confidence is None


def test_a_missing_consent_is_unknown_and_so_refuses_later(sidecar):
    assert parse_sidecar(sidecar(consent=...), "En-0001").consent is Consent.UNKNOWN


@pytest.mark.parametrize("timing", list(TimingSource))
def test_the_timing_source_is_read(sidecar, timing):
    assert parse_sidecar(sidecar(timing=str(timing)), "En-0001").timing is timing


def test_a_byte_order_mark_is_no_obstacle(sidecar):
    assert parse_sidecar(b"\xef\xbb\xbf" + sidecar(), "En-0001").locale == "en-US"


def test_notes_and_unknown_keys_are_ignored(sidecar):
    plain = parse_sidecar(sidecar(), "En-0001")
    assert (
        parse_sidecar(sidecar(notes="distressing", engine={"v": 3}), "En-0001") == plain
    )


def test_a_clip_without_words_has_no_transcript_yet(sidecar):
    assert parse_sidecar(sidecar(words=...), "En-0001").words is None
    assert parse_sidecar(sidecar(words=[]), "En-0001").words == ()


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"accountId": "SECRET"}, "account"),
        ({"meta": {"x": [{"device_serial": "SECRET"}]}}, "device"),
        (
            {"words": [{"text": "a", "start_ms": 0, "end_ms": 1, "gpsLat": "SECRET"}]},
            "position",
        ),
        ({"notes": {"customer name": "SECRET"}}, "customer"),
    ],
)
def test_a_key_that_identifies_is_refused_by_kind_and_not_by_value(
    sidecar, changes, kind
):
    with pytest.raises(Invalid, match=kind) as caught:
        parse_sidecar(sidecar(**changes), "En-0001")
    assert "SECRET" not in str(caught.value)


def word(
    text: object = "a", start: object = 0, end: object = 10, **more: object
) -> dict:
    return {"text": text, "start_ms": start, "end_ms": end, **more}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            [word(start=20, end=30), word(start=0, end=10)],
            "word 2 starts before word 1. Sort",
        ),
        (
            [word(start=0, end=10), word(start=9, end=20)],
            "word 2 starts before word 1 has ended",
        ),
        ([word(start=-1)], "negative"),
        ([word(start=5, end=5)], "must end after"),
        ([word(end=10**9)], "24 hours"),
        ([word(start=1.5)], "whole number"),
        ([word(start="1")], "whole number"),
        ([word(start=True)], "whole number"),
        ([word(end=None)], "whole number"),
        ([word(text="")], "needs a text"),
        ([word(text=7)], "needs a text"),
        ([word(text="a\x00b")], "control"),
        ([word(text="\ud800")], "control"),
        ([word(text="a" * 300)], "1 to 200"),
        ([word(confidence=1.01)], "outside 0 to 1"),
        ([word(confidence=-0.1)], "outside 0 to 1"),
        ([word(confidence="high")], "not a number"),
        ([word(confidence=True)], "not a number"),
        (["turn"], "must be an object"),
        ({"a": 1}, "must be a list"),
        ("turn the lamp", "must be a list"),
        ([word(start=i, end=i + 1) for i in range(20_001)], "more than 20000"),
    ],
)
def test_impossible_words_are_refused_in_a_sentence(sidecar, words, sentence):
    with pytest.raises(Invalid, match=sentence):
        parse_sidecar(sidecar(words=words), "En-0001")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"clip_id": "en-0001"}, "another clip_id"),
        ({"clip_id": ...}, "clip_id"),
        ({"clip_id": 1}, "clip_id"),
        ({"locale": "english please"}, "language tag"),
        ({"locale": ...}, "locale"),
        ({"consent": "yes"}, "granted, withdrawn, unknown"),
        ({"consent": True}, "granted, withdrawn, unknown"),
        ({"consent": ["granted"]}, "granted, withdrawn, unknown"),
        ({"timing": "good"}, "human, recogniser, unknown"),
        ({"speaker": "Ann Smith"}, "pseudonym"),
        ({"speaker": "ann@example.org"}, "pseudonym"),
        ({"speaker": 7}, "speaker"),
        ({"recorded_at": "2024-05-01T09:30:00"}, "with its zone"),
        ({"recorded_at": "yesterday"}, "with its zone"),
        ({"recorded_at": "0001-01-01T00:00:00+14:00"}, "with its zone"),
        ({"recorded_at": 1714555800}, "recorded_at"),
    ],
)
def test_a_wrong_value_is_refused_in_a_sentence(sidecar, changes, sentence):
    with pytest.raises(Invalid, match=sentence) as caught:
        parse_sidecar(sidecar(**changes), "En-0001")
    assert "En-0001" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b"[]", "JSON object"),
        (b"null", "JSON object"),
        (b'{"clip_id": "\xff"}', "UTF-8"),
        ('{"clip_id": "a"}'.encode("utf-16"), "another clip_id"),
        ('{"clip_id": "a"}'.encode("utf-16")[:-1], "not valid UTF-16"),
        (b'{"consent": "withdrawn", "consent": "granted"}', "twice"),
        (b'{"words": [{"confidence": NaN}]}', "NaN"),
        (b'{"a": ' + b"9" * 5000 + b"}", "absurd"),
        (b"[" * 200_000, "JSON"),
        (b" " * (MAX_SIDE_FILE_BYTES + 1), "larger than"),
    ],
)
def test_what_is_no_json_is_refused_in_a_sentence(data, sentence):
    with pytest.raises(Invalid, match=sentence):
        parse_sidecar(data, "En-0001")


SIDECAR = {
    "clip_id": "En-0001",
    "locale": "en-US",
    "consent": "granted",
    "words": [{"text": "turn", "start_ms": 100, "end_ms": 300}],
}
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
)


@given(
    st.dictionaries(
        st.sampled_from([*SIDECAR, "timing", "notes"]), anything, max_size=3
    )
)
def test_no_value_of_any_key_leads_to_anything_but_a_sidecar_or_a_sentence(changes):
    words = changes.get("words")
    if isinstance(words, list):
        changes["words"] = [{"text": w, "start_ms": w, "end_ms": w} for w in words]
    try:
        found = parse_sidecar(json.dumps(SIDECAR | changes).encode(), "En-0001")
    except HelpClipError:
        return
    assert isinstance(found.consent, Consent)
    assert found.words is None or all(
        word.end_ms > word.start_ms >= 0 for word in found.words
    )


@given(st.binary(max_size=200))
def test_no_bytes_lead_to_anything_but_a_sidecar_or_a_sentence(data):
    with pytest.raises(HelpClipError):
        parse_sidecar(data, "En-0001")
