"""A delivery from Slack: the acting person, and the means to answer them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from bot.slack.background import Background
from bot.slack.blocks import Block, modal, section
from bot.slack.payloads import object_in
from bot.slack.recent_views import RecentViews
from bot.text import text
from bot.usecases.context import Act
from bot.usecases.services import Services

Payload = dict[str, Any]
Ack = Callable[..., Any]


@dataclass(frozen=True, kw_only=True)
class SlackDelivery:
    """One delivery from Slack. Call `ack` once, after the use case has committed."""

    services: Services
    act: Act
    payload: Payload
    client: WebClient
    ack: Ack
    background: Background
    recent_views: RecentViews = field(default_factory=RecentViews)

    @property
    def button_value(self) -> str:
        """Return the value of the pressed button, such as the key of a request."""
        return str(self.payload["actions"][0].get("value", ""))

    def open_window(self, view: Block) -> Block:
        """Open a window for the acting person. Return it with its id and hash."""
        trigger_id = self.payload["trigger_id"]
        answer = self.client.views_open(trigger_id=trigger_id, view=view)
        opened: Block = answer["view"]
        return opened

    def answer_command(
        self,
        summary: str,
        blocks: list[Block] | None = None,
    ) -> None:
        """Acknowledge a slash command with a message only this person sees."""
        if blocks is None:
            self.ack(response_type="ephemeral", text=summary)
        else:
            self.ack(
                response_type="ephemeral",
                text=summary,
                blocks=blocks,
            )

    def reply_privately(
        self,
        summary: str,
        blocks: list[Block] | None = None,
    ) -> None:
        """Answer a pressed button with a message that only this person sees.

        The message with the button stays, since others may see it too. In a window the
        answer replaces the content; over Home it opens a window.
        """
        url = self.payload.get("response_url")
        view = object_in(self.payload, "view")
        if url:
            webhook = WebhookClient(url)
            # slack_sdk reads HTTPS_PROXY without NO_PROXY. Without a proxy of its own,
            # Python's library reads both.
            webhook.proxy = None
            webhook.send(
                text=summary,
                blocks=blocks,
                response_type="ephemeral",
                replace_original=False,
            )
            return
        notice = build_notice(blocks or [section(summary)])
        match view.get("type"):
            case "modal":
                self.client.views_update(view_id=view["id"], view=notice)
            case "home":
                self.open_window(notice)


def build_notice(shown: list[Block]) -> Block:
    """Return a window that only informs."""
    return modal("notice", text("slack.window.notice"), shown)


Handler = Callable[[SlackDelivery], None]
