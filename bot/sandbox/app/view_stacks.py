"""Open modals: a stack of at most three for each person, and the published Home
views.
"""

import secrets
from dataclasses import dataclass, field

from bot.sandbox.block_kit.elements import initial_state
from bot.sandbox.config import APP_ID, BOT_ID, TEAM_ID
from bot.sandbox.errors import SlackError
from bot.sandbox.ids import new_id
from bot.sandbox.types import Json

MAX_STACK = 3


@dataclass
class View:
    """One view as a person has it open. `values` is `state.values` in Slack's own
    shape.
    """

    id: str
    user_id: str
    body: Json
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    values: Json = field(default_factory=dict)
    opened_from: str | None = None
    """The channel it was opened in, for response_url_enabled inputs."""

    @property
    def external_id(self) -> str:
        return str(self.body.get("external_id") or "")

    def blocks(self) -> list[Json]:
        return list(self.body["blocks"])


def new_hash(now: float) -> str:
    return f"{int(now)}.{secrets.token_urlsafe(6)}"


class ViewStacks:
    def __init__(self) -> None:
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}

    def of(self, user_id: str) -> list[View]:
        return self.stacks.setdefault(user_id, [])

    def everything(self) -> list[View]:
        return [v for stack in self.stacks.values() for v in stack] + list(
            self.homes.values()
        )

    def find(self, view_id: str | None, external_id: str | None = None) -> View | None:
        return next(
            (
                v
                for v in self.everything()
                if v.id == view_id or (external_id and v.external_id == external_id)
            ),
            None,
        )

    def claim_external_id(self, body: Json, owner: View | None = None) -> None:
        """Raises duplicate_external_id when another open view has it."""
        wanted = body.get("external_id")
        taken = wanted and any(
            v.external_id == wanted for v in self.everything() if v is not owner
        )
        if taken:
            raise SlackError("duplicate_external_id")

    def open(
        self, user_id: str, body: Json, now: float, channel: str | None = None
    ) -> View:
        """A new stack with one view; what was open before is gone."""
        view_id = new_id("V")
        view = View(view_id, user_id, body, new_hash(now), view_id, opened_from=channel)
        view.values = initial_state(body["blocks"])
        self.stacks[user_id] = [view]
        return view

    def push(self, user_id: str, body: Json, now: float) -> View:
        """Raises push_limit_reached on the fourth view, not_found with nothing open."""
        stack = self.of(user_id)
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= MAX_STACK:
            raise SlackError("push_limit_reached")
        top = stack[-1]
        view = View(new_id("V"), user_id, body, new_hash(now), top.root_view_id, top.id)
        view.opened_from = top.opened_from
        view.values = initial_state(body["blocks"])
        stack.append(view)
        return view

    def replace(self, view: View, body: Json, now: float) -> None:
        """New content; what the person typed stays where block and action still
        exist.
        """
        fresh = initial_state(body["blocks"])
        for block_id, actions in fresh.items():
            for action_id, state in actions.items():
                typed = view.values.get(block_id, {}).get(action_id)
                if typed and typed.get("type") == state.get("type"):
                    actions[action_id] = typed
        view.body, view.values, view.hash = body, fresh, new_hash(now)

    def publish(self, user_id: str, body: Json, now: float) -> View:
        view = self.homes.get(user_id)
        if view is None:
            view_id = new_id("V")
            view = View(view_id, user_id, body, new_hash(now), view_id)
            view.values = initial_state(body["blocks"])
            self.homes[user_id] = view
        else:
            self.replace(view, body, now)
        return view

    def close(self, view: View) -> None:
        """Drop a view and everything pushed above it."""
        stack = self.of(view.user_id)
        if view in stack:
            del stack[stack.index(view) :]


def view_json(view: View) -> Json:
    """The view object of views.* answers and interaction payloads."""
    body = view.body
    answer: Json = {
        "id": view.id,
        "team_id": TEAM_ID,
        "type": body["type"],
        "blocks": body["blocks"],
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "state": {"values": view.values},
        "hash": view.hash,
        "title": body.get("title"),
        "clear_on_close": bool(body.get("clear_on_close", False)),
        "notify_on_close": bool(body.get("notify_on_close", False)),
        "close": body.get("close"),
        "submit": body.get("submit"),
        "previous_view_id": view.previous_view_id,
        "root_view_id": view.root_view_id,
        "app_id": APP_ID,
        "external_id": view.external_id,
        "app_installed_team_id": TEAM_ID,
        "bot_id": BOT_ID,
    }
    if body["type"] == "home":
        answer["title"] = {"type": "plain_text", "text": "View Title", "emoji": True}
    return answer
