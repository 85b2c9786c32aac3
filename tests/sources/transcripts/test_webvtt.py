import pytest

from bot.errors import Invalid
from bot.sources.transcripts.captions.webvtt import parse
from storage.records import TimingSource


def read(text):
    found = parse(text.encode(), "x")
    return [(w.text, w.start_ms, w.end_ms) for w in found.words], found.timing


def test_words_of_a_cue_are_spread_over_it_and_their_timing_unknown():
    words, timing = read(
        "WEBVTT - title\n\n1\n00:00:01.000 --> 00:00:02.000 line:0\non and off\n"
    )
    assert words == [("on", 1000, 1250), ("and", 1250, 1625), ("off", 1625, 2000)]
    assert timing is TimingSource.UNKNOWN


def test_word_timestamps_are_kept():
    words, timing = read(
        "WEBVTT\n\n00:01.000 --> 00:03.000\n"
        "<v Ann Smith>turn <00:01.500><c.loud>the</c> <01:00:00.000>lamp".replace(
            "01:00:00.000", "00:00:02.000"
        )
    )
    assert words == [("turn", 1000, 1500), ("the", 1500, 2000), ("lamp", 2000, 3000)]
    assert timing is TimingSource.RECOGNISER


def test_a_cue_of_one_word_is_timed():
    assert read("WEBVTT\n\n00:01.000 --> 00:02.000\nlamp")[1] is TimingSource.RECOGNISER


def test_notes_styles_regions_and_tags_are_left_out():
    words, _ = read(
        "WEBVTT\nKind: captions\n\nNOTE a --\n\nSTYLE\n::cue {}\n\nREGION\nid:a\n\n"
        "00:01.000 --> 00:02.000\n<i>R&amp;B</i>\n- &lt;3\n"
    )
    assert [w[0] for w in words] == ["R&B", "-", "<3"]


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n"])
def test_any_line_break_and_a_byte_order_mark_will_do(newline):
    text = "\ufeffWEBVTT\n\n1:00:01.000 --> 1:00:02.000\nlamp\n\n".replace(
        "\n", newline
    )
    assert read(text)[0] == [("lamp", 3_601_000, 3_602_000)]


def test_an_empty_file_of_cues_is_an_empty_transcript():
    assert read("WEBVTT")[0] == []
    assert read("WEBVTT\n\n00:01.000 --> 00:02.000\n")[0] == []


def test_two_cues_at_once_become_one_word_rather_than_losing_one():
    words, _ = read(
        "WEBVTT\n\n00:01.000 --> 00:03.000\none\n\n00:01.500 --> 00:02.000\ntwo"
    )
    assert words == [("one two", 1000, 3000)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "must start with WEBVTT"),
        ("WEBVTTS\n\n", "must start with WEBVTT"),
        ("1\n00:00:01,000 --> 00:00:02,000\na", "must start with WEBVTT"),
        ("WEBVTT\n\n-1 --> 00:01.000\na", "impossible times"),
        ("WEBVTT\n\n00:01.000 -->\na", "impossible times"),
        ("WEBVTT\n\n00:61.000 --> 00:62.000\na", "impossible times"),
        ("WEBVTT\n\n1000:00:01.000 --> 1000:00:02.000\na", "24 hours"),
    ],
)
def test_what_is_no_webvtt_is_refused_in_a_sentence(text, sentence):
    with pytest.raises(Invalid, match=sentence):
        read(text)
