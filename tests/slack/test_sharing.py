"""Things passed around in Slack: what the person, the lead and the thread then show."""

import base64
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from bot.cli.demo import demo_settings
from bot.sandbox import RunningSandbox
from bot.sandbox.config import ADMIN_TOKEN
from bot.wiring import Program, build
from storage.migrations import upgrade
from tests.house import ADA, JONAS, LENA, RAVI, ROSA
from tests.slack.office import CHANNEL, Office, buttons, written

WAV = base64.b64encode(b"RIFF" + bytes(2000)).decode()
SAID = "you have to hear this"


@pytest.fixture(scope="module")
def program(sandbox: RunningSandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The bot with the token of an administrator, who is in the English channel only."""
    folder = tmp_path_factory.mktemp("bot")
    settings = demo_settings(folder, sandbox.url, "http://127.0.0.1:1")
    upgrade(settings.database_url)
    built = build(settings.model_copy(update={"slack_admin_token": SecretStr(ADMIN_TOKEN)}))
    built.start()
    change = {"channel": CHANNEL, "join": ADA}
    assert httpx.post(f"{sandbox.url}/sandbox/change", json=change).json()["ok"]
    yield built
    built.stop()


@pytest.fixture(autouse=True)
def _empty_list(office: Office) -> Iterator[None]:
    """Leave nothing on the leads' list, so that the next advice is given again."""
    yield
    store = office.program.services.store
    with store.begin() as tx:
        for incident in tx.unseen_incidents(["english-us", "deutsch"]):
            tx.see_incident(incident.id, office.act(LENA).actor, incident.at)


def drop(
    office: Office, person: str, name: str, channel: str = CHANNEL, **more: Any
) -> dict[str, Any]:
    dropped = office.post("file", person, channel=channel, name=name, content=WAV, **more)
    assert dropped["ok"], dropped
    return dropped


def told(office: Office, person: str) -> list[dict[str, Any]]:
    """What the bot has written to this person, the newest last."""
    channel = office.post("dm", person, user="U0HELPCLIP")["channel"]
    return office.messages(person, channel)


def advice(office: Office, person: str, after: int) -> str:
    """The next direct message of the bot beyond the first `after`."""
    found = office.wait(lambda: told(office, person)[after:])
    return written(found[0])


def on_the_list(office: Office) -> list[dict[str, Any]]:
    """The rows of the lead's list in App Home."""
    blocks = office.home(LENA)["blocks"]
    return [b for b in blocks if b.get("accessory", {}).get("action_id") == "incident"]


@pytest.mark.parametrize("name", ["kitchen.wav", "voice.m4a", "shift.zip"])
def test_a_dropped_file_is_removed_and_its_owner_told_kindly(office: Office, name: str) -> None:
    before = len(told(office, ROSA))
    message = drop(office, ROSA, name, text=SAID)
    said = advice(office, ROSA, before)
    assert "It is removed already" in said
    assert "/help-clip" in said
    assert SAID not in said
    assert name not in said
    shown = next(m for m in office.messages() if m["ts"] == message["ts"])
    assert [file.get("mode") for file in shown["files"]] == ["tombstone"]
    (row,) = on_the_list(office)
    assert f"<@{ROSA}>" in row["text"]["text"]
    assert "gone since" in row["text"]["text"]
    assert name not in str(row)


def test_a_file_the_administrator_cannot_reach_is_deleted_by_its_owner(office: Office) -> None:
    before = len(told(office, RAVI))
    drop(office, RAVI, "kitchen.wav", channel="C0HELPDEDE")
    said = advice(office, RAVI, before)
    assert "Please delete your message" in said
    assert "removed already" not in said


def test_a_picture_or_text_is_nobodys_business(office: Office) -> None:
    before = len(told(office, RAVI))
    drop(office, RAVI, "rota.pdf")
    drop(office, RAVI, "kitchen.wav")
    advice(office, RAVI, before)
    assert len(on_the_list(office)) == 1


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
    office: Office, text: str, says: str
) -> None:
    before = len(told(office, JONAS))
    office.post("message", JONAS, channel=CHANNEL, text=text)
    said = advice(office, JONAS, before)
    assert says in said
    assert "delete your message" in said
    for word in text.split():
        assert word not in said or word in ("it", "a", "was", "what", "about")


def test_the_lead_takes_an_entry_off_the_list(office: Office) -> None:
    before = len(told(office, ROSA))
    drop(office, ROSA, "kitchen.wav")
    advice(office, ROSA, before)
    (row,) = on_the_list(office)
    assert "in private" in str(office.command(LENA, "/clip-queue"))
    view = office.home(LENA)
    number = row["accessory"]["value"]
    pressed = office.post("press", LENA, view_id=view["id"], action_id="incident", value=number)
    assert pressed["ok"], pressed
    office.wait(lambda: not on_the_list(office))


def test_a_thread_that_discusses_its_word_asks_for_one_more_answer(office: Office) -> None:
    request = office.ask()
    parent = office.parent(request.name)
    assert parent is not None
    for text in (":eyes:", "sounds like lamp to me"):
        office.post("message", RAVI, channel=CHANNEL, thread_ts=parent["ts"], text=text)
    shown = office.parent_when(request.name, "Discussed here, so 3 have to agree")
    assert "listen" in buttons(shown)
    assert office.request(request.name).quorum == 3


def test_a_channel_made_public_is_noticed_by_the_message_that_says_so(office: Office) -> None:
    services = office.program.services

    def problems() -> tuple[str, ...]:
        with services.store.read() as tx:
            channel = tx.channel(CHANNEL)
        return channel.problems if channel else ()

    office.change(channel=CHANNEL, private=False)
    office.wait(lambda: "channel_public" in problems())
    office.change(channel=CHANNEL, private=True)
    office.wait(lambda: not problems())
