"""Submitting and closing modals."""

from __future__ import annotations

from typing import Any

from bot.sandbox.app.view_stacks import View, view_json
from bot.sandbox.block_kit.elements import (
    element_state,
    elements_of,
    find_element,
    state_is_empty,
)
from bot.sandbox.delivery.dispatch import deliver
from bot.sandbox.errors import SlackError
from bot.sandbox.interactions.payloads import common
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.webapi.views import checked_view
from bot.sandbox.workspace.people import Person

TROUBLE = "We had some trouble connecting. Try again?"


def fill_in(view: View, values: Json) -> None:
    """Take over what a person typed: `{block_id: {action_id: value}}`. Raises
    ValueError.
    """
    if not isinstance(values, dict) or not all(
        isinstance(a, dict) for a in values.values()
    ):
        raise ValueError("values is {block_id: {action_id: value}}")
    for block_id, actions in values.items():
        for action_id, value in actions.items():
            found = find_element(view.blocks(), action_id, block_id)
            if found is None:
                raise ValueError(
                    f"the view has no element {action_id!r} in block {block_id!r}"
                )
            whole = isinstance(value, dict) and value.get("type") == found[1]["type"]
            state = value if whole else element_state(found[1], value)
            view.values.setdefault(block_id, {})[action_id] = state


def missing_inputs(view: View) -> dict[str, str]:
    """What Slack's own client refuses before the app hears of it, by block id."""
    problems = {}
    for block in view.blocks():
        if block["type"] != "input":
            continue
        element = next(elements_of(block))
        state = view.values.get(block["block_id"], {}).get(element["action_id"], {})
        problem = _problem(block, element, state)
        if problem:
            problems[block["block_id"]] = problem
    return problems


def _problem(block: Json, element: Json, state: Json) -> str | None:
    if state_is_empty(state):
        return None if block.get("optional") else "Please complete this required field."
    value = state.get("value")
    if element["type"] == "plain_text_input":
        return _wrong_length(element, str(value))
    if element["type"] == "number_input":
        return _wrong_number(element, str(value))
    return None


def _wrong_length(element: Json, value: str) -> str | None:
    if len(value) < element.get("min_length", 0):
        return f"Please use at least {element['min_length']} characters."
    if len(value) > element.get("max_length", 3000):
        return f"Please use at most {element.get('max_length', 3000)} characters."
    return None


def _wrong_number(element: Json, value: str) -> str | None:
    try:
        number = float(value)
    except ValueError:
        return "Please enter a number."
    if not element.get("is_decimal_allowed") and number != int(number):
        return "Please enter a whole number."
    if number < float(element.get("min_value", number)):
        return f"Please enter a number of at least {element['min_value']}."
    if number > float(element.get("max_value", number)):
        return f"Please enter a number of at most {element['max_value']}."
    return None


async def submit(sandbox: Sandbox, person: Person, view: View, values: Json) -> Json:
    """Press the modal's submit button. `errors` are by block id, `error` is for the
    whole form.
    """
    fill_in(view, values)
    problems = missing_inputs(view)
    if problems:
        return {"ok": False, "errors": problems}
    payload = common("view_submission", person)
    payload |= {
        "trigger_id": sandbox.triggers.issue(person.id, view.id, view.opened_from),
        "view": view_json(view),
        "response_urls": _response_urls(sandbox, person, view),
    }
    outcome = await deliver(sandbox, "interactive", payload)
    if not outcome.ok:
        return {"ok": False, "error": outcome.error, "message": TROUBLE}
    answer = outcome.body if isinstance(outcome.body, dict) else {}
    try:
        result = _follow(sandbox, view, answer)
    except SlackError as problem:
        return {"ok": False, "error": problem.code, "message": TROUBLE, **problem.extra}
    sandbox.hub.tell({"type": "views", "user": person.id}, only=[person.id])
    return result


def _follow(sandbox: Sandbox, view: View, answer: Json) -> Json:
    """Do what `response_action` asks for."""
    action = answer.get("response_action")
    now = sandbox.clock.now()
    if action is None:
        sandbox.views.close(view)
        return {"ok": True}
    if action == "clear":
        sandbox.views.stacks.pop(view.user_id, None)
        return {"ok": True}
    if action == "errors":
        return {"ok": False, "errors": _checked_errors(view, answer.get("errors"))}
    if action not in ("update", "push"):
        raise SlackError("invalid_response_action")
    body = checked_view(sandbox, answer.get("view"), "modal")
    sandbox.views.claim_external_id(body, owner=view if action == "update" else None)
    if action == "push":
        view = sandbox.views.push(view.user_id, body, now)
    else:
        sandbox.views.replace(view, body, now)
    return {"ok": True, "view": view_json(view)}


def _checked_errors(view: View, errors: Any) -> dict[str, str]:
    inputs = {b["block_id"] for b in view.blocks() if b["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not inputs.issuperset(errors):
        raise SlackError("invalid_response_action")
    return {str(k): str(v) for k, v in errors.items()}


def _response_urls(sandbox: Sandbox, person: Person, view: View) -> list[Json]:
    """One url for each conversation input that asked for it
    (`response_url_enabled`).
    """
    urls = []
    for block in view.blocks():
        for element in elements_of(block):
            state = view.values.get(block["block_id"], {}).get(
                element.get("action_id"), {}
            )
            chosen = state.get("selected_conversation") or state.get("selected_channel")
            if element.get("response_url_enabled") and chosen:
                url = sandbox.response_urls.issue(
                    sandbox.base_url, "app", chosen, person.id
                )
                urls.append(
                    {
                        "block_id": block["block_id"],
                        "action_id": element["action_id"],
                        "channel_id": chosen,
                        "response_url": url,
                    }
                )
    return urls


async def close(
    sandbox: Sandbox, person: Person, view: View, *, everything: bool = False
) -> Json:
    """Press Cancel (`everything`: the X, which closes the whole stack)."""
    stack = sandbox.views.of(person.id)
    gone = list(stack) if everything or view.body.get("clear_on_close") else [view]
    for closed in reversed(gone):
        sandbox.views.close(closed)
    sandbox.hub.tell({"type": "views", "user": person.id}, only=[person.id])
    for closed in reversed(gone):
        if closed.body.get("notify_on_close"):
            payload = common("view_closed", person)
            payload |= {
                "view": view_json(closed),
                "is_cleared": len(gone) > 1 or everything,
            }
            sandbox.background(
                deliver(sandbox, "interactive", payload, accepts_response=False)
            )
    return {"ok": True}
