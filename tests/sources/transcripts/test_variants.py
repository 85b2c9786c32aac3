"""Every format, written in the odd ways of the field: the right words or a sentence."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.errors import Invalid
from bot.redaction.masking.speaking_time import longest_ms
from bot.sources import open_clip_source
from bot.sources.transcripts import parse_transcript
from bot.sources.transcripts.transcript import Transcript
from storage.records import TimingSource
from tests.sources.transcripts.samples import (
    CLIP,
    FILES,
    JSON,
    Spoken,
    clock,
    eaf,
    srt,
    written,
)

VOCABULARY = "turn on the lamp please don't stop Müller R&B лампа 行 well-known".split()
SEEDS = range(6)
NAMES = [*FILES, *(f"{name} {number}" for number, (name, _) in enumerate(JSON))]


def spoken(seed: int, n_words: int = 7) -> list[Spoken]:
    """Words with pauses between them; their times are on no frames."""
    rng = random.Random(seed)
    words, at_ms = [], rng.randint(101, 900)
    for _ in range(n_words):
        end_ms = at_ms + rng.randint(61, 450)
        words.append((rng.choice(VOCABULARY), at_ms, end_ms))
        at_ms = end_ms + rng.randint(1, 300)
    return words


def read(extension: str, data: bytes) -> Transcript:
    return parse_transcript(f"{CLIP}.{extension}", data, CLIP)


def found(extension: str, data: bytes) -> list[Spoken]:
    words = read(extension, data).words
    return [(word.text, word.start_ms, word.end_ms) for word in words]


ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "a byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "UTF-16": lambda data: data.decode().encode("utf-16"),
    "UTF-16, big end first": lambda data: (
        b"\xfe\xff" + data.decode().encode("utf-16-be")
    ),
    "CRLF": lambda data: data.replace(b"\n", b"\r\n"),
    "CRLF in UTF-16": lambda data: data.decode().replace("\n", "\r\n").encode("utf-16"),
    "no last line break": lambda data: data.rstrip(b"\n"),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("encode", ENCODINGS.values(), ids=ENCODINGS)
@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_any_encoding_gives_the_same_words(
    number: int, encode: Callable[[bytes], bytes], seed: int
) -> None:
    words = spoken(seed)
    extension, data = written(words)[number]
    assert found(extension, encode(data)) == words


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_latin_1_gives_the_same_words_or_a_sentence(number: int) -> None:
    words = [("Müller", 503, 911), ("café", 1001, 1207)]
    extension, data = written(words)[number]
    text = data.decode()
    if text.isascii():
        return
    latin = text.encode("latin-1")
    if extension == "TextGrid":
        assert found(extension, latin) == words
        return
    with pytest.raises(Invalid, match="Save it as UTF-8"):
        read(extension, latin)


def in_ms(document: Any) -> Any:
    """Return the JSON with every time of seconds in milliseconds."""
    if isinstance(document, list):
        return [in_ms(item) for item in document]
    if isinstance(document, dict):
        return {
            key: round(value * 1000)
            if key in {"start", "end", "ts", "end_ts", "start_time", "end_time"}
            and isinstance(value, int | float)
            else in_ms(value)
            for key, value in document.items()
        }
    return document


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("name", "write"),
    [(n, w) for n, w in JSON if n in {"Whisper", "Deepgram", "Rev", "Vosk", "Gentle"}],
)
def test_milliseconds_in_place_of_seconds_are_understood(
    name: str, write: Callable[[list[Spoken]], object], seed: int
) -> None:
    words = spoken(seed)
    data = json.dumps(in_ms(write(words))).encode()
    assert found("transcript.json", data) == words, name


@pytest.mark.parametrize("seed", SEEDS)
def test_seconds_under_the_keys_of_milliseconds_are_understood(seed: int) -> None:
    words = spoken(seed)
    items = [{"text": t, "start": s / 1000, "end": e / 1000} for t, s, e in words]
    assert found("transcript.json", json.dumps({"words": items}).encode()) == words


def test_whole_seconds_under_the_keys_of_milliseconds_are_understood() -> None:
    items = [
        {"text": "turn", "start": 1, "end": 2},
        {"text": "on", "start": 2, "end": 3},
    ]
    data = json.dumps({"words": items}).encode()
    assert found("transcript.json", data) == [("turn", 1000, 2000), ("on", 2000, 3000)]


@pytest.mark.parametrize("seed", SEEDS)
def test_fractions_of_milliseconds_in_place_of_seconds_are_understood(
    seed: int,
) -> None:
    words = spoken(seed)
    items = [{"word": t, "start": s + 0.25, "end": e + 0.5} for t, s, e in words]
    data = json.dumps({"segments": [{"words": items}]}).encode()
    assert found("transcript.json", data) == words


@pytest.mark.parametrize("extension", ["vtt", "srt"])
def test_a_speakers_name_on_a_line_of_its_own_is_no_word(extension: str) -> None:
    data = cues([(500, 2900, "Mary Placeholder:\nturn on")], extension)
    assert [word.text for word in read(extension, data).words] == ["turn", "on"]


def eaf_of(path: str) -> bytes:
    media = f'<HEADER><MEDIA_DESCRIPTOR MEDIA_URL="{path}"/></HEADER>'
    whole = eaf(spoken(1))
    return whole.replace("<TIME_ORDER>", media + "<TIME_ORDER>").encode()


NAMING = {
    "ctm": lambda path: f"{path} 1 0.5 0.4 turn\n".encode(),
    "stm": lambda path: f"{path} 1 A 0.5 0.9 turn\n".encode(),
    "eaf": eaf_of,
    "AssemblyAI": lambda path: json.dumps(
        {"audio_url": path, "words": [{"text": "turn", "start": 500, "end": 900}]}
    ).encode(),
    "Azure batch": lambda path: json.dumps(
        {"source": path, "recognizedPhrases": []}
    ).encode(),
    "Speechmatics": lambda path: json.dumps(
        {"job": {"data_name": path}, "results": [{"type": "word", "start_time": 0}]}
    ).encode(),
    "Label Studio": lambda path: json.dumps(
        [{"data": {"audio": path}, "annotations": [{"result": []}]}]
    ).encode(),
}
NAMED = pytest.mark.parametrize("write", NAMING.values(), ids=NAMING)


def extension_of(write: object) -> str:
    names = [name for name, each in NAMING.items() if each is write]
    return names[0] if names[0].islower() else "transcript.json"


@NAMED
@pytest.mark.parametrize(
    "path",
    [
        "another-0042.wav",
        "file:///D:/corpus/another-0042.WAV",
        "https://files.example/upload/another-0042.mp3?sig=a%20b",
        "s3://bucket/clip/another.flac",
        "..\\clip\\another.opus",
    ],
)
def test_a_transcript_that_names_another_recording_is_refused(write, path) -> None:
    data = write(path)
    with pytest.raises(Invalid, match="about other recordings"):
        read(extension_of(write), data)


@NAMED
@pytest.mark.parametrize(
    "path",
    [
        "clip.wav",
        "CLIP.WAV",
        "/data/wav/clip.flac",
        "file:///D:/corpus/clip.mp3",
        "https://files.example/clip.opus?sig=x",
    ],
)
def test_a_transcript_that_names_its_own_recording_is_read(write, path) -> None:
    data = write(path)
    if path.startswith("https") and extension_of(write) in {"ctm", "stm"}:
        return
    assert read(extension_of(write), data)


def test_a_recording_that_was_renamed_for_its_id_is_still_its_own() -> None:
    data = eaf_of("file:///D:/call 12:30 (2).wav")
    assert parse_transcript("call_12-30.2.eaf", data, "call_12-30.2").words


def test_an_address_without_a_recordings_extension_proves_nothing() -> None:
    items = [{"text": "turn", "start": 500, "end": 900}]
    upload = "https://cdn.example/upload/0a1b2c3d-aaaa"
    data = json.dumps({"audio_url": upload, "words": items}).encode()
    assert found("transcript.json", data) == [("turn", 500, 900)]


def cues(lines: list[tuple[int, int, str]], extension: str) -> bytes:
    mark = "," if extension == "srt" else "."
    shown = [
        f"{clock(start, mark)} --> {clock(end, mark)}\n{text}\n"
        for start, end, text in lines
    ]
    head = "WEBVTT\n\n" if extension == "vtt" else ""
    return (head + "\n".join(shown)).encode()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("extension", ["vtt", "srt"])
def test_rolling_captions_hold_each_word_once(extension: str, seed: int) -> None:
    """Each line is shown twice: new at the bottom, then at the top over the next."""
    rng = random.Random(seed)
    lines = [
        " ".join(f"w{number}{rng.randint(10, 99)}x" for _ in range(rng.randint(2, 5)))
        for number in range(rng.randint(4, 9))
    ]
    shown, at_ms = [], 500
    for number, line in enumerate(lines):
        above = f"{lines[number - 1]}\n" if number else ""
        shown.append((at_ms, at_ms + 1990, above + line))
        shown.append((at_ms + 1990, at_ms + 2000, line))
        at_ms += 2000
    words = read(extension, cues(shown, extension)).words
    assert " ".join(word.text for word in words) == " ".join(lines)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("extension", ["vtt", "srt"])
@pytest.mark.parametrize(
    "speaker",
    [
        "Mary Placeholder: ",
        ">> MARY: ",
        "- Speaker 2: ",
        "[SPEAKER_01]: ",
        "(Agent): ",
        "Agent：  ",
        "Mary O'Placeholder-Smith: ",
    ],
)
def test_a_speakers_name_before_a_line_is_no_word(
    speaker: str, extension: str, seed: int
) -> None:
    said = " ".join(word for word, _, _ in spoken(seed, 4))
    words = read(extension, cues([(500, 2500, f"{speaker}{said}")], extension)).words
    assert " ".join(word.text for word in words) == said


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
@pytest.mark.parametrize("tag", ["[Music]", "♪", "...", "(laughs)", ">>", "***", "#"])
def test_what_is_no_word_takes_no_time_in_any_format(
    number: int, tag: str, seed: int
) -> None:
    words = spoken(seed, 3)
    last_ms = words[-1][2]
    extension, data = written([*words, (tag, last_ms + 100, last_ms + 900)])[number]
    try:
        read_words = read(extension, data).words
    except Invalid:
        return
    after = [word.text for word in read_words if word.start_ms >= last_ms + 100]
    assert sum(longest_ms(after)) == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_captions_without_empty_lines_hold_all_words(seed: int) -> None:
    words = spoken(seed)
    data = srt(words).replace("\n\n", "\n").encode()
    assert found("srt", data) == words
    bare = "WEBVTT\n" + "".join(
        f"{clock(start)} --> {clock(end)}\n{text}\n" for text, start, end in words
    )
    assert found("vtt", bare.replace("&", "&amp;").encode()) == words


SEGMENTS: dict[str, Callable[[int, int, str], tuple[str, object]]] = {
    "whisper": lambda s, e, t: (
        "transcript.json",
        {"segments": [{"start": s / 1000, "end": e / 1000, "text": f" {t}"}]},
    ),
    "whisper.cpp": lambda s, e, t: (
        "transcript.json",
        {"transcription": [{"offsets": {"from": s, "to": e}, "text": f" {t}"}]},
    ),
    "transformers": lambda s, e, t: (
        "transcript.json",
        {"chunks": [{"timestamp": [s / 1000, e / 1000], "text": t}]},
    ),
    "azure": lambda s, e, t: (
        "transcript.json",
        {
            "combinedPhrases": [],
            "phrases": [
                {"offsetMilliseconds": s, "durationMilliseconds": e - s, "text": t}
            ],
        },
    ),
    "stm": lambda s, e, t: ("stm", f"{CLIP} 1 A {s / 1000} {e / 1000} {t}"),
    "srt": lambda s, e, t: ("srt", cues([(s, e, t)], "srt").decode()),
    "vtt": lambda s, e, t: ("vtt", cues([(s, e, t)], "vtt").decode()),
    "labels": lambda s, e, t: ("txt", f"{s / 1000}\t{e / 1000}\t{t}\n"),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("write", SEGMENTS.values(), ids=SEGMENTS)
def test_a_segment_without_word_times_has_no_word_times(write, seed: int) -> None:
    said = " ".join(word for word, _, _ in spoken(seed, 4))
    extension, content = write(1000, 3500, said)
    text = content if isinstance(content, str) else json.dumps(content)
    made = read(extension, text.encode())
    assert made.timing is TimingSource.UNKNOWN
    assert {word.within for word in made.words} == {(1000, 3500)}
    assert " ".join(word.text for word in made.words) == said


def binary_textgrid(words: list[Spoken], first_s: float = 0.0) -> bytes:
    from struct import pack

    def text(written: str) -> bytes:
        if written.isascii():
            return pack(">h", len(written)) + written.encode()
        wide = written.encode("utf-16-be")
        return pack(">hh", -1, len(wide) // 2) + wide

    last_s = first_s + words[-1][2] / 1000
    tier = (
        b"\x0cIntervalTier" + text("Wörter") + pack(">ddi", first_s, last_s, len(words))
    )
    for written_text, start, end in words:
        times = (first_s + start / 1000, first_s + end / 1000)
        tier += pack(">dd", *times) + text(written_text)
    points = b"\x08TextTier" + text("notes") + pack(">ddi", first_s, last_s, 1)
    points += pack(">d", first_s) + text("note")
    head = b"ooBinaryFile\x08TextGrid" + pack(">dd?i", first_s, last_s, True, 2)
    return head + points + tier


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("first_s", [0.0, 12.3])
def test_a_binary_textgrid_is_read_as_one_in_text(seed: int, first_s: float) -> None:
    words = spoken(seed)
    assert found("TextGrid", binary_textgrid(words, first_s)) == words


def test_a_damaged_binary_textgrid_is_words_or_a_sentence() -> None:
    whole = binary_textgrid(spoken(1))
    rng = random.Random(2)
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len("ooBinaryFile.TextGrid"), len(data))
            data[at] = rng.randrange(256)
        cut = bytes(data[: rng.randint(22, len(data))])
        for damaged in (bytes(data), cut):
            try:
                read("TextGrid", damaged)
            except Invalid as error:
                assert str(error).endswith(".")  # noqa: PT017  # either end is right


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_no_format_makes_a_recognisers_times_a_persons(
    number: int, folder: Path, sidecar: Callable[..., bytes]
) -> None:
    extension, data = written(spoken(3))[number]
    named = data.replace(CLIP.encode(), b"En-0001")
    (folder / "En-0001.json").write_bytes(sidecar(words=..., timing="human"))
    (folder / f"En-0001.{extension}").write_bytes(named)
    clip = open_clip_source(str(folder)).clip("En-0001")
    free = {"TextGrid", "eaf", "txt", "ctm", "stm", "vtt", "srt"}
    if extension not in free and "Label Studio" not in NAMES[number]:
        assert clip.timing is TimingSource.RECOGNISER
