"""`help-clip check-times` on recordings whose words lie where they are known to lie."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from bot.cli.app import app
from bot.errors import Invalid
from bot.sources import open_clip_source
from tests.redaction.sounds import RATE_HZ, buzz

SPOKEN = [(600, 1400), (2100, 2500), (3600, 4700), (5300, 5600), (6500, 8200)]


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    """Three clips whose recogniser is 80 ms late."""
    samples = 0.001 * np.random.default_rng(1).standard_normal(9 * RATE_HZ)
    for start, end in SPOKEN:
        part = slice(start * RATE_HZ // 1000, end * RATE_HZ // 1000)
        samples[part] += buzz(9, 140)[part]
    words = [{"text": "word", "start_ms": s + 80, "end_ms": e + 80} for s, e in SPOKEN]
    for name in ("a", "b", "c"):
        soundfile.write(tmp_path / f"{name}.wav", samples, RATE_HZ)
        sidecar = {
            "clip_id": name,
            "locale": "en-US",
            "timing": "recogniser",
            "words": words,
        }
        (tmp_path / f"{name}.json").write_text(json.dumps(sidecar))
    return tmp_path


def test_the_median_offset_is_printed_and_how_to_correct_it(clips: Path) -> None:
    done = CliRunner().invoke(app, ["check-times", str(clips)])
    assert done.exit_code == 0
    late_ms = int(done.output.split("RECOGNISER_LATE_MS=")[1].split(".")[0])
    assert abs(late_ms - 80) <= 20
    assert "recogniser" in done.output


def test_clips_without_words_are_counted_in_a_sentence(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["check-times", str(tmp_path)])
    assert done.exit_code == 0
    assert "None of the 0 clips" in done.output


def test_a_corrected_source_moves_the_words_of_recognisers_only(clips: Path) -> None:
    corrected = open_clip_source(str(clips), late_ms=80)
    assert corrected.clip("a").words[0].start_ms == 600
    assert corrected.clip_ids() == ["a", "b", "c"]
    sidecar = json.loads((clips / "a.json").read_text()) | {"timing": "human"}
    (clips / "a.json").write_text(json.dumps(sidecar))
    assert corrected.clip("a").words[0].start_ms == 680


def test_a_clip_may_have_the_correction_of_its_own_recogniser(clips: Path) -> None:
    for name, late_ms in (("a", -40), ("b", 0)):
        path = clips / f"{name}.json"
        sidecar = json.loads(path.read_text()) | {"recogniser_late_ms": late_ms}
        path.write_text(json.dumps(sidecar))
    corrected = open_clip_source(str(clips), late_ms=80)
    starts = [corrected.clip(name).words[0].start_ms for name in ("a", "b", "c")]
    assert starts == [720, 680, 600]


@pytest.mark.parametrize("late_ms", [501, -501, 1.5, "80", True])
def test_an_impossible_correction_is_a_sentence(clips: Path, late_ms: object) -> None:
    path = clips / "a.json"
    sidecar = json.loads(path.read_text()) | {"recogniser_late_ms": late_ms}
    path.write_text(json.dumps(sidecar))
    with pytest.raises(Invalid, match="recogniser_late_ms must be a whole number"):
        open_clip_source(str(clips)).clip("a")


def test_all_clips_of_a_manifest_may_have_a_correction_of_their_own(
    clips: Path,
) -> None:
    said = {"id": "1", "recording_id": "a", "start": 0.6, "duration": 1, "text": "word"}
    said["alignment"] = {"word": [["word", 0.68, 0.8]]}
    source = {"type": "file", "channels": [0], "source": "a.wav"}
    recording = {"id": "a", "sources": [source], "sampling_rate": RATE_HZ}
    (clips / "supervisions.jsonl").write_text(json.dumps(said) + "\n")
    (clips / "recordings.jsonl").write_text(json.dumps(recording) + "\n")
    common = {"locale": "en-US", "consent": "granted", "recogniser_late_ms": 80}
    (clips / "clips.json").write_text(json.dumps(common))
    manifest = open_clip_source(f"manifest:{clips}/supervisions.jsonl", late_ms=200)
    assert manifest.clip("a").words[0].start_ms == 600


def test_a_snippet_is_cut_by_corrected_times(clips: Path, tmp_path: Path) -> None:
    audible = []
    for late_ms in ("0", "500"):
        command = ["snippet", "a", "--source", str(clips), "--start", "2.1", "--end"]
        command += ["2.5", "-o", str(tmp_path / "cut.wav"), "--report"]
        done = CliRunner().invoke(app, command, env={"RECOGNISER_LATE_MS": late_ms})
        assert done.exit_code == 0, done.output
        audible.append(done.output)
    assert audible[0] != audible[1]
