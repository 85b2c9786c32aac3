"""Open modals, a stack of at most three a person, and the published Home views."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.sandbox.block_kit.elements import initial_state
from bot.sandbox.config import APP_ID, BOT_ID, TEAM_ID
from bot.sandbox.errors import SlackError
from bot.sandbox.ids import new_id
from bot.sandbox.types import Json

MAX_STACK = 3
_HOME_TITLE = {
    "type": "plain_text",
    "text": "View Title",
    "emoji": True,
}
"""Slack shows a Home view with this title, although it has none."""


@dataclass
class View:
    """One view as a person has it open."""

    id: str
    user_id: str
    body: Json
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    values: Json = field(default_factory=dict)
    """`state.values` in Slack's own shape: block_id, then action_id."""
    opened_from: str | None = None
    """The channel it was opened in, for response_url_enabled inputs."""
    installed_in: str = TEAM_ID
    """The installation of the app that opened it: a workspace or organisation."""

    @property
    def external_id(self) -> str:
        """Return the id the app gave it, empty if it gave none."""
        external_id = self.body.get("external_id")
        if external_id is None:
            return ""
        return str(external_id)

    def blocks(self) -> list[Json]:
        """Return the blocks it shows."""
        return list(self.body["blocks"])


def new_hash(now: float) -> str:
    """Return a hash as Slack gives one to each version of a view."""
    return f"{int(now)}.{secrets.token_urlsafe(6)}"


class ViewStacks:
    """The open modals, bottom first, and the Home view of each person."""

    def __init__(self) -> None:
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}

    def of(self, user_id: str) -> list[View]:
        """Return this person's open modals, the top one last."""
        return self.stacks.setdefault(user_id, [])

    def all_views(self) -> Iterator[View]:
        """Yield all open modals, then all Home views."""
        for stack in self.stacks.values():
            yield from stack
        yield from self.homes.values()

    def find(self, view_id: str | None, external_id: str | None = None) -> View | None:
        """Return the view with one of these ids, or None."""
        for view in self.all_views():
            if view.id == view_id:
                return view
            if external_id and view.external_id == external_id:
                return view
        return None

    def claim_external_id(self, body: Json, owner: View | None = None) -> None:
        """Raise duplicate_external_id when another open view has the body's id."""
        wanted = body.get("external_id")
        if not wanted:
            return
        for view in self.all_views():
            if view is not owner and view.external_id == wanted:
                raise SlackError("duplicate_external_id")

    def open(
        self,
        user_id: str,
        body: Json,
        now: float,
        channel: str | None = None,
    ) -> View:
        """Open a modal in place of all that were open, and return it."""
        view = _new_view(user_id, body, now)
        view.opened_from = channel
        self.stacks[user_id] = [view]
        return view

    def push(
        self,
        user_id: str,
        body: Json,
        now: float,
    ) -> View:
        """Open a modal above the open ones, and return it.

        Raises push_limit_reached on the fourth view, not_found with nothing open.
        """
        stack = self.of(user_id)
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= MAX_STACK:
            raise SlackError("push_limit_reached")
        top = stack[-1]
        view = _new_view(user_id, body, now)
        # All views of one stack name its bottom one as their root.
        view.root_view_id = top.root_view_id
        view.previous_view_id = top.id
        view.opened_from = top.opened_from
        stack.append(view)
        return view

    def replace(
        self,
        view: View,
        body: Json,
        now: float,
    ) -> None:
        """Show new content; typed values stay where block and action still exist."""
        fresh = initial_state(body["blocks"])
        for block_id, states in fresh.items():
            typed_states = view.values.get(block_id, {})
            for action_id, state in states.items():
                typed = typed_states.get(action_id, {})
                if typed.get("type") == state["type"]:
                    states[action_id] = typed
        view.body = body
        view.values = fresh
        # An app that sends the old hash from now on gets hash_conflict.
        view.hash = new_hash(now)

    def publish(
        self,
        user_id: str,
        body: Json,
        now: float,
    ) -> View:
        """Show a Home view to a person, and return it."""
        view = self.homes.get(user_id)
        if view is None:
            view = _new_view(user_id, body, now)
            self.homes[user_id] = view
        else:
            self.replace(view, body, now)
        return view

    def close(self, view: View) -> None:
        """Drop a view and everything pushed above it."""
        stack = self.of(view.user_id)
        if view in stack:
            position = stack.index(view)
            # A view cannot stay open above one that is closed.
            del stack[position:]


def _new_view(
    user_id: str,
    body: Json,
    now: float,
) -> View:
    view_id = new_id("V")
    values = initial_state(body["blocks"])
    return View(
        view_id,
        user_id,
        body,
        new_hash(now),
        view_id,
        values=values,
    )


def view_json(view: View) -> Json:
    """Return the view object of views.* answers and interaction payloads."""
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
        "app_installed_team_id": view.installed_in,
        "bot_id": BOT_ID,
    }
    if body["type"] == "home":
        answer["title"] = dict(_HOME_TITLE)
    return answer
