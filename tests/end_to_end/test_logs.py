"""What people say and which clips they speak of never reaches a log."""

import json
import shutil
from pathlib import Path

from tests.end_to_end.browser_people import (
    ENGLISH,
    JONAS,
    LENA,
    RAVI,
    ROSA,
    Visitor,
    ask,
    hear_and_answer,
    link,
    replies,
    rule_url,
    submit,
    thread_of,
)
from tests.end_to_end.conftest import open_stage
from tests.end_to_end.processes import DEMO_CLIPS, wait_for

CLIP = "canary-clip-7431"
GUESS, ANSWER, OTHER, REASON = "zanzibar", "quokka", "marmoset", "pomegranate"
MISSING, BROKEN, TYPED = "canary-missing-1", "canary-broken-2", "tangerine"
CANARIES = (CLIP, GUESS, ANSWER, OTHER, REASON, MISSING, BROKEN, TYPED)


def put_clips(folder: Path) -> Path:
    """One good clip and one whose recording is rubbish."""
    clips = folder / "clips"
    clips.mkdir()
    described = json.loads((DEMO_CLIPS / "en-us-0001.json").read_text("utf-8"))
    for clip in (CLIP, BROKEN):
        (clips / f"{clip}.json").write_text(json.dumps({**described, "clip_id": clip}))
        shutil.copy(DEMO_CLIPS / "en-us-0001.flac", clips / f"{clip}.flac")
    (clips / f"{BROKEN}.flac").write_bytes(b"fLaC" + b"\x00" * 5000)
    return clips


def test_words_clips_and_reasons_appear_in_no_output(tmp_path: Path) -> None:
    with open_stage(tmp_path) as stage:
        sandbox = stage.sandbox
        bot = stage.bot(CLIP_SOURCE=str(put_clips(tmp_path)), LOG_LEVEL="DEBUG")
        sandbox.fault(method="chat.postMessage", status=500)
        name = ask(sandbox, clip=CLIP, guess=GUESS)
        url = link(thread_of(sandbox, name))
        with Visitor(RAVI, url) as ravi:
            assert ravi.answer(TYPED) >= 400  # not heard yet
            ravi.hear()
            assert ravi.answer(TYPED, confidence="9") >= 400
            assert ravi.answer(ANSWER) < 400
        hear_and_answer(JONAS, url, OTHER)
        wait_for(lambda: f"{name} needs a ruling" in replies(sandbox, name), "the call")
        with Visitor(LENA, rule_url(sandbox, name)) as lena:
            lena.hear()
            assert lena.post("", choice=f"words:{ANSWER}", reason="").status_code >= 400
            assert (
                lena.post("", choice=f"words:{ANSWER}", reason=REASON).status_code < 400
            )
        wait_for(
            lambda: f"{name} is settled" in replies(sandbox, name), "the settled reply"
        )
        sandbox.do("command", as_=ROSA, channel=ENGLISH, text=f"/help-clip {MISSING}")
        sandbox.do("command", as_=ROSA, channel=ENGLISH, text="/help-clip")
        assert not submit(sandbox, ROSA, clip=MISSING, span="1-2", guess=GUESS)["ok"]
        ask(sandbox, clip=BROKEN, guess=GUESS)
        sink = tmp_path / "results" / "results.jsonl"
        wait_for(lambda: sink.exists() and ANSWER in sink.read_text(), "the delivery")
        told_asker = "chat.postMessage"
        wait_for(lambda: len(sandbox.calls(told_asker)) >= 5, "the asker to be told")
        assert bot.terminate() == 0
        outputs = {process.log.name: process.output() for process in (bot, sandbox)}
    for log, output in outputs.items():
        for canary in CANARIES:
            assert canary not in output, f"{canary} is in {log}"
    assert "DEBUG" in outputs[bot.log.name]
    assert "Traceback" not in outputs[bot.log.name]
