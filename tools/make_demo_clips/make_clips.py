"""Make the demo clips: `python -m tools.make_demo_clips.make_clips`.

Needs Debian's libflite1 and libespeak-ng1, which nothing else here does. The same
versions give the same bytes. Word times come from the synthesisers and are checked
against the sound.
"""

import json
import re
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import soundfile as sf
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from bot.demo import DEMO_CLIPS
from tools.make_demo_clips import espeak, flite
from tools.make_demo_clips.script import LINES, Line, Trouble
from tools.make_demo_clips.speech import (
    RATE_HZ,
    Speech,
    SpokenWord,
    check_words,
    prepared,
)

Samples = NDArray[np.float32]

_LEAD_S, _TAIL_S = 0.3, 0.4
_HEAD = "| clip | language | sentence | span | shows |"
_ROOM_RMS = 0.0008
_ARABIC_VOWELS = dict.fromkeys((*range(0x064B, 0x0653), 0x0670))


def make(line: Line) -> tuple[Samples, dict[str, object]]:
    """Return the sound at 16 kHz and the sidecar of one line.

    Raises `ValueError` if sound and sidecar disagree.
    """
    said, drafted, muddled = _read(line.text)
    rng = np.random.default_rng(zlib.crc32(line.clip_id.encode()))
    speech = _padded(
        prepared(_speak(line, said), 1.0 if _is_espeak(line) else line.pitch)
    )
    if len(speech.words) != len(drafted):
        raise ValueError(
            f"{line.clip_id}: {len(speech.words)} words for {len(drafted)}"
        )
    check_words(speech)
    sound, words = _troubled(speech, muddled, line.trouble, rng)
    sound = sound + _noise(len(sound), rng, 60, 4000) * np.float32(_ROOM_RMS)
    return np.clip(sound, -0.99, 0.99), _sidecar(
        line,
        drafted,
        muddled,
        words,
        rng,
    )


def _read(text: str) -> tuple[str, list[str], int]:
    """Return the spoken text, the draft's words, and the index of the muddled word."""
    before, inside, after = text.split("*")
    said, _, draft = inside.partition("|")
    draft = draft.replace(" ", "\0") or said  # a misheard word may look like two
    words = f"{before}{draft}{after}".translate(_ARABIC_VOWELS).split()
    plain = [word.strip(",.?!،؟").replace("\0", " ") for word in words]
    return f"{before}{said}{after}", plain, len(before.split())


def _is_espeak(line: Line) -> bool:
    return line.voice.startswith("espeak:")


def _speak(line: Line, said: str) -> Speech:
    voice = line.voice.partition(":")[2]
    if _is_espeak(line):
        return espeak.speak(said, voice, round(line.pace), round(50 * line.pitch))
    return flite.speak(said, voice, line.pace)


def _padded(speech: Speech) -> Speech:
    lead, tail = round(_LEAD_S * RATE_HZ), round(_TAIL_S * RATE_HZ)
    words = tuple(
        SpokenWord(w.start_s + _LEAD_S, w.end_s + _LEAD_S) for w in speech.words
    )
    return Speech(np.pad(speech.samples, (lead, tail)), RATE_HZ, words)


