"""Results as files of annotation tools: delivered twice, corrected, erased, read back."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.sources import ResultSink, open_clip_source, open_result_sink
from bot.sources.results.annotation.writers import FORMATS
from bot.sources.results.tsv import COLUMNS
from bot.sources.transcripts import parse_transcript
from storage.records import Answer, Deletion, Result, Span, Why
from tests.sources.conftest import RESULT

KINDS = [*FORMATS, "tsv"]
DELETION = Deletion(
    id="E-7",
    clip_id="En-0001",
    why=Why.ACCIDENTAL,
    requests=("HC-1042",),
    asked_at=datetime(2024, 5, 2, 10, tzinfo=UTC),
)


def sink(kind: str, folder: Path) -> ResultSink:
    return open_result_sink(f"{kind}:{folder}", secret=None)


def written(folder: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if ".settled." in path.name or path.name == "results.tsv"
    }


def file_of(kind: str, folder: Path) -> Path:
    if kind == "tsv":
        return folder / "results.tsv"
    return folder / f"En-0001.settled.{FORMATS[kind].extension}"


@pytest.mark.parametrize("kind", KINDS)
def test_a_result_delivered_twice_changes_nothing(kind, tmp_path, result) -> None:
    sink(kind, tmp_path).deliver(result(text="lamp"))
    once = written(tmp_path)
    sink(kind, tmp_path).deliver(result(text="lamp"))
    assert written(tmp_path) == once
    assert list(sink(kind, tmp_path).results()) == [result(text="lamp")]
    assert file_of(kind, tmp_path).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_a_correction_replaces_what_it_corrects(kind, order, tmp_path, result) -> None:
    texts = {1: "lampion", 2: "lantern"}
    for number in order:
        sink(kind, tmp_path).deliver(
            result(id=f"HC-1042/{number}", text=texts[number], dissent=())
        )
    data = file_of(kind, tmp_path).read_text()
    assert "lantern" in data
    assert "lampion" not in data


@pytest.mark.parametrize("kind", KINDS)
def test_an_erasure_takes_the_words_away_for_good(kind, tmp_path, result) -> None:
    sink(kind, tmp_path).deliver(result(text="lampion", dissent=()))
    other = result(id="HC-9/1", request="HC-9", clip_id="En-0002", text="turn")
    sink(kind, tmp_path).deliver(other)
    sink(kind, tmp_path).request_deletion(DELETION)
    sink(kind, tmp_path).request_deletion(DELETION)
    sink(kind, tmp_path).deliver(result(text="lampion", dissent=()))
    assert not any(b"lampion" in data for data in written(tmp_path).values())
    assert list(sink(kind, tmp_path).results()) == [other]
    (deletions,) = tmp_path.glob("*deletions.jsonl")
    assert len(deletions.read_text().splitlines()) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_several_at_once_lose_nothing(kind, tmp_path, result) -> None:
    def deliver(number: int) -> None:
        span = Span(start_ms=number * 500, end_ms=number * 500 + 400)
        sink(kind, tmp_path).deliver(
            result(id=f"HC-{number}/1", request=f"HC-{number}", span=span, text="on")
        )

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(deliver, range(12)))
    assert len(list(sink(kind, tmp_path).results())) == 12
    assert file_of(kind, tmp_path).read_text().count("on") >= 12


@st.composite
def apart(draw: st.DrawFn) -> list[Span]:
    """Spans one after the other."""
    at_ms, spans = 0, []
    for _ in range(draw(st.integers(0, 6))):
        start_ms = at_ms + draw(st.integers(0, 2000))
        at_ms = start_ms + draw(st.integers(200, 3000))
        spans.append(Span(start_ms=start_ms, end_ms=at_ms))
    return spans


texts = st.sampled_from(
    ["lamp", "turn on", 'so-called "lamp"', "R&B", "Müller", "a --> b"]
)
answers = st.one_of(
    st.tuples(st.just(Answer.WORDS), texts),
    st.tuples(st.just(Answer.NOT_SPEECH), st.none()),
)


@given(
    apart().flatmap(
        lambda each: st.tuples(*(st.tuples(st.just(s), answers) for s in each))
    )
)
@settings(max_examples=40)
@pytest.mark.parametrize("kind", FORMATS)
def test_our_own_readers_find_the_words_that_were_written(kind, given_results) -> None:
    results = [
        Result(
            **{
                **vars(RESULT),
                "id": f"HC-{i}/1",
                "request": f"HC-{i}",
                "span": span,
                "answer": answer,
                "text": text,
                "settled_at": RESULT.settled_at + timedelta(seconds=i),
            }
        )
        for i, (span, (answer, text)) in enumerate(given_results)
    ]
    data = FORMATS[kind].write("En-0001", results).encode()
    extension = FORMATS[kind].extension.removeprefix("label-studio.")
    if kind == "label-studio" and not results:
        return
    try:
        found = parse_transcript(f"En-0001.{extension}", data, "En-0001")
    except Invalid:
        # Only tags, or readings of the same moment: nothing that a draft could be.
        assert kind in {"textgrid", "label-studio"}
        return
    said = " ".join(word.text for word in found.words).split()
    wanted = " ".join(result.text or "" for result in results).split()
    assert {token for token in said if token[0] != "["} >= set(wanted) - {""}


def test_the_files_beside_the_clips_are_no_drafts_and_no_clips(folder, result) -> None:
    for kind in KINDS:
        sink(kind, folder).deliver(result())
    source = open_clip_source(str(folder))
    assert source.clip_ids() == ["En-0001"]
    assert [word.text for word in source.clip("En-0001").words] == [
        "turn",
        "the",
        "lamp",
    ]


def test_the_table_has_a_row_a_request(tmp_path, result) -> None:
    sink("tsv", tmp_path).deliver(result(text="lamp\tor\nlamb"))
    sink("tsv", tmp_path).deliver(result(id="HC-2/1", request="HC-2"))
    data = (tmp_path / "results.tsv").read_text()
    assert data.splitlines()[0].split("\t") == list(COLUMNS)
    assert [each.id for each in sink("tsv", tmp_path).results()] == [
        "HC-1042/1",
        "HC-2/1",
    ]


def test_another_table_is_left_alone_in_a_sentence(tmp_path, result) -> None:
    (tmp_path / "results.tsv").write_text("a\tb\n1\t2\n")
    with pytest.raises(Invalid, match="other columns"):
        sink("tsv", tmp_path).deliver(result())
    assert (tmp_path / "results.tsv").read_text() == "a\tb\n1\t2\n"


def test_the_task_for_label_studio_is_one_that_it_imports(tmp_path, result) -> None:
    sink("label-studio", tmp_path).deliver(result(text="lamp"))
    (task,) = json.loads(file_of("label-studio", tmp_path).read_text())
    (annotation,) = task["annotations"]
    labels, said = annotation["result"]
    assert (labels["type"], said["type"]) == ("labels", "textarea")
    assert said["value"] == {"start": 0.45, "end": 0.8, "text": ["lamp"]}


def test_spans_that_overlap_are_in_tiers_of_their_own(tmp_path, result) -> None:
    for number in range(3):
        span = Span(start_ms=1000 + number * 100, end_ms=1500)
        sink("textgrid", tmp_path).deliver(
            result(id=f"HC-{number}/1", request=f"HC-{number}", span=span)
        )
    data = file_of("textgrid", tmp_path).read_text()
    names = [line.split('"')[1] for line in data.splitlines() if "name = " in line]
    assert names == ["settled", "settled 2", "settled 3"]
