"""The same words in every format, written as the documentation of each shows them."""

import json
from collections.abc import Callable, Sequence
from html import escape

Spoken = tuple[str, int, int]  # text, start and end in ms
CLIP = "clip"


def seconds(ms: int) -> float:
    return ms / 1000


def clock(ms: int, mark: str = ".") -> str:
    minutes, rest = divmod(ms, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}{mark}{rest % 1000:03}"


def ctm(words: Sequence[Spoken]) -> str:
    return "".join(
        f"{CLIP} 1 {seconds(start):.3f} {seconds(end - start):.3f} {text} 0.9\n"
        for text, start, end in words
    )


def stm(words: Sequence[Spoken]) -> str:
    return "".join(
        f"{CLIP} 1 speaker {seconds(start):.3f} {seconds(end):.3f} <o,f0,male> {text}\n"
        for text, start, end in words
    )


def vtt(words: Sequence[Spoken]) -> str:
    cues = [
        f"{clock(start)} --> {clock(end)}\n{escape(text)}\n"
        for text, start, end in words
    ]
    return "WEBVTT\n\n" + "\n".join(cues)


def srt(words: Sequence[Spoken]) -> str:
    return "\n".join(
        f"{number}\n{clock(start, ',')} --> {clock(end, ',')}\n{escape(text)}\n"
        for number, (text, start, end) in enumerate(words, 1)
    )


def textgrid(words: Sequence[Spoken]) -> str:
    last = seconds(words[-1][2]) if words else 1.0
    rows = [f'{seconds(s)}\n{seconds(e)}\n"{t}"' for t, s, e in words]
    head = ['"ooTextFile"', '"TextGrid"', "0", str(last), "<exists>", "1"]
    tier = ['"IntervalTier"', '"words"', "0", str(last), str(len(words))]
    return "\n".join([*head, *tier, *rows]) + "\n"


def eaf(words: Sequence[Spoken]) -> str:
    slots, annotations = [], []
    for i, (text, start, end) in enumerate(words):
        slots.append(f'<TIME_SLOT TIME_SLOT_ID="a{i}" TIME_VALUE="{start}"/>')
        slots.append(f'<TIME_SLOT TIME_SLOT_ID="b{i}" TIME_VALUE="{end}"/>')
        annotations.append(
            f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="{i}" TIME_SLOT_REF1="a{i}"'
            f' TIME_SLOT_REF2="b{i}"><ANNOTATION_VALUE>{escape(text)}</ANNOTATION_VALUE>'
            "</ALIGNABLE_ANNOTATION></ANNOTATION>"
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ANNOTATION_DOCUMENT>'
        f"<TIME_ORDER>{''.join(slots)}</TIME_ORDER>"
        f'<TIER TIER_ID="words">{"".join(annotations)}</TIER></ANNOTATION_DOCUMENT>'
    )


def labels(words: Sequence[Spoken]) -> str:
    return "".join(
        f"{seconds(start):.6f}\t{seconds(end):.6f}\t{text}\n"
        for text, start, end in words
    )


def mfa_csv(words: Sequence[Spoken]) -> str:
    rows = [f"{seconds(s)},{seconds(e)},{t},words,Ann" for t, s, e in words]
    return "\n".join(["Begin,End,Label,Type,Speaker", *rows]) + "\n"


def _items(words: Sequence[Spoken], **names: str) -> list[dict[str, object]]:
    return [
        {
            names["text"]: text,
            names["start"]: seconds(start),
            names["end"]: seconds(end),
            names.get("sure", "confidence"): 0.9,
        }
        for text, start, end in words
    ]


def whisper(words: Sequence[Spoken]) -> object:
    items = _items(words, text="word", start="start", end="end", sure="probability")
    text = " ".join(word for word, _, _ in words)
    end = seconds(words[-1][2]) if words else 0.0
    return {"segments": [{"start": 0.0, "end": end, "text": text, "words": items}]}


def whisper_cpp(words: Sequence[Spoken]) -> object:
    segments = [
        {
            "text": f" {text}",
            "offsets": {"from": start, "to": end},
            "tokens": [
                {"text": f" {text}", "offsets": {"from": start, "to": end}, "p": 0.9}
            ],
        }
        for text, start, end in words
    ]
    return {"systeminfo": "", "transcription": segments}


