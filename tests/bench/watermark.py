"""Which attacks a mark survives, how audible it is, and how often a stranger would be
named.

`python -m tests.bench.watermark survive|speeds|strangers [TRIALS]`; takes minutes, of one
core.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile

from bot.redaction.masking import mask
from bot.redaction.watermark.blind import fields_of, score_blind
from bot.redaction.watermark.detect import score_beside
from bot.redaction.watermark.mark import Chips, chips, mark
from bot.redaction.watermark.tiles import image_of
from tests.bench.watermark_attacks import (
    ATTACKS,
    noise_to_mask_db,
    segmental_snr_db,
    snr_db,
)

SPEECH = Path(__file__).parents[3] / "shared" / "speech"
RATE_HZ = 16_000
MAX_ODDS = 1e-6
SPED_UP = ("player", "atempo")
LISTENS = 20  # that come into question for one leak
SECRET = b"bench" * 7


def originals(
    n_clips: int, seconds: float, filler: str | None = None
) -> Iterator[np.ndarray]:
    """Snippets of read speech at -23 dBFS; with `filler` only 1.5 s around a span are
    audible.
    """
    paths = sorted((SPEECH / "librispeech_test-other").glob("*/*.flac"))
    n_frames = int(seconds * RATE_HZ)
    long_enough = [
        p for p in paths if soundfile.info(p).frames >= n_frames + RATE_HZ // 2
    ]
    for path in long_enough[:: max(1, len(long_enough) // n_clips)][:n_clips]:
        samples = soundfile.read(path, dtype="float32")[0][RATE_HZ // 2 :][:n_frames]
        samples *= 0.07 / np.sqrt(np.square(samples).mean())
        if filler:
            middle = int(seconds * 500)
            keep = [(middle - 750, middle + 750)]
            rng = np.random.default_rng(n_frames)
            samples = mask.replace_outside(samples, RATE_HZ, keep, rng, filler)
        yield np.clip(samples, -0.89, 0.89).astype(np.float32)


def survive(
    n_clips: int, seconds: float, filler: str | None = None, blind_every: int = 2
) -> None:
    """One line an attack: how often the listen is named, informed and blind, and the
    scores.
    """
    sounds = list(originals(n_clips, seconds, filler))
    coins = [chips(SECRET, str(i)) for i in range(len(sounds))]
    marked = [mark(s, c) for s, c in zip(sounds, coins, strict=True)]
    print(
        f"{len(sounds)} snippets of {seconds} s, {filler or 'speech throughout'}; audibility:"
    )
    for name, measure in (
        ("SNR", snr_db),
        ("segmental SNR", segmental_snr_db),
        ("noise to mask", noise_to_mask_db),
    ):
        values = [measure(s, m) for s, m in zip(sounds, marked, strict=True)]
        print(
            f"  {name}: median {np.median(values):.1f} dB, worst {_worst(name, values):.1f} dB"
        )
    for name, attack in ATTACKS.items():
        informed, blind = [], []
        for i, (sound, coin) in enumerate(zip(sounds, coins, strict=True)):
            leak = image_of(attack(marked[i]).astype(np.float32))
            informed.append(score_beside(leak, image_of(sound), [coin])[0])
            if i % blind_every == 0:
                blind.append(score_blind(fields_of(leak), [coin])[0])
        print(f"| {name} | {_told(informed)} | {_told(blind)} |", flush=True)


def _worst(name: str, values: list[float]) -> float:
    return max(values) if name == "noise to mask" else min(values)


def _told(found: list) -> str:  # type: ignore[type-arg]
    limit = np.log(MAX_ODDS / LISTENS)
    named = np.mean([score.log_odds < limit for score in found])
    scores = [score.z for score in found]
    return f"{100 * named:.0f} % | {np.median(scores):.1f} ({min(scores):.1f})"


def strangers_of(n: int, start: int) -> list[Chips]:
    return [chips(SECRET, f"stranger {i}") for i in range(start, start + n)]


def strangers(trials: int, n_leaks: int = 50) -> None:
    """Unmarked and other-marked sound, attacked, against listens that it does not come
    from.
    """
    each = -(-trials // n_leaks)
    names = list(ATTACKS)
    lowest: dict[str, list[float]] = {}
    for i, sound in enumerate(originals(n_leaks, 6.0)):
        plain = (
            sound
            if i % 4 < 2
            else next(originals(1, 6.0, "tone" if i % 4 == 2 else "noise"))
        )
        is_marked = i % 2 == 1
        made = mark(plain, chips(SECRET, f"other {i}")) if is_marked else plain
        leak = image_of(ATTACKS[names[i % len(names)]](made).astype(np.float32))
        others = strangers_of(each, i * each)
        kind = "other-marked" if is_marked else "unmarked"
        for how, found in (
            ("informed", score_beside(leak, image_of(plain), others)),
            ("blind", score_blind(fields_of(leak), others)),
        ):
            lowest.setdefault(f"{kind}, {how}", []).extend(s.log_odds for s in found)
    for kind, odds in lowest.items():
        values = np.exp(odds)
        print(
            f"| {kind} | {len(odds)} | {(values < MAX_ODDS).sum()} | {values.min():.1e} "
            f"| {(values < 1e-3).mean():.1e} |",
            flush=True,
        )


def main() -> None:
    what, *more = sys.argv[1:] or ["survive"]
    if what == "speeds":
        for name in [name for name in ATTACKS if not name.startswith(SPED_UP)]:
            del ATTACKS[name]
    if what == "strangers":
        strangers(int(more[0]) if more else 100_000)
        return
    survive(int(more[0]) if more else 40, 6.0)
    survive(int(more[0]) if more else 40, 3.0)
    survive(int(more[0]) if more else 40, 5.5, "tone")
    survive(int(more[0]) if more else 40, 5.5, "noise")


if __name__ == "__main__":
    main()
