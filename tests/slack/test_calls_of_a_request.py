"""How many calls to Slack one request costs, from the form to the settled word."""

from collections import Counter

from storage.records import Request
from tests.product import JONAS, RAVI, ROSA
from tests.slack.workspace import Workspace

MOST = 4
# These read; a schedule calls them, whatever is asked.
READING = ("auth.", "apps.", "users.", "usergroups.", "conversations.", "files.")


def number(workspace: Workspace) -> int:
    """Return the number of the newest call."""
    calls = workspace.calls_after(0)
    return max((int(call["n"]) for call in calls), default=0)


def calls_since(workspace: Workspace, start: int) -> Counter[str]:
    entries = workspace.calls_after(start)
    names = [entry["name"] for entry in entries if entry["kind"] == "web_api"]
    return Counter(name for name in names if not name.startswith(READING))


def settle(workspace: Workspace, request: Request) -> None:
    workspace.answer(RAVI, request, "lamp")
    workspace.answer(JONAS, request, "lamp")
    workspace.reply(request.name, f"{request.name} is settled")
    workspace.parent_when(request.name, "Settled")


def test_a_request_costs_four_calls_from_the_form_to_its_settled_word(
    workspace: Workspace,
) -> None:
    start = number(workspace)
    workspace.command(ROSA, "/help-clip en-us-0001 5.100-5.180")
    sent = workspace.submit(ROSA, clip="en-us-0001", span="5.100-5.180")
    name = str(sent["view"]["blocks"][0]["text"]["text"].split("*")[1])
    workspace.wait(lambda: workspace.parent(name))
    settle(workspace, workspace.request(name))
    calls = calls_since(workspace, start)
    assert calls == {"views.open": 1, "chat.postMessage": 2, "chat.update": 1}
    assert calls.total() <= MOST


def test_a_form_that_lists_the_words_of_its_clip_costs_one_call_more(
    workspace: Workspace,
) -> None:
    start = number(workspace)
    settle(workspace, workspace.ask(ROSA))
    calls = calls_since(workspace, start)
    assert calls["views.update"] == 1
    assert calls.total() == MOST + 1


def test_answers_of_others_cost_no_call_of_their_own(workspace: Workspace) -> None:
    request = workspace.ask(ROSA)
    start = number(workspace)
    workspace.answer(RAVI, request, "lamp")
    # Performed after whatever the answer asked for.
    workspace.ask(ROSA)
    calls = calls_since(workspace, start)
    assert calls["chat.update"] == 0
    assert calls["chat.postMessage"] == 1
