import json

import pytest

from bot.errors import Invalid
from bot.sources.transcripts import parse_transcript
from storage.records import TimingSource, Word


def parse(document, clip_id="x"):
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return parse_transcript(f"{clip_id}.transcript.json", data, clip_id)


WORDS = [
    {"word": " Turn", "start": 0.1, "end": 0.3, "probability": 0.97},
    {"word": " the", "start": 0.3, "end": 0.3, "probability": 0.9},
    {"word": " lamp.", "start": 0.45, "end": 0.8, "probability": 1.0000001},
]
EXPECTED = (
    Word(text="Turn the", start_ms=100, end_ms=300, confidence=0.9),
    Word(text="lamp.", start_ms=450, end_ms=800, confidence=1.0),
)


def test_openai_whisper_with_word_timestamps():
    found = parse(
        {
            "text": " Turn the lamp.",
            "language": "en",
            "segments": [
                {
                    "id": 0,
                    "start": 0.0,
                    "end": 0.8,
                    "text": " Turn the lamp.",
                    "avg_logprob": float("nan"),
                    "words": WORDS,
                }
            ],
        }
    )
    assert found.timing is TimingSource.RECOGNISER
    assert found.words == EXPECTED


def test_the_openai_api_writes_words_beside_the_segments():
    found = parse(
        {"task": "transcribe", "duration": 0.8, "words": WORDS, "segments": []}
    )
    assert found.words == EXPECTED


def test_whisperx_calls_it_score_and_may_not_know_the_time_of_a_number():
    words = [
        {"word": "set", "start": 0.1, "end": 0.3, "score": 0.8},
        {"word": "20"},
        {"word": "percent", "start": 0.7, "end": 1.1, "score": 0.6},
    ]
    found = parse(
        {
            "segments": [
                {"start": 0.1, "end": 1.1, "text": "set 20 percent", "words": words}
            ],
            "word_segments": words,
        }
    )
    assert [(w.text, w.start_ms, w.end_ms) for w in found.words] == [
        ("set", 100, 300),
        ("20", 300, 700),
        ("percent", 700, 1100),
    ]


def test_segments_without_words_are_spread_and_their_timing_unknown():
    found = parse({"segments": [{"start": 1, "end": 2, "text": " on and off"}]})
    assert found.timing is TimingSource.UNKNOWN
    assert [(w.text, w.start_ms, w.end_ms) for w in found.words] == [
        ("on", 1000, 1250),
        ("and", 1250, 1625),
        ("off", 1625, 2000),
    ]


@pytest.mark.parametrize("words", [None, []])
def test_words_that_were_not_asked_for_are_spread_too(words):
    segment = {"start": 1, "end": 2, "text": " on and off", "words": words}
    found = parse({"segments": [segment], "words": words})
    assert found.timing is TimingSource.UNKNOWN
    assert len(found.words) == 3


def token(text, start, end, p=0.5):
    return {
        "text": text,
        "offsets": {"from": start, "to": end},
        "id": 1,
        "p": p,
        "t_dtw": -1,
    }


def test_whisper_cpp_tokens_become_words():
    tokens = [
        token("[_BEG_]", 0, 0),
        token(" Bas", 100, 300, 0.4),
        token("mati", 300, 600, 0.8),
        token(",", 600, 620, 0.9),
        token(" rice", 620, 900),
        token("[_TT_45]", 900, 900),
    ]
    found = parse(
        {
            "result": {"language": "en"},
            "transcription": [
                {
                    "offsets": {"from": 0, "to": 900},
                    "text": " Basmati, rice",
                    "tokens": tokens,
                }
            ],
        }
    )
    assert found.timing is TimingSource.RECOGNISER
    assert found.words[0] == Word(
        text="Basmati,", start_ms=100, end_ms=620, confidence=pytest.approx(0.7)
    )
    assert found.words[1].text == "rice"


def test_whisper_cpp_letters_cut_in_two_are_mended():
    data = json.dumps(
        {
            "transcription": [
                {
                    "offsets": {"from": 0, "to": 900},
                    "text": " für",
                    "tokens": [token(" f@", 0, 300), token("#r", 300, 600)],
                }
            ]
        }
    ).encode()
    data = data.replace(b"@", b"\xc3").replace(b"#", b"\xbc")
    assert parse(data).words[0].text == "für"


