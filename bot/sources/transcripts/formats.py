"""Every readable transcript format, in one table.

A file's extension names its family; its contents distinguish the formats of a family.
No format is found by trying to read it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bot.sources.transcripts.alignment import ctm, gentle, mfa
from bot.sources.transcripts.annotation import (
    audacity,
    elan,
    label_studio,
    stm,
    textgrid,
)
from bot.sources.transcripts.captions import srt, webvtt
from bot.sources.transcripts.recognisers import (
    amazon,
    assemblyai,
    azure,
    deepgram,
    elevenlabs,
    google,
    ibm,
    rev,
    speechmatics,
    transformers,
    vosk,
    whisper,
    whisper_cpp,
)
from bot.sources.transcripts.transcript import Transcript


@dataclass(frozen=True)
class FileFormat:
    """A format with an extension of its own; `times` is where its clock comes from.

    `recognises` identifies its files where other files share the extension.
    """

    extension: str
    name: str
    times: str
    parse: Callable[[bytes, str], Transcript]
    recognises: Callable[[bytes], bool] | None = None


@dataclass(frozen=True)
class JsonFormat:
    """A format that `recognises` distinguishes from other JSON."""

    name: str
    times: str
    recognises: Callable[[object], bool]
    parse: Callable[[object, str], Transcript]


def _for_any_clip(
    parse: Callable[[object], Transcript],
) -> Callable[[object, str], Transcript]:
    """Return a parser that takes the clip's id and makes no use of it."""

    def parse_for(document: object, _clip_id: str) -> Transcript:
        return parse(document)

    return parse_for


_SECONDS = "seconds from the start of the recording"
_MS = "whole milliseconds"

FILE_FORMATS = (
    FileFormat(
        "ctm", "CTM (Kaldi, NIST, NeMo)", "seconds, start and duration", ctm.parse
    ),
    FileFormat("vtt", "WebVTT", "clock times of cues and words", webvtt.parse),
    FileFormat("stm", "STM (NIST)", "seconds, start and end", stm.parse),
    FileFormat("srt", "SRT", "clock times of cues", srt.parse),
    FileFormat(
        "TextGrid",
        "Praat TextGrid",
        "seconds from the TextGrid's start",
        textgrid.parse,
    ),
    FileFormat(
        "eaf",
        "ELAN",
        "time slots in milliseconds or frames, from the recording's origin",
        elan.parse,
    ),
    FileFormat(
        "txt",
        "Audacity labels",
        _SECONDS,
        audacity.parse,
        audacity.recognises,
    ),
    FileFormat(
        "csv",
        "MFA CSV",
        _SECONDS,
        mfa.parse_csv,
        mfa.recognises_csv,
    ),
)

JSON_FORMATS = (
    JsonFormat("Whisper", _SECONDS, whisper.recognises, _for_any_clip(whisper.parse)),
    JsonFormat(
        "whisper.cpp", _MS, whisper_cpp.recognises, _for_any_clip(whisper_cpp.parse)
    ),
    JsonFormat(
        "Transformers",
        _SECONDS,
        transformers.recognises,
        _for_any_clip(transformers.parse),
    ),
    JsonFormat(
        "Amazon Transcribe",
        "seconds as text",
        amazon.recognises,
        _for_any_clip(amazon.parse),
    ),
    JsonFormat(
        "Amazon Call Analytics",
        _MS,
        amazon.recognises_call,
        _for_any_clip(amazon.parse_call),
    ),
    JsonFormat("AssemblyAI", _MS, assemblyai.recognises, assemblyai.parse),
    JsonFormat(
        "Azure batch",
        "ticks of 100 ns or milliseconds",
        azure.recognises_batch,
        azure.parse_batch,
    ),
    JsonFormat(
        "Azure fast", _MS, azure.recognises_fast, _for_any_clip(azure.parse_fast)
    ),
    JsonFormat(
        "Deepgram", _SECONDS, deepgram.recognises, _for_any_clip(deepgram.parse)
    ),
    JsonFormat(
        "ElevenLabs", _SECONDS, elevenlabs.recognises, _for_any_clip(elevenlabs.parse)
    ),
    JsonFormat(
        "Google Speech-to-Text",
        "seconds as text (`1.5s`)",
        google.recognises,
        _for_any_clip(google.parse),
    ),
    JsonFormat("IBM Watson", _SECONDS, ibm.recognises, _for_any_clip(ibm.parse)),
    JsonFormat("Rev", _SECONDS, rev.recognises, _for_any_clip(rev.parse)),
    JsonFormat(
        "Speechmatics",
        _SECONDS,
        speechmatics.recognises,
        speechmatics.parse,
    ),
    JsonFormat("Vosk", _SECONDS, vosk.recognises, _for_any_clip(vosk.parse)),
    JsonFormat("Gentle", _SECONDS, gentle.recognises, _for_any_clip(gentle.parse)),
    JsonFormat("MFA JSON", _SECONDS, mfa.recognises, _for_any_clip(mfa.parse)),
    JsonFormat("Label Studio", _SECONDS, label_studio.recognises, label_studio.parse),
)
