"""Every format gives the same words, and none is mistaken for another."""

import json
import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import HelpClipError
from bot.sources.transcripts import parse_transcript
from bot.sources.transcripts.formats import FILE_FORMATS, JSON_FORMATS
from storage.records import TimingSource
from tests.sources.transcripts.mutations import damaged_file, odd_document
from tests.sources.transcripts.samples import CLIP, FILES, JSON, Spoken, written

WORDS = [
    ("turn", 503, 911),
    ("on", 1001, 1207),
    ("the", 1207, 1303),
    ("lamp.", 1313, 1702),
]
_TEXTS = st.sampled_from(
    "turn on the lamp please don't well-known R&B Müller лампа ไฟ 行 20 [Music] <unk>".split()
)


@st.composite
def spoken(draw: st.DrawFn) -> list[Spoken]:
    at_ms, words = draw(st.integers(0, 2000)), []
    for text in draw(st.lists(_TEXTS, min_size=1, max_size=8)):
        end_ms = at_ms + draw(st.integers(50, 700))
        words.append((text, at_ms, end_ms))
        at_ms = end_ms + draw(st.sampled_from([0, 1, 250]))
    return words


def test_there_is_a_sample_of_every_format() -> None:
    assert set(FILES) == {format_.extension for format_ in FILE_FORMATS}
    assert {name for name, _ in JSON} == {format_.name for format_ in JSON_FORMATS}


@pytest.mark.parametrize(("name", "write"), JSON)
def test_a_document_is_recognised_as_one_format_only(name, write) -> None:
    document = json.loads(json.dumps(write(WORDS)))
    found = [format_.name for format_ in JSON_FORMATS if format_.recognises(document)]
    assert found == [name]


@given(spoken())
@settings(max_examples=40)
def test_the_same_words_come_from_every_format(words: list[Spoken]) -> None:
    for extension, data in written(words):
        found = parse_transcript(f"{CLIP}.{extension}", data, CLIP).words
        assert [(w.text, w.start_ms, w.end_ms) for w in found] == words, extension


def test_a_recogniser_is_never_taken_for_a_person() -> None:
    for name, write in JSON:
        data = json.dumps(write(WORDS)).encode()
        found = parse_transcript(f"{CLIP}.transcript.json", data, CLIP)
        if name != "Label Studio":
            assert found.timing is TimingSource.RECOGNISER
            assert found.is_evident


@pytest.mark.parametrize("damage", [damaged_file, odd_document])
@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_file_of_any_format_gives_words_or_a_sentence(damage, seed) -> None:
    rng = random.Random(seed)
    for _ in range(300):
        extension, data = damage(rng)
        try:
            found = parse_transcript(f"{CLIP}.{extension}", data, CLIP)
        except HelpClipError as error:
            assert str(error).endswith(".")  # noqa: PT017  # either end is right
            continue
        for before, after in pairwise(found.words):
            assert before.end_ms <= after.start_ms


def test_a_last_chunk_of_several_words_without_an_end_is_read() -> None:
    document = {"text": "", "chunks": [{"text": " turn on", "timestamp": [0.5, None]}]}
    data = json.dumps(document).encode()
    found = parse_transcript(f"{CLIP}.transcript.json", data, CLIP)
    assert [word.text for word in found.words] == ["turn", "on"]
    assert found.timing is TimingSource.UNKNOWN