@pytest.mark.parametrize("half", ["\\ud800", "\\udc00", "\\udfff", "\\udbff"])
def test_whisper_cpp_half_a_letter_by_an_escape_is_shown_as_a_mark(half):
    token = f'{{"text": "a{half}b", "offsets": {{"from": 1, "to": 200}}}}'
    data = f'{{"transcription": [{{"tokens": [{token}]}}]}}'.encode()
    (word,) = parse_transcript("clip.transcript.json", data, "clip").words
    assert word.text == "a\ufffdb"


def test_whisper_cpp_half_a_letter_is_shown_as_a_mark():
    document = {
        "transcription": [
            {
                "offsets": {"from": 0, "to": 9},
                "text": "f",
                "tokens": [token("f@", 0, 9)],
            }
        ]
    }
    data = json.dumps(document).encode().replace(b"@", b"\xc3")
    assert parse(data).words[0].text == "f\ufffd"


@pytest.mark.parametrize(
    ("texts", "timing"),
    [
        ((" Turn", " the"), TimingSource.RECOGNISER),
        ((" Turn the",), TimingSource.UNKNOWN),
    ],
)
def test_whisper_cpp_without_tokens_is_timed_if_each_segment_is_a_word(texts, timing):
    segments = [
        {"offsets": {"from": i * 100, "to": i * 100 + 100}, "text": text}
        for i, text in enumerate(texts)
    ]
    found = parse({"transcription": segments})
    assert found.timing is timing
    assert " ".join(w.text for w in found.words) == "Turn the"


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({}, "unknown kind"),
        ([], "unknown kind"),
        ({"segments": 7}, "not as its recogniser"),
        ({"segments": ["a"]}, "unknown kind"),
        ({"segments": [{"words": {"a": 1}}]}, "not as its recogniser"),
        ({"segments": [{"text": "a"}]}, "no times"),
        ({"segments": [{"text": "a", "start": []}]}, "number"),
        ({"segments": [{"words": [{"word": "a"}]}]}, "no times"),
        ({"words": [{"word": "a", "start": {}, "end": 1}]}, "number"),
        ({"words": [{"word": "a", "start": 0, "end": 1e300}]}, "impossible time"),
        ({"words": [{"word": "a", "start": 0, "end": 10**400}]}, "number|impossible"),
        ({"transcription": [{"text": "a"}]}, "no times"),
        ({"transcription": [{"text": "a", "offsets": {}}]}, "no times"),
        (b"\x00\xff", "not valid JSON"),
    ],
)
def test_what_whisper_did_not_write_is_refused_in_a_sentence(document, sentence):
    with pytest.raises(Invalid, match=sentence):
        parse(document)


@pytest.mark.parametrize(
    ("odd", "mended"),
    [
        ({"word": "", "start": 0, "end": 1}, None),
        ({"word": 7, "start": 0, "end": 1}, None),
        ({"start": 0, "end": 1}, None),
        ({"word": " a\nb", "start": 0, "end": 1}, ("a b", 0, 1000, None)),
        ({"word": "a", "start": -3, "end": 1}, ("a", 0, 1000, None)),
        ({"word": "a", "start": 0, "end": 1, "score": 3}, ("a", 0, 1000, 0.0)),
        ({"word": "a", "start": 0, "end": 1, "confidence": 0.3}, ("a", 0, 1000, 0.3)),
    ],
)
def test_an_odd_word_is_mended_or_left_out(odd, mended):
    words = parse({"words": [odd, {"word": "lamp", "start": 2, "end": 2.5}]}).words
    found = [(w.text, w.start_ms, w.end_ms, w.confidence) for w in words]
    kept = [] if mended is None else [mended]
    assert found == [*kept, ("lamp", 2000, 2500, None)]


def test_half_a_letter_makes_another_word_of_it():
    data = b'{"words": [{"word": "a\xff", "start": 0, "end": 1}]}'
    assert parse(data).words[0].text == "a\ufffd"


def test_a_long_segment_without_spaces_is_read_in_pieces_that_share_its_time():
    found = parse({"segments": [{"start": 0, "end": 30, "text": "\u3042" * 201}]})
    assert found.timing is TimingSource.UNKNOWN
    assert "".join(word.text for word in found.words) == "\u3042" * 201
    assert {word.within for word in found.words} == {(0, 30_000)}


def test_milliseconds_taken_for_seconds_are_understood():
    words = [
        {"word": "turn", "start": 500, "end": 900},
        {"word": "on", "start": 1000, "end": 1200},
    ]
    found = parse({"segments": [{"start": 500, "end": 1200, "words": words}]})
    assert [(w.start_ms, w.end_ms) for w in found.words] == [(500, 900), (1000, 1200)]
