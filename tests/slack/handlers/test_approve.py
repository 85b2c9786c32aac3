"""A recording that was asked about enough: a lead agrees to one more question, or not."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.rules.requests.exposure import ExposureLimits
from storage.records import Action, RequestState
from storage.tables import events
from tests.product import LENA, ROSA
from tests.slack.workspace import Workspace, buttons, written

LIMITS = ExposureLimits(asks_per_clip=1)


@pytest.fixture(autouse=True)
def one_question_a_clip(workspace: Workspace) -> Iterator[None]:
    services = workspace.program.services
    before = services.desks
    limited = {
        name: replace(desk, exposure=LIMITS) for name, desk in before.desks.items()
    }
    services.desks = replace(before, desks=limited)
    yield
    services.desks = before


def ask(workspace: Workspace, clip: str, span: str) -> str:
    """Ask through the modal; return what it shows afterwards."""
    workspace.command(ROSA, f"/help-clip {clip} {span}")
    return written(workspace.submit(ROSA, clip=clip, span=span)["view"])


def waiting_name(workspace: Workspace, clip: str) -> str:
    """Ask twice about a clip; return the name of the question that waits."""
    ask(workspace, clip, "0.2-0.5")
    with workspace.program.services.store.read() as tx:
        before = {request.id for request in tx.requests.on_clip(clip)}
    assert "a lead has to agree" in ask(workspace, clip, "1.6-1.9")
    with workspace.program.services.store.read() as tx:
        (waiting,) = (r for r in tx.requests.on_clip(clip) if r.id not in before)
    assert waiting.state is RequestState.WAITING
    return waiting.name


def actions_of(workspace: Workspace, person: str) -> list[str]:
    query = select(events.c.action).where(events.c.user_id == person)
    with workspace.program.services.store.read() as tx:
        return list(tx.connection.execute(query).scalars())


def test_a_lead_gets_a_message_with_two_buttons_and_agrees(
    workspace: Workspace,
) -> None:
    name = waiting_name(workspace, "en-us-0006")
    note = workspace.wait(
        lambda: next((n for n in workspace.notes(LENA) if name in written(n)), None)
    )
    assert buttons(note) == ["approve_ask", "refuse_ask"]
    assert "en-us-0006" not in written(note)
    workspace.press(LENA, note, "approve_ask")
    assert workspace.wait(lambda: workspace.parent(name))
    assert Action.REQUEST_APPROVED in actions_of(workspace, LENA)


def test_a_lead_finds_the_question_in_the_queue_and_ends_it(
    workspace: Workspace,
) -> None:
    name = waiting_name(workspace, "en-us-0008")
    queue = workspace.command(LENA, "/clip-queue")
    assert name in written(queue)
    assert Action.QUEUE_VIEWED in actions_of(workspace, LENA)


def test_the_words_of_a_clip_are_read_on_record(workspace: Workspace) -> None:
    workspace.command(ROSA, "/help-clip en-us-0010")
    assert workspace.wait(
        lambda: Action.TRANSCRIPT_VIEWED in actions_of(workspace, ROSA)
    )