def _troubled(
    speech: Speech,
    muddled: int,
    trouble: Trouble,
    rng: np.random.Generator,
) -> tuple[Samples, tuple[SpokenWord, ...]]:
    """Return the sound with its muddled word made hard to hear, and its other words."""
    word = speech.words[muddled]
    start, end = round(word.start_s * RATE_HZ), round(word.end_s * RATE_HZ)
    sound = speech.samples.copy()
    loudness = float(np.sqrt(np.mean(sound[start:end] ** 2)))
    if trouble is Trouble.CUT_OFF:
        kept = (
            (start + (end - start) * 2 // 3) // 1600 * 1600
        )  # to the 0.1 s that people type
        cut = SpokenWord(word.start_s, kept / RATE_HZ)
        return sound[:kept], (*speech.words[:muddled], cut)
    if trouble is Trouble.NOISE:
        sound += _burst(len(sound), start, end, rng) * np.float32(loudness * 1.2)
    elif trouble is Trouble.SECOND_VOICE:
        other = prepared(
            flite.speak("no, not that one, the other", "kal16"), 1.1
        ).samples
        other = other[: len(sound) - start + 1600]
        sound[start - 1600 : start - 1600 + len(other)] += other * np.float32(0.8)
    else:
        _mumble(sound, start, end)
    return sound, speech.words


def _mumble(
    sound: Samples,
    start: int,
    end: int,
) -> None:
    """Return the word dull and quiet, faded in and out over 20 ms."""
    dull = (
        sosfilt(butter(4, 700, fs=RATE_HZ, output="sos"), sound).astype(np.float32)
        * 0.7
    )
    weight = _window(len(sound), start, end, 320)
    sound[:] = sound * (1 - weight) + dull * weight


def _burst(
    frames: int,
    start: int,
    end: int,
    rng: np.random.Generator,
) -> Samples:
    """Return rattling noise of RMS 1 over a word and 100 ms around it."""
    rattle = 1 + 0.5 * np.sin(2 * np.pi * 23 * np.arange(frames) / RATE_HZ)
    shaped = _noise(frames, rng, 200, 3500) * rattle.astype(np.float32)
    return shaped * _window(frames, start - 1600, end + 1600, 640)


def _window(
    frames: int,
    start: int,
    end: int,
    fade: int,
) -> Samples:
    """Return 1 from `start` to `end`, and linear fades of `fade` frames outside."""
    edges = [start - fade, start, end, end + fade]
    return np.interp(np.arange(frames), edges, [0, 1, 1, 0]).astype(np.float32)


def _noise(
    frames: int,
    rng: np.random.Generator,
    low_hz: float,
    high_hz: float,
) -> Samples:
    band = butter(
        2,
        [low_hz, high_hz],
        "bandpass",
        fs=RATE_HZ,
        output="sos",
    )
    noise = sosfilt(band, rng.standard_normal(frames + RATE_HZ))[RATE_HZ:]
    return np.asarray(noise / np.sqrt(np.mean(noise**2)), dtype=np.float32)


def _sidecar(
    line: Line,
    drafted: list[str],
    muddled: int,
    spoken: tuple[SpokenWord, ...],
    rng: np.random.Generator,
) -> dict[str, object]:
    words = [
        {
            "text": text,
            "start_ms": round(word.start_s * 1000),
            "end_ms": round(word.end_s * 1000),
            "confidence": round(
                float(
                    rng.uniform(0.18, 0.42) if i == muddled else rng.uniform(0.83, 0.99)
                ),
                2,
            ),
        }
        for i, (text, word) in enumerate(zip(drafted, spoken, strict=False))
    ]
    speaker = line.voice
    if line.child:
        speaker = f"{line.voice} child"
    day, hour = int(rng.integers(1, 29)), int(rng.integers(6, 23))
    return {
        "clip_id": line.clip_id,
        "locale": line.locale,
        "recorded_at": f"2024-03-{day:02}T{hour:02}:00:00Z",
        "speaker": f"spk-{zlib.crc32(speaker.encode()) & 0xFFFF:04x}",
        "consent": line.consent,
        "timing": "recogniser",
        **({"child": True} if line.child else {}),
        **({"notes": line.notes} if line.notes else {}),
        "words": words,
    }


def _write(folder: Path, line: Line) -> None:
    sound, sidecar = make(line)
    sf.write(folder / f"{line.clip_id}.flac", sound, RATE_HZ, subtype="PCM_16")
    words = sidecar.pop("words")
    head = json.dumps(sidecar, ensure_ascii=False, indent=2).removesuffix("\n}")
    rows = ",\n    ".join(json.dumps(word, ensure_ascii=False) for word in words)  # type: ignore[attr-defined]
    text = f'{head},\n  "words": [\n    {rows}\n  ]\n}}\n'
    (folder / f"{line.clip_id}.json").write_text(text, encoding="utf-8")


def span_text(line: Line, words: Sequence[Mapping[str, int]]) -> str:
    """Return the seconds around the muddled word as people type them: 2.3-2.9."""
    word = words[_read(line.text)[2]]
    return f"{word['start_ms'] // 100 / 10}-{-(-word['end_ms'] // 100) / 10}"


def table(folder: Path) -> str:
    """Return the clips of a folder as the table of README.md."""
    rows = [_HEAD, "|---|---|---|---|---|"]
    for line in LINES:
        words = json.loads((folder / f"{line.clip_id}.json").read_text("utf-8"))[
            "words"
        ]
        said = re.sub(r"\*(.*?)(?:\|.*?)?\*", r"**\1**", line.text)
        span = span_text(line, words)
        rows.append(
            f"| {line.clip_id} | {line.locale} | {said} | `{span}` | {line.shows} |"
        )
    return "\n".join(rows) + "\n"


def main(folder: Path = DEMO_CLIPS) -> None:
    for line in LINES:
        _write(folder, line)
    readme = DEMO_CLIPS.parent / "README.md"
    before, _, _ = readme.read_text("utf-8").partition(_HEAD)
    (folder.parent / "README.md").write_text(before + table(folder), "utf-8")


if __name__ == "__main__":
    main()
