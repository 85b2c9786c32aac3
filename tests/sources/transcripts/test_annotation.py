"""ELAN and Label Studio: what each has of its own."""

import json

import pytest

from bot.errors import Invalid
from bot.sources.transcripts import parse_transcript
from storage.records import TimingSource


def read(extension, data):
    if not isinstance(data, str):
        data = json.dumps(data)
    found = parse_transcript(f"clip.{extension}", data.encode(), "clip")
    return [(w.text, w.start_ms, w.end_ms) for w in found.words], found.timing


SLOTS = "".join(
    f'<TIME_SLOT TIME_SLOT_ID="{name}"{value}/>'
    for name, value in (
        ("a", ' TIME_VALUE="503"'), ("b", ""), ("c", ' TIME_VALUE="1300"'),
        ("d", ' TIME_VALUE="2000"'),
    )
)  # fmt: skip


def alignable(number, first, last, text):
    return (
        f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="{number}" TIME_SLOT_REF1="{first}"'
        f' TIME_SLOT_REF2="{last}"><ANNOTATION_VALUE>{text}</ANNOTATION_VALUE>'
        "</ALIGNABLE_ANNOTATION></ANNOTATION>"
    )


def referring(number, to, text):
    return (
        f'<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="{number}" ANNOTATION_REF="{to}">'
        f"<ANNOTATION_VALUE>{text}</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>"
    )


def eaf(*tiers):
    made = "".join(
        f'<TIER TIER_ID="{name}"{parent}>{"".join(annotations)}</TIER>'
        for name, parent, annotations in tiers
    )
    return (
        f"<ANNOTATION_DOCUMENT><TIME_ORDER>{SLOTS}</TIME_ORDER>{made}"
        "</ANNOTATION_DOCUMENT>"
    )


def test_a_slot_without_a_time_makes_the_times_a_guess():
    words = [alignable(1, "a", "b", "turn"), alignable(2, "b", "c", "on")]
    said, timing = read("eaf", eaf(("words", "", words)))
    assert [text for text, _, _ in said] == ["turn", "on"]
    assert timing is TimingSource.UNKNOWN


def test_words_that_only_refer_to_an_utterance_share_its_time():
    whole = ("utterance", "", [alignable(1, "a", "c", "turn on")])
    parts = (
        "words",
        ' PARENT_REF="utterance"',
        [referring(2, 1, "turn"), referring(3, 1, "on")],
    )
    for tiers in ((whole, parts), (parts, whole)):
        said, timing = read("eaf", eaf(*tiers))
        assert " ".join(text for text, _, _ in said) == "turn on"
        assert (said[0][1], said[-1][2]) == (503, 1300)
        assert timing is TimingSource.UNKNOWN


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("<html/>", "not an ELAN file"),
        ("turn on", "another kind of text"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><ANNOTATION_DOCUMENT/>', "XML entities"),
        ("<ANNOTATION_DOCUMENT>", "not an ELAN file"),
        (
            eaf(("words", "", [alignable(1, "a", "c", "turn")])).replace("503", "x"),
            "number",
        ),
        (eaf(("u", "", [alignable(1, "a", "c", "utt-001")])), "no tier of words"),
    ],
)
def test_what_is_no_elan_is_refused_in_a_sentence(data, sentence):
    with pytest.raises(Invalid, match=sentence):
        read("eaf", data)


def task(name="clip.wav", **changes):
    region = {"start": 0.5, "end": 0.9}
    results = [
        {"id": "r", "type": "labels", "value": region | {"labels": ["Speech"]}},
        {"id": "r", "type": "textarea", "value": {"text": ["turn"]}},
    ]
    made = {"data": {"audio": name}, "annotations": [{"result": results}]}
    return made | changes


def test_a_text_may_be_apart_from_the_region_of_its_id():
    assert read("transcript.json", [task()]) == (
        [("turn", 500, 900)],
        TimingSource.HUMAN,
    )


@pytest.mark.parametrize(
    "name",
    [
        "clip.wav", "/data/upload/3/0a1b2c3d-clip.wav", "s3://bucket/a/clip.flac",
        "/data/local-files/?d=corpus/clip.wav",
    ],
)  # fmt: skip
def test_of_many_tasks_that_of_the_clip_is_read(name):
    tasks = [task("other.wav"), task(name)]
    assert read("transcript.json", tasks)[0] == [("turn", 500, 900)]


@pytest.mark.parametrize(
    "tasks", [[task("other.wav")], [task(), task()], [task("a.wav"), task("b.wav")]]
)
def test_tasks_of_other_recordings_are_refused(tasks):
    with pytest.raises(Invalid, match="other recordings"):
        read("transcript.json", tasks)


def test_what_a_model_predicted_is_a_recognisers():
    made = task()
    predicted = made | {"annotations": [], "predictions": made["annotations"]}
    assert read("transcript.json", [predicted])[1] is TimingSource.RECOGNISER


def test_an_annotation_that_was_cancelled_does_not_count():
    cancelled = {"was_cancelled": True, "result": []}
    made = task()
    made["annotations"].append(cancelled)
    assert read("transcript.json", [made])[0] == [("turn", 500, 900)]


def test_as_many_texts_as_regions_are_needed():
    regions = [{"start": 0.5, "end": 0.9}, {"start": 1.0, "end": 1.2}]
    made = {"audio": "clip.wav", "label": regions, "transcription": ["turn"]}
    with pytest.raises(Invalid, match="another number of texts"):
        read("transcript.json", [made])


def test_a_list_of_segments_is_whispers():
    segments = [{"id": 0, "start": 0.5, "end": 0.9, "text": " turn"}]
    assert read("transcript.json", segments) == (
        [("turn", 500, 900)],
        TimingSource.RECOGNISER,
    )
