"""What a handler gets: who pressed or typed, and the means to answer them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from bot.slack.blocks import Block
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

    def whisper(self, text: str) -> None:
        """Tell the person who pressed a button something only they see."""
        url = self.payload.get("response_url")
        if url:
            WebhookClient(url).send(text=text, response_type="ephemeral", replace_original=False)


Handler = Callable[[Call], None]
