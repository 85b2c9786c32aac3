"""docs/clip-sources.md describes the formats, sources and sinks of the code."""

import importlib
import inspect
import json
import pkgutil
import re
import time
from pathlib import Path

import pytest

import bot.sources
from bot.sources import (
    ClipSource,
    ResultSink,
    open_clip_source,
    open_result_sink,
)
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


def implementations(protocol: type) -> set[type]:
    """Return the classes of bot.sources that have all methods of `protocol`."""
    methods = {name for name in vars(protocol) if not name.startswith("_")}
    found = set()
    for info in pkgutil.walk_packages(bot.sources.__path__, "bot.sources."):
        for _, candidate in inspect.getmembers(
            importlib.import_module(info.name), inspect.isclass
        ):
            if methods <= set(vars(candidate)) and candidate is not protocol:
                found.add(candidate)
    return found


def addresses(setting: str) -> list[str]:
    """Return the addresses that the table of settings gives as examples."""
    (row,) = re.findall(rf"^\| `{setting}` \|(.*)\|$", DOC, re.MULTILINE)
    return re.findall(r"`([^`]+)`", row)


def test_the_documented_sources_are_those_of_the_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "account")
    opened = {type(open_clip_source(each)) for each in addresses("CLIP_SOURCE")}
    assert opened == implementations(ClipSource)


def test_the_documented_sinks_are_those_of_the_code() -> None:
    secret = "correct horse battery"
    opened = {
        type(open_result_sink(each, secret=secret)) for each in addresses("RESULT_SINK")
    }
    assert opened == implementations(ResultSink)


def test_each_test_that_answers_a_finding_exists() -> None:
    root = Path(__file__).parents[2]
    page = (root / "docs" / "research" / "recordings.md").read_text("utf-8")
    written = "".join(p.read_text("utf-8") for p in (root / "tests").rglob("test_*.py"))
    files = {path.name for path in (root / "tests").rglob("test_*.py")}
    named = re.findall(r"`(?:tests/[\w/]+/)?(test_\w+)(\.py)?", page)
    for name, is_file in named:
        if is_file:
            assert f"{name}.py" in files, name
        else:
            assert f"def {name}" in written, name
