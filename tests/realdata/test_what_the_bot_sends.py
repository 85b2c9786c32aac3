"""Everything the bot says to Slack, before the vendor's own schemas and models."""

import itertools
import json
from dataclasses import fields, replace
from typing import Any

import pytest
from sqlalchemy import select

from bot.rules.channels.sharing import Attached
from bot.sandbox.block_kit.elements import elements_of
from bot.slack.app import COMMANDS, SHORTCUTS
from bot.slack.outbound.outgoing import SendContext
from bot.slack.outbound.registry import COMPOSERS
from bot.usecases.channels import watch_sharing
from bot.usecases.channels.watch_sharing import PostedMessage
from bot.usecases.distress import drill, officer, peer_support, stop_clip
from storage.outbox.payloads import decode_payload
from storage.records import Answer, Difficulty, RequestState, Task
from storage.records.outbox import (
    AskAboutStops,
    AskColleague,
    CoachPerson,
    NotifyDrillOver,
    NotifyReporter,
    NotifyWeeklyCount,
    OpenPeerTalk,
    PageBundle,
    PageChannel,
    PageOfficer,
    Payload,
)
from storage.tables import outbox
from tests.product import ADA, AMIR, JONAS, LENA, RAVI, ROSA, SOFIA, Product
from tests.realdata.shared import needs_shared
from tests.slack.conftest import program, sandbox, workspace  # noqa: F401
from tests.slack.judges import Judges
from tests.slack.workspace import CHANNEL, Workspace

GUEST = "U0GUEST01"
# The lead first: whoever sees a request may stop it, which closes it to the rest.
EVERYBODY = [LENA, ROSA, RAVI, AMIR, SOFIA, ADA, GUEST]
LONG = "<!channel> & *" + "wörd " * 40


@pytest.fixture
def judges() -> Judges:
    return Judges(needs_shared("slack/generated"))


# These payloads name cases, talks and incidents, so a use case enqueues them here.
ENQUEUED = {
    PageOfficer,
    PageChannel,
    PageBundle,
    AskAboutStops,
    NotifyDrillOver,
    NotifyReporter,
    AskColleague,
    OpenPeerTalk,
    NotifyWeeklyCount,
    CoachPerson,
}
COMPOSED_HERE = sorted(set(COMPOSERS.kinds) - ENQUEUED, key=lambda kind: kind.__name__)


WAITING_KEY = "waiting"


def payload_of(kind: type[Payload], request_id: int) -> Payload:
    """Return a payload of this kind about the request, the channel and Rosa."""
    values: dict[str, int | str] = {
        "request_id": request_id,
        "channel_id": CHANNEL,
        "ts": "1.2",
        "user_id": ROSA,
        "asker_id": ROSA,
        "visitor_id": GUEST,
        "desk_id": "english-us",
        "recipient_id": LENA,
        "waiting_key": WAITING_KEY,
        # A message of a clock without a state is about any.
        "state": "",
    }
    return kind(**{field.name: values[field.name] for field in fields(kind)})


@pytest.mark.parametrize("kind", COMPOSED_HERE, ids=lambda kind: kind.__name__)
def test_every_message_about_a_request_or_channel_in_every_state(
    product: Product, judges: Judges, kind: type[Payload]
) -> None:
    context = SendContext(services=product.services, now=product.now)
    request = product.open()
    with product.services.store.begin() as tx:
        tx.waiting_erasures.add(
            key=WAITING_KEY,
            clip_id=request.clip_id,
            request_id=request.id,
            desk=request.desk,
            asked_at=product.now,
            due_at=product.now,
        )
    for state, thread_ts, personal in itertools.product(
        RequestState, (None, "1.2"), (True, False)
    ):
        changed = replace(
            request,
            state=state,
            channel_id=CHANNEL if thread_ts else None,
            thread_ts=thread_ts,
            difficulties=tuple(Difficulty),
            settled_answer=Answer.WORDS,
            settled_text=LONG,
            settled_personal=personal,
            problem=LONG,
        )
        with product.services.store.begin() as tx:
            tx.requests.save(changed)
        said: Any = COMPOSERS.compose(context, payload_of(kind, request.id))
        if getattr(said, "blocks", None):
            judges.message(f"{kind.task} while {state}", said.blocks)
    assert judges.problems == []


def test_every_message_about_people_and_cases(product: Product, judges: Judges) -> None:
    services = product.services
    case = stop_clip.stop(services, product.act(JONAS), product.open().key).case
    for clip in ("de-de-0001", "de-de-0002"):
        stop_clip.stop_clip(services, product.act(AMIR), clip)
    said = compose_all(product, judges)
    officer.acknowledge(services, product.act(SOFIA), case.key)
    officer.close(
        services, product.fresh(SOFIA), case.key, reply="We looked at it.", release=True
    )
    peer_support.ask_colleagues(services, product.act(ROSA), f"<@{RAVI}>")
    watch_sharing.check_message(services, product.act(RAVI), dropped_file())
    with services.store.begin() as tx:
        weekly = NotifyWeeklyCount(user_id=ROSA, words=14)
        tx.outbox.enqueue(weekly, now=product.now)
    said |= compose_all(product, judges)
    with services.store.read() as tx:
        waiting = tx.connection.execute(
            select(outbox.c.argument).where(outbox.c.task == Task.ASK_COLLEAGUE)
        )
        key = json.loads(waiting.scalars().one())["talk_key"]
    peer_support.take_talk(services, product.act(RAVI), key)
    said |= compose_all(product, judges)
    begun = drill.start_drill(services, product.worker())
    product.do_all()  # they have been called
    officer.acknowledge(services, product.act(ADA), begun.key)
    said |= compose_all(product, judges)
    assert said == ENQUEUED
    assert judges.problems == []


