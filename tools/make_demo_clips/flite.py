"""English speech from Flite (Debian's libflite1), timed by Flite itself."""

import ctypes
from functools import cache

import numpy as np

from tools.make_demo_clips.speech import Speech, SpokenWord

_PAUSE_BEFORE = b"R:SylStructure.daughter1.daughter1.R:Segment.p.end"
_END = b"R:SylStructure.daughtern.daughtern.R:Segment.end"


class _Wave(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_char_p),
        ("sample_rate", ctypes.c_int),
        ("num_samples", ctypes.c_int),
        ("num_channels", ctypes.c_int),
        ("samples", ctypes.POINTER(ctypes.c_short)),
    )


class _Voice(ctypes.Structure):  # the head of cst_voice, flite/include/cst_voice.h
    _fields_ = (("name", ctypes.c_char_p), ("features", ctypes.c_void_p))


@cache
def _library() -> ctypes.CDLL:
    flite = ctypes.CDLL("libflite.so.1")
    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    for name, result, arguments in (
        ("flite_synth_text", pointer, [text, pointer]),
        ("utt_wave", ctypes.POINTER(_Wave), [pointer]),
        ("utt_relation", pointer, [pointer, text]),
        ("relation_head", pointer, [pointer]),
        ("item_next", pointer, [pointer]),
        ("ffeature_float", ctypes.c_float, [pointer, text]),
        ("ffeature_string", text, [pointer, text]),
        ("delete_utterance", None, [pointer]),
        ("feat_set_float", None, [pointer, text, ctypes.c_float]),
    ):
        function = getattr(flite, name)
        function.restype, function.argtypes = result, arguments
    flite.flite_init()
    return flite


def speak(
    text: str,
    voice: str,
    slowness: float = 1.0,
) -> Speech:
    """Return the spoken text.

    `voice` is one of slt, rms, awb, kal16; `slowness` 1.2 takes a fifth longer.
    """
    flite = _library()
    register = getattr(
        ctypes.CDLL(f"libflite_cmu_us_{voice}.so.1"), f"register_cmu_us_{voice}"
    )
    register.restype, register.argtypes = ctypes.POINTER(_Voice), [ctypes.c_char_p]
    chosen = register(None)
    flite.feat_set_float(chosen.contents.features, b"duration_stretch", slowness)
    utterance = flite.flite_synth_text(text.encode(), chosen)
    try:
        wave = flite.utt_wave(utterance).contents
        sound = np.ctypeslib.as_array(wave.samples, (wave.num_samples,)) / np.float32(
            32768
        )
        return Speech(
            samples=sound.astype(np.float32),
            rate_hz=wave.sample_rate,
            words=_words(flite, utterance),
        )
    finally:
        flite.delete_utterance(utterance)


def _words(flite: ctypes.CDLL, utterance: int) -> tuple[SpokenWord, ...]:
    """Return the times of the words in seconds.

    Flite cuts "Anna's" in two; both parts become one word again.
    """
    words: list[SpokenWord] = []
    item = flite.relation_head(flite.utt_relation(utterance, b"Word"))
    while item:
        name = flite.ffeature_string(item, b"name").decode()
        end = flite.ffeature_float(item, _END)
        if name.startswith("'") and words:
            words[-1] = SpokenWord(words[-1].start_s, end)
        else:
            words.append(SpokenWord(flite.ffeature_float(item, _PAUSE_BEFORE), end))
        item = flite.item_next(item)
    return tuple(words)
