"""What a handler gets: who pressed or typed, and the means to answer them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from bot.slack.blocks import Block, modal, section
from bot.usecases.services import Act, Services

Payload = dict[str, Any]
Ack = Callable[..., Any]


@dataclass(frozen=True, kw_only=True)
class Call:
    """One delivery from Slack. `ack` is called once, after the use case has committed."""

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
        """Tell the person who pressed a button something only they see.

        What they pressed stays as it is: it may be everybody's message. In a window, which has no
        such address, it takes the place of what is shown.
        """
        url = self.payload.get("response_url")
        view = self.payload.get("view") or {}
        if url:
            WebhookClient(url).send(
                text=text, blocks=blocks, response_type="ephemeral", replace_original=False
            )
        elif view.get("type") == "modal":
            shown = blocks or [section(text)]
            self.client.views_update(view_id=view["id"], view=modal("notice", "help-clip", shown))


Handler = Callable[[Call], None]
