"""One odd word or time in a file: it is mended, and the other words stay in place."""

import json
import random
import re

import pytest

from bot.errors import Invalid
from bot.sources.transcripts.transcript import Transcript
from tests.sources.transcripts.samples import CLIP, FILES, JSON, Spoken, eaf, written
from tests.sources.transcripts.test_variants import cues, found, read, spoken

NAMES = [*FILES, *(name for name, _ in JSON)]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_a_word_that_ends_before_it_starts_costs_no_other_word_its_place(
    number: int, seed: int
) -> None:
    """It becomes one word with a neighbour, so that no sound loses its word."""
    rng = random.Random(seed)
    words = [(f"w{'abcdefg'[i]}x", s, e) for i, (_, s, e) in enumerate(spoken(seed))]
    odd = rng.randrange(1, len(words) - 1)
    text, start_ms, end_ms = words[odd]
    bent = [*words[:odd], (text, end_ms, start_ms), *words[odd + 1 :]]
    extension, data = written(bent)[number]
    made = found(extension, data)
    assert [word for text, _, _ in made for word in text.split()] == [
        text for text, _, _ in words
    ]
    far = [word for i, word in enumerate(words) if abs(i - odd) > 1]
    assert set(far) <= set(made)


def of_json(document: object) -> Transcript:
    return read("transcript.json", json.dumps(document).encode())


UNTIMED = {
    "whisper": {
        "segments": [
            {"start": 0.5, "end": 0.9, "text": " turn"},
            {"text": " call Ann", "start": None},
            {"start": 5.0, "end": 5.4, "text": " on"},
        ]
    },
    "whisper.cpp": {
        "transcription": [
            {"offsets": {"from": 500, "to": 900}, "text": " turn"},
            {"text": " call Ann"},
            {
                "timestamps": {"from": "00:00:05,000", "to": "00:00:05,400"},
                "text": " on",
            },
        ]
    },
    "azure fast": {
        "combinedPhrases": [],
        "phrases": [
            {"offsetMilliseconds": 500, "durationMilliseconds": 400, "text": "turn"},
            {"text": "call Ann"},
            {"offsetMilliseconds": 5000, "durationMilliseconds": 400, "text": "on"},
        ],
    },
    "azure batch": {
        "recognizedPhrases": [
            {
                "offsetMilliseconds": 500,
                "durationMilliseconds": 400,
                "nBest": [{"display": "turn"}],
            },
            {"nBest": [{"display": "call Ann"}]},
            {
                "offsetInTicks": 50_000_000,
                "durationInTicks": 4_000_000,
                "nBest": [{"display": "on"}],
            },
        ]
    },
    "google": {
        "results": [
            {
                "alternatives": [
                    {
                        "transcript": text,
                        "words": words,
                    }
                ]
            }
            for text, words in (
                ("turn", [{"word": "turn", "startTime": "0.5s", "endTime": "0.9s"}]),
                ("call Ann", []),
                ("on", [{"word": "on", "startTime": "5s", "endTime": "5.4s"}]),
            )
        ]
    },
    "deepgram": {
        "results": {
            "utterances": [
                {"transcript": "turn", "start": 0.5, "end": 0.9},
                {"transcript": "call Ann"},
                {"transcript": "on", "start": 5.0, "end": 5.4},
            ]
        }
    },
    "ibm": {
        "results": [
            {"alternatives": [{"transcript": "turn", "timestamps": [["turn", 0.5, 0.9]]}]},
            {"alternatives": [{"transcript": "call Ann"}]},
            {"alternatives": [{"transcript": "on", "timestamps": [["on", 5.0, 5.4]]}]},
        ]
    },
}  # fmt: skip


@pytest.mark.parametrize("document", UNTIMED.values(), ids=UNTIMED)
def test_a_segment_without_times_lies_between_its_neighbours(document: object) -> None:
    made = of_json(document)
    assert [(word.text, word.start_ms, word.end_ms) for word in made.words] == [
        ("turn", 500, 900),
        ("call", 900, 2950),
        ("Ann", 2950, 5000),
        ("on", 5000, 5400),
    ]
    assert [word.within for word in made.words[1:3]] == [(900, 5000)] * 2


@pytest.mark.parametrize(
    "document",
    [
        {"results": {"channels": [{"alternatives": [{"transcript": "call Ann"}]}]}},
        {"combinedPhrases": [], "phrases": [{"text": "call Ann"}]},
        {"recognizedPhrases": [{"nBest": [{"display": "call Ann"}]}]},
        {"results": [{"alternatives": [{"transcript": "call Ann"}]}]},
        {"segments": [{"text": "call Ann"}]},
    ],
)
def test_a_transcript_without_any_times_is_a_sentence(document: object) -> None:
    with pytest.raises(Invalid, match="has no times"):
        of_json(document)


@pytest.mark.parametrize(
    "document",
    [
        {"utterances": [{"words": [{"text": "turn", "start": 500, "end": 900}]}]},
        {"sentences": [{"words": [{"text": "turn", "start": 500, "end": 900}]}]},
        {"word_segments": [{"word": "turn", "start": 0.5, "end": 0.9, "score": 1}]},
        {
            "results": {
                "utterances": [{"words": [{"word": "turn", "start": 0.5, "end": 0.9}]}]
            }
        },
    ],
)
def test_words_are_found_where_another_export_of_the_service_has_them(
    document: object,
) -> None:
    assert [(w.text, w.start_ms, w.end_ms) for w in of_json(document).words] == [
        ("turn", 500, 900)
    ]


