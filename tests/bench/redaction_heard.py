"""What Whisper hears in masked parts, and what the clarity aid does to noisy speech.

`python -m tests.bench.redaction_heard`. Needs `../shared` and VOICE_EVAL_PYTHON, as
`redaction_voice` does.
"""

from pathlib import Path

import numpy as np
import soundfile

from bot.redaction import aids
from bot.redaction.audio.signal import RATE_HZ, Samples
from tests.bench.redaction_voice import judged, kit_copy
from tests.realdata.test_redaction_leak import CLIPS, FORMATS, redact

N_CLIPS = 50
N_SENTENCES = 15
NOISE_DB = (0, 5, 10)


def main() -> None:
    with kit_copy() as kit:
        if kit is None:
            print("Heard: skipped. Needs ../shared and VOICE_EVAL_PYTHON.")
            return
        masked, noisy = kit / "masked", kit / "noisy"
        write_masked(masked)
        found = judged(kit, "heard", str(masked))
        print(
            f"Masked parts of {found['clips']:.0f} clips: Whisper tiny.en hears {found['words']}"
            f" words in the originals, {found['words heard in masked parts']} in the snippets"
            f" (recall {found['recalled']:.1%})"
        )
        write_noisy(noisy)
        print(
            "\n| noise, dB below speech | ESTOI | after clarify | better on |\n|---|---|---|---|"
        )
        for noise, (before, after, better) in judged(
            kit, "clarity", str(noisy)
        ).items():
            print(f"| {noise} | {before:.2f} | {after:.2f} | {better:.0%} |")


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


def write_noisy(folder: Path) -> None:
    folder.mkdir()
    for i, path in enumerate(CLIPS[::7][:N_SENTENCES]):
        clean, _ = soundfile.read(path, dtype="float32")
        soundfile.write(folder / f"{i}.clean.wav", clean, RATE_HZ)
        for name, noise in _noises(len(clean), np.random.default_rng(i)).items():
            for below_db in NOISE_DB:
                level = clean.std() / noise.std() * 10 ** (-below_db / 20)
                noisy = (clean + level * noise).astype(np.float32)
                noisy *= np.float32(0.3 / np.abs(noisy).max())
                kind = f"{name} {below_db}"
                soundfile.write(folder / f"{i}.{kind}.noisy.wav", noisy, RATE_HZ)
                soundfile.write(
                    folder / f"{i}.{kind}.cleared.wav", aids.clarify(noisy), RATE_HZ
                )


def _noises(n_frames: int, rng: np.random.Generator) -> dict[str, Samples]:
    white = rng.standard_normal(n_frames)
    slope = np.hypot(1, np.fft.rfftfreq(n_frames, 1 / RATE_HZ) / 500)
    pink = np.fft.irfft(np.fft.rfft(white) / slope, n_frames)
    return {"white": white.astype(np.float32), "pink": pink.astype(np.float32)}


if __name__ == "__main__":
    main()
