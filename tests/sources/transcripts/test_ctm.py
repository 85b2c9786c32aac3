import pytest

from bot.errors import Invalid
from bot.sources.transcripts.ctm import parse
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
    with pytest.raises(Invalid, match="several recordings"):
        parse(both, "third")


def test_a_recording_with_a_name_of_its_own_is_fine():
    assert len(parse(CTM, "anything").words) == 3


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
        (b"a 1 1 -0.2 b", "impossible time"),
        (b"a 1 -1 0.2 b", "negative"),
        (b"a 1 0 1 b 1.5", "outside 0 to 1"),
        (b"a 1 * * <ALT_BEGIN>", "alternative"),
        (b"a 1 0 1 \xff", "UTF-8"),
        (b"a 1 0 0 b", "must end after"),
    ],
)
def test_what_is_no_ctm_is_refused_in_a_sentence(data, sentence):
    with pytest.raises(Invalid, match=sentence):
        parse(data, "a")