def transformers(words: Sequence[Spoken]) -> object:
    chunks = [
        {"text": f" {text}", "timestamp": [seconds(start), seconds(end)]}
        for text, start, end in words
    ]
    return {"text": "", "chunks": chunks}


def amazon(words: Sequence[Spoken]) -> object:
    items = [
        {
            "type": "pronunciation",
            "alternatives": [{"content": text, "confidence": "0.9"}],
            "start_time": str(seconds(start)),
            "end_time": str(seconds(end)),
        }
        for text, start, end in words
    ]
    return {"jobName": "j", "results": {"transcripts": [], "items": items}}


def amazon_call(words: Sequence[Spoken]) -> object:
    items = [
        {
            "Content": text,
            "BeginOffsetMillis": start,
            "EndOffsetMillis": end,
            "Confidence": "0.9",
            "Type": "pronunciation",
        }
        for text, start, end in words
    ]
    return {"Channel": "VOICE", "Transcript": [{"Items": items}]}


def assemblyai(words: Sequence[Spoken]) -> object:
    items = [
        {"text": text, "start": start, "end": end, "confidence": 0.9, "speaker": "A"}
        for text, start, end in words
    ]
    return {"id": "x", "status": "completed", "words": items, "audio_duration": 12}


def azure_batch(words: Sequence[Spoken]) -> object:
    items = [
        {
            "word": text,
            "offset": "PT1S",
            "offsetInTicks": start * 10_000.0,
            "durationInTicks": (end - start) * 10_000.0,
            "confidence": 0.9,
        }
        for text, start, end in words
    ]
    phrase = {"recognitionStatus": "Success", "channel": 0, "nBest": [{"words": items}]}
    return {
        "source": "x",
        "combinedRecognizedPhrases": [],
        "recognizedPhrases": [phrase],
    }


def azure_fast(words: Sequence[Spoken]) -> object:
    items = [
        {
            "text": text,
            "offsetMilliseconds": start,
            "durationMilliseconds": end - start,
        }
        for text, start, end in words
    ]
    phrase = {"offsetMilliseconds": 0, "text": "", "words": items, "confidence": 0.9}
    return {"durationMilliseconds": 9, "combinedPhrases": [], "phrases": [phrase]}


def deepgram(words: Sequence[Spoken]) -> object:
    items = _items(words, text="word", start="start", end="end")
    best = {"transcript": "x", "confidence": 0.9, "words": items}
    return {"metadata": {}, "results": {"channels": [{"alternatives": [best]}]}}


def elevenlabs(words: Sequence[Spoken]) -> object:
    items = [
        {
            "text": text,
            "start": seconds(start),
            "end": seconds(end),
            "type": "word",
            "logprob": -0.1,
        }
        for text, start, end in words
    ]
    space = {"text": " ", "start": 0.0, "end": 0.1, "type": "spacing", "logprob": 0}
    return {"language_code": "en", "text": "", "words": [space, *items]}


def google_1(words: Sequence[Spoken]) -> object:
    items = [
        {"word": text, "startTime": f"{seconds(start)}s", "endTime": f"{seconds(end)}s"}
        for text, start, end in words
    ]
    best = {"transcript": "x", "confidence": 0.9, "words": items or [{}]}
    return {"results": [{"alternatives": [best], "languageCode": "en-us"}]}


def google_2(words: Sequence[Spoken]) -> object:
    items: list[dict[str, object]] = []
    for text, start, end in words:
        item: dict[str, object] = {"word": text, "endOffset": f"{seconds(end)}s"}
        if start:
            item["startOffset"] = f"{seconds(start)}s"
        items.append(item)
    best = {"transcript": "x", "words": items or [{}]}
    return {"results": [{"alternatives": [best]}], "metadata": {}}


def ibm(words: Sequence[Spoken]) -> object:
    best = {
        "transcript": "x",
        "timestamps": [[t, seconds(s), seconds(e)] for t, s, e in words],
        "word_confidence": [[t, 0.9] for t, _, _ in words],
    }
    return {"result_index": 0, "results": [{"final": True, "alternatives": [best]}]}


