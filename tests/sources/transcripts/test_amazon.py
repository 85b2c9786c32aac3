import json

import pytest

from bot.errors import Invalid
from bot.sources.transcripts import parse_transcript
from storage.records import TimingSource, Word


def item(content, start=None, end=None, confidence="0.99", kind="pronunciation"):
    times = {} if start is None else {"start_time": start, "end_time": end}
    return {
        "type": kind,
        "alternatives": [{"confidence": confidence, "content": content}],
    } | times


def parse(*items):
    document = {
        "jobName": "j", "accountId": "123456789012", "status": "COMPLETED",
        "results": {"transcripts": [{"transcript": "Turn the lamp."}], "items": list(items)},
    }  # fmt: skip
    return parse_transcript("x.transcript.json", json.dumps(document).encode(), "x")


def test_words_are_read_and_punctuation_is_left_out():
    found = parse(
        item("Turn", "0.10", "0.30"), item("the", "0.3", "0.4", "1.0"),
        item("lamp", "0.45", "0.8", "0.2131"), item(".", confidence="0.0", kind="punctuation"),
    )  # fmt: skip
    assert found.timing is TimingSource.RECOGNISER
    assert found.words == (
        Word(text="Turn", start_ms=100, end_ms=300, confidence=0.99),
        Word(text="the", start_ms=300, end_ms=400, confidence=1.0),
        Word(text="lamp", start_ms=450, end_ms=800, confidence=0.2131),
    )


def test_silence_is_an_empty_transcript():
    assert parse().words == ()


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (item("a", "zero", "1"), "number"),
        (item("a", "0", "1e9"), "impossible time"),
        ("a", "not as its recogniser"),
    ],
)
def test_a_broken_item_is_refused_in_a_sentence(broken, sentence):
    with pytest.raises(Invalid, match=sentence):
        parse(broken)


@pytest.mark.parametrize(
    "odd",
    [
        item("a", "1", "0"),
        item(7, "0", "1"),
        item("", "0", "1"),
        {"type": "pronunciation", "alternatives": []},
        {"type": "pronunciation"},
    ],
)
def test_an_odd_item_is_left_out(odd):
    assert [word.text for word in parse(odd, item("lamp", "2", "2.5")).words][-1:] in (
        ["lamp"],
        ["a lamp"],
    )


def test_call_analytics_is_read_with_both_sides():
    document = {
        "Channel": "VOICE",
        "Transcript": [
            {"ParticipantRole": "AGENT", "Items": [
                {"Content": "turn", "BeginOffsetMillis": 500, "EndOffsetMillis": 900,
                 "Confidence": "0.9", "Type": "pronunciation"},
                {"Content": ",", "Type": "punctuation"}]},
            {"ParticipantRole": "CUSTOMER", "Items": [
                {"Content": "on", "BeginOffsetMillis": 1000, "EndOffsetMillis": 1200}]},
        ],
    }  # fmt: skip
    data = json.dumps(document).encode()
    found = parse_transcript("x.transcript.json", data, "x")
    assert [(w.text, w.start_ms) for w in found.words] == [("turn", 500), ("on", 1000)]
