"""A folder with one good clip, and ways to break it."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from storage.records import Answer, Result, Span

SIDECAR = {
    "clip_id": "En-0001",
    "locale": "en-US",
    "recorded_at": "2024-05-01T09:30:00+02:00",
    "speaker": "spk_7f3a",
    "consent": "granted",
    "words": [
        {"text": "turn", "start_ms": 100, "end_ms": 300, "confidence": 0.9},
        {"text": "the", "start_ms": 300, "end_ms": 400, "confidence": 1},
        {"text": "lamp", "start_ms": 450, "end_ms": 800},
    ],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Holds the clip En-0001: one second of a quiet tone, and its sidecar."""
    folder = tmp_path / "clips"
    folder.mkdir()
    tone = 0.1 * np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000)
    sf.write(folder / "En-0001.wav", tone, 16_000)
    (folder / "En-0001.json").write_text(json.dumps(SIDECAR))
    return folder


@pytest.fixture
def sidecar() -> Callable[..., bytes]:
    """A good sidecar with some keys changed; the value `...` leaves a key out."""

    def build(**changes: object) -> bytes:
        document = {k: v for k, v in (SIDECAR | changes).items() if v is not ...}
        return json.dumps(document).encode()

    return build


RESULT = Result(
    id="HC-1042/1",
    request="HC-1042",
    clip_id="En-0001",
    span=Span(start_ms=450, end_ms=800),
    locale="en-US",
    answer=Answer.WORDS,
    text="lámp „Ж“",
    how="agreement",
    proposals=3,
    agreeing=2,
    quorum=3,
    blind=False,
    dissent=("lamb",),
    settled_at=datetime(2024, 5, 2, 10, 0, 0, 250_000, tzinfo=UTC),
)


@pytest.fixture
def result() -> Callable[..., Result]:
    def build(**changes: object) -> Result:
        return replace(RESULT, **changes)  # type: ignore[arg-type]

    return build
