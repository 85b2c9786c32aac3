"""The log in Slack: the auditors' channel and the command, in a workspace."""

import json
from typing import Any

import pytest
from sqlalchemy import select, update

from storage.audit.checkpoint import pasted
from storage.audit.tables import checkpoints, tiles
from tests.house import ADA, AMIR, RAVI, ROSA
from tests.pages.world import TestClient
from tests.slack.office import CHANNEL, Office, buttons, written

TELLS_AUDITORS = True


def test_the_auditors_channel_gets_the_signed_checkpoint(office: Office) -> None:
    office.ask(ROSA)
    message = office.wait(lambda: next(iter(office.messages(AMIR, "C0AUDIT001")), None), seconds=30)
    assert message["text"] == "Access log checkpoint"
    assert "help-clip audit verify --checkpoint" in written(message)
    with office.program.services.store.read() as tx:
        signed = tx.connection.execute(select(checkpoints.c.note)).scalars().all()
    assert pasted(written(message)) in signed
    assert "en-us-0001" not in written(message)
    assert ROSA not in written(message)


def test_a_log_that_cannot_be_signed_is_said_where_operators_look(office: Office) -> None:
    program, store = office.program, office.program.services.store
    web = TestClient(program.web)
    assert web.get("/readyz").text == "ready\n"
    with store.begin() as tx:
        kept = tx.connection.execute(select(tiles).where(tiles.c.level == 0)).mappings().one()
        changed = b"x" * len(kept["hashes"])
        tx.connection.execute(update(tiles).where(tiles.c.level == 0).values(hashes=changed))
    office.ask(ROSA)  # work goes on
    said = office.wait(lambda: (text := web.get("/readyz").text) != "ready\n" and text)
    assert said.startswith("ready, but the access log is not signed: The stored tree is not")
    assert web.get("/readyz").status_code == 200
    assert "help_clip_log_trouble 1.0" in web.get("/metrics").text
    with store.begin() as tx:
        tx.connection.execute(update(tiles).where(tiles.c.level == 0).values(kept))
    office.wait(lambda: web.get("/readyz").text == "ready\n")


def answers(office: Office, person: str) -> list[dict[str, Any]]:
    shown = office.messages(person, _room(person))
    return [message for message in shown if "Your question is event" in written(message)]


def _room(person: str) -> str:
    return CHANNEL if person == ROSA else "C0AUDIT001"


def ask_log(office: Office, person: str, /, **values: str) -> dict[str, Any]:
    """Type the bare command, fill the form, and send it."""
    office.command(person, "/clip-audit", _room(person))
    assert office.window(person)["title"]["text"] == "Ask the access log"
    return office.submit(person, **values)


def test_the_bare_command_opens_a_form_whose_answer_turns_its_pages(office: Office) -> None:
    request, *_ = (office.ask(ROSA) for _ in range(4))
    office.answer(RAVI, request, "lamp")
    before = len(answers(office, AMIR))
    sent = ask_log(office, AMIR, question="heard", request=request.name)
    assert sent["ok"], sent
    [answer] = answers(office, AMIR)[before:]
    assert written(answer).count("snippet.heard") == 1
    assert "request.asked" not in written(answer)
    assert f"/audit?action=heard&request={request.name}" in json.dumps(answer)
    assert not any(a["ts"] == answer["ts"] for a in answers(office, ADA))  # for Amir only
    ask_log(office, AMIR)  # nothing filled in is everything
    everything = answers(office, AMIR)[-1]
    assert "audit_page:m" in buttons(everything)
    office.press(AMIR, everything, "audit_page:m")
    office.wait(lambda: "audit_page:e" in buttons(answers(office, AMIR)[-1]))


@pytest.mark.parametrize(
    ("person", "values", "field", "sentence"),
    [
        (AMIR, {"person": RAVI}, "reason", "why you ask"),
        (AMIR, {"since": "yesterday"}, "since", "Write a day as"),
        (AMIR, {"request": "lamp"}, "request", "named like HC-1042"),
        (AMIR, {"clip": "a word"}, "clip", "not the id"),
        (ROSA, {}, "question", "for auditors"),
    ],
)
def test_what_is_wrong_is_said_in_the_form_which_keeps_what_was_typed(
    office: Office, person: str, values: dict[str, str], field: str, sentence: str
) -> None:
    before = len(answers(office, person))
    sent = ask_log(office, person, until="2026-03-31", **values)
    assert list(sent["errors"]) == [field]
    assert sentence in sent["errors"][field]
    assert office.window(person)["state"]["values"]["until"]["until"]["value"] == "2026-03-31"
    assert len(answers(office, person)) == before


def test_everybody_sees_their_own_record_through_the_form(office: Office) -> None:
    office.ask(ROSA)
    assert ask_log(office, ROSA, person=ROSA)["ok"]
    shown = written(answers(office, ROSA)[-1])
    assert "request.asked" in shown
    assert RAVI not in shown


def test_a_form_older_than_slacks_patience_says_so_and_stays(office: Office) -> None:
    office.command(AMIR, "/clip-audit", "C0AUDIT001")
    office.post("faults", skew_s=3600)
    sent = office.submit(AMIR, until="2026-03-31")
    office.post("faults", skew_s=0)
    assert "Type /clip-audit again" in sent["errors"]["question"]
