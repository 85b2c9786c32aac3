"""The log in Slack: the auditors' channel and the command, in a workspace."""

import json
from typing import Any

import pytest
from sqlalchemy import select, update

from storage.audit.proofs.checkpoint import find_note
from storage.tables import checkpoints, tiles
from tests.pages.site import TestClient
from tests.product import ADA, AMIR, RAVI, ROSA
from tests.slack.workspace import CHANNEL, Workspace, buttons, written

TELLS_AUDITORS = True


def test_the_auditors_channel_gets_the_signed_checkpoint(workspace: Workspace) -> None:
    workspace.ask(ROSA)
    message = workspace.wait(
        lambda: next(iter(workspace.messages(AMIR, "C0AUDIT001")), None), seconds=30
    )
    assert message["text"] == "Access log checkpoint"
    assert "help-clip audit verify --checkpoint" in written(message)
    with workspace.program.services.store.read() as tx:
        signed = tx.connection.execute(select(checkpoints.c.note)).scalars().all()
    assert find_note(written(message)) in signed
    assert "en-us-0001" not in written(message)
    assert ROSA not in written(message)


def test_a_log_that_cannot_be_signed_is_said_where_operators_look(
    workspace: Workspace,
) -> None:
    program, store = workspace.program, workspace.program.services.store
    web = TestClient(program.operators_web)
    assert web.get("/readyz").text.startswith("ready\n")
    with store.begin() as tx:
        kept = (
            tx.connection.execute(select(tiles).where(tiles.c.level == 0))
            .mappings()
            .one()
        )
        changed = b"x" * len(kept["hashes"])
        tx.connection.execute(
            update(tiles).where(tiles.c.level == 0).values(hashes=changed)
        )
    workspace.ask(ROSA)  # work goes on
    said = workspace.wait(
        lambda: not (text := web.get("/readyz").text).startswith("ready\n") and text
    )
    assert said.startswith(
        "ready, but the access log is not signed: The stored tree is not"
    )
    assert web.get("/readyz").status_code == 200
    assert "help_clip_log_trouble 1.0" in web.get("/metrics").text
    with store.begin() as tx:
        tx.connection.execute(update(tiles).where(tiles.c.level == 0).values(kept))
    workspace.wait(lambda: web.get("/readyz").text.startswith("ready\n"))


def answers(workspace: Workspace, person: str) -> list[dict[str, Any]]:
    shown = workspace.messages(person, _room(person))
    return [
        message for message in shown if "Your question is event" in written(message)
    ]


def _room(person: str) -> str:
    return CHANNEL if person == ROSA else "C0AUDIT001"


def ask_log(workspace: Workspace, person: str, /, **values: str) -> dict[str, Any]:
    """Type the bare command, fill the form, and send it."""
    workspace.command(person, "/clip-audit", _room(person))
    assert workspace.window(person)["title"]["text"] == "Ask the access log"
    return workspace.submit(person, **values)


def test_the_bare_command_opens_a_form_whose_answer_turns_its_pages(
    workspace: Workspace,
) -> None:
    request, *_ = (workspace.ask(ROSA) for _ in range(4))
    workspace.answer(RAVI, request, "lamp")
    before = len(answers(workspace, AMIR))
    sent = ask_log(workspace, AMIR, question="heard", request=request.name)
    assert sent["ok"], sent
    [answer] = answers(workspace, AMIR)[before:]
    assert written(answer).count("snippet.heard") == 1
    assert "request.asked" not in written(answer)
    assert f"/audit?action=heard&request={request.name}" in json.dumps(answer)
    assert not any(
        a["ts"] == answer["ts"] for a in answers(workspace, ADA)
    )  # for Amir only
    ask_log(workspace, AMIR)  # nothing filled in is everything
    everything = answers(workspace, AMIR)[-1]
    assert "audit_page:m" in buttons(everything)
    workspace.press(AMIR, everything, "audit_page:m")
    workspace.wait(lambda: "audit_page:e" in buttons(answers(workspace, AMIR)[-1]))


@pytest.mark.parametrize(
    ("person", "values", "field", "sentence"),
    [
        (AMIR, {"person": RAVI}, "reason", "Add the reason"),
        (AMIR, {"since": "yesterday"}, "since", "Write a day as"),
        (AMIR, {"request": "lamp"}, "request", "named like HC-1042"),
        (AMIR, {"clip": "a word"}, "clip", "not the id"),
        (ROSA, {}, "question", "for auditors"),
    ],
)
def test_what_is_wrong_is_said_in_the_form_which_keeps_what_was_typed(
    workspace: Workspace, person: str, values: dict[str, str], field: str, sentence: str
) -> None:
    before = len(answers(workspace, person))
    sent = ask_log(workspace, person, until="2026-03-31", **values)
    assert list(sent["errors"]) == [field]
    assert sentence in sent["errors"][field]
    assert (
        workspace.window(person)["state"]["values"]["until"]["until"]["value"]
        == "2026-03-31"
    )
    assert len(answers(workspace, person)) == before


def test_everybody_sees_their_own_record_through_the_form(workspace: Workspace) -> None:
    workspace.ask(ROSA)
    assert ask_log(workspace, ROSA, person=ROSA)["ok"]
    shown = written(answers(workspace, ROSA)[-1])
    assert "request.asked" in shown
    assert RAVI not in shown


def test_a_form_older_than_slacks_patience_says_so_and_stays(
    workspace: Workspace,
) -> None:
    workspace.command(AMIR, "/clip-audit", "C0AUDIT001")
    workspace.post("faults", skew_s=3600)
    sent = workspace.submit(AMIR, until="2026-03-31")
    workspace.post("faults", skew_s=0)
    assert "Type /clip-audit again" in sent["errors"]["question"]
