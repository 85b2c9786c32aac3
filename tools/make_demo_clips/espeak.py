"""Speech in many languages from eSpeak NG, timed by the library's own events.

Debian's libespeak-ng1 is loaded to make the demo clips, never by the product. Its
licence (GPL-3.0-or-later) covers the program, not the sound it makes.
"""

import ctypes
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tools.make_demo_clips.speech import Speech, SpokenWord

# espeak-ng/speak_lib.h
_SYNCHRONOUS, _PHONEME_EVENTS, _UTF8 = 2, 1, 1
_WORD, _END, _PHONEME = 1, 5, 7
_RATE, _PITCH = 1, 3


class _Id(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    )


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


@cache
def _library() -> tuple[ctypes.CDLL, int]:
    espeak = ctypes.CDLL("libespeak-ng.so.1")
    espeak.espeak_Synth.argtypes = [
        ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int, ctypes.c_uint,
        ctypes.c_uint, ctypes.c_void_p, ctypes.c_void_p,
    ]  # fmt: skip
    return espeak, espeak.espeak_Initialize(_SYNCHRONOUS, 0, None, _PHONEME_EVENTS)


def speak(
    text: str,
    voice: str,
    words_per_minute: int = 145,
    pitch: int = 50,
) -> Speech:
    """Return the spoken text.

    `voice` is a name such as de, ar or de+f3; `pitch` is 0 to 99.
    """
    espeak, rate_hz = _library()
    chunks: list[NDArray[np.float32]] = []
    marks: list[tuple[int, bytes, int]] = []  # type, phoneme, sample

    def collect(
        wave: "ctypes._Pointer[ctypes.c_short]",
        n: int,
        events: object,
    ) -> int:
        if n:
            sound = np.ctypeslib.as_array(wave, (n,)) / 32768
            chunks.append(sound.astype(np.float32))
        marks.extend(_marks(events))
        return 0

    callback = _Callback(collect)
    espeak.espeak_SetSynthCallback(callback)
    if espeak.espeak_SetVoiceByName(voice.encode()):
        raise ValueError(f"eSpeak NG has no voice {voice}")
    espeak.espeak_SetParameter(_RATE, words_per_minute, 0)
    espeak.espeak_SetParameter(_PITCH, pitch, 0)
    data = text.encode() + b"\0"
    espeak.espeak_Synth(
        data,
        len(data),
        0,
        1,
        0,
        _UTF8,
        None,
        None,
    )
    return Speech(np.concatenate(chunks), rate_hz, _words(marks, rate_hz))


def _marks(events: object) -> list[tuple[int, bytes, int]]:
    marks, index = [], 0
    while (event := events[index]).type:  # type: ignore[index]
        phoneme = b""
        if event.type == _PHONEME:
            phoneme = event.id.string
        marks.append((event.type, phoneme, event.sample))
        index += 1
    return marks


def _words(marks: list[tuple[int, bytes, int]], rate_hz: int) -> tuple[SpokenWord, ...]:
    """Return the times of the words.

    A word lasts until the next word, a pause (phonemes starting with `_`), or the end.
    """
    words: list[SpokenWord] = []
    start: int | None = None
    for kind, phoneme, sample in marks:
        pause = kind == _PHONEME and phoneme.startswith(b"_:")
        if start is not None and (kind in (_WORD, _END) or pause):
            words.append(SpokenWord(start / rate_hz, sample / rate_hz))
            start = None
        if kind == _WORD:
            start = sample
    return tuple(words)
