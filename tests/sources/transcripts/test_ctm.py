import pytest

from bot.errors import Invalid
from bot.sources.transcripts.alignment.ctm import parse
from storage.records import TimingSource, Word

CTM = b""";; made by a decoder
En-0001 1 0.10 0.20 turn 0.99
En-0001 1 0.30 0.05 <eps> 1.00
En-0001 1 0.35 0.10 the NA
En-0001 A 0.45 0.35 lamp
"""


def test_words_are_read_and_silences_left_out():
    found = parse(CTM, "En-0001")
    assert found.timing is TimingSource.RECOGNISER
    assert found.words == (
        Word(text="turn", start_ms=100, end_ms=300, confidence=0.99),
        Word(text="the", start_ms=350, end_ms=450, confidence=None),
        Word(text="lamp", start_ms=450, end_ms=800, confidence=None),
    )


def test_of_several_recordings_only_the_clip_counts():
    both = CTM + b"other 1 0.0 9.9 secret 1.0\n"
    assert [w.text for w in parse(both, "En-0001").words] == ["turn", "the", "lamp"]
    with pytest.raises(Invalid, match="other recordings"):
        parse(both, "third")


@pytest.mark.parametrize(
    "name", ["clip", "Clip", "a/b/clip.wav", "c:\\\\a\\\\clip.wav"]
)
def test_a_recording_may_be_called_by_its_path(name):
    assert len(parse(f"{name} 1 0.1 0.2 turn\n".encode(), "clip").words) == 1


@pytest.mark.parametrize("name", ["other", "spk1-clip-0002550-0003100", "clip-1"])
def test_another_recording_is_refused(name):
    with pytest.raises(Invalid, match="other recordings"):
        parse(f"{name} 1 0.1 0.2 turn\n".encode(), "clip")


def test_times_in_milliseconds_are_understood():
    words = parse(b"a 1 500 400 turn\na 1 1000 200 on\n", "a").words
    assert [(w.start_ms, w.end_ms) for w in words] == [(500, 900), (1000, 1200)]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("a 1 -1 1.2 b", [("b", 0, 200, None)]),
        ("a 1 0 1 b 1.5", [("b", 0, 1000, 0.0)]),
        ("a 1 0 0 b", []),
    ],
)
def test_an_odd_word_is_mended_or_left_out(line, words):
    found = parse(line.encode(), "a").words
    assert [(w.text, w.start_ms, w.end_ms, w.confidence) for w in found] == words


def test_an_unknown_word_is_still_a_word():
    assert parse(b"a 1 0 1 <unk> 0.3", "a").words[0].text == "<unk>"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"a 1 0.1 0.2", "line 1 is not CTM"),
        (b"a 1 0.1 0.2 b 1 lex sp more", "line 1 is not CTM"),
        (b"a 1 x 0.2 b", "number"),
        (b"a 1 inf 0.2 b", "impossible time"),
        (b"a 1 nan 0.2 b", "impossible time"),
        (b"a 1 * * <ALT_BEGIN>", "alternative"),
        (b"a 1 0 1 \xff", "UTF-8"),
    ],
)
def test_what_is_no_ctm_is_refused_in_a_sentence(data, sentence):
    with pytest.raises(Invalid, match=sentence):
        parse(data, "a")
