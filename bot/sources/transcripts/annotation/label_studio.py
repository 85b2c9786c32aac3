"""Label Studio's exports of audio regions with a transcription each, JSON and JSON_MIN.

https://labelstud.io/guide/export: a list of tasks; one clip's transcript is one task.
"""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from urllib.parse import parse_qs, unquote, urlsplit

from bot.errors import Invalid
from bot.sources.clips.names import is_audio_name
from bot.sources.transcripts.annotation.tiers import (
    Interval,
    tier_of,
    transcript_of_tiers,
)
from bot.sources.transcripts.recording_names import is_of_clip, path_of
from bot.sources.transcripts.transcript import Transcript, build_transcript
from bot.sources.transcripts.values import (
    Object,
    list_of,
    object_of,
    objects,
    text_of,
    times_in_ms,
)
from bot.text import text
from storage.records import TimingSource

_UPLOAD_PREFIX = re.compile(r"[0-9a-f]{8}-")  # Label Studio puts it before a file name.
_AUDIO_KEYS = ("audio", "audio_url", "url", "sound", "wav")


def recognises(document: object) -> bool:
    """Return whether the document is a task or a list of tasks."""
    tasks = _tasks(document)
    return any(_is_task(task) for task in tasks)


def parse(document: object, clip_id: str) -> Transcript:
    """Return the words of the clip's task.

    Raises `Invalid` where the tasks are about other recordings.
    """
    tasks = [task for task in _tasks(document) if _is_task(task)]
    of_clip = [task for task in tasks if is_of_clip(clip_id_of(task) or "", clip_id)]
    nameless = [task for task in tasks if clip_id_of(task) is None]
    if not of_clip and len(tasks) == 1:
        of_clip = nameless
    if len(of_clip) != 1:
        raise Invalid(text("sources.transcript.other_recording"))
    return transcript_of_task(of_clip[0])


def transcript_of_task(task: Object) -> Transcript:
    """Return the words of a task: of its annotations, else of its predictions."""
    intervals, is_by_person = _regions(task)
    if not intervals:
        return build_transcript([], TimingSource.UNKNOWN)
    others = [tier_of("", other) for other in _other_regions(task)]
    made = transcript_of_tiers([tier_of("words", intervals), *others])
    if made.timing is TimingSource.HUMAN and not is_by_person:
        return Transcript(
            words=made.words,
            timing=TimingSource.RECOGNISER,
            is_evident=True,
        )
    return made


def audio_of(task: Object) -> str:
    """Return the path of the recording a task is about, "" where it names none."""
    data = object_of(task.get("data", task))
    known = (text_of(data.get(key)) for key in _AUDIO_KEYS)
    others = (text_of(value) for value in data.values())
    recordings = (each for each in others if is_audio_name(path_of(each)))
    address = next((each for each in (*known, *recordings) if each), "")
    if address.startswith("data:"):
        return ""
    parts = urlsplit(address)
    local = parse_qs(parts.query).get("d", [])
    return unquote(local[0] if local else parts.path).replace("\\", "/")


def clip_id_of(task: Object) -> str | None:
    """Return the id of the clip a task is about, by the name of its recording."""
    name = PurePosixPath(audio_of(task)).name
    return PurePosixPath(_UPLOAD_PREFIX.sub("", name, count=1)).stem or None


def _tasks(document: object) -> list[Object]:
    tasks = document if isinstance(document, list) else [document]
    return [object_of(task) for task in tasks]


def _is_task(task: Object) -> bool:
    if not task.keys().isdisjoint({"annotations", "predictions"}):
        return "data" in task
    if "transcription" not in task:
        return False
    return bool(_min_regions(task))


def _regions(task: Object) -> tuple[list[Interval], bool]:
    """Return the labelled regions and whether a person made them."""
    if "transcription" in task:
        return _min_intervals(task), "prediction" not in task
    annotations = [object_of(item) for item in list_of(task.get("annotations"))]
    kept = [item for item in annotations if not item.get("was_cancelled")]
    if kept:
        results = [object_of(item) for item in list_of(kept[-1].get("result"))]
        is_by_person = all(item.get("origin") != "prediction" for item in results)
        return _intervals(results), is_by_person
    predictions = [object_of(item) for item in list_of(task.get("predictions"))]
    if not predictions:
        return [], False
    results = [object_of(item) for item in list_of(predictions[-1].get("result"))]
    return _intervals(results), False


def _other_regions(task: Object) -> list[list[Interval]]:
    """Return the regions of each annotation: a name that any marked is masked."""
    others = []
    for item in list_of(task.get("annotations")):
        found = list_of(object_of(item).get("result"))
        results = [object_of(result) for result in found]
        regions = _intervals(results)
        if regions:
            others.append(regions)
    return others


def _intervals(results: Sequence[Object]) -> list[Interval]:
    """Return the texts of a task's results with the times of their regions."""
    regions: dict[object, Object] = {}
    for item in results:
        value = object_of(item.get("value"))
        if "start" in value:
            regions.setdefault(str(item.get("id")), value)
    intervals = []
    for item in results:
        value = object_of(item.get("value"))
        if "text" in value:
            region = value if "start" in value else regions.get(str(item.get("id")), {})
            intervals.append(_interval(region, _text(value["text"])))
    return intervals


def _min_intervals(task: Object) -> list[Interval]:
    """Return the regions of JSON_MIN: texts beside them, in the same order."""
    regions = _min_regions(task)
    texts = task["transcription"]
    spoken = texts if isinstance(texts, list) else [texts]
    if spoken and all("text" in object_of(item) for item in spoken):
        regions = objects(spoken)
        spoken = [region["text"] for region in regions]
    if len(spoken) != len(regions):
        raise Invalid(text("sources.transcript.uneven_regions"))
    return [
        _interval(region, _text(said))
        for region, said in zip(regions, spoken, strict=True)
    ]


def _min_regions(task: Object) -> list[Object]:
    """Return the first list of regions, whatever the label is called."""
    for value in task.values():
        regions = [object_of(item) for item in list_of(value)]
        if regions and all({"start", "end"} <= region.keys() for region in regions):
            return regions
    return []


def _interval(region: Object, label: str) -> Interval:
    start_ms, end_ms = times_in_ms(region.get("start"), region.get("end"))
    return Interval(start_ms, end_ms, label)


def _text(value: object) -> str:
    """Return the text of a region, which may be a list of lines."""
    if isinstance(value, list):
        return " ".join(text_of(line) for line in value)
    return text_of(value)
