"""Run by the Python of the voice kit, inside its folder: what its models make of our sounds.

`attack ORIGINALS DISGUISED`, `heard FOLDER` or `clarity FOLDER`; prints one line of JSON.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path.cwd()))

import numpy as np
import scipy.signal
import voice_eval
from common import SR, listing, load16k, speaker

Samples = np.ndarray
_STFT = {"nperseg": 512, "noverlap": 384}
_COEFFICIENTS = 40


def attack(originals: str, disguised: str) -> dict[str, dict[str, list[float]]]:
    """EER in % with 95 % interval, per embedder and attacker.  As the kit does it; "filtered" is an
    attacker who first gives every recording the same long-term spectrum."""
    before = {key: load16k(file) for key, file in listing(originals).items()}
    after = {key: load16k(file) for key, file in listing(disguised).items()}
    usual = np.mean([long_term(x) for x in before.values()], axis=0)

    def filtered(sounds: dict[str, Samples]) -> dict[str, Samples]:
        return {key: brought_to(usual, x) for key, x in sounds.items()}

    found = {}
    for embedder in (voice_eval.Resem, voice_eval.VFL):
        embed = voice_eval.model(embedder)
        plain = [{key: embed(x) for key, x in sounds.items()} for sounds in (before, after)]
        same = [{key: embed(x) for key, x in filtered(s).items()} for s in (before, after)]
        found[embedder.name] = {
            "ignorant": rates(*plain),
            "lazy": rates(plain[1], plain[1]),
            "ignorant, filtered": rates(*same),
            "lazy, filtered": rates(same[1], same[1]),
        }
    return found


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
    """Logarithm of the power spectrum of its louder 70 %, smoothed to 40 cepstral coefficients."""
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
    """Words Whisper tiny.en hears in X.before.wav, and how many of them in X.after.wav."""
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


def clarity(folder: str) -> dict[str, list[float]]:
    """ESTOI before and after the aid, and the share of recordings it was better on, per noise."""
    from pystoi import stoi

    found: dict[str, list[list[float]]] = {}
    for file in sorted(Path(folder).glob("*.clean.wav")):
        clean = load16k(str(file))
        for noisy in sorted(Path(folder).glob(file.name.replace("clean", "*.noisy"))):
            cleared = str(noisy.with_name(noisy.name.replace("noisy", "cleared")))
            pair = [stoi(clean, load16k(s), SR, extended=True) for s in (str(noisy), cleared)]
            found.setdefault(noisy.name.split(".")[1], []).append([float(each) for each in pair])
    return {
        noise: [*np.mean(pairs, axis=0).tolist(), float(np.mean([b > a for a, b in pairs]))]
        for noise, pairs in found.items()
    }


COMMANDS: dict[str, Callable[..., object]] = {"attack": attack, "heard": heard, "clarity": clarity}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(COMMANDS[sys.argv[1]](*sys.argv[2:])) + "\n")
