"""Measure which words Whisper hears in masked parts.

`python -m tests.bench.redaction_heard`. Needs `../shared` and VOICE_EVAL_PYTHON, as
`redaction_voice` does.
"""

from pathlib import Path

import numpy as np
import soundfile

from bot.redaction.audio.signal import RATE_HZ
from tests.bench.redaction_voice import judged, kit_copy
from tests.realdata.test_redaction_leak import CLIPS, FORMATS, redact

N_CLIPS = 50


def main() -> None:
    with kit_copy() as kit:
        if kit is None:
            print("Heard: skipped. Needs ../shared and VOICE_EVAL_PYTHON.")
            return
        masked = kit / "masked"
        write_masked(masked)
        found = judged(kit, "heard", str(masked))
        print(
            f"Masked parts of {found['clips']:.0f} clips: Whisper tiny.en hears {found['words']}"
            f" words in the originals, {found['words heard in masked parts']} in the snippets"
            f" (recall {found['recalled']:.1%})"
        )


def write_masked(folder: Path) -> None:
    """Original and snippet of each clip, both silent where the snippet is not
    masked.
    """
    folder.mkdir()
    clips = [*CLIPS, *FORMATS][-2 * N_CLIPS :: 2]
    for seed, path in enumerate(clips):
        snippet, made, original = redact(path, seed, ("tone", "noise")[seed % 2])
        length = min(len(made), len(original))
        masked = np.zeros(length, np.float32)
        for part in snippet.report.masked:
            masked[part.start_ms * 16 : part.end_ms * 16] = 1
        soundfile.write(
            folder / f"{seed}.before.wav", original[:length] * masked, RATE_HZ
        )
        soundfile.write(folder / f"{seed}.after.wav", made[:length] * masked, RATE_HZ)


if __name__ == "__main__":
    main()
