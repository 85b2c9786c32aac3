"""Messages about requests that have waited, and the asker's choice."""

from datetime import timedelta
from typing import Any

from bot.usecases.context import act_without_person
from bot.usecases.requests.clocks.chase import chase
from bot.wiring import utc_now
from storage.records import Origin, Request, RequestState
from storage.records.outbox import NudgePerson
from tests.product import JONAS, LENA, RAVI, ROSA
from tests.slack.workspace import Workspace, buttons, written


def let_wait(workspace: Workspace, request: Request, hours: int, rounds: int) -> None:
    """So many hours ago the request began to wait; its clock takes its steps."""
    services = workspace.program.services
    since = utc_now() - timedelta(hours=hours)
    for _ in range(rounds):
        with services.store.begin() as tx:
            found = tx.requests.by_id(request.id, lock=True)
            assert found is not None
            tx.requests.save(found.evolve(waiting_since=since, chase_at=None))
        chase(services, act_without_person(Origin.WORKER, utc_now()))


def note_about(workspace: Workspace, person: str, sentence: str) -> dict[str, Any]:
    """Return the direct message with this sentence."""
    return workspace.wait(
        lambda: next(
            (n for n in workspace.notes(person) if sentence in written(n)), None
        )
    )


def test_a_lead_and_the_asker_read_that_a_question_is_late(
    workspace: Workspace,
) -> None:
    request = workspace.ask(ROSA)
    let_wait(workspace, request, hours=4, rounds=2)
    asked = note_about(
        workspace, LENA, f"Too few colleagues answered {request.name} in 4 hours"
    )
    assert buttons(asked) == ["listen"]
    choice = note_about(workspace, ROSA, f"{request.name} was not answered in time")
    assert buttons(choice) == ["close_unclear"]
    for message in (asked, choice):
        assert request.clip_id not in str(message)
    workspace.press(ROSA, choice, "close_unclear")
    assert workspace.request(request.name).state in (
        RequestState.UNCLEAR,
        RequestState.DELIVERED,
    )


def test_a_lead_reads_that_a_dispute_is_late(workspace: Workspace) -> None:
    request = workspace.ask(ROSA)
    workspace.answer(RAVI, request, "lamp")
    workspace.answer(JONAS, request, "lamb")
    let_wait(workspace, request, hours=24, rounds=2)
    asked = note_about(workspace, LENA, f"No ruling on {request.name} for 24 hours")
    assert buttons(asked) == ["rule"]
    assert "lam" not in written(asked)
    note_about(workspace, ROSA, f"No lead has ruled on {request.name} in time")


def test_a_person_who_asked_lately_is_on_shift(workspace: Workspace) -> None:
    request = workspace.ask(ROSA)
    workspace.ask(RAVI)
    let_wait(workspace, request, hours=2, rounds=1)
    nudge = note_about(workspace, RAVI, f"{request.name} has waited 2 hours")
    assert buttons(nudge) == ["listen"]


def test_a_nudge_about_an_earlier_state_is_not_sent(workspace: Workspace) -> None:
    request = workspace.ask(ROSA)
    workspace.ask(RAVI)
    for state in (RequestState.DISPUTED, RequestState.OPEN):
        nudge = NudgePerson(
            request_id=request.id,
            user_id=RAVI,
            state=state,
        )
        with workspace.program.services.store.begin() as tx:
            tx.outbox.enqueue(nudge, now=utc_now())
    note_about(workspace, RAVI, f"{request.name} has waited")
    about = [note for note in workspace.notes(RAVI) if request.name in written(note)]
    assert len(about) == 1
