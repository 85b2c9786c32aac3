"""Submit and close modals."""

from __future__ import annotations

from typing import Any

from bot.sandbox.activity.view_content import checked_view
from bot.sandbox.app.view_stacks import View, view_json
from bot.sandbox.block_kit.elements import element_state, elements_of, find_element
from bot.sandbox.delivery.dispatch import deliver
from bot.sandbox.errors import SlackError
from bot.sandbox.interactions.input_checks import check_inputs
from bot.sandbox.interactions.payloads import base_payload, object_of
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.workspace.people import Person

TROUBLE = "We had some trouble connecting. Try again?"
_CHOSEN_KEYS = ("selected_conversation", "selected_channel")


def fill_in(view: View, values: Json) -> None:
    """Store typed values: `{block_id: {action_id: value}}`.

    Raises ValueError for another shape, and for elements that the view does not have.
    """
    if not isinstance(values, dict):
        raise ValueError("values is {block_id: {action_id: value}}")
    # All is checked before the first value is stored.
    for by_action in values.values():
        if not isinstance(by_action, dict):
            raise ValueError("values is {block_id: {action_id: value}}")
    for block_id, by_action in values.items():
        for action_id, value in by_action.items():
            state = _typed_state(view, block_id, action_id, value)
            view.values.setdefault(block_id, {})[action_id] = state


def _typed_state(
    view: View,
    block_id: str,
    action_id: str,
    value: Any,
) -> Json:
    found = find_element(view.blocks(), action_id, block_id)
    if found is None:
        raise ValueError(f"the view has no element {action_id!r} in block {block_id!r}")
    _, element = found
    # A whole state object in Slack's shape is taken as it is.
    if isinstance(value, dict) and value.get("type") == element["type"]:
        return value
    return element_state(element, value)


async def submit(
    sandbox: Sandbox,
    person: Person,
    view: View,
    values: Json,
) -> Json:
    """Press the modal's submit button, and return the result.

    `errors` are by block id, `error` is for the whole form.
    """
    fill_in(view, values)
    # The app hears of a form only when the client found no fault in it.
    problems = check_inputs(view)
    if problems:
        return {
            "ok": False,
            "errors": problems,
        }
    payload = base_payload(sandbox, "view_submission", person)
    payload |= {
        "trigger_id": sandbox.trigger_ids.issue(person.id, view.id, view.opened_from),
        "view": view_json(view),
        "response_urls": _response_urls(sandbox, person, view),
    }
    outcome = await deliver(sandbox, "interactive", payload)
    if not outcome.ok:
        return {
            "ok": False,
            "error": outcome.error,
            "message": TROUBLE,
        }
    try:
        result = _follow(sandbox, view, object_of(outcome))
    except SlackError as problem:
        return {
            "ok": False,
            "error": problem.code,
            "message": TROUBLE,
            **problem.extra,
        }
    _redraw(sandbox, person)
    return result


def _follow(
    sandbox: Sandbox,
    view: View,
    answer: Json,
) -> Json:
    """Do what `response_action` asks for, and return the result."""
    action = answer.get("response_action")
    if action is None:
        sandbox.views.close(view)
        return {"ok": True}
    if action == "clear":
        sandbox.views.stacks.pop(view.user_id, None)
        return {"ok": True}
    if action == "errors":
        return {
            "ok": False,
            "errors": _checked_errors(view, answer.get("errors")),
        }
    if action == "update":
        return _update(sandbox, view, answer)
    if action == "push":
        return _push(sandbox, view, answer)
    raise SlackError("invalid_response_action")


def _update(
    sandbox: Sandbox,
    view: View,
    answer: Json,
) -> Json:
    body = checked_view(sandbox, answer.get("view"), "modal")
    sandbox.views.claim_external_id(body, owner=view)
    sandbox.views.replace(view, body, sandbox.clock.now())
    return {
        "ok": True,
        "view": view_json(view),
    }


def _push(
    sandbox: Sandbox,
    view: View,
    answer: Json,
) -> Json:
    body = checked_view(sandbox, answer.get("view"), "modal")
    sandbox.views.claim_external_id(body)
    pushed = sandbox.views.push(view.user_id, body, sandbox.clock.now())
    return {
        "ok": True,
        "view": view_json(pushed),
    }


def _checked_errors(view: View, errors: Any) -> dict[str, str]:
    """Return errors by block id. Raises invalid_response_action for unknown blocks."""
    inputs = {block["block_id"] for block in view.blocks() if block["type"] == "input"}
    if not isinstance(errors, dict):
        raise SlackError("invalid_response_action")
    if errors == {}:
        raise SlackError("invalid_response_action")
    if not inputs.issuperset(errors):
        raise SlackError("invalid_response_action")
    return {str(block_id): str(text) for block_id, text in errors.items()}


def _response_urls(
    sandbox: Sandbox,
    person: Person,
    view: View,
) -> list[Json]:
    """Return a url for each conversation input with `response_url_enabled`."""
    urls = []
    for block in view.blocks():
        states = view.values.get(block["block_id"], {})
        for element in elements_of(block):
            if not element.get("response_url_enabled"):
                continue
            chosen = _chosen_channel(states.get(element.get("action_id"), {}))
            if chosen is None:
                continue
            url = sandbox.response_urls.issue(
                sandbox.base_url,
                "app",
                chosen,
                person.id,
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


def _chosen_channel(state: Json) -> str | None:
    for key in _CHOSEN_KEYS:
        if state.get(key):
            return str(state[key])
    return None


async def close(
    sandbox: Sandbox,
    person: Person,
    view: View,
    *,
    everything: bool = False,
) -> Json:
    """Press Cancel (`everything`: the X, which closes the whole stack)."""
    closed = [view]
    if everything or view.body.get("clear_on_close"):
        closed = list(sandbox.views.of(person.id))
    closed.reverse()
    # The top view closes first, and is reported first.
    for gone in closed:
        sandbox.views.close(gone)
    _redraw(sandbox, person)
    is_cleared = everything or len(closed) > 1
    for gone in closed:
        if gone.body.get("notify_on_close"):
            payload = base_payload(sandbox, "view_closed", person)
            payload |= {
                "view": view_json(gone),
                "is_cleared": is_cleared,
            }
            notice = deliver(sandbox, "interactive", payload, accepts_response=False)
            sandbox.run_in_background(notice)
    return {"ok": True}


def _redraw(sandbox: Sandbox, person: Person) -> None:
    sandbox.feed.send(
        {
            "type": "views",
            "user": person.id,
        },
        only=[person.id],
    )
