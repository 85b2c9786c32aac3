"""docs/clip-sources.md says what the code does."""

import json
import re
import time
from pathlib import Path

from bot.sources.clips.names import AUDIO_EXTENSIONS, TRANSCRIPT_EXTENSIONS
from bot.sources.clips.sidecar import parse_sidecar
from bot.sources.results.result_json import result_from_json, result_to_json
from bot.sources.results.webhook import signature
from bot.sources.transcripts.formats import FILE_FORMATS, JSON_FORMATS
from storage.records import Answer, Consent, TimingSource

DOC = (Path(__file__).parents[2] / "docs" / "clip-sources.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOC, re.DOTALL)


def test_every_extension_is_named():
    assert " ".join(AUDIO_EXTENSIONS) in DOC
    assert all(f"`NAME.{extension}`" in DOC for extension in TRANSCRIPT_EXTENSIONS)


def test_every_transcript_format_is_listed_with_its_clock():
    for file_format in FILE_FORMATS:
        row = f"| `NAME.{file_format.extension}` | {file_format.name} | {file_format.times} |"
        assert row in DOC
    for json_format in JSON_FORMATS:
        row = f"| `NAME.transcript.json` | {json_format.name} | {json_format.times} |"
        assert row in DOC
    n_formats = len(FILE_FORMATS) + len(JSON_FORMATS)
    assert len(re.findall(r"^\| `NAME\.", DOC, re.MULTILINE)) == n_formats


def test_every_value_is_named():
    for value in (*Answer, *Consent, *TimingSource):
        assert f"`{value}`" in DOC


def test_the_sidecar_shown_is_a_good_one():
    sidecar = parse_sidecar(blocks("json")[0].encode(), "en-us-0001")
    assert [word.text for word in sidecar.words] == ["turn", "on"]
    for key in json.loads(blocks("json")[0]):
        assert f"| `{key}` |" in DOC


def test_the_result_shown_is_a_good_one(result):
    assert result_from_json(blocks("json")[1].encode()).text == "lamp"
    for key in json.loads(result_to_json(result())):
        assert f"`{key}`" in DOC


def test_the_receiver_shown_accepts_what_is_signed_and_nothing_else():
    receiver: dict = {}
    exec(blocks("python")[0], receiver)
    now, body, secret = (
        str(int(time.time())),
        b'{"id":"HC-1/1"}',
        "correct horse battery",
    )
    headers = {
        "X-Help-Clip-Timestamp": now,
        "X-Help-Clip-Signature": signature(secret, now, body),
    }
    assert receiver["is_genuine"](headers, body, secret)
    assert not receiver["is_genuine"](headers, body + b" ", secret)
    assert not receiver["is_genuine"](headers, body, "another secret")
    old = headers | {"X-Help-Clip-Timestamp": "1700000000"}
    assert not receiver["is_genuine"](old, body, secret)
