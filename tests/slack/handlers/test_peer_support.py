"""`/clip-talk` in Slack: the call, the introduction, and *Not now*."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from storage.audit.query.search import Question, answer
from storage.tables import metadata, talk_marks, talk_mutes, talks
from tests.product import RAVI, ROSA
from tests.slack.workspace import Workspace, written


@pytest.fixture(autouse=True)
def no_calls_before(workspace: Workspace) -> None:
    """Forget the calls of other tests in this workspace."""
    with workspace.program.services.store.begin() as tx:
        tx.connection.execute(talk_marks.delete())
        tx.connection.execute(talk_mutes.delete())
        for key in tx.connection.scalars(select(talks.c.key)).all():
            tx.peer_talks.forget(key)


def ring(workspace: Workspace) -> dict[str, Any]:
    """Rosa calls Ravi; return the message that Ravi gets."""
    n_before = len(calls(workspace))
    called = workspace.command(ROSA, f"/clip-talk <@{RAVI}>")
    assert "Called." in written(called)
    asked = workspace.wait(lambda: calls(workspace)[n_before:])[-1]
    assert "en-us" not in json.dumps(asked)
    return dict(asked)


def calls(workspace: Workspace) -> list[dict[str, Any]]:
    return [m for m in workspace.notes(RAVI) if "would like to talk" in written(m)]


def introductions(workspace: Workspace) -> list[dict[str, Any]]:
    return [m for m in workspace.notes(ROSA) if "has time for you" in written(m)]


def introduce(workspace: Workspace) -> dict[str, Any]:
    """Rosa calls, Ravi has time; return what Rosa gets."""
    n_before = len(introductions(workspace))
    workspace.press(RAVI, ring(workspace), "have_time")
    return dict(workspace.wait(lambda: introductions(workspace)[n_before:])[-1])


def group_conversations(workspace: Workspace) -> list[dict[str, Any]]:
    channels = [
        channel
        for person in (ROSA, RAVI)
        for channel in workspace.look("state", person)["channels"]
    ]
    return [channel for channel in channels if channel["kind"] == "mpim"]


def test_a_call_that_carries_a_clip_is_refused(workspace: Workspace) -> None:
    refused = workspace.command(ROSA, "/clip-talk about en-us-0001")
    assert "carries no words" in written(refused)


def test_the_two_are_introduced_with_the_one_rule_and_help_clip_is_not_there(
    workspace: Workspace,
) -> None:
    introduction = introduce(workspace)
    assert f"<@{RAVI}> has time for you" in written(introduction)
    assert "the recording, not at all" in written(introduction)
    assert group_conversations(workspace) == []


def test_the_colleague_reads_the_rule_too(workspace: Workspace) -> None:
    workspace.press(RAVI, ring(workspace), "have_time")
    shown = workspace.wait(
        lambda: [m for m in workspace.notes(RAVI) if "Thank you." in written(m)]
    )[-1]
    assert f"<@{ROSA}>" in written(shown)
    assert "the recording, not at all" in written(shown)


def test_not_now_is_learnt_by_the_colleague_alone(workspace: Workspace) -> None:
    before = len(workspace.notes(ROSA))
    workspace.press(RAVI, ring(workspace), "no_time")
    workspace.wait(
        lambda: [m for m in workspace.notes(RAVI) if "All right." in written(m)]
    )
    n_asked = len(workspace.notes(RAVI))
    again = workspace.command(ROSA, f"/clip-talk <@{RAVI}>")
    assert "Called." in written(again)
    assert len(workspace.notes(RAVI)) == n_asked
    assert len(workspace.notes(ROSA)) == before


def test_nothing_is_kept_of_who_talks_with_whom(workspace: Workspace) -> None:
    introduce(workspace)
    store = workspace.program.services.store
    tables = {table.name: table for table in metadata.sorted_tables}

    def is_over() -> bool:
        with store.read() as tx:
            return not tx.connection.execute(tables["talks"].select()).all()

    assert workspace.wait(is_over)
    with store.read() as tx:
        events = answer(tx.log, Question(limit=500)).events
        rows = tx.connection.execute(tables["outbox"].select()).mappings().all()
    assert not [e for e in events if "talk" in e.event.action]
    assert "call_colleague" not in [row["task"] for row in rows]
    opened = [
        f"{row['lane']} {row['argument']}" for row in rows if row["task"] == "open_talk"
    ]
    assert opened
    assert not [row for row in opened if ROSA in row or RAVI in row]
