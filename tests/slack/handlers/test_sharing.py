"""Things passed around in Slack: what the person, the lead and the thread then show."""

import base64
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from bot.cli.demo.demo import demo_settings
from bot.sandbox import RunningSandbox
from bot.sandbox.config import ADMIN_TOKEN
from bot.wiring import Program, build
from storage.migrations import upgrade
from tests.product import ADA, JONAS, LENA, RAVI, ROSA
from tests.slack.workspace import CHANNEL, Workspace, buttons, written

WAV = base64.b64encode(b"RIFF" + bytes(2000)).decode()
SAID = "you have to hear this"


@pytest.fixture(scope="module")
def program(
    sandbox: RunningSandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Program]:
    """The bot with the token of an administrator, who is in the English channel
    only.
    """
    folder = tmp_path_factory.mktemp("bot")
    settings = demo_settings(folder, sandbox.url, "http://127.0.0.1:1")
    upgrade(settings.database_url)
    built = build(
        settings.model_copy(update={"slack_admin_token": SecretStr(ADMIN_TOKEN)})
    )
    built.start()
    change = {"channel": CHANNEL, "join": ADA}
    assert httpx.post(f"{sandbox.url}/sandbox/change", json=change).json()["ok"]
    yield built
    built.stop()


@pytest.fixture(autouse=True)
def _empty_list(workspace: Workspace) -> Iterator[None]:
    """Leave nothing on the leads' list, so that the next advice is given again."""
    yield
    store = workspace.program.services.store
    with store.begin() as tx:
        for incident in tx.incidents.unseen(["english-us", "deutsch"], 10):
            tx.incidents.mark_seen(incident.id, workspace.act(LENA).actor, incident.at)


def drop(
    workspace: Workspace, person: str, name: str, channel: str = CHANNEL, **more: Any
) -> dict[str, Any]:
    dropped = workspace.post(
        "file", person, channel=channel, name=name, content=WAV, **more
    )
    assert dropped["ok"], dropped
    return dropped


def told(workspace: Workspace, person: str) -> list[dict[str, Any]]:
    """What the bot has written to this person, the newest last."""
    channel = workspace.post("dm", person, user="U0HELPCLIP")["channel"]
    return workspace.messages(person, channel)


def advice(workspace: Workspace, person: str, after: int) -> str:
    """The next direct message of the bot beyond the first `after`."""
    found = workspace.wait(lambda: told(workspace, person)[after:])
    return written(found[0])


def on_the_list(workspace: Workspace) -> list[dict[str, Any]]:
    """The rows of the lead's list in App Home."""
    blocks = workspace.home(LENA)["blocks"]
    return [b for b in blocks if b.get("accessory", {}).get("action_id") == "incident"]


def gone(workspace: Workspace) -> bool:
    return all("gone since" in row["text"]["text"] for row in on_the_list(workspace))


@pytest.mark.parametrize("name", ["kitchen.wav", "voice.m4a", "shift.zip"])
def test_a_dropped_file_is_removed_and_its_owner_told_kindly(
    workspace: Workspace, name: str
) -> None:
    before = len(told(workspace, ROSA))
    message = drop(workspace, ROSA, name, text=SAID)
    said = advice(workspace, ROSA, before)
    assert "It is removed already" in said
    assert "/help-clip" in said
    assert SAID not in said
    assert name not in said
    shown = next(m for m in workspace.messages() if m["ts"] == message["ts"])
    assert [file.get("mode") for file in shown["files"]] == ["tombstone"]
    (row,) = on_the_list(workspace)
    assert f"<@{ROSA}>" in row["text"]["text"]
    assert "gone since" in row["text"]["text"]
    assert name not in str(row)


def test_a_file_the_administrator_cannot_reach_is_deleted_by_its_owner(
    workspace: Workspace,
) -> None:
    before = len(told(workspace, RAVI))
    drop(workspace, RAVI, "kitchen.wav", channel="C0HELPDEDE")
    said = advice(workspace, RAVI, before)
    assert "Please delete your message" in said
    assert "removed already" not in said