@pytest.mark.parametrize("extension", ["vtt", "srt"])
@pytest.mark.parametrize(
    "times",
    [
        "00:00:01,000-->00:00:02,500",
        "0:00:01,000 --> 0:00:02,500",
        "00:00:01:000 --> 00:00:02:500",
        "00: 00: 01,000 --> 00: 00: 02,500",
        "00:00:01 --> 00:00:02.5",
        "00:01.000 --> 00:02.500  X1:100 X2:600",
    ],
)
def test_times_as_converters_write_them_are_read(times: str, extension: str) -> None:
    data = re.sub(
        r"\S+ --> \S+", times, cues([(1000, 2500, "lamp")], extension).decode()
    )
    assert found(extension, data.encode()) == [("lamp", 1000, 2500)]


def test_a_time_inside_a_cue_that_is_out_of_order_parts_no_words() -> None:
    vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\na <00:01.600>b <00:01.500>c<00:03.000>d"
    assert found("vtt", vtt.encode()) == [("a b", 1000, 1600), ("c d", 1600, 2000)]


@pytest.mark.parametrize(
    "line",
    [
        "SPEAKER 1 (Mary): lamp",
        "speaker 2: lamp",
        "agent: lamp",
        "Ludwig van der Placeholder: lamp",
        "田中：lamp",
        "（店員）：lamp",
        "- [Mary]: lamp",
    ],
)
def test_a_speakers_label_of_any_kind_is_no_word(line: str) -> None:
    assert found("srt", cues([(500, 900, line)], "srt")) == [("lamp", 500, 900)]


def test_a_reading_above_letters_is_no_word_besides() -> None:
    ruby = "<ruby>漢<rt>kan</rt>字<rt>ji</rt></ruby>"
    assert found("vtt", cues([(500, 900, ruby)], "vtt")) == [("漢字", 500, 900)]


def with_header(words: list[Spoken], header: str) -> bytes:
    return eaf(words).replace("<TIME_ORDER>", f"{header}<TIME_ORDER>").encode()


def media(name: str, origin_ms: int) -> str:
    address = f"file:///corpus/{name}"
    return f'<MEDIA_DESCRIPTOR MEDIA_URL="{address}" TIME_ORIGIN="{origin_ms}"/>'


@pytest.mark.parametrize("origin_ms", [-400, 0, 2500])
def test_elan_counts_from_the_origin_of_the_clips_recording(origin_ms: int) -> None:
    words = spoken(3)
    others = media("camera.mp4", 12_000) + media(f"{CLIP}.wav", origin_ms)
    made = found("eaf", with_header(words, f"<HEADER>{others}</HEADER>"))
    assert made == [
        (text, max(start + origin_ms, 0), end + origin_ms)
        for text, start, end in words
        if end + origin_ms > 0
    ]


def test_elan_files_of_two_origins_are_a_sentence() -> None:
    both = media(f"{CLIP}.mp4", 0) + media(f"{CLIP}.wav", 2500)
    with pytest.raises(Invalid, match="begin at different moments"):
        found("eaf", with_header(spoken(3), f"<HEADER>{both}</HEADER>"))


@pytest.mark.parametrize(
    ("unit", "unit_ms"),
    [("milliseconds", 1), ("PAL-frames", 40), ("PAL-50-frames", 20)],
)
def test_elan_may_count_frames_of_television(unit: str, unit_ms: int) -> None:
    words = [("turn", 12, 22), ("on", 25, 31)]
    data = with_header(words, f'<HEADER TIME_UNITS="{unit}"/>')
    assert found("eaf", data) == [(t, s * unit_ms, e * unit_ms) for t, s, e in words]


def region(text: str, start: float, end: float) -> dict[str, object]:
    value = {"start": start, "end": end, "text": [text]}
    return {"id": text, "type": "textarea", "value": value}


def test_a_name_that_another_annotator_marked_is_a_word_too() -> None:
    first = {"result": [region("call", 0.5, 0.9), region("Annabel", 1.0, 1.6)]}
    last = {"result": [region("call", 0.5, 0.9), region("please", 1.9, 2.2)]}
    task = {"data": {"audio": f"{CLIP}.wav"}, "annotations": [first, last]}
    assert [word.text for word in of_json([task]).words] == [
        "call",
        "Annabel",
        "please",
    ]


@pytest.mark.parametrize(
    ("data", "is_read"),
    [
        ({"audio": "data:audio/wav;base64,UklGRg=="}, True),
        ({"recording": f"s3://bucket/{CLIP}.flac"}, True),
        ({"recording": "s3://bucket/another.flac"}, False),
        ({"note": "another.flac was noisy today"}, True),
    ],
)
def test_a_task_names_its_recording_under_any_key(
    data: dict[str, str], is_read: bool
) -> None:
    task = {"data": data, "annotations": [{"result": [region("turn", 0.5, 0.9)]}]}
    if is_read:
        assert len(of_json([task]).words) == 1
        return
    with pytest.raises(Invalid, match="about other recordings"):
        of_json([task])
