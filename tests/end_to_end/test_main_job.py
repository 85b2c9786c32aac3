"""From the question to the audit row, over HTTP and WebSocket."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.desks import quiet_desks
from tests.end_to_end.browser_people import (
    AMIR,
    CLIP,
    ENGLISH,
    JONAS,
    LENA,
    RAVI,
    ROSA,
    SPAN,
    Visitor,
    ask,
    hear_and_answer,
    link,
    replies,
    shown,
    submit,
    thread_of,
)
from tests.end_to_end.conftest import Stage, open_stage
from tests.end_to_end.processes import json_lines, wait_for


@pytest.fixture(scope="module")
def working(shared_stage: Stage) -> Stage:
    """A sandbox with one bot at work."""
    shared_stage.bot()
    return shared_stage


def settle(stage: Stage, name: str, people: tuple[str, ...] = (RAVI, LENA)) -> None:
    url = link(thread_of(stage.sandbox, name))
    for person in people:
        hear_and_answer(person, url)
    wait_for(
        lambda: f"{name} is settled" in replies(stage.sandbox, name),
        "the settled reply",
    )


def test_two_who_agree_settle_a_word_and_the_auditor_sees_who_heard_it(
    working: Stage,
) -> None:
    name = ask(working.sandbox)
    settle(working, name)
    wait_for(
        lambda: "Settled: lamp" in shown(thread_of(working.sandbox, name)),
        "the update of the thread",
    )
    line = f"/clip-audit {name}"
    asked = working.sandbox.do("command", as_=AMIR, channel="C0AUDIT001", text=line)
    told = shown(asked["response"])
    for person in (RAVI, LENA):
        assert f"<@{person}>  `snippet.heard`" in told
    listed = json_lines(working.bots[0].command("results", "--json").stdout)
    assert (f"{name}/1", "lamp", 2) in [
        (r["id"], r["text"], r["agreeing"]) for r in listed
    ]


def test_a_question_about_the_same_word_is_joined_and_both_are_told(
    working: Stage,
) -> None:
    name = ask(working.sandbox, span="0.4-0.9")
    assert ask(working.sandbox, LENA, span="0.5-0.8") == name
    settle(working, name, (RAVI, JONAS))
    parent = thread_of(working.sandbox, name)
    [reply] = [
        m
        for m in working.sandbox.messages(ENGLISH, as_=ROSA, thread_ts=parent["ts"])
        if m["ts"] != parent["ts"]
    ]
    assert f"<@{ROSA}> <@{LENA}>" in shown(reply)


def test_an_error_in_the_form_keeps_what_was_typed(working: Stage) -> None:
    line = f"/help-clip {CLIP}"
    typed = working.sandbox.do("command", as_=ROSA, channel=ENGLISH, text=line)
    assert typed["ok"]
    refused = submit(working.sandbox, ROSA, clip=CLIP, span="backwards", guess="lamp")
    assert refused["ok"] is False
    assert list(refused["errors"]) == ["span"]
    working.sandbox.do("command", as_=ROSA, channel=ENGLISH, text="/help-clip")
    view = working.sandbox.get("views", **{"as": ROSA})["views"][-1]
    assert "backwards" in str(view["blocks"])
    working.sandbox.do("view/close", as_=ROSA, view_id=view["id"], everything=True)


def test_nothing_plays_any_more_once_it_is_settled(working: Stage) -> None:
    name = ask(working.sandbox, span="1.2-1.8")
    url = link(thread_of(working.sandbox, name))
    with Visitor(JONAS, url) as late:
        settle(working, name)
        played = late.play()
    assert played.status == 403
    assert b"RIFF" not in played.sound


@contextmanager
def three_have_to_agree(folder: Path) -> Iterator[Stage]:
    with open_stage(folder) as stage:
        stage.bot(DESKS=str(quiet_desks(folder, settle='"3 of 5"')))
        yield stage


WATCHING = {
    "conversations.info",
    "conversations.members",
    "users.info",
    "usergroups.users.list",
}


def test_a_whole_request_costs_at_most_five_calls_to_slack(tmp_path: Path) -> None:
    with three_have_to_agree(tmp_path) as stage:
        started = max(int(call["n"]) for call in stage.sandbox.calls())
        name = ask(stage.sandbox, span=SPAN)
        settle(stage, name, (RAVI, LENA, JONAS))
        wait_for(
            lambda: "Settled" in shown(thread_of(stage.sandbox, name)), "the update"
        )
        calls = [c["name"] for c in stage.sandbox.calls(after=started)]
    signing_in = [name for name in calls if name.startswith("openid.")]
    # Looking at channels, people and groups goes by the clock, not by the request.
    calls = [name for name in calls if name not in signing_in and name not in WATCHING]
    assert sorted(calls) == [
        "chat.postMessage",
        "chat.postMessage",
        "chat.update",
        "views.open",
    ]
    # Signing in is once a person and half a day, not once a request.
    assert len(signing_in) == 3
