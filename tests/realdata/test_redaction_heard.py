"""What a recogniser hears where a snippet is masked: nothing of what was said, in any
format.

PocketSphinx carries its English model in its wheel. Whisper is asked in
`tests.bench.redaction`.
"""

import functools
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.realdata.test_redaction_leak import CLIPS, SHARED, masked_pairs, redact
from tests.redaction.sounds import RATE_HZ, convert, save

pytestmark = [
    pytest.mark.skipif(
        not SHARED.exists() and os.environ.get("CI") != "true",
        reason="the shared recordings (../shared/speech) are not on this machine",
    ),
    pytest.mark.skipif(
        sys.version_info >= (3, 14),
        reason="pocketsphinx has no wheel for Python 3.14 yet",
    ),
]

OF_A_TELEPHONE = ("-ar", "8000", "-b:a", "12.2k")
FORMATS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("flac", "wav", "aiff", "caf", "mp3", "m4a", "mp4", "aac", "webm"), ()
    ),
    "ogg": ("-c:a", "libvorbis"),
    "opus": ("-c:a", "libopus"),
    **dict.fromkeys(("amr", "3gp"), OF_A_TELEPHONE),
}
N_CHECKED = 2  # originals of each format, to see that the recogniser hears words at all


@functools.cache
def recogniser() -> Any:
    """One pass, narrow beams: a quarter of the time, and nearly as many words of
    originals.
    """
    if os.environ.get("CI") != "true":
        pytest.importorskip("pocketsphinx", reason="pocketsphinx is not installed")
    from pocketsphinx import Decoder

    narrow = {"fwdflat": False, "bestpath": False, "maxhmmpf": 1000, "maxwpf": 5}
    return Decoder(samprate=16_000, loglevel="FATAL", **narrow)


def heard(samples: np.ndarray) -> set[str]:
    decoder = recogniser()
    decoder.reinit_feat()  # or it remembers how loud the last recording was
    decoder.start_utt()
    whole = (np.clip(samples, -1, 1) * 32_767).astype("<i2")
    decoder.process_raw(whole.tobytes(), full_utt=True)
    decoder.end_utt()
    best = decoder.hyp()
    return set(best.hypstr.split()) if best else set()


def masked(path: Path, seed: int, filler: str) -> tuple[np.ndarray, np.ndarray]:
    """The masked parts of a snippet, and the same parts of the original."""
    pairs = masked_pairs(*redact(path, seed, filler))
    made, original = (np.concatenate(each) for each in zip(*pairs, strict=True))
    return made, original


@pytest.mark.parametrize("suffix", FORMATS)
def test_no_word_of_what_is_masked_is_recovered(suffix: str, tmp_path: Path) -> None:
    """Together a hundred clips. What is heard where silence was masked is the recogniser's
    own
    invention: a tone sounds to it like "for" now and then.
    """
    recogniser()
    silence = save(tmp_path / "silence.wav", np.zeros(30 * RATE_HZ, dtype=np.float32))
    known = 0
    clips = list(enumerate(CLIPS))[list(FORMATS).index(suffix) :: len(FORMATS)]
    for n, (seed, clip) in enumerate(clips):
        path = convert(clip, tmp_path / f"{seed}.{suffix}", *FORMATS[suffix])
        filler = ("tone", "noise")[n % 2]
        made, original = masked(path, seed, filler)
        recovered = heard(made)
        if recovered:
            recovered -= heard(masked(silence, seed, filler)[0][: len(made)])
        if recovered or n < N_CHECKED:
            said = heard(original)
            known += len(said)
            assert not recovered & said
    assert known > N_CHECKED
