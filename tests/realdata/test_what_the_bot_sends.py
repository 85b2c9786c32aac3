"""Everything the bot says to Slack, before the vendor's own schemas and models."""

import itertools
from typing import Any

import pytest
from sqlalchemy import select

from bot.rules.channels.sharing import Attached
from bot.sandbox.block_kit.elements import elements_of
from bot.slack.app import COMMANDS, SHORTCUTS
from bot.slack.outbound import case_messages
from bot.slack.outbound.registry import MESSAGES
from bot.usecases.channels import watch_sharing
from bot.usecases.channels.watch_sharing import Said
from bot.usecases.distress import drill, officer, peer_support, stop_clip
from storage.records import Answer, Difficulty, OutboxRow, RequestState, Task
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


# Their rows name what they are about, so the acts that ask for them are done instead.
ASKED_FOR = {*case_messages.MESSAGES, Task.COACH}


@pytest.mark.parametrize("task", sorted(set(MESSAGES) - ASKED_FOR), ids=str)
def test_every_message_about_a_request_or_channel_in_every_state(
    product: Product, judges: Judges, task: Task
) -> None:
    request = product.open()
    for state, thread_ts, personal in itertools.product(
        RequestState, (None, "1.2"), (True, False)
    ):
        changed = request.evolve(
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
        row = OutboxRow(
            id=1,
            task=task,
            lane="",
            request_id=request.id,
            argument=f"{CHANNEL} 1.2" if task is Task.CLEAR_REPLY else ROSA,
            attempts=1,
            due_at=product.now,
        )
        said: Any = MESSAGES[task](product.services, row, product.now)
        if getattr(said, "blocks", None):
            judges.message(f"{task} while {state}", said.blocks)
    assert judges.problems == []


def test_every_message_about_people_and_cases(product: Product, judges: Judges) -> None:
    services = product.services
    case = stop_clip.stop(services, product.act(JONAS), product.open().key).case
    said = compose_all(product, judges)
    officer.acknowledge(services, product.act(SOFIA), case.key)
    officer.close(
        services, product.fresh(SOFIA), case.key, reply="We looked at it.", release=True
    )
    peer_support.call(services, product.act(ROSA), f"<@{RAVI}>")
    watch_sharing.saw(services, product.act(RAVI), dropped_file())
    with services.store.begin() as tx:
        tx.outbox.enqueue(
            Task.TELL_WEEKLY, lane="weekly", now=product.now, argument=f"{ROSA} 14"
        )
    said |= compose_all(product, judges)
    with services.store.read() as tx:
        waiting = tx.connection.execute(
            select(outbox.c.argument).where(outbox.c.task == Task.CALL_COLLEAGUE)
        )
        key = waiting.scalars().one().split(" ")[0]
    peer_support.take(services, product.act(RAVI), key)
    said |= compose_all(product, judges)
    begun = drill.drill(services, product.worker())
    product.do_all()  # they have been called
    officer.acknowledge(services, product.act(ADA), begun.key)
    said |= compose_all(product, judges)
    assert said == ASKED_FOR
    assert judges.problems == []


def dropped_file() -> Said:
    file = Attached(
        id="F1", name="clip.wav", mimetype="audio/wav", filetype="wav", size=9
    )
    return Said(channel_id=CHANNEL, ts="1.2", thread_ts=None, text="", files=(file,))


def compose_all(product: Product, judges: Judges) -> set[Task]:
    """Show every row that waits to the judges; the tasks something was said for."""
    said = set()
    query = select(outbox).where(
        outbox.c.done_at.is_(None), outbox.c.task.in_(ASKED_FOR)
    )
    with product.services.store.read() as tx:
        rows = tx.connection.execute(query).all()
    for found in rows:
        row = OutboxRow(
            id=found.id,
            task=Task(found.task),
            lane=found.lane,
            request_id=found.request_id,
            argument=found.argument,
            attempts=1,
            due_at=found.due_at,
        )
        message: Any = MESSAGES[row.task](product.services, row, product.now)
        if message is not None:
            said.add(row.task)
            assert message.text
            if message.blocks:
                judges.message(str(row.task), message.blocks)
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
