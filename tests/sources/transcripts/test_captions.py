"""Captions: what is shown twice, who speaks, and files without empty lines."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.sources.transcripts.captions import srt, webvtt
from storage.records import TimingSource
from tests.sources.transcripts.samples import clock

lines_of_speech = st.lists(
    st.lists(st.sampled_from("turn on the lamp please now".split()), min_size=1, max_size=4)
    .map(" ".join),
    min_size=4,
    max_size=10,
)  # fmt: skip


def said(parse, text):
    return " ".join(word.text for word in parse(text.encode(), "x").words)


def cue(start_ms, end_ms, *lines, mark="."):
    times = f"{clock(start_ms, mark)} --> {clock(end_ms, mark)}"
    return "\n".join([times, *lines])


@given(lines_of_speech)
@settings(max_examples=30)
def test_a_rolling_display_says_each_line_once(lines):
    unlike = [f"{line} {number}" for number, line in enumerate(lines)]
    cues = []
    for i, line in enumerate(unlike):
        before = unlike[i - 1] if i else " "
        cues.append(cue(i * 1000, i * 1000 + 990, before, line))
        cues.append(cue(i * 1000 + 990, i * 1000 + 1000, line, " "))
    assert said(webvtt.parse, "WEBVTT\n\n" + "\n\n".join(cues)) == " ".join(unlike)


@given(lines_of_speech)
@settings(max_examples=30)
def test_a_growing_display_says_each_word_once(lines):
    unlike = [f"{line} {number}" for number, line in enumerate(lines)]
    cues = [
        cue(i * 1000, i * 1000 + 1000, " ".join(unlike[: i + 1]), mark=",")
        for i in range(len(unlike))
    ]
    assert said(srt.parse, "\n\n".join(cues)) == " ".join(unlike)


@given(lines_of_speech)
@settings(max_examples=30)
def test_what_is_really_said_again_is_kept(lines):
    cues = [
        cue(i * 2000, i * 2000 + 1000, line) for i, line in enumerate([*lines, *lines])
    ]
    expected = " ".join([*lines, *lines])
    assert said(webvtt.parse, "WEBVTT\n\n" + "\n\n".join(cues)) == expected


def test_one_repetition_without_a_pause_is_no_rolling_display():
    text = (
        f"{cue(0, 900, 'Anna', mark=',')}\n\n{cue(900, 1900, 'Anna please', mark=',')}"
    )
    assert said(srt.parse, text) == "Anna Anna please"


@pytest.mark.parametrize(
    ("line", "spoken"),
    [
        ("Mary Placeholder: turn on", "turn on"),
        ("MARY: turn on", "turn on"),
        ("Speaker 1: turn on", "turn on"),
        (">> Mary: turn on", "turn on"),
        ("[Mary Placeholder]: turn on", "turn on"),
        ("小明： 打开", "打开"),
        ("he said: turn on", "he said: turn on"),
        ("at 10:30 turn on", "at 10:30 turn on"),
        ("turn on: the lamp", "turn on: the lamp"),
    ],
)
def test_the_name_of_a_speaker_is_no_word(line, spoken):
    assert said(webvtt.parse, f"WEBVTT\n\n{cue(0, 2000, line)}") == spoken


def test_cues_without_empty_lines_between_them_are_read():
    text = "\n".join(
        ["1", cue(0, 900, "turn on", mark=","), "2", cue(900, 1900, "lamp", mark=",")]
    )
    assert said(srt.parse, text) == "turn on lamp"
    assert said(webvtt.parse, "WEBVTT\n" + text) == "turn on lamp"


def test_styles_and_places_of_srt_are_no_words():
    text = cue(0, 900, "{\\an8}<i>turn</i> on &amp; off", mark=",")
    assert said(srt.parse, text) == "turn on & off"


def test_a_cue_of_several_words_tells_only_where_all_of_them_are():
    found = srt.parse(cue(0, 900, "turn on", mark=",").encode(), "x")
    assert found.timing is TimingSource.UNKNOWN
    assert {word.within for word in found.words} == {(0, 900)}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\na", "WebVTT, which is read as NAME.vtt"),
        (b'File type = "ooTextFile"', "a TextGrid, which is read"),
        (b'{"segments": []}', "JSON, which is read as"),
        (b"<tt></tt>", "it looks like XML"),
        (b"turn on the lamp", "another kind of text"),
        (b"1\n00:00:02,000 --> soon\na", "impossible times"),
    ],
)
def test_what_is_no_srt_is_refused_with_what_it_is(data, sentence):
    with pytest.raises(Invalid, match=sentence):
        srt.parse(data, "x")
