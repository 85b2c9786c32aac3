"""After an erasure, planted words are nowhere: not in Slack, exports, logs, pages, or
the database.

Real processes. The clip's id and who heard it stay on the access log, which still
verifies.
"""

import json
import shutil
from pathlib import Path

import httpx

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
    thread_of,
)
from tests.end_to_end.conftest import Stage, open_stage
from tests.end_to_end.processes import DEMO_CLIPS, Bot, wait_for

CLIP = "canary-clip-7431"
GUESS, ANSWER, OTHER, REASON, DRAFT = (
    "zanzibar",
    "umbrella",
    "marmoset",
    "pomegranate",
    "tangerine",
)
SPOKEN, NAME = (
    "rutabaga",
    "Wilhelmina",
)  # in the transcript: a word, and a speaker's name
WORDS = (GUESS, ANSWER, OTHER, REASON, DRAFT, SPOKEN, NAME)


def put_clip(folder: Path) -> Path:
    """A clip whose draft transcript has planted words."""
    clips = folder / "clips"
    clips.mkdir()
    described = json.loads((DEMO_CLIPS / "en-us-0001.json").read_text("utf-8"))
    described["clip_id"] = CLIP
    described["words"][0]["text"] = SPOKEN
    described["words"][1]["text"] = NAME
    (clips / f"{CLIP}.json").write_text(json.dumps(described))
    shutil.copy(DEMO_CLIPS / "en-us-0001.flac", clips / f"{CLIP}.flac")
    return clips


def settle(stage: Stage) -> tuple[str, str]:
    """A dispute, a ruling with its reason, an answer that comes too late. The request and its
    address.
    """
    sandbox = stage.sandbox
    name = ask(sandbox, clip=CLIP, guess=GUESS)
    url = link(thread_of(sandbox, name))
    hear_and_answer(RAVI, url, ANSWER)
    hear_and_answer(JONAS, url, OTHER)
    wait_for(lambda: f"{name} needs a ruling" in replies(sandbox, name), "the call")
    with Visitor(RAVI, url) as ravi:
        # It is too late to count; its words are erased as well.
        assert ravi.answer(DRAFT) == 303
    with Visitor(LENA, rule_url(sandbox, name)) as lena:
        lena.hear()
        assert lena.post("", choice=f"words:{ANSWER}", reason=REASON).status_code < 400
    wait_for(
        lambda: f"{name} is settled" in replies(sandbox, name), "the settled reply"
    )
    return name, url


def everything_in_slack(stage: Stage, name: str) -> str:
    """What anybody can read there now."""
    parent = thread_of(stage.sandbox, name)
    thread = stage.sandbox.messages(ENGLISH, as_=ROSA, thread_ts=parent["ts"])
    notes = [
        stage.sandbox.messages(dm(stage, who), as_=who)
        for who in (ROSA, RAVI, JONAS, LENA)
    ]
    return json.dumps([stage.sandbox.messages(ENGLISH, as_=ROSA), thread, notes])


def dm(stage: Stage, person: str) -> str:
    return str(stage.sandbox.do("dm", as_=person, user="U0HELPCLIP")["channel"])


def files_of(folder: Path) -> bytes:
    """Every byte the bot keeps, in whatever file; its log is looked at by itself."""
    kept = [p for p in folder.rglob("*") if p.is_file() and p.suffix != ".log"]
    return b"".join(p.read_bytes() for p in kept if "clips" not in p.parts)


def pages(bot: Bot, stage: Stage, url: str) -> str:
    """The request's page, an error page, the metrics."""
    with Visitor(ROSA, url) as rosa:
        seen = rosa.page.text + rosa.open(f"{bot.address}/r/nothing").text
    again = stage.sandbox.do(
        "command", as_=ROSA, channel=ENGLISH, text=f"/help-clip {CLIP}"
    )
    metrics = httpx.get(f"{bot.operators}/metrics", trust_env=False).text
    return seen + json.dumps(again) + metrics


def test_after_an_erasure_planted_words_are_nowhere_and_the_log_verifies(
    tmp_path: Path,
) -> None:
    with open_stage(tmp_path) as stage:
        bot = stage.bot(CLIP_SOURCE=str(put_clip(tmp_path)), LOG_LEVEL="DEBUG")
        name, url = settle(stage)
        results = tmp_path / "results" / "results.jsonl"
        wait_for(
            lambda: results.exists() and ANSWER in results.read_text(), "the delivery"
        )
        assert ANSWER in everything_in_slack(stage, name)
        asked = bot.command("erase", "--clip", CLIP, "--reason", "letter 7")
        assert asked.returncode in (0, 2), asked.stderr
        wait_for(
            lambda: bot.command("erase", "--status").returncode == 0, "every receipt"
        )
        texts = {
            "Slack": everything_in_slack(stage, name),
            "pages": pages(bot, stage, url),
            "exports": results.read_text() + bot.command("results", "--json").stdout,
            "export of the log": bot.command("audit", "query", "--json").stdout,
            "status": asked.stdout + bot.command("erase", "--status").stdout,
        }
        calls = json.dumps(
            [stage.sandbox.calls(f"chat.{verb}") for verb in ("postMessage", "update")]
        )
        assert bot.terminate() == 0
        verified = bot.command("audit", "verify")
        assert verified.returncode == 0, verified.stdout + verified.stderr
        texts["log"] = bot.output()
        texts["files"] = files_of(tmp_path).decode("latin-1")
    for where, text in texts.items():
        for word in WORDS:
            assert word not in text, f"{word} is in {where}"
    for word in (
        NAME,
        SPOKEN,
        GUESS,
        OTHER,
        DRAFT,
        CLIP,
    ):  # only what was settled ever was there
        assert word not in calls, f"{word} was posted in Slack"
    assert "clip.erased" in texts["export of the log"]
    assert CLIP in texts["export of the log"]
