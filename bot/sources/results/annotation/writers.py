"""Write the settled words of a clip as TextGrid, CTM, WebVTT, SRT or Label Studio.

Each writer takes the clip's id and its results in order of their spans. A result that
has no words ("not speech") is a tag in brackets where the format can hold one, so that
no reader takes it for words, and is left out elsewhere.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from bot.sources.transcripts.loose_words import spread
from storage.records import Result

Writer = Callable[[str, Sequence[Result]], str]


@dataclass(frozen=True)
class AnnotationFormat:
    """A format, and the end of its files' names: `NAME.settled.TextGrid`."""

    extension: str
    write: Writer


def _write_textgrid(_clip_id: str, results: Sequence[Result]) -> str:
    """Return Praat's long text form; spans that overlap are in tiers of their own."""
    tiers = _apart(results)
    last_ms = max((result.span.end_ms for result in results), default=1)
    lines = ['File type = "ooTextFile"', 'Object class = "TextGrid"', ""]
    lines += _domain(last_ms)
    lines += ["tiers? <exists>", f"size = {len(tiers)}", "item []:"]
    for number, tier in enumerate(tiers, 1):
        lines += [f"    item [{number}]:"]
        lines += [f"        {line}" for line in _tier(number, tier, last_ms)]
    return "\n".join(lines) + "\n"


def _tier(
    number: int,
    results: Sequence[Result],
    last_ms: int,
) -> list[str]:
    """Return the lines of a tier, whose intervals fill its time."""
    intervals = []
    at_ms = 0
    for result in results:
        if result.span.start_ms > at_ms:
            intervals.append((at_ms, result.span.start_ms, ""))
        intervals.append((result.span.start_ms, result.span.end_ms, _label(result)))
        at_ms = result.span.end_ms
    if at_ms < last_ms:
        intervals.append((at_ms, last_ms, ""))
    name = "settled" if number == 1 else f"settled {number}"
    lines = ['class = "IntervalTier"', f'name = "{name}"', *_domain(last_ms)]
    lines += [f"intervals: size = {len(intervals)}"]
    for index, (start_ms, end_ms, label) in enumerate(intervals, 1):
        quoted = label.replace('"', '""')
        lines += [
            f"intervals [{index}]:",
            f"    xmin = {_seconds(start_ms)}",
            f"    xmax = {_seconds(end_ms)}",
            f'    text = "{quoted}"',
        ]
    return lines


def _domain(last_ms: int) -> list[str]:
    return ["xmin = 0", f"xmax = {_seconds(last_ms)}"]


def _apart(results: Sequence[Result]) -> list[list[Result]]:
    """Return the results in as few tiers as hold no two at once."""
    tiers: list[list[Result]] = []
    for result in results:
        free = (t for t in tiers if t[-1].span.end_ms <= result.span.start_ms)
        tier = next(free, None)
        if tier is None:
            tiers.append([result])
        else:
            tier.append(result)
    return tiers


def _write_ctm(clip_id: str, results: Sequence[Result]) -> str:
    """Return a line a word; words of one span share its time."""
    lines = []
    for result in results:
        placed = spread(result.text or "", result.span.start_ms, result.span.end_ms)
        for word in placed:
            start_ms, end_ms = word.times or (0, 0)
            times = f"{_seconds(start_ms)} {_seconds(end_ms - start_ms)}"
            lines.append(f"{clip_id} 1 {times} {word.text}\n")
    return "".join(lines)


def _write_webvtt(_clip_id: str, results: Sequence[Result]) -> str:
    cues = [
        f"{_clock(result.span.start_ms, '.')} --> {_clock(result.span.end_ms, '.')}\n"
        f"{escape(_one_line(result.text or ''), quote=False)}\n"
        for result in results
        if result.text
    ]
    return "WEBVTT\n\n" + "\n".join(cues)


def _write_srt(_clip_id: str, results: Sequence[Result]) -> str:
    spoken = [result for result in results if result.text]
    cues = [
        f"{number}\n"
        f"{_clock(result.span.start_ms, ',')} --> {_clock(result.span.end_ms, ',')}\n"
        f"{escape(_one_line(result.text or ''), quote=False)}\n"
        for number, result in enumerate(spoken, 1)
    ]
    return "\n".join(cues)


def _write_label_studio(clip_id: str, results: Sequence[Result]) -> str:
    """Return one task whose annotation has a region and a transcription a result."""
    regions: list[object] = []
    for result in results:
        place = {
            "start": result.span.start_ms / 1000,
            "end": result.span.end_ms / 1000,
        }
        common = {
            "id": result.request,
            "to_name": "audio",
            "origin": "manual",
        }
        labels = {
            "from_name": "labels",
            "type": "labels",
        }
        said = {
            "from_name": "transcription",
            "type": "textarea",
        }
        regions.append(common | labels | {"value": place | {"labels": ["Settled"]}})
        regions.append(common | said | {"value": place | {"text": [_label(result)]}})
    task = {
        "data": {"audio": clip_id},
        "annotations": [{"result": regions}],
    }
    return json.dumps([task], ensure_ascii=False, indent=1) + "\n"


def _label(result: Result) -> str:
    if result.text:
        return _one_line(result.text)
    return f"[{result.answer}]"


def _one_line(written: str) -> str:
    return " ".join(written.split())


def _seconds(ms: int) -> str:
    return f"{ms / 1000:.3f}"


def _clock(ms: int, mark: str) -> str:
    seconds, rest_ms = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{mark}{rest_ms:03}"


FORMATS: Mapping[str, AnnotationFormat] = {
    "textgrid": AnnotationFormat("TextGrid", _write_textgrid),
    "ctm": AnnotationFormat("ctm", _write_ctm),
    "vtt": AnnotationFormat("vtt", _write_webvtt),
    "srt": AnnotationFormat("srt", _write_srt),
    "label-studio": AnnotationFormat(
        "label-studio.transcript.json", _write_label_studio
    ),
}
