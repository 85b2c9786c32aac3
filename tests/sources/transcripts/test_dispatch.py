"""Transcript files beside a clip, and what no bytes may do to any reader of them."""

import json
import os
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import HelpClipError, Invalid
from bot.sources import open_clip_source
from bot.sources.clips.names import TRANSCRIPT_EXTENSIONS
from bot.sources.transcripts import parse_transcript
from storage.records import TimingSource

SEEDS = {
    "ctm": b"En-0001 1 0.1 0.2 lamp 0.9\nEn-0001 1 0.3 0.2 on\n",
    "stm": b"En-0001 1 A 0.1 0.3 <o> lamp\nEn-0001 1 A 0.3 0.5 on\n",
    "vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\nturn <00:01.500>on\n",
    "TextGrid": b'"ooTextFile"\n"TextGrid"\n0\n1\n<exists>\n1\n"IntervalTier"\n"words"\n0\n1\n1\n'
    b'0\n1\n"lamp"\n',
    "srt": b"1\n00:00:01,000 --> 00:00:02,000\nlamp\n",
    "eaf": b'<ANNOTATION_DOCUMENT><TIME_ORDER><TIME_SLOT TIME_SLOT_ID="a" TIME_VALUE="100"/>'
    b'<TIME_SLOT TIME_SLOT_ID="b" TIME_VALUE="500"/></TIME_ORDER><TIER TIER_ID="words">'
    b'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="1" TIME_SLOT_REF1="a"'
    b' TIME_SLOT_REF2="b"><ANNOTATION_VALUE>lamp</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION>'
    b"</ANNOTATION></TIER></ANNOTATION_DOCUMENT>",
    "txt": b"0.1\t0.5\tlamp\n0.5\t0.9\ton\n",
    "csv": b"Begin,End,Label,Type,Speaker\n0.1,0.5,lamp,words,A\n",
    "transcript.json": b'{"segments":[{"words":[{"word":"a","start":0.1,"end":0.2}]}]}',
}


def test_there_is_a_seed_for_every_kind_of_transcript():
    assert set(SEEDS) == set(TRANSCRIPT_EXTENSIONS)


@pytest.mark.parametrize("extension", TRANSCRIPT_EXTENSIONS)
@given(data=st.data())
def test_no_bytes_lead_to_anything_but_words_or_a_sentence(extension, data):
    seed = bytearray(SEEDS[extension])
    for _ in range(data.draw(st.integers(0, 6))):
        at = data.draw(st.integers(0, len(seed)))
        seed[at : at + data.draw(st.integers(0, 3))] = data.draw(
            st.binary(max_size=4)
            | st.sampled_from([b'"', b"<", b">", b"-", b"1e9", b"[", b"\n"])
        )
    try:
        words = parse_transcript(f"En-0001.{extension}", bytes(seed), "En-0001").words
    except HelpClipError:
        return
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(words))


@pytest.mark.parametrize("extension", TRANSCRIPT_EXTENSIONS)
def test_a_transcript_file_stands_in_for_the_words(folder, sidecar, extension):
    (folder / "En-0001.json").write_bytes(sidecar(words=...))
    (folder / f"En-0001.{extension}").write_bytes(SEEDS[extension])
    clip = open_clip_source(str(folder)).clip("En-0001")
    assert clip.words
    assert clip.timing in (TimingSource.RECOGNISER, TimingSource.HUMAN)


def test_words_in_two_places_are_refused(folder):
    (folder / "En-0001.ctm").write_bytes(SEEDS["ctm"])
    with pytest.raises(Invalid, match="both in its sidecar and"):
        open_clip_source(str(folder)).clip("En-0001")


def test_an_empty_list_of_words_does_not_hide_a_transcript_file(folder, sidecar):
    (folder / "En-0001.json").write_bytes(sidecar(words=[]))
    (folder / "En-0001.ctm").write_bytes(SEEDS["ctm"])
    assert len(open_clip_source(str(folder)).clip("En-0001").words) == 2


def test_two_transcript_files_are_refused(folder, sidecar):
    (folder / "En-0001.json").write_bytes(sidecar(words=...))
    (folder / "En-0001.ctm").write_bytes(SEEDS["ctm"])
    (folder / "En-0001.vtt").write_bytes(SEEDS["vtt"])
    with pytest.raises(Invalid, match="2 transcript files"):
        open_clip_source(str(folder)).clip("En-0001")


@pytest.mark.parametrize(
    ("text", "timing"),
    [("lamp", TimingSource.HUMAN), ("turn on", TimingSource.UNKNOWN)],
)
def test_the_sidecar_says_who_timed_unless_the_times_were_only_spread(
    folder, sidecar, text, timing
):
    (folder / "En-0001.json").write_bytes(sidecar(words=..., timing="human"))
    (folder / "En-0001.vtt").write_text(f"WEBVTT\n\n00:00.100 --> 00:00.900\n{text}\n")
    assert open_clip_source(str(folder)).clip("En-0001").timing is timing


def textgrid(*tiers):
    head = ['"ooTextFile"', '"TextGrid"', "0", "1", "<exists>", str(len(tiers))]
    for name, label in tiers:
        head += ['"IntervalTier"', f'"{name}"', "0", "1", "1", "0.103", "0.507"]
        head.append(f'"{label}"')
    return "\n".join(head) + "\n"


@pytest.mark.parametrize(
    ("name", "text", "timing"),
    [
        ("ctm", "En-0001 1 0.1 0.4 lamp\n", TimingSource.HUMAN),
        ("TextGrid", textgrid(("words", "lamp")), TimingSource.HUMAN),
        ("TextGrid", textgrid(("MAU", "l"), ("ORT", "lamp")), TimingSource.RECOGNISER),
        (
            "TextGrid",
            textgrid(("phones", "l"), ("words", "lamp")),
            TimingSource.RECOGNISER,
        ),
        (
            "transcript.json",
            '{"words": [{"word": "lamp", "start": 0.1, "end": 0.5}]}',
            TimingSource.RECOGNISER,
        ),
    ],
)
def test_a_sidecar_cannot_make_an_aligners_times_a_persons(
    folder, sidecar, name, text, timing
):
    (folder / "En-0001.json").write_bytes(sidecar(words=..., timing="human"))
    (folder / f"En-0001.{name}").write_text(text)
    assert open_clip_source(str(folder)).clip("En-0001").timing is timing


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("En-0001.txt", "Turn on the lamp.\n"),
        ("En-0001.csv", "name,value\na,1\n"),
        ("En-0001.txt", ""),
    ],
)
def test_other_texts_beside_a_clip_are_left_alone(folder, sidecar, name, text):
    (folder / "En-0001.json").write_bytes(sidecar(words=...))
    (folder / name).write_text(text)
    assert open_clip_source(str(folder)).clip("En-0001").words == ()


def test_a_huge_transcript_is_refused_without_reading_it_all(folder, sidecar):
    (folder / "En-0001.json").write_bytes(sidecar(words=...))
    (folder / "En-0001.ctm").write_bytes(b"")
    os.truncate(folder / "En-0001.ctm", 2**33)
    with pytest.raises(Invalid, match="larger than"):
        open_clip_source(str(folder)).clip("En-0001")


def test_an_aws_account_in_amazons_output_is_not_the_customers(folder, sidecar):
    (folder / "En-0001.json").write_bytes(sidecar(words=...))
    document = {"accountId": "123456789012", "results": {"items": []}}
    (folder / "En-0001.transcript.json").write_text(json.dumps(document))
    assert open_clip_source(str(folder)).clip("En-0001").words == ()
