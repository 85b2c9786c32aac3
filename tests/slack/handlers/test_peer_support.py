"""`/clip-talk` in Slack: the call, the conversation it opens, and what stays outside of
it.
"""

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from storage.audit.query.search import Question, answer
from storage.records import Slip
from storage.tables import metadata
from tests.product import JONAS, RAVI, ROSA, SOFIA
from tests.slack.workspace import Workspace, written


@dataclass
class Chat:
    """The conversation of Rosa, who called, and Ravi, who has time."""

    workspace: Workspace
    channel: str
    opening: dict[str, Any]

    def say(self, person: str, text: str, **more: Any) -> dict[str, Any]:
        said = self.workspace.post(
            "message", person, channel=self.channel, text=text, **more
        )
        assert said["ok"], said
        return said

    def shown(self, person: str) -> list[dict[str, Any]]:
        """What this person sees since it was opened last."""
        found = self.workspace.messages(person, self.channel)
        return [message for message in found if message["ts"] >= self.opening["ts"]]

    def reminded(self, person: str, text: str = "") -> list[dict[str, Any]]:
        """What help-clip said there to this person alone."""
        found = self.shown(person)
        return [
            m for m in found if m.get("ephemeral_to") == person and text in written(m)
        ]


@pytest.fixture
def chat(workspace: Workspace) -> Chat:
    return begin(workspace)


def begin(workspace: Workspace) -> Chat:
    """Rosa calls, Ravi has time."""
    before = openings(workspace)
    called = workspace.command(ROSA, f"/clip-talk <@{RAVI}>")
    assert "Called." in written(called)
    n_asked = len(workspace.notes(RAVI)) - 1
    asked = workspace.wait(
        lambda: [
            m
            for m in workspace.notes(RAVI)[n_asked:]
            if "would like to talk" in written(m)
        ]
    )[-1]
    assert "en-us" not in json.dumps(asked)
    workspace.press(RAVI, asked, "have_time")
    opened = workspace.wait(lambda: openings(workspace)[len(before) :])
    channel = together(workspace, ROSA)
    assert channel is not None
    return Chat(workspace, channel["id"], opened[0])


def openings(workspace: Workspace) -> list[dict[str, Any]]:
    channel = together(workspace, ROSA)
    found = workspace.messages(ROSA, channel["id"]) if channel else []
    return [message for message in found if "has time for you" in written(message)]


def together(workspace: Workspace, person: str) -> dict[str, Any] | None:
    """The group conversation this person is in."""
    channels = workspace.look("state", person)["channels"]
    return next((dict(c) for c in channels if c["kind"] == "mpim"), None)


def slips(workspace: Workspace) -> dict[Slip, int]:
    with workspace.program.services.store.read() as tx:
        return tx.peer_talks.slips()


def test_a_call_that_carries_a_clip_is_refused(workspace: Workspace) -> None:
    refused = workspace.command(ROSA, "/clip-talk about en-us-0001")
    assert "carries no words" in written(refused)


def test_the_two_and_help_clip_are_brought_together_and_told_the_one_rule(
    chat: Chat,
) -> None:
    channel = together(chat.workspace, RAVI)
    assert channel is not None
    assert sorted(channel["members"]) == sorted([ROSA, RAVI, "U0HELPCLIP"])
    for stranger in (JONAS, SOFIA):
        assert together(chat.workspace, stranger) is None
    assert f"<@{ROSA}>, <@{RAVI}> has time for you" in written(chat.opening)
    assert "the recording, not at all" in written(chat.opening)


def test_nothing_is_kept_of_who_talks_with_whom(chat: Chat) -> None:
    store = chat.workspace.program.services.store
    tables = {table.name: table for table in metadata.sorted_tables}

    def is_over() -> bool:
        with store.read() as tx:
            return not tx.connection.execute(tables["talks"].select()).all()

    assert chat.workspace.wait(is_over)
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


def test_talking_again_is_the_same_conversation(chat: Chat) -> None:
    assert begin(chat.workspace).channel == chat.channel


def test_how_people_are_is_theirs_and_is_stored_nowhere(chat: Chat) -> None:
    before = sum(slips(chat.workspace).values())
    chat.say(ROSA, "I dreamt of the heron again, and of my grandmother")
    chat.say(RAVI, "Do you want to go for a walk at three?")
    chat.say(
        RAVI, "I will leave en-us-0002 out of it"
    )  # the others are dealt with by then
    chat.workspace.wait(lambda: chat.reminded(RAVI))
    assert chat.reminded(ROSA) == []
    assert sum(slips(chat.workspace).values()) == before + 1
    database = Path(
        chat.workspace.program.services.store.url.removeprefix("sqlite:///")
    )
    files = [path for path in database.parent.rglob("*") if path.is_file()]
    assert database in files
    for path in files:
        kept = path.read_bytes()
        for word in (b"heron", b"grandmother", b"walk at three", b"leave en-us-0002"):
            assert word not in kept, path.name


@pytest.mark.parametrize(
    ("text", "says", "slip"),
    [
        ("it is en-us-0002 that I cannot forget", "names a recording", Slip.CLIP),
        ("HC-1001", "names a recording", Slip.CLIP),
        ("the cry at 2.3-2.9", "the place in a recording", Slip.SPAN),
        ("http://127.0.0.1:1/r/abcdefgh", "a link to a request", Slip.LINK),
    ],
)
def test_what_leads_to_a_recording_is_kindly_asked_away(
    chat: Chat, text: str, says: str, slip: Slip
) -> None:
    before = slips(chat.workspace)[slip]
    chat.say(ROSA, text)
    (line,) = chat.workspace.wait(lambda: chat.reminded(ROSA, says))
    assert "Only you see this" in written(line)
    assert text not in written(line)
    assert chat.reminded(RAVI) == []
    assert slips(chat.workspace)[slip] == before + 1


def test_a_file_has_no_place_there(chat: Chat) -> None:
    content = base64.b64encode(b"some notes").decode()
    chat.workspace.post(
        "file", RAVI, channel=chat.channel, name="notes.txt", content=content
    )
    chat.workspace.wait(lambda: chat.reminded(RAVI, "holds a file"))


def test_what_is_edited_in_afterwards_is_seen_too_and_can_be_taken_out(
    chat: Chat,
) -> None:
    said = {"channel": chat.channel, "ts": chat.say(ROSA, "hm")["ts"]}
    chat.workspace.post("message/edit", ROSA, **said, text="hm en-us-0001")
    chat.workspace.wait(lambda: chat.reminded(ROSA, "names a recording"))
    assert chat.workspace.post("message/delete", ROSA, **said)["ok"]
    assert "hm" not in [written(message) for message in chat.shown(RAVI)]


def test_the_words_of_a_recording_somebody_met_are_not_for_quoting(chat: Chat) -> None:
    request = chat.workspace.ask(JONAS, clip="en-us-0006")
    chat.workspace.answer(ROSA, request, "chandelier")
    chat.say(RAVI, "was it 'chandelier'?")  # he has never met it
    chat.say(ROSA, "I said 'chandelier'.")
    chat.workspace.wait(lambda: chat.reminded(ROSA, "quote"))
    assert chat.reminded(RAVI) == []


def test_a_fault_of_slack_loses_no_conversation(workspace: Workspace) -> None:
    workspace.post(
        "faults", method="conversations.open", error="internal_error", times=1
    )
    begin(workspace)