def dropped_file() -> PostedMessage:
    file = Attached(
        id="F1", name="clip.wav", mimetype="audio/wav", filetype="wav", size=9
    )
    return PostedMessage(
        channel_id=CHANNEL, ts="1.2", thread_ts=None, text="", files=(file,)
    )


def compose_all(product: Product, judges: Judges) -> set[type[Payload]]:
    """Show every waiting row to the judges; return the kinds that have a message."""
    said = set()
    context = SendContext(services=product.services, now=product.now)
    tasks = [kind.task for kind in ENQUEUED]
    query = select(outbox).where(outbox.c.done_at.is_(None), outbox.c.task.in_(tasks))
    with product.services.store.read() as tx:
        rows = tx.connection.execute(query).all()
    for row in rows:
        payload = decode_payload(Task(row.task), row.lane, row.request_id, row.argument)
        message: Any = COMPOSERS.compose(context, payload)
        if message is not None:
            said.add(type(payload))
            assert message.text
            if message.blocks:
                judges.message(str(payload.task), message.blocks)
    return said


TEXTS = {
    "/help-clip": [
        "",
        "en-us-0001",
        "en-us-0002 0.1-0.4",
        "no-such-clip",
        "de-de-0001",
    ],
    "/clip-audit": ["", "me", "HC-1001", "denied", f"<@{ROSA}> because it is due"],
}
SAID = {
    "from_app chat.postMessage",
    "from_app chat.update",
    "from_app views.open",
    "from_app views.update",
    "from_app views.publish",
    "from_app response_url",
    "to_app /clip-queue",
    "to_app /clip-audit",
    "to_app view_submission",
}


def test_everything_shown_to_everybody_who_presses_everything(
    workspace: Workspace,  # noqa: F811
    judges: Judges,
) -> None:
    _requests_of_many_kinds(workspace)
    seen = 0
    for person in (*EVERYBODY, SOFIA):
        _use_commands(workspace, person)
        _press_home(workspace, person)
        _press_messages(workspace, person)
        for entry in workspace.calls_after(seen):
            judges.call(entry)
            seen = entry["n"]
    assert judges.problems == []
    assert SAID - judges.seen == set()


def _use_commands(workspace: Workspace, person: str) -> None:  # noqa: F811
    for command in COMMANDS:
        for text in TEXTS.get(command, [""]):
            workspace.post(
                "command", person, channel="C0GENERAL1", text=f"{command} {text}"
            )
            _use_windows(workspace, person)
    mention = workspace.post(
        "message", person, channel="C0GENERAL1", text="see en-us-0001"
    )
    for shortcut in SHORTCUTS:
        for where in ({}, {"channel": "C0GENERAL1", "ts": mention["ts"]}):
            workspace.post("shortcut", person, callback_id=shortcut, **where)
            _use_windows(workspace, person)


def _requests_of_many_kinds(workspace: Workspace) -> None:  # noqa: F811
    settled, disputed = workspace.ask(ROSA), workspace.ask(ROSA, guess=LONG[:90])
    for request, second in ((settled, "lamp"), (disputed, "lamb")):
        workspace.answer(RAVI, request, "lamp")
        workspace.answer(JONAS, request, second)
    workspace.reply(settled.name, f"{settled.name} is settled")
    workspace.reply(disputed.name, f"{disputed.name} needs a ruling")
    workspace.ask(JONAS)
    workspace.ask(RAVI)


def _use_windows(workspace: Workspace, person: str) -> None:  # noqa: F811
    """Press what is in the window on top, send it empty and filled in, and close it."""
    for values in ({}, {"clip": {"clip": "en-us-0001"}, "span": {"span": "1.1-1.3"}}):
        if not (views := workspace.look("views", person)["views"]):
            return
        _press(
            workspace,
            person,
            views[-1]["blocks"],
            view_id=views[-1]["id"],
            values=values,
        )
        workspace.post("view/submit", person, view_id=views[-1]["id"], values=values)
    for view in workspace.look("views", person)["views"]:
        workspace.post("view/close", person, view_id=view["id"], everything=True)
        break


def _press_messages(workspace: Workspace, person: str) -> None:  # noqa: F811
    state = workspace.look("state", person)
    for channel in (c["id"] for c in state["channels"] if c["is_member"]):
        for parent in workspace.messages(person, channel):
            threads = (
                workspace.messages(person, channel, parent["ts"])
                if "reply_count" in parent
                else []
            )
            for message in [parent, *threads]:
                where = {"channel": channel, "ts": message["ts"]}
                _press(workspace, person, message.get("blocks", []), **where)
                _use_windows(workspace, person)


def _press_home(workspace: Workspace, person: str) -> None:  # noqa: F811
    view = workspace.home(person)
    _press(workspace, person, view["blocks"], view_id=view["id"])
    _use_windows(workspace, person)


def _press(
    workspace: Workspace,  # noqa: F811
    person: str,
    blocks: list[dict[str, Any]],
    **where: Any,
) -> None:
    for block in blocks:
        for element in elements_of(block):
            typed = "en-us-0001" if element["type"] == "plain_text_input" else None
            if element["type"] == "button" or (typed and block.get("dispatch_action")):
                pressed = {
                    "block_id": block["block_id"],
                    "action_id": element["action_id"],
                }
                workspace.post("press", person, **where | pressed, value=typed)
