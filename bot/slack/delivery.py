"""What a handler gets: who pressed or typed, and the means to answer them."""

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
class Call:
    """One delivery from Slack. `ack` is called once, after the use case has
    committed.
    """

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

        What they pressed stays as it is: it may be everybody's message. Windows and
        Home have no place for such an answer: in a window it replaces what is shown,
        over Home it opens one.
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


Handler = Callable[[Call], None]
