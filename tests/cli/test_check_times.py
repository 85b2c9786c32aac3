"""`help-clip check-times` on recordings whose words lie where they are known to lie."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from bot.cli.app import app
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