def test_a_deleted_message_with_replies_is_off_the_list_as_any_deleted_one(
    workspace: Workspace,
) -> None:
    posted = workspace.post(
        "message", ROSA, channel=CHANNEL, text="call me, 555 010 4477"
    )
    reply = {"text": "please delete it", "thread_ts": posted["ts"]}
    assert workspace.post("message", LENA, channel=CHANNEL, **reply)["ok"]
    workspace.wait(lambda: on_the_list(workspace))
    assert not gone(workspace)
    deleted = workspace.post("message/delete", ROSA, channel=CHANNEL, ts=posted["ts"])
    assert deleted["ok"], deleted
    assert workspace.wait(lambda: gone(workspace))


def test_words_that_were_edited_away_are_off_the_list(workspace: Workspace) -> None:
    posted = workspace.post(
        "message", ROSA, channel=CHANNEL, text="call me, 555 010 4477"
    )
    workspace.wait(lambda: on_the_list(workspace))
    edited = workspace.post(
        "message/edit", ROSA, channel=CHANNEL, ts=posted["ts"], text="never mind"
    )
    assert edited["ok"], edited
    assert workspace.wait(lambda: gone(workspace))


def test_a_picture_or_text_is_nobodys_business(workspace: Workspace) -> None:
    before = len(told(workspace, RAVI))
    drop(workspace, RAVI, "rota.pdf")
    drop(workspace, RAVI, "kitchen.wav")
    advice(workspace, RAVI, before)
    assert len(on_the_list(workspace)) == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("what about en-us-0002", "names a clip"),
        ("listen: https://files.example.com/a.mp3", "link to a recording"),
        ("it was 020 7946 0958", "looks personal"),
        ("http://127.0.0.1:1/r/abcdefgh", "link to a request"),
    ],
)
def test_words_and_links_are_coached_without_quoting_them(
    workspace: Workspace, text: str, says: str
) -> None:
    before = len(told(workspace, JONAS))
    workspace.post("message", JONAS, channel=CHANNEL, text=text)
    said = advice(workspace, JONAS, before)
    assert says in said
    assert "delete your message" in said
    for word in text.split():
        assert word not in said or word in ("it", "a", "was", "what", "about")


def test_the_lead_takes_an_entry_off_the_list(workspace: Workspace) -> None:
    before = len(told(workspace, ROSA))
    drop(workspace, ROSA, "kitchen.wav")
    advice(workspace, ROSA, before)
    (row,) = on_the_list(workspace)
    assert "private conversation" in str(workspace.command(LENA, "/clip-queue"))
    view = workspace.home(LENA)
    number = row["accessory"]["value"]
    pressed = workspace.post(
        "press", LENA, view_id=view["id"], action_id="incident", value=number
    )
    assert pressed["ok"], pressed
    workspace.wait(lambda: not on_the_list(workspace))


def test_a_thread_that_discusses_its_word_asks_for_one_more_answer(
    workspace: Workspace,
) -> None:
    request = workspace.ask()
    parent = workspace.parent(request.name)
    assert parent is not None
    for text in (":eyes:", "sounds like lamp to me"):
        workspace.post(
            "message", RAVI, channel=CHANNEL, thread_ts=parent["ts"], text=text
        )
    shown = workspace.parent_when(request.name, "Discussed here, so 3 have to agree")
    assert "listen" in buttons(shown)
    assert workspace.request(request.name).quorum == 3


def test_a_channel_made_public_is_noticed_by_the_message_that_says_so(
    workspace: Workspace,
) -> None:
    services = workspace.program.services

    def problems() -> tuple[str, ...]:
        with services.store.read() as tx:
            channel = tx.channels.by_id(CHANNEL)
        return channel.problems if channel else ()

    workspace.change(channel=CHANNEL, private=False)
    workspace.wait(lambda: "channel_public" in problems())
    workspace.change(channel=CHANNEL, private=True)
    workspace.wait(lambda: not problems())
