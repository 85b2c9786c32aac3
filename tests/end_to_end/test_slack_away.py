"""Slack refuses, stalls, repeats itself or is gone for a while."""

from pathlib import Path

import pytest

from storage.records import RequestState
from tests.end_to_end.browser_people import (
    ENGLISH,
    LENA,
    RAVI,
    ROSA,
    Visitor,
    ask,
    hear_and_answer,
    link,
    parents,
    replies,
    shown,
    thread_of,
)
from tests.end_to_end.conftest import Stage, open_stage
from tests.end_to_end.processes import add_clip, wait_for


@pytest.fixture
def working(shared_stage: Stage) -> Stage:
    """A sandbox with one bot at work, and nothing broken yet."""
    if not shared_stage.bots:
        clips = shared_stage.folder / "clips"
        clips.mkdir()
        shared_stage.bot(CLIP_SOURCE=str(clips))
    shared_stage.sandbox.fault(clear=True)
    return shared_stage


def ask_about_new_clip(stage: Stage) -> str:
    return ask(stage.sandbox, clip=add_clip(stage.folder / "clips"))


def settle(stage: Stage, name: str) -> None:
    url = link(thread_of(stage.sandbox, name))
    for person in (RAVI, LENA):
        hear_and_answer(person, url)


def is_told(stage: Stage) -> bool:
    with stage.open_store() as store, store.read() as tx:
        return tx.outbox_counts.count_waiting() == 0


def expect_told_once(stage: Stage, name: str) -> None:
    wait_for(lambda: replies(stage.sandbox, name) or None, "the reply")
    wait_for(lambda: is_told(stage), "the outbox to be empty")
    assert len(parents(stage.sandbox, name)) == 1
    assert replies(stage.sandbox, name) == [f"{name} is settled"]
    assert "Settled: lamp" in shown(thread_of(stage.sandbox, name))


def count_requests(stage: Stage) -> int:
    with stage.open_store() as store, store.read() as tx:
        return len(tx.requests.in_states(list(RequestState), ["english-us"]))


def newest_call(stage: Stage) -> int:
    """The number of the sandbox's newest log entry."""
    return max((int(call["n"]) for call in stage.sandbox.calls()), default=0)


def test_a_post_whose_answer_is_lost_is_looked_up_and_not_repeated(
    working: Stage,
) -> None:
    before = newest_call(working)
    working.sandbox.fault(method="chat.postMessage", reset=True)
    name = ask_about_new_clip(working)
    thread_of(working.sandbox, name)
    wait_for(lambda: is_told(working), "the post to be found again")
    working.sandbox.fault(method="chat.postMessage", reset=True)
    working.sandbox.fault(method="chat.update", reset=True)
    settle(working, name)
    expect_told_once(working, name)
    assert len(working.sandbox.calls("chat.postMessage", after=before)) == 2


def test_retry_after_is_obeyed(working: Stage) -> None:
    before = newest_call(working)
    working.sandbox.fault(method="chat.postMessage", status=429, retry_after=3)
    name = ask_about_new_clip(working)
    thread_of(working.sandbox, name)
    first, second = working.sandbox.calls("chat.postMessage", after=before)
    assert first["status"] == 429
    assert second["time"] - first["time"] >= 3
    settle(working, name)
    expect_told_once(working, name)


@pytest.mark.parametrize(
    "fault", [{"status": 500}, {"status": 503}, {"error": "fatal_error"}]
)
def test_a_slack_that_fails_for_a_while_is_told_once_it_works(
    working: Stage, fault: dict[str, object]
) -> None:
    working.sandbox.fault(method="chat.postMessage", times=2, **fault)
    name = ask_about_new_clip(working)
    settle(working, name)
    expect_told_once(working, name)


def test_a_slack_that_is_gone_for_a_while_finds_the_bot_again(tmp_path: Path) -> None:
    with open_stage(tmp_path, "--state", "workspace.json") as stage:
        bot = stage.bot()
        name = ask(stage.sandbox)
        url = link(thread_of(stage.sandbox, name))
        hear_and_answer(RAVI, url)
        with Visitor(LENA, url) as lena:
            stage.sandbox.terminate()
            wait_for(lambda: not bot.is_ready(), "the bot to say that Slack is silent")
            lena.hear()  # the pages need Slack only for signing in
            assert lena.answer() < 400
        stage.sandbox.start()
        bot.wait_until_ready()
        expect_told_once(stage, name)


@pytest.mark.parametrize(
    "broken", [{"kill_sockets": True}, {"disconnect": "refresh_requested"}]
)
def test_dropped_sockets_are_opened_again(
    working: Stage, broken: dict[str, object]
) -> None:
    working.sandbox.fault(**broken)
    wait_for(lambda: working.sandbox.connections() == 2, "both connections")
    assert thread_of(working.sandbox, ask_about_new_clip(working))["ts"]


@pytest.mark.parametrize("kind", ["slash_commands", "interactive", "*"])
def test_what_slack_delivers_twice_happens_once(working: Stage, kind: str) -> None:
    requests_before = count_requests(working)
    working.sandbox.fault(delivery=kind, action="duplicate", times=2)
    name = ask_about_new_clip(working)
    settle(working, name)
    expect_told_once(working, name)
    assert count_requests(working) == requests_before + 1


def test_a_delivery_that_got_lost_can_be_repeated_by_the_person(working: Stage) -> None:
    working.sandbox.fault(delivery="slash_commands", action="drop")
    typed = working.sandbox.do("command", as_=ROSA, channel=ENGLISH, text="/help-clip")
    assert typed == {"ok": False, "error": "operation_timeout"}
    thread_of(working.sandbox, ask_about_new_clip(working))
