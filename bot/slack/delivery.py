"""A delivery from Slack: the person who acted, and the means to answer them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from bot.slack.blocks import Block, modal, section
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

    def answer(self, text: str, blocks: list[Block] | None = None) -> None:
        """Acknowledge a slash command with a message only this person sees."""
        if blocks is None:
            self.ack(response_type="ephemeral", text=text)
        else:
            self.ack(response_type="ephemeral", text=text, blocks=blocks)

    def whisper(self, text: str, blocks: list[Block] | None = None) -> None:
        """Answer a pressed button with a message that only this person sees.

        The message with the button stays, since others may see it too. In a window the
        answer replaces the content; over Home it opens a window.
        """
        url = self.payload.get("response_url")
        view = self.payload.get("view") or {}
        if url:
            WebhookClient(url).send(
                text=text,
                blocks=blocks,
                response_type="ephemeral",
                replace_original=False,
            )
        elif view.get("type") == "modal":
            self.client.views_update(view_id=view["id"], view=_notice(text, blocks))
        elif view.get("type") == "home":
            self.client.views_open(
                trigger_id=self.payload["trigger_id"], view=_notice(text, blocks)
            )


def _notice(text: str, blocks: list[Block] | None) -> Block:
    return modal("notice", "help-clip", blocks or [section(text)])


Handler = Callable[[SlackDelivery], None]