def rev(words: Sequence[Spoken]) -> object:
    elements: list[dict[str, object]] = []
    for text, start, end in words:
        times = {"ts": seconds(start), "end_ts": seconds(end)}
        elements.append({"type": "text", "value": text, "confidence": 0.9} | times)
        elements.append({"type": "punct", "value": " "})
    return {"monologues": [{"speaker": 0, "elements": elements}]}


def speechmatics(words: Sequence[Spoken]) -> object:
    results: list[dict[str, object]] = [
        {
            "type": "word",
            "start_time": seconds(start),
            "end_time": seconds(end),
            "alternatives": [{"content": text, "confidence": 0.9}],
        }
        for text, start, end in words
    ]
    stop = {"type": "punctuation", "start_time": 0, "end_time": 0, "alternatives": []}
    return {"format": "2.9", "metadata": {}, "results": [*results, stop]}


def vosk(words: Sequence[Spoken]) -> object:
    items = _items(words, text="word", start="start", end="end", sure="conf")
    return {"result": items or [{"word": ""}], "text": ""}


def gentle(words: Sequence[Spoken]) -> object:
    items = _items(words, text="word", start="start", end="end")
    items = [item | {"case": "success", "alignedWord": "x"} for item in items]
    return {"transcript": "", "words": items or [{"word": "", "case": ""}]}


def mfa_json(words: Sequence[Spoken]) -> object:
    entries = [[seconds(start), seconds(end), text] for text, start, end in words]
    tiers = {"words": {"type": "interval", "entries": entries}}
    return {"start": 0, "end": 12, "tiers": tiers}


def label_studio(words: Sequence[Spoken]) -> object:
    results: list[dict[str, object]] = []
    for i, (text, start, end) in enumerate(words):
        region = {"start": seconds(start), "end": seconds(end)}
        area = {
            "id": str(i),
            "type": "labels",
            "value": region | {"labels": ["Speech"]},
        }
        said = {"id": str(i), "type": "textarea", "value": region | {"text": [text]}}
        results += [area, said]
    data = {"audio": f"/data/upload/1/0a1b2c3d-{CLIP}.wav"}
    return [{"id": 1, "data": data, "annotations": [{"id": 1, "result": results}]}]


def label_studio_min(words: Sequence[Spoken]) -> object:
    regions = [
        {"start": seconds(start), "end": seconds(end), "labels": ["Speech"]}
        for _, start, end in words
    ]
    texts = [text for text, _, _ in words]
    return [{"audio": f"{CLIP}.wav", "id": 1, "label": regions, "transcription": texts}]


FILES: dict[str, Callable[[Sequence[Spoken]], str]] = {
    "ctm": ctm,
    "stm": stm,
    "vtt": vtt,
    "srt": srt,
    "TextGrid": textgrid,
    "eaf": eaf,
    "txt": labels,
    "csv": mfa_csv,
}
# The name of the format and a writer of it; a format may be written in two ways.
JSON: tuple[tuple[str, Callable[[Sequence[Spoken]], object]], ...] = (
    ("Whisper", whisper),
    ("whisper.cpp", whisper_cpp),
    ("Transformers", transformers),
    ("Amazon Transcribe", amazon),
    ("Amazon Call Analytics", amazon_call),
    ("AssemblyAI", assemblyai),
    ("Azure batch", azure_batch),
    ("Azure fast", azure_fast),
    ("Deepgram", deepgram),
    ("ElevenLabs", elevenlabs),
    ("Google Speech-to-Text", google_1),
    ("Google Speech-to-Text", google_2),
    ("IBM Watson", ibm),
    ("Rev", rev),
    ("Speechmatics", speechmatics),
    ("Vosk", vosk),
    ("Gentle", gentle),
    ("MFA JSON", mfa_json),
    ("Label Studio", label_studio),
    ("Label Studio", label_studio_min),
)


def written(words: Sequence[Spoken]) -> list[tuple[str, bytes]]:
    """Return the words in every format, each with its extension."""
    files = [(extension, write(words).encode()) for extension, write in FILES.items()]
    documents = [
        ("transcript.json", json.dumps(write(words)).encode()) for _, write in JSON
    ]
    return files + documents
