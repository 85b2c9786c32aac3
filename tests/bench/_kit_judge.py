"""Run by the Python of the voice kit, inside its folder: what its models make of our
sounds.

`originals FOLDER`, `kit ARGUMENTS` (the kit's own evaluation), `attack ORIGINALS
DISGUISED` or `heard FOLDER`; prints one line of JSON. The folder is a
copy that is thrown away: what a model said of a sound is kept there, so that nothing is
asked twice.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path.cwd()))

import numpy as np
import scipy.signal
import voice_eval
from common import SR, listing, load16k, speaker

Samples = np.ndarray
_STFT = {"nperseg": 512, "noverlap": 384}
_COEFFICIENTS = 40


ask_model = voice_eval.cached


def ask(model: type, x: Samples, _kept: bool = True) -> Any:
    """The kit keeps what is said of originals only."""
    return ask_model(model, x, True)


voice_eval.cached = ask
EMBEDDERS = (voice_eval.Resem, voice_eval.VFL)


def kit(*arguments: str) -> None:
    voice_eval.main(list(arguments))


def originals(folder: str) -> None:
    before = loaded(folder)
    digits = (Path(folder) / "transcripts.tsv").exists()
    for embedder in EMBEDDERS[:1] if digits else EMBEDDERS:
        for x in before.values():
            ask(embedder, x)
        if not digits:
            for x in filtered(before, before).values():
                ask(embedder, x)


def attack(originals: str, disguised: str) -> dict[str, dict[str, list[float]]]:
    """EER in % with 95 % interval, per embedder and attacker.  As the kit does it;
    "filtered" is an attacker who first gives every recording the same long-term
    spectrum.
    """
    before, after = loaded(originals), loaded(disguised)
    found = {}
    for embedder in EMBEDDERS:
        plain = [
            {key: ask(embedder, x) for key, x in sounds.items()}
            for sounds in (before, after)
        ]
        same = [
            {key: ask(embedder, x) for key, x in filtered(sounds, before).items()}
            for sounds in (before, after)
        ]
        found[embedder.name] = {
            "ignorant": rates(*plain),
            "lazy": rates(plain[1], plain[1]),
            "ignorant, filtered": rates(*same),
            "lazy, filtered": rates(same[1], same[1]),
        }
    return found


def loaded(folder: str) -> dict[str, Samples]:
    return {key: load16k(file) for key, file in listing(folder).items()}


def filtered(
    sounds: dict[str, Samples], originals: dict[str, Samples]
) -> dict[str, Samples]:
    usual = np.mean([long_term(x) for x in originals.values()], axis=0)
    return {key: brought_to(usual, x) for key, x in sounds.items()}


def rates(enrolled: dict[str, Samples], tried: dict[str, Samples]) -> list[float]:
    """Every speaker's 1st, 3rd, ... recording is known; the 2nd, 4th, ... is tried."""
    known: dict[str, list[Samples]] = {}
    trial: dict[str, list[Samples]] = {}
    by_speaker: dict[str, list[str]] = {}
    for key in sorted(enrolled):
        by_speaker.setdefault(speaker(key), []).append(key)
    for name, keys in by_speaker.items():
        known[name] = [enrolled[key] for key in keys[0::2]]
        trial[name] = [tried[key] for key in keys[1::2]]
    return [100 * voice_eval.trials(known, trial)[0], *voice_eval.boot(known, trial)]


def long_term(x: Samples) -> Samples:
    """Logarithm of the power spectrum of its louder 70 %, smoothed to 40 cepstral
    coefficients.
    """
    power = np.square(np.abs(scipy.signal.stft(x, SR, **_STFT)[2]))
    loud = power.sum(axis=0) > np.percentile(power.sum(axis=0), 30)
    cepstrum = np.fft.irfft(np.log(power[:, loud] + 1e-10).mean(axis=1))
    cepstrum[_COEFFICIENTS : 1 - _COEFFICIENTS] = 0
    return np.fft.rfft(cepstrum).real


def brought_to(usual: Samples, x: Samples) -> Samples:
    gain = np.exp(np.clip((usual - long_term(x)) / 2, -3, 3))
    spectrum = scipy.signal.stft(x, SR, **_STFT)[2] * gain[:, None]
    made = scipy.signal.istft(spectrum, SR, **_STFT)[1][: len(x)]
    level = np.sqrt(np.square(x).mean() / (np.square(made).mean() + 1e-12))
    return (made * level).astype("float32")


def heard(folder: str) -> dict[str, float]:
    """Words Whisper tiny.en hears in X.before.wav, and how many of them in
    X.after.wav.
    """
    whisper = voice_eval.model(voice_eval.Whisper)
    files = sorted(Path(folder).glob("*.before.wav"))
    before = [whisper(load16k(str(file))) for file in files]
    afterwards = [str(file).replace(".before.", ".after.") for file in files]
    after = [whisper(load16k(file)) for file in afterwards]
    return {
        "clips": len(files),
        "words": sum(len(text.split()) for text in before),
        "recalled": voice_eval.recall(before, after),
        "words heard in masked parts": sum(len(text.split()) for text in after),
    }


COMMANDS: dict[str, Callable[..., object]] = {
    command.__name__: command for command in (originals, kit, attack, heard)
}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(COMMANDS[sys.argv[1]](*sys.argv[2:])) + "\n")
